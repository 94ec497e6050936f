"""JSON Feed beyond its golden files."""

import json
from dataclasses import replace

from feeds.document import Category
from feeds.formats.base import render
from feeds.formats.jsonfeed import JsonFeed
from tests.formats.golden.documents import EMPTY, LATEST, article, feed


def test_text_stands_in_utf_8_not_in_escapes() -> None:
    assert "港口, ميناء, 🚢".encode() in render(JsonFeed(), LATEST)


def test_an_entry_is_a_line() -> None:
    lines = render(JsonFeed(), LATEST).decode().splitlines()
    assert [json.loads(line.removesuffix(","))["id"] for line in lines[1:-1]] == [item.guid for item in LATEST.items]


def test_a_tag_is_named_once_though_section_and_tag_share_it() -> None:
    categories = tuple(
        Category(term="a", label="Africa", scheme=f"https://news.example/{kind}/") for kind in ("section", "tag")
    )
    feed_of = json.loads(render(JsonFeed(), feed(replace(article(1), categories=categories))))
    assert feed_of["items"][0]["tags"] == ["Africa"]


def test_an_empty_feed_has_no_items() -> None:
    assert json.loads(render(JsonFeed(), EMPTY))["items"] == []


def test_a_text_that_is_empty_is_still_there() -> None:
    [item] = json.loads(render(JsonFeed(), feed(replace(article(1), content_html=""))))["items"]
    assert (item["content_text"], item["summary"]) == ("Story 1", "Story 1")
    assert "content_html" not in item
