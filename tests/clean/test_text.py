"""Plain text at the door."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.clean.html import sanitize_comment
from feeds.clean.text import slugify, xml_safe
from feeds.newsroom.replies import comment_html


@pytest.mark.parametrize(
    ("words", "slug"),
    [
        ("Harbour re-opens: at last!", "harbour-re-opens-at-last"),
        ("Año Nuevo à l'École", "ano-nuevo-a-lecole"),
        ("Ferry_service  --  resumes", "ferry-service-resumes"),
        ("हिन्दी समाचार", "हिन्दी-समाचार"),
        ("مُحَمَّد", "مُحَمَّد"),
        ("می\u200cخواهم", "میخواهم"),
        ("Новости дня", "новости-дня"),
        ("日本語の見出し", "日本語の見出し"),
        ("ไทยน้อย", "ไทยน้อย"),
        ("?!", ""),
    ],
)
def test_slugs_keep_the_letters_of_every_script(words: str, slug: str) -> None:
    assert slugify(words) == slug


def test_of_all_characters_those_that_xml_has_are_kept() -> None:
    kept = {code for code in range(0x110000) if xml_safe(f"a{chr(code)}b") == f"a{chr(code)}b"}
    # XML 1.0, section 2.2, and the carriage return of section 2.11.
    char = {0x9, 0xA, *range(0x20, 0xD800), *range(0xE000, 0xFFFE), *range(0x10000, 0x110000)}
    assert kept == char


def test_a_reply_reads_in_the_order_in_which_it_is_written() -> None:
    assert comment_html("a\u202eb\u2066c\u2069 d\u200f") == "<p>abc d\u200f</p>"


_REL = 'rel="nofollow ugc noopener"'


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("See https://a.example/b.", f'<p>See <a href="https://a.example/b" {_REL}>https://a.example/b</a>.</p>'),
        (
            "(https://a.example/x_(y)) <b>https://b.example</b>!",
            f'<p>(<a href="https://a.example/x_(y)" {_REL}>https://a.example/x_(y)</a>) '
            f'<b><a href="https://b.example" {_REL}>https://b.example</a></b>!</p>',
        ),
        (
            "https://a.example/?b=1&c=2&amp;",
            f'<p><a href="https://a.example/?b=1&amp;c=2" {_REL}>https://a.example/?b=1&amp;c=2</a>&amp;</p>',
        ),
        (
            '<a href="https://a.example/" title="https://b.example/ > x">https://c.example/</a>',
            f'<p><a href="https://a.example/" title="https://b.example/ &gt; x" {_REL}>https://c.example/</a></p>',
        ),
        ("<code>https://a.example/</code>", "<p><code>https://a.example/</code></p>"),
        ("https://", "<p>https://</p>"),
        ("javascript:alert(1) ftp://a.example/", "<p>javascript:alert(1) ftp://a.example/</p>"),
        ("https://me@a.example/", "<p>https://me@a.example/</p>"),
    ],
)
def test_addresses_in_a_reply_are_links(written: str, kept: str) -> None:
    assert comment_html(written) == kept
    assert comment_html(kept) == kept


@pytest.mark.parametrize(
    ("written", "address"),
    [
        *(
            (f"https://a.example/b{sign}请看", "https://a.example/b")
            for sign in "。，、）」』】》〉；：？！”’»…＞～｝．।؟،។။።"
        ),
        *((f"{sign}https://a.example/b", "https://a.example/b") for sign in "（「『【《“‘«„见で는"),
        ("见https://a.example/b（新闻）", "https://a.example/b"),
        ("https://ja.example/wiki/ジョン・レノン。", "https://ja.example/wiki/ジョン・レノン"),
        ("https://zh.example/wiki/北京_(消歧义)，", "https://zh.example/wiki/北京_(消歧义)"),
        ("（https://zh.example/wiki/北京_(消歧义)）", "https://zh.example/wiki/北京_(消歧义)"),
        ("https://ca.example/col·lecció é.", "https://ca.example/col·lecció"),
        ("https://th.example/ประเทศไทย ดี", "https://th.example/ประเทศไทย"),
        ("https://例え.example/道。", "https://例え.example/道"),
        ("[https://a.example/b] ([https://", "https://a.example/b"),
        ("((https://a.example/b_(c)))).", "https://a.example/b_(c)"),
        ("https://a.example/b[1].", "https://a.example/b[1]"),
    ],
)
def test_an_address_ends_before_the_punctuation_of_any_script(written: str, address: str) -> None:
    [(shown, behind)] = re.findall("<a [^>]*>(.*?)</a>(.*)</p>", comment_html(written))
    assert (shown, f"{shown}{behind}") == (address, written[written.index(address) :])


@pytest.mark.parametrize("sign", [")", "(", ".", "&amp;", "。", ")(", "_", "é"])
def test_long_addresses_take_linear_time(sign: str) -> None:
    # Quadratic, it would take minutes.
    assert comment_html("https://a.example/" + sign * (60_000 // len(sign)))


def test_what_only_ends_like_an_address_is_none() -> None:
    assert "<a " not in comment_html("xhttps://a.example/ _http://a.example")


@given(st.text(), st.sampled_from(["https://a.example/é?x&y", 'http://b.example"', "<b>https://c.example</b", "&lt;"]))
def test_what_a_reply_is_kept_as_stays_as_it_is(text: str, address: str) -> None:
    kept = comment_html(f"{text}{address}{text}")
    assert sanitize_comment(kept) == kept
