"""Paragraphs, shortcodes and sanitised bodies: what WordPress stores against what it serves."""

import pytest

from feeds.clean.html import text_of
from feeds.importers.markup import plain, title
from feeds.importers.paragraphs import add_paragraphs
from feeds.importers.wxr.body import Post
from feeds.importers.wxr.codes import KNOWN, Codes
from feeds.importers.wxr.comments import comment_html
from feeds.importers.wxr.shortcodes import Shortcodes
from tests.costs import assert_linear
from tests.importers.bodies import attachment, attachments_of, bodies_of

MARKED_UP = [
    ("one\n\ntwo", "<p>one</p>\n<p>two</p>\n"),
    ("one\r\n\r\ntwo", "<p>one</p>\n<p>two</p>\n"),
    ("one\ntwo", "<p>one<br>\ntwo</p>\n"),
    ("one\n  \n\t\n two", "<p>one</p>\n<p>two</p>\n"),
    ("one<br />\ntwo", "<p>one<br>\ntwo</p>\n"),
    ("one<br><br />two", "<p>one</p>\n<p>two</p>\n"),
    ("an <em>emphasis\nover</em> lines", "<p>an <em>emphasis<br>\nover</em> lines</p>\n"),
    ("<a href='x'\ntitle='y'>link</a>", "<p><a href='x' title='y'>link</a></p>\n"),
    ("<h2>Head</h2>\ntext", "<h2>Head</h2>\n<p>text</p>\n"),
    ("text\n<p>para</p>\nmore", "<p>text</p>\n<p>para</p>\n<p>more</p>\n"),
    ("<p>one\n\ntwo</p>", "<p>one</p>\n<p>two</p>\n"),
    ("<ul>\n<li>one</li>\n<li>two</li>\n</ul>", "<ul><li>one</li>\n<li>two</li>\n</ul>\n"),
    ("<li>one<li>two", "<li>one<li>two"),
    ("<blockquote>said</blockquote>", "<blockquote><p>said</p>\n</blockquote>\n"),
    ("<div>one</div>", "<div>one</div>\n"),
    ("<div>one\n\ntwo</div>", "<div><p>one</p>\n<p>two</p>\n</div>\n"),
    ("<h2>one\n\ntwo</h2>", "<h2>one<br>\ntwo</h2>\n"),
    ("<pre>a\n\n  b</pre>\n\nc", "<pre>a\n\n  b</pre><p>c</p>\n"),
    ("<script>\n\nx\n\n</script>text", "<p>text</p>\n"),
    ("<!-- a\n\ncomment -->text", "<p>text</p>\n"),
    ("<hr>\ntext", "<hr><p>text</p>\n"),
    ("1 < 2\n\n3 > 2", "<p>1 < 2</p>\n<p>3 > 2</p>\n"),
    ("</div>text", "</div>\n<p>text</p>\n"),
    ("<p>see <picture><img src='x'></picture> here</p>", "<p>see <picture><img src='x'></picture> here</p>\n"),
    ("<li>a\n<svg></svg> <video></video> b<svg></svg>c</li>", "<li>a <svg></svg> <video></video> b<svg></svg>c</li>\n"),
    ("<p>\n<svg></svg>\n</p>", "<p><svg></svg></p>\n"),
    ("see <svg></svg> here", "<p>see</p>\n<svg></svg><p>here</p>\n"),
    (" \n\n ", ""),
]


@pytest.mark.parametrize(("text", "expected"), MARKED_UP)
def test_paragraphs(text: str, expected: str) -> None:
    assert add_paragraphs(text) == expected


@pytest.mark.parametrize(("text", "_"), MARKED_UP)
def test_paragraphs_stay_when_marked_up_again(text: str, _: str) -> None:
    once = add_paragraphs(text)
    assert text_of(add_paragraphs(once)) == text_of(once) == text_of(text)


CODES = Codes(attachments_of(attachment(9, alt='"9"')), 7, lambda _: None, lambda _: None)
SHOT = '<figure><img src="https://old.example/wp-content/uploads/9.png" alt="&quot;9&quot;"></figure>'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            '[caption id="" width="300"]<img src="x.png"> A <em>caption</em>[/caption]',
            '<figure><img src="x.png"><figcaption>A <em>caption</em></figcaption></figure>',
        ),
        (
            '[caption width="9"]<a href="y"><img src="x.png"></a> Words[/caption]',
            '<figure><a href="y"><img src="x.png"></a><figcaption>Words</figcaption></figure>',
        ),
        (
            '[wp_caption caption="Of old"]<img src="x.png">[/wp_caption]',
            '<figure><img src="x.png"><figcaption>Of old</figcaption></figure>',
        ),
        ('[caption width="9"]<img src="x.png">[/caption]', '<img src="x.png">'),
        ("[caption]nothing to see[/caption]", "nothing to see"),
        ("[[caption]] is a shortcode", "&#91;caption] is a shortcode"),
        ("[caption] without an end", " without an end"),
        ("an end [/caption] alone", "an end  alone"),
        ('[gallery ids="1,2"]', ""),
        ("[gallery]", SHOT),
        ('[audio mp3="/a.mp3"][/audio]', '<audio src="/a.mp3"></audio>'),
        ("[video]/a.mp4[/video]", '<video src="/a.mp4"></video>'),
        ("[audio]", ""),
        ("[embed width=3]https://v.example/?a&b[/embed]", '<a href="https://v.example/?a&amp;b">https://v.example/?a&amp;b</a>'),
        ("[unknown x=1]stays[/unknown] as [does this]", "[unknown x=1]stays[/unknown] as [does this]"),
        ("[galleryish] and [a] list[0]", "[galleryish] and [a] list[0]"),
    ],
)  # fmt: skip
def test_shortcodes(text: str, expected: str) -> None:
    assert Shortcodes(text, KNOWN).expanded(CODES.expand) == expected


BODIES = bodies_of("https://old.example", "http://www.old.example/blog")
POST = Post(7)


@pytest.mark.parametrize(
    ("stored", "expected"),
    [
        ("<!-- wp:paragraph -->\n<p>one</p>\n<!-- /wp:paragraph -->\n\nloose\n\nends", "<p>one</p>\n\n\nloose\n\nends"),
        ("one\n<!--more Read on-->\ntwo<!--nextpage-->three", "<p>one</p>\n<p>two</p>\n<p>three</p>"),
        (
            "one<script>alert(1)</script><iframe src='//x'></iframe>",
            '<p>one</p>\n<p><a class="embed" href="https://x">x</a></p>',
        ),
        (
            "<p>as <iframe src='//x.example/'></iframe> shows</p>",
            '<p>as <a class="embed" href="https://x.example/">x.example</a> shows</p>',
        ),
        (
            "[audio src='https://old.example/wp-content/uploads/a.mp3']",
            '<audio src="/wp-content/uploads/a.mp3" controls=""><a class="embed" href="/wp-content/uploads/a.mp3">a.mp3</a>'
            "</audio>",
        ),
        (
            '<img src="data:," data-src="https://old.example/wp-content/uploads/a.png">'
            '<noscript><img src="/wp-content/uploads/a.png"></noscript>',
            '<p><img src="/wp-content/uploads/a.png"></p>',
        ),
        ("<p onclick='x()' style='y' class='z'>one</p>", "<p>one</p>"),
        ("https://video.example/1", '<p><a href="https://video.example/1">https://video.example/1</a></p>'),
        ("see https://video.example/1", "<p>see https://video.example/1</p>"),
        (
            '<img src="https://old.example/wp-content/uploads/2022/a%20b.png">',
            '<p><img src="/wp-content/uploads/2022/a%20b.png"></p>',
        ),
        (
            "<img src='http://www.old.example/blog/wp-content/uploads/a.png'>",
            '<p><img src="/wp-content/uploads/a.png"></p>',
        ),
        (
            '<img src="https://other.example/wp-content/uploads/a.png">',
            '<p><img src="https://other.example/wp-content/uploads/a.png"></p>',
        ),
        (
            '<a href="https://old.example/other-story/">https://old.example/wp-content/uploads/a.png</a>',
            '<p><a href="https://old.example/other-story/">https://old.example/wp-content/uploads/a.png</a></p>',
        ),
    ],
)
def test_bodies(stored: str, expected: str) -> None:
    assert BODIES.article(stored, POST) == expected


def test_without_a_site_no_address_is_an_upload() -> None:
    html = '<p><img src="https://old.example/wp-content/uploads/a.png"></p>'
    assert bodies_of("", "no address").article(html, POST) == html
    assert bodies_of("http://[").uploads.path("https://old.example/wp-content/uploads/a.png") is None


def test_a_body_nested_deeper_than_anyone_writes_keeps_its_text() -> None:
    deep = "<div>" * 100_000 + "still here"
    assert text_of(BODIES.article(deep, POST)) == "still here"
    assert text_of(comment_html("<b>" * 100_000 + "still here")) == "still here"
    assert title(deep) == "still here"


@pytest.mark.parametrize(
    "hostile",
    ["<pre>", "<!--", "<!--more", '<a "', "<", " ", "[caption]", "[caption ", "[[", "<br> ", "</div>", "\n \n", "https://a\n"],
)  # fmt: skip
def test_time_is_linear_in_what_a_hostile_body_repeats(hostile: str) -> None:
    for head, tail in (("", ""), ("[caption ", "]")):
        assert_linear(lambda text: BODIES.article(text, POST), hostile, 8_000, head, tail)


@pytest.mark.parametrize(
    ("stored", "served"),
    [
        ("“Quotes”, dashes — and <em>markup</em> &amp; ampersands", "“Quotes”, dashes — and markup & ampersands"),
        ("Growth < 5 %", "Growth < 5 %"),
        ("Two\nlines", "Two lines"),
        ("&lt;em&gt; explained", "<em> explained"),
        ("", ""),
    ],
)
def test_titles_are_text(stored: str, served: str) -> None:
    assert title(stored) == served


def test_an_endless_title_is_cut() -> None:
    assert title("word " * 2_000_000) == ("word " * 100)[:499] + "…"


def test_names_are_text_whatever_they_look_like() -> None:
    assert plain("“Dr” <b>Bold</b>") == "“Dr” <b>Bold</b>"
    assert plain("Tom &amp; Jerry ") == "Tom & Jerry"


def test_comments_get_paragraphs_and_lose_what_readers_may_not_write() -> None:
    html = comment_html('Well & <a href="https://x.example" onclick="y">said</a>.\n\n<img src="z"><b>Bold</b>\nline')
    assert html == (
        '<p>Well &amp; <a href="https://x.example" rel="nofollow ugc noopener">said</a>.</p>\n<p><b>Bold</b><br>\nline</p>'
    )


def test_links_within_a_body_stay_within_it() -> None:
    page = "https://old.example/2020/01/story/"
    stored = f'One<sup id="a"><a href="{page}#n">1</a></sup>\n\n<a id="n"></a>Note <a href="{page[6:]}#a">back</a>'
    body = BODIES.article(stored, Post(7, page=page))
    assert body == '<p>One<sup id="a"><a href="#n">1</a></sup></p>\n<p><a id="n"></a>Note <a href="#a">back</a></p>'
