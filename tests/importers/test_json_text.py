"""JSON as software writes it that never asks whether a text is one: half of a character, and what XML forbids, in escapes."""

import json
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from feeds.clean.text import xml_safe
from feeds.importers.json_text import mended
from feeds.importers.wordpress.api import _parsed
from tests.importers.feed_files import JSON_11
from tests.importers.ghost_files import ghost, post
from tests.importers.reading import read

PIECES = [
    "\\",
    '"',
    "a",
    "/",
    "\n",
    "\x00",
    "\b",
    "\f",
    "\x1f",
    "\ud83d",
    "\ude00",
    "\ud83d\ude00",
    "\uffff",
    "ud83d",
    "é",
    "😀",
]


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join), st.lists(st.integers(1, 9), max_size=60))
@example("\\ud83d\ud83d\ude00", [1] * 60)
@example("\\ud83d\b", [1] * 60)
@example("\\\\\ud83d\n", [1] * 60)
def test_what_is_no_text_is_dropped_wherever_reads_end(text: str, lengths: list[int]) -> None:
    written, chunks, at = json.dumps({"a": text}), [], 0
    for length in lengths:
        chunks.append(written[at : at + length])
        at += length
    found = json.loads("".join(mended([*chunks, written[at:]])))["a"]
    # Two halves that meet when what stood between them goes are no character.
    assert found.replace("\r", "") == xml_safe(json.loads(written)["a"]).replace("\r", "")


@pytest.mark.parametrize(
    "export",
    [
        JSON_11.replace("Harbour reopens", "Harbour \\ud83d\\u0000reopens").replace("The first", "\\udc00The first"),
        ghost([post(1, "Harbour reopens", html="<p>The first boat</p>")])
        .replace('"Harbour reopens"', '"Harbour \\ud83d\\u0000reopens"')
        .replace("<p>The", "<p>\\udc00The"),
    ],
    ids=["JSON Feed", "Ghost"],
)
def test_half_a_character_costs_no_article(export: str, tmp_path: Path) -> None:
    article = read(tmp_path, export).records[0].article
    assert article.headline == "Harbour reopens"
    assert article.body_html.startswith("<p>The first boat")


def test_half_a_character_in_an_answer_of_wordpress() -> None:
    assert _parsed(b'[{"title": "a\\ud83d b \\ud83d\\ude00"}]', "application/json") == [{"title": "a b 😀"}]
