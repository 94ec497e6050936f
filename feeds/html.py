"""HTML from outside: sanitised at the door, made absolute when rendered, read as text."""

import re
from collections import Counter
from functools import lru_cache
from html import unescape

import nh3

from feeds.text import xml_safe

_TAGS = (set(nh3.ALLOWED_TAGS) | {"audio", "video", "source", "picture"}) - {"map", "area", "nav"}
_ATTRIBUTES: dict[str, set[str]] = {
    "*": {"lang", "dir", "title"},
    "a": {"href", "hreflang"},
    "img": {"src", "alt", "width", "height"},
    "audio": {"src", "controls"},
    "video": {"src", "controls", "poster", "width", "height"},
    "source": {"src", "type"},
    "blockquote": {"cite"},
    "q": {"cite"},
    "del": {"cite", "datetime"},
    "ins": {"cite", "datetime"},
    "time": {"datetime"},
    "ol": {"start", "reversed"},
    "td": {"colspan", "rowspan", "headers"},
    "th": {"colspan", "rowspan", "headers", "scope"},
    "col": {"span"},
    "colgroup": {"span"},
}
_SCHEMES = {"http", "https", "mailto", "tel"}
_ARTICLE = nh3.Cleaner(tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=_SCHEMES, link_rel=None)

_COMMENT_ATTRIBUTES = {"a": {"href", "title"}, "blockquote": {"cite"}, "q": {"cite"}, "del": {"datetime"}}
_COMMENT = nh3.Cleaner(
    tags={
        "a", "abbr", "acronym", "b", "blockquote", "br", "cite", "code", "del", "em", "i", "p", "q", "s", "strike", "strong"
    },
    attributes=_COMMENT_ATTRIBUTES,
    url_schemes={"http", "https", "mailto"},
    link_rel="nofollow ugc noopener",
)  # fmt: skip

_BLOCK = re.compile(
    r"<(?:br|/?(?:p|div|li|ul|ol|h[1-6]|blockquote|figure|figcaption|tr|table|pre|section|article))\b[^<>]*>", re.I
)
_TEXT = nh3.Cleaner(tags=set(), clean_content_tags={"script", "style"}, attributes={}, link_rel=None)

_TAG = re.compile(r"<(/?)([a-z][^\s/<>]*)", re.I)
_NEVER_OPEN = {
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
    "p", "li", "dt", "dd", "option", "optgroup", "tbody", "thead", "tfoot", "tr", "td", "th", "rp", "rt",
}  # fmt: skip
"""Elements that are empty, or that the next of their kind closes: a page of them unclosed is not deep."""

_WALLS = {"applet", "marquee", "object", "table", "template"}
"""Elements that an end tag inside them does not reach across (HTML, 13.2.4.2)."""

MAX_DEPTH = 250
"""Elements within each other. HTML parsers take quadratic time on deeper documents (a megabyte of `<div>`: minutes)."""


def too_deep(html: str) -> bool:
    """Whether HTML from outside is nested so deep that it must not be sanitised."""
    walled: list[tuple[str, Counter[str]]] = [("", Counter())]
    depth = 0
    for closing, name in _TAG.findall(html):
        tag = name.lower()
        wall, opened = walled[-1]
        if tag in _NEVER_OPEN:
            continue
        if not closing:
            depth += 1
            if depth > MAX_DEPTH:
                return True
            if tag in _WALLS:
                walled.append((tag, Counter()))
            else:
                opened[tag] += 1
        elif tag == wall:
            depth -= 1 + opened.total()
            walled.pop()
        elif opened[tag]:
            opened[tag] -= 1
            depth -= 1
    return False


def sanitize_article(html: str) -> str:
    """An article's body as it is kept: no script, frame, style, form or handler; relative URLs stay relative."""
    return _sanitized(_ARTICLE, html)


def sanitize_comment(html: str) -> str:
    """A comment's body as it is kept: the few elements that WordPress allows readers, links marked as theirs."""
    return _sanitized(_COMMENT, html)


_LINE_FEED = re.compile(r"(<pre(?: [^<>]*)?>)\n+")
"""One after `<pre>` is no text (HTML, 13.2.6.4.7): whoever reads it drops it."""


def _sanitized(cleaner: nh3.Cleaner, html: str) -> str:
    """Cleaned until cleaning changes nothing: what an element left behind when it was taken out may read as another tree."""
    html = xml_safe(html)
    for _ in range(10):
        cleaned = _LINE_FEED.sub(r"\1", xml_safe(cleaner.clean(html))).strip()
        if cleaned == html:
            break
        html = cleaned
    return html


_RELATIVE = re.compile(r'\b(?:href|src|cite|poster)="(?!(?:https?|mailto|tel):)', re.I)
"""Attributes of sanitised HTML are always quoted so."""


@lru_cache(maxsize=8)
def _absolute(base_url: str) -> nh3.Cleaner:
    # Every attribute that passed the door passes again; only URLs change.
    attributes = {tag: set(names) for tag, names in _ATTRIBUTES.items()}
    attributes["a"] |= {"rel"}
    return nh3.Cleaner(
        tags=_TAGS,
        attributes=attributes,
        url_schemes=_SCHEMES,
        link_rel=None,
        url_relative=("rewrite_with_base", base_url),
    )


def absolute_html(html: str, base_url: str) -> str:
    """Sanitised HTML with its relative URLs resolved against `base_url` (RFC 3986, section 5)."""
    # Most bodies have none; a cleaner for each base costs 50 to 160 us, a third of an entry's rendering.
    return _absolute(base_url).clean(html) if _RELATIVE.search(html) else html


def text_of(html: str) -> str:
    """What a person reads, on one line: tags gone, blocks apart, references resolved."""
    return " ".join(xml_safe(unescape(_TEXT.clean(_BLOCK.sub(" ", html)))).split())
