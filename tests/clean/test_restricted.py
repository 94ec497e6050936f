"""HTML with few elements: no words are lost, none stands deeper than allowed, and hostile bodies cost no more than others."""

import re
import sys
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.clean.html import sanitize_article
from feeds.clean.restricted import restricted
from feeds.clean.tokenizer import tokens
from feeds.newsroom.partners.presets.msn import ALLOWED

NAMES = (
    "p", "div", "section", "figure", "figcaption", "blockquote", "ul", "ol", "li", "table", "tr", "td", "th", "caption", "b", "em",
    "a", "span", "q", "code", "pre", "h2", "h6", "dl", "dt", "dd", "details", "summary", "del", "bdi", "ruby", "rt", "thead",
    "tbody",
)  # fmt: skip
texts = st.sampled_from(("one", "two & three", " ", "\n", "4 < 5", "]]>", "ميناء", "a\nb", "&nbsp;"))
voids = st.sampled_from(
    ("<br>", "<hr>", '<img src="https://news.example/a.png" alt="A">', '<img src="" alt="words">', "<wbr>", "<col>")
)
tags = st.one_of(
    st.sampled_from(NAMES).map("<{}>".format),
    st.sampled_from(NAMES).map("</{}>".format),
    st.sampled_from(
        ('<a href="https://news.example/">', '<a href="tel:1">', '<video src="https://news.example/a.mp4">', "</video>")
    ),
)
bodies = st.lists(st.one_of(tags, tags, texts, voids), max_size=40).map("".join)


class _Tree(HTMLParser):
    """What a simple parser makes of it: how deep it goes, and whether every tag has its end."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.deepest = 0
        self.faults: list[str] = []
        self.names: set[str] = set()
        self.feed(html)
        self.close()
        self.faults += self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self.names.add(tag)
        if tag in ("br", "img", "col"):
            return
        if tag in ("p", "h2", "ul", "ol", "table", "blockquote") and {"p", "h2", "h5"} & set(self.open):
            self.faults.append(f"{tag} in {self.open}")
        self.open.append(tag)
        self.deepest = max(self.deepest, len(self.open))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"/{tag}")


def letters(html: str) -> str:
    """All that is said in it, without white space, quotation marks and the name of a film that has no other words."""
    return re.sub(r"[\s\u201c\u201d]|a\.mp4", "", "".join(token for token in tokens(html) if isinstance(token, str)))


@given(bodies)
def test_any_body_is_well_formed_and_says_the_same(body: str) -> None:
    # As it is kept: its pictures have addresses or words, its players links.
    kept = sanitize_article(body)
    written = restricted(kept, ALLOWED)
    tree = _Tree(written)
    assert tree.faults == []
    assert tree.deepest <= ALLOWED.depth
    assert tree.names <= set(ALLOWED.tags)
    said = letters(re.sub(r'<img src="" alt="words">|<img alt="words">', "words", kept))
    assert letters(written) == said


@given(bodies)
def test_what_is_restricted_stays_as_it_is(body: str) -> None:
    written = restricted(sanitize_article(body), ALLOWED)
    assert restricted(written, ALLOWED) == written


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (
            '<figure><img src="https://a/b.png" alt=""><figcaption>Said <small>by her</small></figcaption></figure>',
            '<p><img src="https://a/b.png" alt=""></p><p>Said <small>by her</small></p>',
        ),
        ("<div><b><p>one</p><p>two</p></b></div>", "<b><p>one</p><p>two</p></b>"),
        ("<section>a <em>b <p>c</p> d</em> e</section>", "<p>a </p><em><p>b </p><p>c</p><p> d</p></em><p> e</p>"),
        ("<div><b>a<hr>b</b></div>", "<b><p>a</p><p>b</p></b>"),
        ("<pre>09:00 calm\n10:00 wind\n</pre>", "<p>09:00 calm<br>10:00 wind</p>"),
        ("<dl><dt>Length</dt><dd>80 m</dd></dl>", "<p>Length</p><p>80 m</p>"),
        ("<h2><section>x</section>y</h2>", "<h2>x<br>y</h2>"),
        ("<p>a<br><br>\n<br>b</p>", "<p>a\n<br>b</p>"),
        ("<h6>x</h6>", "<h5>x</h5>"),
        ("<p>He said <q>no</q>.</p>", "<p>He said \u201cno\u201d.</p>"),
        ('<p><a href="tel:1">call</a> <a href="#there">there</a></p>', "<p>call there</p>"),
        (
            '<p><a href="mailto:a@b.example" id="x" title="y">write</a></p>',
            '<p><a href="mailto:a@b.example">write</a></p>',
        ),
        ('<p dir="rtl"><bdi>x</bdi></p>', '<p dir="rtl"><span dir="auto">x</span></p>'),
        ('<audio src="https://a/talk.mp3" controls></audio>', '<p><a href="https://a/talk.mp3">talk.mp3</a></p>'),
        ('<p><img src="data:image/png;base64," alt="a crane"></p>', "<p>a crane</p>"),
        (
            "<table><caption>c</caption><tr><td colspan='2'>1<td>2</table>",
            '<table><caption>c</caption><tr><td colspan="2">1</td><td>2</td></tr></table>',
        ),
    ],
)
def test_what_becomes_of_it(html: str, expected: str) -> None:
    assert restricted(html, ALLOWED) == expected


def test_a_table_without_room_for_its_cells_becomes_paragraphs() -> None:
    written = restricted("<blockquote>" * 5 + "<table><tr><td>1<td>2</table>", ALLOWED)
    assert "<table" not in written
    assert "<p>1</p><p>2</p>" in written


def test_deep_wrappers_take_no_room() -> None:
    assert restricted("<div><section>" * 60 + "<p>Deep.</p>", ALLOWED) == "<p>Deep.</p>"


@pytest.mark.parametrize(
    "piece",
    ["<section>", "<b>", "<figure><a>", "<table><tr><td>", "<ul><li>", "<em><p>x</p>", "<q>", "<pre>\n", "<dl><dd>"],
)
def test_hostile_bodies_cost_in_proportion(piece: str) -> None:
    """By the steps that an interpreter takes: no clock."""
    assert _steps(piece * 800) <= 2.6 * _steps(piece * 400)


def _steps(html: str) -> int:
    count = 0

    def trace(*_: object) -> object:
        nonlocal count
        count += 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)  # type: ignore[arg-type]
    try:
        restricted(html, ALLOWED)
    finally:
        sys.settrace(before)
    return count
