"""Any text in any field comes back out of every format as it went in, less what XML cannot carry."""

import json
import re
from dataclasses import replace
from html import escape, unescape
from typing import Any

import feedparser
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree

from feeds.clean.html import text_of
from feeds.clean.text import xml_safe
from feeds.document import Agency, Category, FeedDocument, Person, Photo
from feeds.formats.atom import Atom
from feeds.formats.base import render
from feeds.formats.extensions.base import Element
from feeds.formats.jsonfeed import JsonFeed
from feeds.formats.rdf import Rdf
from feeds.formats.rss import Rss
from tests.formats.golden.documents import BASE, FULL, article, feed

NAMES = {
    "a": "http://www.w3.org/2005/Atom",
    "rss": "http://purl.org/rss/1.0/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "media": "http://search.yahoo.com/mrss/",
    "content": "http://purl.org/rss/1.0/modules/content/",
}

awkward = st.sampled_from(
    (
        "]]>", "--", "-->", "<![CDATA[", "<!DOCTYPE x>", "<b>",
        "</item>", "</entry>", "</channel>", "&", "&amp;", "&#0;", "\\", '"',
        "\x00", "\x0b", "\x85", "\ud800", "\udfff", "\ufffe", "\r\n", "\r", "\t", "\u2028", "\u202e", "\U0010ffff", "港",
    )
)  # fmt: skip
texts = st.one_of(
    st.text(st.characters(), max_size=20),
    st.lists(st.one_of(awkward, st.text(st.characters(), max_size=3)), max_size=6).map("".join),
)
written = texts.filter(lambda text: xml_safe(text).strip() != "")
"""Texts with something to read; others are left out of a feed, or replaced."""


def document_of(text: str) -> FeedDocument:
    """A feed with the text in each of its fields that hold text, and an innocent entry after it."""
    photo = Photo(
        url=f"{BASE}/a.png", type="image/png", length=1, width=1, height=1, alt=text, caption=text, credit=text
    )
    item = replace(
        FULL,
        title=text,
        summary=text,
        content_html=f"<p>{escape(text)}</p>",
        authors=(Person(name=text),),
        categories=(Category(term=text, label=text, scheme=f"{BASE}/tag/"),),
        photo=photo,
        agency=Agency(name=text, url="https://agency.example/"),
        dateline=text,
        rights=text,
    )
    return replace(feed(item, article(2)), title=text, description=text, rights=text, note=text)


def is_noted(root: Element, text: str) -> bool:
    """Whether a comment before the feed says it: a URL with two hyphens, which would end it, has one of them encoded."""
    [comment] = root.itersiblings(etree.Comment, preceding=True)
    return comment.text == f" {text.replace('--', '-%2D')} "


def says(content: str, text: str) -> bool:
    """Whether the body is in a content that has the photo, the place and the agency before it, and files after it."""
    return f" {text_of(f'<p>{escape(text)}</p>')} " in f" {text_of(content)} "


def found(root: Element, *paths: str) -> dict[str, str | None]:
    return {path: _said(root.find(path, NAMES)) for path in paths}


def _said(element: Element | None) -> str | None:
    if element is None or element.text is None:
        return None
    return unescape(element.text) if element.get("type") == "html" else element.text


@settings(deadline=None)
@given(written)
def test_rss_reads_back(text: str) -> None:
    root = etree.fromstring(render(Rss(), document_of(text)))
    safe = xml_safe(text)
    plain = found(
        root,
        "channel/description",
        "channel/copyright",
        "channel/item/title",
        "channel/item/category",
        "channel/item/dc:creator",
        "channel/item/dc:coverage",
        "channel/item/dc:rights",
        "channel/item/media:content/media:credit",
        "channel/item/media:content/media:text",
    )
    assert plain == dict.fromkeys(plain, safe)
    assert root.findtext("channel/title") == safe.strip()
    assert unescape(root.findtext("channel/item/description", "")) == safe
    assert is_noted(root, safe)
    assert says(root.findtext("channel/item/content:encoded", "", NAMES), safe)
    assert [element.text for element in root.iter("title")][-1] == "Story 2"


@settings(deadline=None)
@given(written)
def test_atom_reads_back(text: str) -> None:
    root = etree.fromstring(render(Atom(), document_of(text)))
    safe = xml_safe(text)
    plain = found(
        root,
        "a:subtitle",
        "a:rights",
        "a:entry/a:title",
        "a:entry/a:summary",
        "a:entry/a:rights",
        "a:entry/a:author/a:name",
        "a:entry/dc:source",
        "a:entry/dc:coverage",
        "a:entry/media:content/media:credit",
        "a:entry/media:content/media:text",
    )
    assert plain == dict.fromkeys(plain, safe)
    assert root.findtext("a:title", namespaces=NAMES) == safe.strip()
    category = root.find("a:entry/a:category", NAMES)
    assert category is not None
    assert (category.get("term"), category.get("label")) == (safe, safe)
    assert is_noted(root, safe)
    assert says(root.findtext("a:entry/a:content", "", NAMES), safe)
    assert len(root.findall("a:entry", NAMES)) == 2


@settings(deadline=None)
@given(written)
def test_rdf_reads_back(text: str) -> None:
    root = etree.fromstring(render(Rdf(), document_of(text)))
    safe = xml_safe(text)
    plain = found(
        root,
        "rss:channel/rss:description",
        "rss:channel/dc:rights",
        "rss:item/rss:title",
        "rss:item/dc:subject",
        "rss:item/dc:creator",
        "rss:item/dc:source",
        "rss:item/dc:coverage",
        "rss:item/dc:rights",
    )
    assert plain == dict.fromkeys(plain, safe)
    assert root.findtext("rss:channel/rss:title", namespaces=NAMES) == safe.strip()
    assert unescape(root.findtext("rss:item/rss:description", "", NAMES)) == safe
    assert is_noted(root, safe)
    assert says(root.findtext("rss:item/content:encoded", "", NAMES), safe)
    assert [element.text for element in root.iterfind("rss:item/rss:title", NAMES)][-1] == "Story 2"


@settings(deadline=None)
@given(written)
def test_json_reads_back(text: str) -> None:
    feed_of: dict[str, Any] = json.loads(render(JsonFeed(), document_of(text)))
    safe = xml_safe(text)
    item, innocent = feed_of["items"]
    extension = item["_dateline"]
    assert [feed_of["description"], feed_of["user_comment"], feed_of["_dateline"]["rights"]] == [safe] * 3
    assert [item["title"], item["summary"], item["authors"][0]["name"], item["tags"][0]] == [safe] * 4
    assert [extension["source"]["name"], extension["dateline"], extension["rights"]] == [safe] * 3
    assert [extension["image"][name] for name in ("alt", "caption", "credit")] == [safe] * 3
    assert says(item["content_html"], safe)
    assert innocent["title"] == "Story 2"


@settings(deadline=None)
@given(texts)
@example("")
@example("\x00 \ud800")
def test_even_nothing_makes_a_feed_that_readers_accept(text: str) -> None:
    for format in (Rss(), Rdf(), Atom()):
        body = render(format, document_of(text))
        etree.fromstring(body)
        read = feedparser.parse(body)
        assert not read.bozo
        assert len(read.entries) == 2
        assert read.entries[1].title == "Story 2"


def folded(text: str) -> str:
    return " ".join(text.split())


@settings(deadline=None)
@given(texts.filter(lambda text: not re.search("[\x80-\x9f]", text)).map("港{}".format))
def test_feedparser_reads_the_same_text(text: str) -> None:
    """Without C1 controls, which feedparser takes for Windows-1252, and never in Latin-1 alone, which it takes for UTF-8."""
    safe = folded(xml_safe(text))
    for format in (Rss(), Rdf(), Atom()):
        read = feedparser.parse(render(format, document_of(text)))
        entry = read.entries[0]
        assert not read.bozo
        assert says(entry.content[0].value, safe)
        assert text_of(entry.summary) == text_of(entry.summary_detail.value) == safe
        if format.name == "atom":
            assert folded(entry.title) == folded(entry.authors[0].name) == safe


@settings(deadline=None)
@given(texts, texts)
def test_no_guid_or_url_breaks_a_feed(guid: str, url: str) -> None:
    item = replace(FULL, guid=guid, url=url, content_html='<a href="/x">&#1;x</a>', language=url)
    for format in (Rss(), Rdf(), Atom()):
        etree.fromstring(render(format, feed(item)))
    assert json.loads(render(JsonFeed(), feed(item)))["items"][0]["id"] == xml_safe(guid)
