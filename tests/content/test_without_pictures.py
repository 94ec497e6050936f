"""Bodies for who is not granted pictures."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.clean.html import sanitize_article, text_of
from feeds.content.without_pictures import without_pictures

WORDS = st.text(alphabet="ab <>&é", max_size=8)
BODIES = st.recursive(
    WORDS
    | st.sampled_from(["<img src='/a.jpg' alt='x'>", "<br>", "<hr>", "<video poster='/p.jpg' src='/v.mp4'></video>"]),
    lambda inner: st.builds(
        lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag}>",
        st.sampled_from(["p", "figure", "figcaption", "a", "div", "ul", "li", "table", "tr", "td", "picture", "em"]),
        st.lists(inner, max_size=4),
    ),
    max_leaves=20,
)


@pytest.mark.parametrize(
    ("html", "left"),
    [
        ("<p>One.</p><p><img src='/a.jpg'></p><p>Two.</p>", "<p>One.</p><p>Two.</p>"),
        ("<p>One <a href='/a.jpg'><img src='/a.jpg'></a> two.</p>", "<p>One  two.</p>"),
        ("<figure><img src='/a.jpg'><figcaption>By Jo</figcaption></figure><p>Two.</p>", "<p>Two.</p>"),
        ("<figure><blockquote>Said.</blockquote><figcaption>Jo</figcaption></figure>",) * 2,
        ("<div><figure><a href='/x'><img src='/a.jpg'></a></figure></div>", ""),
        ("One<figure><img src='/a.jpg'></figure>two", "One\ntwo"),
        ("<ul><li>One</li><li><img src='/a.jpg'></li></ul>", "<ul><li>One</li></ul>"),
        (
            "<table><tr><td><img src='/a.jpg'></td><td>1</td></tr></table>",
            "<table><tr><td></td><td>1</td></tr></table>",
        ),
        ('<video src="/v.mp4" poster="/p.jpg" controls=""></video>', '<video src="/v.mp4" controls=""></video>'),
        ("<p>No picture &amp; no <em>change</em>.</p>",) * 2,
    ],
)
def test_pictures_go_with_what_stands_around_them(html: str, left: str) -> None:
    assert without_pictures(html) == left


@given(BODIES)
def test_no_picture_is_left_in_any_body_and_it_stays_well_formed(html: str) -> None:
    kept = sanitize_article(html)
    left = without_pictures(kept)
    assert "<img" not in left
    assert "poster" not in left
    assert sanitize_article(left).split() == left.split()
    if "<figure" not in kept:
        assert text_of(left).replace(" ", "") == text_of(kept).replace(" ", "")


def test_a_million_brackets_take_no_longer_than_they_are_long() -> None:
    assert "<img" not in without_pictures("<p>" + "<" * 300_000 + "<img src='/a.jpg'>" * 30_000)
