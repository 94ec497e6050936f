"""Whatever is sent, and however it repeats itself: it costs in proportion to its length."""

from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import quote, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from feeds.clean.fields import read, web_url
from feeds.clean.html import absolute_html, sanitize_article, sanitize_comment, text_of, too_deep
from feeds.clean.text import one_line, shorten, slugify
from feeds.content import content_of
from feeds.document import Correction, Photo
from feeds.feed_paths import asks_for_feed
from feeds.formats.ids import entry_id
from feeds.http.clients import TrustedProxies
from feeds.http.conditional import not_modified
from feeds.http.delta import delta_base
from feeds.http.negotiation import choose_coding
from feeds.importers.feeds.xml_feed import XmlFeed
from feeds.importers.jsonlines.fields import ArticleLine
from feeds.importers.markup import plain, title
from feeds.importers.paragraphs import add_paragraphs
from feeds.importers.slugs import decoded_slug, may_be_slug
from feeds.importers.values import resolved, type_of
from feeds.importers.wxr.body import Post
from feeds.importers.wxr.php import read_php_array
from feeds.importers.wxr.values import nicename as nicename_of
from feeds.importers.wxr.values import path_of
from feeds.newsroom.replies import Reply, comment_html
from feeds.newsroom.reply_policy import Policy
from feeds.newsroom.submissions import NewArticle, SubmissionContext, slug_of
from feeds.origins import origin_of
from feeds.settings import Settings
from feeds.web.api.body import parse_object
from feeds.web.api.preconditions import if_match
from feeds.web.former.ways import ways
from feeds.web.queries import parse_query
from storage.authors import name_key
from storage.model import Article, ArticleStatus, Comment, FormerSite
from storage.search import parse_search, searchable
from tests.costs import Door, assert_linear
from tests.importers.bodies import bodies_of

FRAGMENTS = (
    "&", "&amp;", "&a", "&#1", "&nbsp", "\xa0", "<", "</", "<a", "<a ", "<b>", "</b>", "<p>", "</p>", "<rt>", "<rp>", "<li>",
    "<dd>", "<select>", "</select>", "<option>", "<optgroup>", "<input>", "<div>", "</div>", '<div title="</div>">',
    "<span>", "</span>", "<table>", "<tr>", "<td>", "</table>", "<svg>", "<math>", "<template>", "<style>", "</style>",
    "<script>", "<textarea>", "<!--", "-->", "<!", "<?", "<h1>", "<a>", "</a>", "<nobr>", "<pre>", "<br>", "<img src=x>",
    "<ruby>", "<button>", "<object>", "</object>",
    "<noscript>", "</noscript>", "<iframe>", "<iframe src=a />", "<iframe src=//a.b/c>", "</iframe>", "<picture>",
    "</picture>", "<source srcset='a 1x, b 2w'>", "<img data-src=a>", "<img srcset='a,b 1x,,'>", "<video src=a>", "<video>",
    "</video>", "<audio src=a />", "<amp-img src=a>", "<amp-a>", "<a href=#a>", "<p id=a>", "<a name=a>", "<td headers='a b'>",
    "<embed src=a>", "<param name=src value=a>", "<form action=//a>", "data-src=", "data-", "src", "srcset", "lazy",
    "srcset=", "href=", "href=#", "headers=", "id=", "style=",
    "</title>", "<title>", "x=", '"', "'", "http://a", "http://a.b/", "https://", ".", ",", ")", "(", "[", "]",
    "[[", "[caption]", "[/caption]", "{", "}", "a:1:{", 's:-9:"', "i:1;", "\n", "\n\n", "\r", " ", "\t", "a", "Z", "1", "0",
    "-", "_", "/", "\\", "%", "%41", "#", "?", "=", ";", "*", "+", "~", "@", ":", "\u0301", "\u0316", "é", "\u202e",
    "\u200d", "ß", "日", "\U0001f600", "\0", "\ufffe", "W/", '"a"', "gzip", "q=0", "feed",
)  # fmt: skip

PLAIN = Policy.of(Settings(comments_hold_words="aaaa,b b", comments_trash_words="<a href"), secret=b"x" * 32)
BODIES = bodies_of("https://old.example")
NOW = datetime(2023, 3, 1, tzinfo=UTC)


def field(model: type[BaseModel], name: str, **others: object) -> Door:
    def door(text: str) -> object:
        # The lengths that are allowed are others' business: what comes before they are looked at counts, too.
        return read(model, {**others, name: text}, SubmissionContext(sections=frozenset()))

    return door


def judged(text: str) -> object:
    comment = Comment(guid="g", article_id=1, author_name="a", author_email="", body_html=text, created_at=NOW)
    return PLAIN.judge(comment, known=True)


def searched(text: str) -> object:
    article = Article(guid="g", slug="s", headline="h", body_html=text, status=ArticleStatus.DRAFT)
    return searchable(article)


PAGE = "https://a.example/2023/03/01/a/"
PHOTO = Photo(
    url="https://a.example/a.jpg", type="image/jpeg", length=1, width=1, height=1, alt="", caption="A man", credit="A"
)


def composed(body: str) -> object:
    return content_of(
        body,
        PAGE,
        photo=PHOTO,
        place="Oslo, Norway",
        agency="NTB",
        correction=Correction(label="Correction", text="It is one."),
    ).html()


def captioned(caption: str) -> object:
    return content_of('<figure><img src="/a.jpg">A</figure>', PAGE, photo=replace(PHOTO, caption=caption)).html()


def of_host(host: str) -> object:
    """The library keeps what it has read, which would cost nothing the next time."""
    cast(Any, urlsplit).cache_clear()
    sanitize_article(
        f'<iframe src="https://{host}/"></iframe><iframe src="//w.soundcloud.com/player?url=https://{quote(host)}/">'
    )
    return origin_of(f"https://{host}/")


def matched(value: str) -> object:
    headers = SimpleNamespace(getlist=lambda _: [value])
    return if_match(cast(Any, SimpleNamespace(headers=headers)))


TEXTS: dict[str, Door] = {
    "a reply": comment_html,
    "a reply's email": field(Reply, "author_email", author_name="a", body="b"),
    "a reply by the rules": judged,
    "a body": sanitize_article,
    "a comment's body": sanitize_comment,
    "a picture in sizes": lambda text: sanitize_article(f'<img data-srcset="{text}">'),
    "a frame": lambda text: sanitize_article(f'<iframe src="https://www.youtube.com/embed/{text}"></iframe>'),
    "a picture's attributes": lambda text: sanitize_article(f"<img data-src=a {text}>"),
    "what stands in a text": composed,
    "a picture's figure": lambda text: composed(f'<figure><img src="/a.jpg">{text}'),
    "a photo's caption": captioned,
    "a host in a body": of_host,
    "depth": too_deep,
    "text of HTML": text_of,
    "a body rendered": lambda html: absolute_html(f'<a href="/x">x</a>{html}', "https://a.example/"),
    "words indexed": searched,
    "words searched": parse_search,
    "one line": one_line,
    "a slug": slugify,
    "a name's slug": lambda text: slug_of(f"a{text}"),
    "words": lambda text: shorten(text, 10),
    "a URL": lambda text: web_url(f"https://a.example/{text}"),
    "a host": web_url,
    "a headline": field(NewArticle, "headline"),
    "a summary": field(NewArticle, "summary", headline="h"),
    "a language": field(NewArticle, "language", headline="h"),
    "a date": field(NewArticle, "published_at", headline="h"),
    "an unknown field": lambda text: read(NewArticle, {text: 1}, SubmissionContext(sections=frozenset())),
    "JSON": lambda text: parse_object(text.encode(errors="replace")),
    "JSON in an object": lambda text: parse_object(f'{{"a": {text}'.encode(errors="replace")),
    "a WordPress body": lambda text: BODIES.article(text, Post()),
    "a WordPress title": title,
    "a WordPress name": plain,
    "paragraphs": add_paragraphs,
    "a PHP value": lambda text: read_php_array(f"a:1:{{{text}"),
    "an imported slug": decoded_slug,
    "an exported slug": may_be_slug,
    "an imported login": nicename_of,
    "an imported path": path_of,
    "an imported link": lambda text: resolved(text, "https://a.example/"),
    "an imported type": lambda text: type_of(text, "https://a.example/x"),
    "a line of an export": lambda text: ArticleLine.model_validate_json(text.encode(errors="replace")),
    "a guid": entry_id,
    "a name's key": name_key,
    "the head of a feed": lambda text: XmlFeed().recognises(text),
}
FORMER = (
    FormerSite(
        address="a.example", path="", permalinks="/%category%/%postname%/%author%-%post_id%.html", category_base="/"
    ),
    FormerSite(address="a.example/a", path="/a", permalinks="/index.php/a/%day%/%monthnum%/%year%/%postname%"),
)
FIELDS: dict[str, Door] = {
    "Accept-Encoding": choose_coding,
    "If-None-Match": lambda text: not_modified(text, None, etag='"a-gz"', modified_at=NOW, now=NOW),
    "If-None-Match with the tag": lambda text: not_modified(
        f'{text}"a-gz', None, etag='"a-gz"', modified_at=NOW, now=NOW
    ),
    "If-Modified-Since": lambda text: not_modified(None, text, etag='"a"', modified_at=NOW, now=NOW),
    "If-Match": matched,
    "A-IM": lambda text: delta_base(text, '"1-0"', None),
    "a delta's tag": lambda text: delta_base("feed", text, None),
    "X-Forwarded-For": lambda text: TrustedProxies("*").client_of("192.0.2.1", text),
    "a query": lambda text: parse_query(text.encode(errors="replace")),
    "an old path": lambda text: (asks_for_feed(f"/{text}", b""), [*ways(f"/{text}", {}, FORMER)]),
    "an old path of a site": lambda text: [*ways(f"/a/{text}", {}, FORMER)],
    "an old query": lambda text: [
        [*ways("/", {name: text}, FORMER)] for name in ("m", "category_name", "feed", "s", "pagename")
    ],
}

units = st.lists(st.sampled_from(FRAGMENTS), min_size=1, max_size=4).map("".join)
ends = st.sampled_from(("", *FRAGMENTS))
"""What stands before and after: where a pattern begins, and why it fails in the end."""


@pytest.mark.parametrize("name", TEXTS)
@settings(max_examples=8)
@given(unit=units, head=ends, tail=ends)
def test_a_text_costs_in_proportion_to_its_length(name: str, unit: str, head: str, tail: str) -> None:
    assert_linear(TEXTS[name], unit, 16_000, head, tail)


@pytest.mark.parametrize("name", FIELDS)
@settings(max_examples=8)
@given(unit=units, head=ends, tail=ends)
def test_a_field_of_a_request_costs_in_proportion_to_its_length(name: str, unit: str, head: str, tail: str) -> None:
    assert_linear(FIELDS[name], unit, 8_000, head, tail)


@pytest.mark.nightly
@pytest.mark.parametrize("name", [*TEXTS, *FIELDS])
@settings(max_examples=1_000)
@given(unit=units, head=ends, tail=ends)
def test_whatever_is_sent_costs_in_proportion_to_its_length(name: str, unit: str, head: str, tail: str) -> None:
    assert_linear((TEXTS | FIELDS)[name], unit, 16_000, head, tail)


SEEN = [
    ("a reply", "http://a", ".", "x"),
    ("a reply", "http://a", "&amp;", "x"),
    *(
        ("a body", "", unit, "")
        for unit in (
            "<iframe>",
            "<iframe src=a />",
            "<noscript><img>",
            "<object data=a>",
            "<p id=a><a href=#a>",
            "<amp-a>",
            "href=#",
            "<rt>",
            "<rp>",
            "&",
            "\xa0",
            "<li><dd>",
            "<optgroup>",
            "<span><div></span></div>",
        )
    ),
    ("a body", "", '<div title="</div>">', ""),
    ("a body", "", "<div><select></div><input>", ""),
    ("a body", "id=", "\n", ""),
    ("a body", "href=", " ", ""),
    ("a body", "headers", " ", ""),
    ("a picture's attributes", "data-", "src", "!"),
    ("a picture's attributes", "data-", "srcset", "!"),
    ("a picture's attributes", "data-", "lazysrcset", "!"),
    *((name, "a", "\u0301\u0316", "") for name in ("what stands in a text", "a picture's figure", "a photo's caption")),
    ("a comment's body", "", "<rt>", ""),
    ("a comment's body", "", "&", ""),
    ("a host in a body", "a", "\u0301\u0316", ""),
    ("a name's key", "a", "\u0301\u0316", ""),
    ("a slug", "a", "\u0301\u0316", ""),
]
"""Faults that there were: where, and what was sent."""


@pytest.mark.parametrize(("name", "head", "unit", "tail"), SEEN)
def test_what_once_held_a_server(name: str, head: str, unit: str, tail: str) -> None:
    assert_linear(TEXTS[name], unit, 16_000, head, tail)


def test_a_picture_in_many_sizes_under_many_names_costs_in_proportion() -> None:
    def door(text: str) -> str:
        names = " ".join(f"data-{number}-srcset=b{number}" for number in range(len(text) // 20))
        return sanitize_article(f'<img srcset="{"a 1x, " * (len(text) // 6)}" {names}>')

    assert_linear(door, "x", 8_000)


@given(head=units, unit=units, times=st.integers(1, 300))
def test_no_html_is_kept_as_many_times_as_much(head: str, unit: str, times: int) -> None:
    """Formatting that is left open would be opened again in each paragraph that follows."""
    sent = head * times + unit * 300
    for sanitize in (sanitize_article, sanitize_comment):
        assert len(sanitize(sent)) <= 12 * len(sent) + 100


def test_open_formatting_is_not_opened_again_in_each_block() -> None:
    opened = "<p>" + "".join(f"<b title={number}>" for number in range(200))
    for sanitize in (sanitize_article, sanitize_comment):
        assert len(sanitize(opened + "<div>x</div><blockquote>x</blockquote>" * 1_000)) < 100_000
