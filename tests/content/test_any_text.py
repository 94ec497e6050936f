"""Whatever a body is: each part once, nothing lost, nothing ill-formed, and the same each time."""

from html import escape

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree

from feeds.clean.html import sanitize_article, text_of
from feeds.content import content_of
from feeds.content.folding import words
from feeds.document import Correction, Photo
from tests.costs import assert_linear

PAGE = "https://news.example/2023/03/22/harbour/"

names = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Z", "Cs", "Co")) | st.just(" "), max_size=12
).map(str.strip)
places = (
    st.sampled_from(("Brussels, Belgium", "Brussels", "布鲁塞尔", "بروكسل", "Aix-en-Provence", "São Paulo", "")) | names
)
agencies = st.sampled_from(("Xinhua", "新华社", "The Associated Press", "Agence France-Presse", "")) | names
sources = st.sampled_from(
    ("/media/harbour.jpg", "http://news.example/media/harbour-300x200.jpg", "/media/other.jpg", "//[x", "", "%%%")
)
scraps = st.sampled_from(
    (
        "<p>", "</p>", "<b>", "</b>", "<h2>", "</h2>", "<ul><li>", "</ul>", "<blockquote>", "</blockquote>", "<br>", "<div>",
        "</div>", "<figure>", "</figure>", "<figcaption>", "</figcaption>", "<picture>", "</picture>", "<table>", "</table>",
        "<pre>", "</pre>", '<a href="/x">', "</a>", "BRUSSELS", "Brussels, Belgium", "(Xinhua)", " | ", " - ", " — ", "&nbsp;",
        "新华社布鲁塞尔3月22日电", "&lt;", "The harbour at dawn", "Jo Doe", "Allies of the harbour", "\n", "<", "&#1;", "ثلاث",
        "Three ships, not four of them.",
    )
)  # fmt: skip
bodies = st.lists(
    scraps | sources.map(lambda source: f'<img src="{source}">') | names.map(escape), max_size=12
).map("".join)  # fmt: skip
photos = st.none() | st.builds(
    lambda name, caption, credit: Photo(
        url=f"https://news.example/media/{name}",
        type="",
        length=0,
        width=8,
        height=6,
        alt='"<',
        caption=caption,
        credit=credit,
    ),
    st.sampled_from(("harbour.jpg", "%D1%84.png", "picture?id=1&x=2")),
    st.sampled_from(("The harbour at dawn", "", "A <b> & c")) | names.filter(words),
    st.sampled_from(("Jo Doe", "", "תצלום")) | names.filter(words),
)
corrections = st.none() | st.builds(
    Correction,
    label=st.just("Correction, 22 March 2023"),
    text=st.sampled_from(("Three ships, not four of them.", "Sorry.", "One.\nTwo <b>.")) | names.filter(words),
)


def fragment(html: str) -> etree._Element:
    """As browsers read it. What they would repair comes out differently."""
    return etree.HTML(f"<!doctype html><body>{html}</body>")


@given(bodies, photos, places, agencies, corrections)
@example("", None, "Brussels", "Xinhua", None)
def test_each_part_stands_in_a_text_once(
    body: str, photo: Photo | None, place: str, agency: str, correction: Correction | None
) -> None:
    body = sanitize_article(body)
    content = content_of(body, PAGE, photo=photo, place=place, agency=agency, correction=correction)
    html = content.html()
    assert html == content_of(body, PAGE, photo=photo, place=place, agency=agency, correction=correction).html()
    # It is as well-formed as the body: the door would change nothing of it.
    assert sanitize_article(html) == html
    # What the body says is all there.
    rest = iter("".join(words(text_of(html))))
    assert all(letter in rest for letter in "".join(words(text_of(body))))
    again = content_of(html, PAGE, photo=photo, place=place, agency=agency, correction=correction)
    assert again.html() == html, "each part is known where it stands"


@settings(deadline=None)
@given(bodies, places.filter(words), agencies.filter(words))
def test_a_dateline_stands_before_all_text_of_paragraphs(body: str, place: str, agency: str) -> None:
    body = sanitize_article(body)
    content = content_of(body, PAGE, place=place, agency=agency)
    for part in content.dateline:
        assert escape(part, quote=False) in content.html()
    assert content.before + content.after == body
    assert content.body_with("") == body


@pytest.mark.parametrize(
    "unit", ["<p>", "<b>", "-300x200", "<figure>", " — ", "(", "Brussels ", "a\u0301", "&amp;", "<br>", "<li>", "|"]
)
def test_long_bodies_are_read_in_one_pass(unit: str) -> None:
    photo = Photo(
        url="https://news.example/media/a.jpg", type="", length=0, width=0, height=0, alt="", caption="b", credit="c"
    )

    def read(body: str) -> None:
        html = content_of(
            f'{body}<img src="/media/a.jpg">{body}', PAGE, photo=photo, place="Brussels", agency="Xinhua"
        ).html()
        assert len(html) < 2 * len(body) + 1_000

    assert_linear(read, unit, 16_000)
