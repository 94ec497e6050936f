"""Feeds as a reader takes them in: WordPress's and ours become the same values, to be compared entry by entry."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from html import unescape
from typing import Any
from urllib.parse import unquote, urlsplit

from lxml import etree, html

ANNOTATE = "{http://purl.org/rss/1.0/modules/annotate/}"
ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
DC = "{http://purl.org/dc/elements/1.1/}"
DCTERMS = "{http://purl.org/dc/terms/}"
ENC = "{http://purl.oclc.org/net/rss_2.0/enc#}"
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
RSS_1 = "{http://purl.org/rss/1.0/}"
SLASH = "{http://purl.org/rss/1.0/modules/slash/}"
THR = "{http://purl.org/syndication/thread/1.0}"
WFW = "{http://wellformedweb.org/CommentAPI/}"

_BLOCKS = ("p", "li", "figure", "figcaption", "blockquote", "br", "h2", "h3", "div")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An item or entry. Texts are without markup, their white space folded."""

    guid: str
    title: str
    link: str
    published: datetime
    updated: datetime
    """Of an RSS 2.0 item, when it was published."""
    author: str
    categories: frozenset[str]
    """What a person reads of them."""
    content: str
    summary: str
    replies: int | None
    comment_feed: str
    in_reply_to: str
    """The guid of what it answers; '' in RSS 2.0."""
    enclosures: tuple[tuple[str, str, str], ...]
    """URL, type and length of each."""


def read_feed(document: bytes) -> list[Entry]:
    """The entries of an RSS 2.0, RSS 1.0 or Atom 1.0 feed, in its order."""
    root = etree.fromstring(document)
    if root.tag == "rss":
        return [_item(item) for item in root.iterfind("channel/item")]
    if root.tag == f"{RDF}RDF":
        return [_node(node) for node in root.iterfind(f"{RSS_1}item")]
    return [_entry(entry) for entry in root.iterfind(f"{ATOM}entry")]


def _item(item: Any) -> Entry:
    published = parsedate_to_datetime(_text(item, "pubDate")).astimezone(UTC)
    count = item.find(f"{SLASH}comments")
    return Entry(
        guid=_text(item, "guid"),
        # A comment's title in WordPress holds its author's name without escaping, elements and all.
        title=folded("".join(item.find("title").itertext())),
        link=_text(item, "link"),
        published=published,
        updated=published,
        author=_text(item, f"{DC}creator"),
        categories=frozenset(folded(node.text) for node in item.iterfind("category")),
        content=text_of_html(_text(item, f"{CONTENT}encoded")),
        summary=text_of_html(_text(item, "description")),
        replies=None if count is None else int(count.text),
        comment_feed=_text(item, f"{WFW}commentRss"),
        in_reply_to="",
        enclosures=tuple(
            (node.get("url"), node.get("type"), node.get("length")) for node in item.iterfind("enclosure")
        ),
    )


def _node(node: Any) -> Entry:
    published = datetime.fromisoformat(_text(node, f"{DC}date")).astimezone(UTC)
    modified, count = _text(node, f"{DCTERMS}modified"), node.find(f"{SLASH}comments")
    answered = node.find(f"{ANNOTATE}reference")
    return Entry(
        guid=node.get(f"{RDF}about"),
        title=folded(_text(node, f"{RSS_1}title")),
        link=_text(node, f"{RSS_1}link"),
        published=published,
        updated=datetime.fromisoformat(modified).astimezone(UTC) if modified else published,
        author=_text(node, f"{DC}creator"),
        # WordPress escapes names twice here.
        categories=frozenset(folded(unescape(subject.text)) for subject in node.iterfind(f"{DC}subject")),
        content=text_of_html(_text(node, f"{CONTENT}encoded")),
        summary=text_of_html(_text(node, f"{RSS_1}description")),
        replies=None if count is None else int(count.text),
        comment_feed=_text(node, f"{WFW}commentRss"),
        in_reply_to="" if answered is None else answered.get(f"{RDF}resource"),
        enclosures=tuple(
            (file.get(f"{RDF}resource"), file.get(f"{ENC}type"), file.get(f"{ENC}length"))
            for file in node.iterfind(f"{ENC}enclosure")
        ),
    )


def _entry(entry: Any) -> Entry:
    links = {(link.get("rel"), link.get("type")): link.get("href") for link in entry.iterfind(f"{ATOM}link")}
    total, answered = entry.find(f"{THR}total"), entry.find(f"{THR}in-reply-to")
    title = entry.find(f"{ATOM}title")
    written = folded("".join(title.itertext()))
    return Entry(
        guid=_text(entry, f"{ATOM}id"),
        title=text_of_html(written) if title.get("type") == "html" else written,
        link=links["alternate", "text/html"],
        published=datetime.fromisoformat(_text(entry, f"{ATOM}published")).astimezone(UTC),
        updated=datetime.fromisoformat(_text(entry, f"{ATOM}updated")).astimezone(UTC),
        # The same fault.
        author=folded("".join(entry.find(f"{ATOM}author/{ATOM}name").itertext())),
        categories=frozenset(
            folded(unescape(node.get("label") or node.get("term"))) for node in entry.iterfind(f"{ATOM}category")
        ),
        content=text_of_html(_text(entry, f"{ATOM}content")),
        summary=text_of_html(_text(entry, f"{ATOM}summary")),
        replies=None if total is None else int(total.text),
        comment_feed=links.get(("replies", "application/atom+xml"), ""),
        in_reply_to="" if answered is None else answered.get("ref"),
        enclosures=tuple(
            (link.get("href"), link.get("type"), link.get("length"))
            for link in entry.iterfind(f"{ATOM}link[@rel='enclosure']")
        ),
    )


def _text(parent: Any, path: str) -> str:
    return (parent.findtext(path) or "").strip()


def folded(text: str | None) -> str:
    return " ".join((text or "").split())


def text_of_html(markup: str) -> str:
    """What a browser shows of it; scripts and styles are no text."""
    if not markup.strip():
        return ""
    root = html.fragment_fromstring(markup, create_parent="div")
    for node in list(root.iter("script", "style")):
        node.drop_tree()
    return folded("".join(_words(root)))


def _words(node: Any) -> Iterator[str]:
    if isinstance(node.tag, str):
        yield " " if node.tag in _BLOCKS else ""
        yield node.text or ""
        for child in node:
            yield from _words(child)
        yield " " if node.tag in _BLOCKS else ""
    yield node.tail or ""


def path_of(url: str) -> str:
    """An address without its host and fragment, decoded."""
    parts = urlsplit(url)
    return unquote(parts.path) + (f"?{parts.query}" if parts.query else "")
