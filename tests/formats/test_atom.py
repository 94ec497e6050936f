"""What Atom and its extensions ask for beyond feedgen's faults."""

from dataclasses import replace

import pytest
from lxml import etree

from feeds.document import FeedDocument
from feeds.formats.atom import Atom
from feeds.formats.base import render
from feeds.formats.extensions.base import Element
from tests.formats.golden.documents import COMMENTS, FIRST, LATEST, REPLY, TOMBSTONES, article, feed

NAMES = {
    "a": "http://www.w3.org/2005/Atom",
    "thr": "http://purl.org/syndication/thread/1.0",
    "at": "http://purl.org/atompub/tombstones/1.0",
}
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def root_of(document: FeedDocument) -> Element:
    return etree.fromstring(render(Atom(), document))


def test_what_a_comment_answers_is_named_by_its_entrys_id() -> None:
    reply, first = root_of(COMMENTS).findall("a:entry/thr:in-reply-to", NAMES)
    ids = [element.text for element in root_of(COMMENTS).findall("a:entry/a:id", NAMES)]
    assert REPLY.in_reply_to is not None
    assert FIRST.in_reply_to is not None
    assert reply.get("ref") == ids[1]
    assert reply.get("href") == REPLY.in_reply_to.url
    assert reply.get("type") == "text/html"
    assert first.get("ref") == root_of(LATEST).findtext("a:entry/a:id", namespaces=NAMES)


def test_a_source_is_given_only_where_it_holds_what_was_answered() -> None:
    reply, first = root_of(COMMENTS).findall("a:entry/thr:in-reply-to", NAMES)
    assert reply.get("source") == root_of(COMMENTS).xpath("string(a:link[@rel='self']/@href)", namespaces=NAMES)
    assert first.get("source") is None


def test_a_tombstone_names_the_id_that_the_entry_had() -> None:
    entry = replace(article(1), guid="legacy post 41")
    stones = root_of(TOMBSTONES).findall("at:deleted-entry", NAMES)
    assert [stone.get("when") for stone in stones] == ["2023-03-22T13:00:00+00:00", "2023-03-22T12:00:00+00:00"]
    assert stones[1].get("ref") == root_of(feed(entry)).findtext("a:entry/a:id", namespaces=NAMES)


def test_the_namespace_of_tombstones_is_declared_where_there_are_any() -> None:
    assert NAMES["at"] in root_of(TOMBSTONES).nsmap.values()
    assert NAMES["at"] not in root_of(LATEST).nsmap.values()


@pytest.mark.parametrize(("tag", "expected"), [("fr", "fr"), ("zh-Hans-CN", "zh-Hans-CN"), ("en_US", None), ("", None)])
def test_a_language_that_is_no_tag_is_left_out(tag: str, expected: str | None) -> None:
    root = root_of(replace(feed(replace(article(1), language=tag)), language=tag))
    assert root.get(LANG) == expected
    assert root[-1].get(LANG) == expected


@pytest.mark.parametrize("body", ["", " \n"])
def test_an_entry_without_text_has_its_title_for_a_summary(body: str) -> None:
    entry = root_of(feed(replace(article(1), content_html=body))).find("a:entry", NAMES)
    assert entry is not None
    assert entry.find("a:content", NAMES) is None
    assert entry.findtext("a:summary", namespaces=NAMES) == "Story 1"
    assert entry.find("a:link[@rel='alternate']", NAMES) is not None
