"""HTML at the door: what is kept is safe, and reads the same to whoever parses it next."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.clean.html import (
    _ATTRIBUTES,
    _COMMENT_ATTRIBUTES,
    URL_ATTRIBUTES,
    absolute_html,
    excerpt,
    sanitize_article,
    sanitize_comment,
    text_of,
    too_deep,
)
from feeds.clean.text import shorten, xml_safe

SANITISERS = (sanitize_article, sanitize_comment)

PIECES = (
    "<p>", "</p>", "<pre>", "</pre>", "<a href='x'>", "</a>", "<b>", "</b>", "<i>", "</i>", "<table>", "<tr>", "<td>", "</table>",
    "<ul>", "<li>", "</ul>", "<select>", "<option>", "<button>", "<nobr>", "<details>", "<ruby>", "<rt>", "<svg>", "<math>",
    "<template>", "<textarea>", "<plaintext>", "<noscript>", "<iframe>", "<script>", "</script>", "<style>", "</style>", "<!--",
    "-->", "<video src=x controls>", "<img alt='\n'>", "<br>", "<h1>", "<body>", "<frameset>", "]]>", "\n", " ", "a", "&", "&lt;",
    "<", "\x01", "&#1;", "&#13;", "\xa0", "\ufffe", "\u2028",
)  # fmt: skip

markup = st.lists(st.sampled_from(PIECES), max_size=30).map("".join) | st.text()


@pytest.mark.parametrize("sanitize", SANITISERS)
@given(html=markup)
def test_cleaned_again_it_stays_as_it_is(sanitize: Callable[[str], str], html: str) -> None:
    once = sanitize(html)
    assert sanitize(once) == once
    assert xml_safe(once) == once
    assert not too_deep(once)


@pytest.mark.parametrize(
    ("html", "kept"),
    [
        ("<pre>\n\n\n  indented</pre>", "<pre>  indented</pre>"),
        ("<pre>one\n\ntwo</pre>", "<pre>one\n\ntwo</pre>"),
        # Without the button, a paragraph within a paragraph would be left: parsers make three of them.
        ("<p>a<button><p>b</p></button></p>", "<p>a</p><p>b</p><p></p>"),
        ("<p onclick=x>a<script>b</script></p>", "<p>a</p>"),
    ],
)
def test_what_is_kept_of_an_article(html: str, kept: str) -> None:
    assert sanitize_article(html) == kept


URLS_OF_HTML = {
    "action", "archive", "background", "cite", "classid", "codebase", "data", "formaction", "href", "icon", "imagesrcset", "itemid",
    "itemtype", "longdesc", "manifest", "ping", "poster", "profile", "src", "srcset", "usemap", "xlink:href",
}  # fmt: skip
"""Attributes that hold URLs in HTML of any age."""
ALLOWED = sorted({(tag, name) for tag, names in _ATTRIBUTES.items() for name in names if name in URLS_OF_HTML})
REFUSED = (
    "javascript:alert(1)", "JavaScript:alert(1)", " javascript:alert(1)", "java\nscript:alert(1)", "\x01javascript:alert(1)",
    "&#106;avascript:alert(1)", "java&Tab;script:alert(1)", "javascript&colon;alert(1)", "javascript&#58;x",
    "java&NewLine;script&#x3a;x",
    "vbscript:x", "data:text/html,x", "x:y",
)  # fmt: skip


def test_every_attribute_with_a_url_is_in_the_list() -> None:
    assert {name for _, name in ALLOWED} == set(URL_ATTRIBUTES)
    kept = {name for names in _COMMENT_ATTRIBUTES.values() for name in names}
    assert kept & URLS_OF_HTML <= set(URL_ATTRIBUTES)


@pytest.mark.parametrize("sanitize", SANITISERS)
@pytest.mark.parametrize("name", sorted(URLS_OF_HTML))
@pytest.mark.parametrize("url", REFUSED)
def test_no_attribute_keeps_a_url_of_another_scheme(sanitize: Callable[[str], str], name: str, url: str) -> None:
    tags = {tag for tag, _ in ALLOWED} | {"a", "img", "table", "form", "object", "svg"}
    for tag in sorted(tags):
        cleaned = sanitize(f'<{tag} {name}="{url}">words</{tag}>')
        assert "script" not in cleaned.lower()
        assert "data:" not in cleaned
        assert "x:y" not in cleaned


@pytest.mark.parametrize(("tag", "name"), ALLOWED)
def test_every_url_is_made_absolute(tag: str, name: str) -> None:
    page = "https://news.example/2023/03/22/harbour/"
    for url, absolute in (
        ("/a", "https://news.example/a"),
        ("b.html", f"{page}b.html"),
        ("../x?q=1&amp;r=2", "https://news.example/2023/03/22/x?q=1&amp;r=2"),
        ("//other.example/a", "https://other.example/a"),
        ("https://other.example/a", "https://other.example/a"),
    ):
        cleaned = sanitize_article(f'<{tag} {name}="{url}">words</{tag}>')
        assert f'{name}="{url}"' in cleaned
        assert f'{name}="{absolute}"' in absolute_html(cleaned, page)


def test_what_was_kept_before_is_refused_when_it_is_rendered() -> None:
    kept = '<blockquote cite="javascript:alert(1)"><p>words</p></blockquote>'
    assert absolute_html(kept, "https://news.example/") == "<blockquote><p>words</p></blockquote>"


@given(html=markup, words=st.integers(1, 9), further=st.sampled_from(("", "<p>more words to read</p>" * 1_000)))
def test_an_excerpt_is_the_first_words_however_much_follows(html: str, words: int, further: str) -> None:
    html = sanitize_article(html) + further
    assert excerpt(html, words) == shorten(text_of(html), words)


def test_words_of_two_cells_terms_or_lines_are_no_one_word() -> None:
    html = "<table><tr><th>Ship</th><td>Due</td></tr></table><dl><dt>Ferry</dt><dd>Late</dd></dl>Tide<hr>High<b>er</b>"
    assert text_of(html) == "Ship Due Ferry Late Tide Higher"
    assert excerpt(html, 4) == "Ship Due Ferry Late …"


def test_an_excerpt_is_of_the_text_and_of_a_caption_only_where_there_is_none() -> None:
    figure = "<figure><img src='/a.png'><figcaption>The harbour</figcaption></figure>"
    assert excerpt(f"{figure}<p>Ships came in.</p>", 10) == "Ships came in."
    assert excerpt(figure, 10) == "The harbour"


@pytest.mark.parametrize("unit", ["<p>", "<b>", "&amp;", "&amp; ", "a", "日", "a b "])
def test_an_excerpt_looks_at_the_beginning_alone(unit: str) -> None:
    begins = unit * 20_000
    assert excerpt(begins + "x", 50) == excerpt(begins + "y z" * 1_000_000, 50)
    assert len(excerpt(begins, 50)) <= 20_000 + len(" …")


def test_references_are_found_relative_by_every_attribute_of_an_address() -> None:
    for name in URL_ATTRIBUTES:
        tag = {"href": "a", "src": "img", "poster": "video", "cite": "q"}[name]
        assert f'{name}="https://a.example/x"' in absolute_html(f'<{tag} {name}="/x">', "https://a.example/")


@pytest.mark.parametrize("sanitize", SANITISERS)
@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("https://bücher.example/straße?q=ä", "https://xn--bcher-kva.example/straße?q=ä"),
        ("HTTP://例え.jp:80/", "http://xn--r8jz45g.jp/"),
        ("mailto:jürgen@news.example", "mailto:jürgen@news.example"),
        ("https://news.example/straße", "https://news.example/straße"),
    ],
)
def test_a_host_of_other_letters_is_kept_in_ascii(sanitize: Callable[[str], str], written: str, kept: str) -> None:
    """SimplePie percent-encodes such letters; the host it makes of them is nobody's."""
    assert f'href="{kept}"' in sanitize(f'<a href="{written}">words</a>')


def test_pictures_and_what_was_quoted_have_hosts_in_ascii() -> None:
    html = '<img src="https://bücher.example/a.png"><blockquote cite="https://bücher.example/">x</blockquote>'
    assert sanitize_article(html).count("https://xn--bcher-kva.example/") == 2


def test_what_is_no_host_is_left_to_the_reader() -> None:
    assert sanitize_article('<a href="https://ü..example/">x</a>') == '<a href="https://ü..example/">x</a>'
