"""HTML from outside: sanitised at the door, made absolute when rendered, read as text."""

import re
from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from functools import lru_cache
from hashlib import blake2b
from html import unescape
from urllib.parse import unquote, urljoin

import nh3

from feeds.clean.embeds import for_any_reader
from feeds.clean.tags import MAX_DEPTH, is_deep, well_formed, without_stand_ins
from feeds.clean.text import shorten, xml_safe
from feeds.clean.tokenizer import EMBED, anchors_of, text_pieces
from feeds.origins import with_ascii_host

__all__ = [
    "MAX_DEPTH",
    "URL_ATTRIBUTES",
    "absolute_html",
    "moved_html",
    "sanitize_article",
    "sanitize_comment",
    "text_of",
    "too_deep",
    "within_page",
]

_TAGS = (set(nh3.ALLOWED_TAGS) | {"audio", "video", "source", "track", "section"}) - {"map", "area", "nav"}
_ATTRIBUTES: dict[str, set[str]] = {
    "*": {"id", "lang", "dir", "title"},
    "a": {"class", "href", "hreflang"},
    "img": {"src", "alt", "width", "height"},
    "audio": {"src", "controls"},
    "video": {"src", "controls", "poster", "width", "height"},
    "source": {"src", "type"},
    "track": {"src", "kind", "srclang", "label"},
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
URL_ATTRIBUTES = ("href", "src", "poster", "cite")
"""Those of the attributes above that hold a URL: each is refused by its scheme, and made absolute when rendered."""


def _filter(schemes: set[str], base_url: str = "") -> Callable[[str, str, str], str | None]:
    """What becomes of an attribute: the cleaner itself knows `cite` for no URL, and leaves hosts as they are written."""

    def filtered(_tag: str, name: str, value: str) -> str | None:
        if name == "class":
            return value if value == EMBED else None
        if name in URL_ATTRIBUTES and not value.isascii():
            value = _with_ascii_host(value)
        if name != "cite":
            return value
        # What browsers look past in a URL (WHATWG URL, section 4.4).
        url = value.strip(_BLANKS).translate(_DROPPED)
        scheme = _SCHEME.match(url)
        if len(url) > _LONGEST_URL:
            return None
        if scheme:
            return value if scheme[1].lower() in schemes else None
        try:
            return urljoin(base_url, url)
        except ValueError:
            return None

    return filtered


def _with_ascii_host(url: str) -> str:
    """A URL with its host in ASCII: SimplePie, for one, percent-encodes the letters of another, and the link leads nowhere."""
    try:
        return with_ascii_host(url.strip()) if len(url) <= _LONGEST_URL else url
    except ValueError:
        return url


_LONGEST_URL = 2048
"""Characters; `urljoin` remembers what it has split."""
_BLANKS = "".join(map(chr, range(0x21)))
_DROPPED = dict.fromkeys(map(ord, "\t\n\r"))
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.I)
_ARTICLE = nh3.Cleaner(
    tags=_TAGS,
    attributes=_ATTRIBUTES,
    url_schemes=_SCHEMES,
    link_rel=None,
    attribute_filter=_filter(_SCHEMES),
)

_COMMENT_ATTRIBUTES = {"a": {"href", "title"}, "blockquote": {"cite"}, "q": {"cite"}, "del": {"datetime"}}
_COMMENT_TAGS = {
    "a", "abbr", "acronym", "b", "blockquote", "br", "cite", "code", "del", "em", "i", "p", "q", "s", "strike", "strong",
}  # fmt: skip
_COMMENT_SCHEMES = {"http", "https", "mailto"}
_COMMENT = nh3.Cleaner(
    tags=_COMMENT_TAGS,
    attributes=_COMMENT_ATTRIBUTES,
    url_schemes=_COMMENT_SCHEMES,
    link_rel="nofollow ugc noopener",
    attribute_filter=_filter(_COMMENT_SCHEMES),
)


def _kept(tags: set[str], attributes: Mapping[str, set[str]]) -> Mapping[str, AbstractSet[str]]:
    return {tag: attributes.get(tag, frozenset()) | attributes.get("*", set()) for tag in tags}


_ARTICLE_KEPT = _kept(_TAGS, _ATTRIBUTES)
_COMMENT_KEPT = _kept(_COMMENT_TAGS, _COMMENT_ATTRIBUTES)
_RENDERED_KEPT = {**_ARTICLE_KEPT, "a": _ARTICLE_KEPT["a"] | {"rel"}}

_WITHIN_WORDS = {
    "a", "abbr", "acronym", "b", "bdi", "bdo", "cite", "code", "data", "del", "dfn", "em", "i", "img", "ins", "kbd", "mark", "q",
    "rp", "rt", "rtc", "ruby", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
}  # fmt: skip
"""Elements that may begin or end within a word."""
_APART = frozenset(_TAGS - _WITHIN_WORDS)
"""Elements whose words are no others' neighbours."""
_PICTURED = frozenset({"figure"})


def too_deep(html: str) -> bool:
    """Whether HTML from outside has more than MAX_DEPTH elements within each other: the tags of deeper ones are not kept."""
    return is_deep(html, _ARTICLE_KEPT)


def sanitize_article(html: str, page: str = "") -> str:
    """An article's body as it is kept: no script, frame, style, form or handler; relative URLs stay relative.

    What was embedded is kept as a picture, a player or a link; of ids, those that the body itself links to. `page` is the address
    that the body was published at: links to it with a fragment are links within the body.
    """
    html = _with_held(xml_safe(html))
    html = _with_links_within(html, page) if page else html
    anchors = anchors_of(html)
    html = for_any_reader(html, _ARTICLE_KEPT, _as_they_are(anchors))
    html = _sanitized(_ARTICLE, _ARTICLE_KEPT, html, _as_they_are(anchors))
    # A link that was dropped leaves its id without one.
    while anchors and (remaining := anchors_of(html)) != anchors:
        anchors = remaining
        html = _sanitized(_ARTICLE, _ARTICLE_KEPT, html, _as_they_are(anchors))
    return html


_HELD = re.compile(r"<div\b(?:(?!\sdata-html=)[^<>])*+\sdata-html=\"(?P<held>[^\"<>]++)\"[^<>]*+>(?=\s*+</div\b)", re.I)
"""An empty element that a script fills with the HTML in an attribute of it: Squarespace's films."""


def _with_held(html: str) -> str:
    return _HELD.sub(lambda found: found[0] + unescape(found["held"]), html) if "data-html=" in html else html


def _with_links_within(html: str, page: str) -> str:
    address = page.partition("#")[0].partition("//")[2].rstrip("/")
    # Few bodies name their own address, and a pattern for each takes longer than to look for it.
    if address.lower() not in html.lower():
        return html
    return re.sub(rf"(href\s*=\s*[\"']?)(?:https?:)?//{re.escape(address)}/?(?=#)", r"\1", html, flags=re.I)


def _as_they_are(anchors: Iterable[str]) -> Mapping[str, str]:
    return {anchor: anchor for anchor in anchors}


def sanitize_comment(html: str) -> str:
    """A comment's body as it is kept: the few elements that WordPress allows readers, links marked as theirs."""
    return _sanitized(_COMMENT, _COMMENT_KEPT, xml_safe(html))


_LINE_FEED = re.compile(r"(<pre(?: [^<>]*)?>)\n+")
"""One after `<pre>` is no text (HTML, 13.2.6.4.7): whoever reads it drops it."""


def _sanitized(
    cleaner: nh3.Cleaner, kept: Mapping[str, AbstractSet[str]], html: str, anchors: Mapping[str, str] | None = None
) -> str:
    """Made well-formed, which bounds what a parser has to do, then cleaned until cleaning changes nothing: what was taken out may
    have left behind what reads as another tree.
    """
    html = well_formed(html, kept, anchors)
    for _ in range(10):
        cleaned = _LINE_FEED.sub(r"\1", cleaner.clean(html)).strip()
        if cleaned == html:
            break
        html = cleaned
    return without_stand_ins(html)


_BEHIND = "|".join(f'(?<=\\b{name}=")' for name in URL_ATTRIBUTES)
_RELATIVE = re.compile(f'="(?i:(?:{_BEHIND})(?!(?:https?|mailto|tel):))')
"""Attributes of sanitised HTML are always quoted so. What is looked for first is rare: a long text is passed over fast."""


_PLAYER = re.compile("<(?:audio|video) ")


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
        attribute_filter=_filter(_SCHEMES, base_url),
    )


def absolute_html(html: str, base_url: str) -> str:
    """Sanitised HTML with its relative URLs resolved against `base_url` (RFC 3986, section 5).

    Its ids, and the links to them, are made different from those of the page around it and of bodies with other bases: each is
    followed by '_' and a digest of the base.
    """
    # Most bodies have none; a cleaner for each base costs 50 to 160 us, a third of an entry's rendering.
    if not _RELATIVE.search(html) and ' id="' not in html:
        return html
    end = blake2b(base_url.encode(errors="replace"), digest_size=4).hexdigest()
    return _resolved(html, base_url, {anchor: f"{anchor}_{end}" for anchor in anchors_of(html)})


def moved_html(html: str, base_url: str) -> str:
    """Sanitised HTML with its relative URLs resolved, to be published elsewhere: links within it stay so."""
    if not _RELATIVE.search(html):
        return html
    anchors = anchors_of(html)
    return _within(_resolved(html, base_url, _as_they_are(anchors)), base_url, lambda place: unquote(place) in anchors)


def _resolved(html: str, base_url: str, anchors: Mapping[str, str]) -> str:
    # What an older version let in may be anything but well-formed, and has players that nobody can start.
    if _PLAYER.search(html) and f'class="{EMBED}"' not in html:
        html = for_any_reader(html, _RENDERED_KEPT, _as_they_are(anchors))
    return without_stand_ins(_absolute(base_url).clean(well_formed(html, _RENDERED_KEPT, anchors)))


def within_page(html: str, base_url: str) -> str:
    """What `absolute_html` made of a body, for the page at that address itself: links to its parts leave it for no other address,
    whichever address it is read at.
    """
    return _within(html, base_url, lambda _: True)


def _within(html: str, base_url: str, is_there: Callable[[str], bool]) -> str:
    if "#" not in html:
        return html
    start, fragment, _ = _absolute(base_url).clean('<a href="#"></a>').removeprefix("<a ").partition("#")
    link = re.compile(f'(?<= ){re.escape(start)}#([^"<>]*)')
    return link.sub(lambda found: f'href="#{found[1]}' if is_there(found[1]) else found[0], html) if fragment else html


def text_of(html: str) -> str:
    """What a person reads, on one line: tags gone, blocks apart, references resolved."""
    return _line(text_pieces(html, _APART) if "<" in html or "&" in html else (html,))


_BEGINNING = 20_000
"""Characters of HTML that its excerpt is made of."""


def excerpt(html: str, words: int) -> str:
    """The first words of what a person reads, with '…' where more follow; what is said of pictures only where there is no more.

    It costs the same however long the text is.
    """
    return _excerpt(html, words, _PICTURED) or _excerpt(html, words, frozenset())


def _excerpt(html: str, words: int, without: AbstractSet[str]) -> str:
    # What the cut goes through may be half a word, a tag or a reference.
    pieces, read = [], 0
    for piece in text_pieces(html[:_BEGINNING], _APART, without):
        pieces.append(piece)
        # Of the words of two pieces one may go on in the other.
        read += len(piece.split()) - 1
        if read > words:
            return shorten(_line(pieces), words)
    text = _line(pieces)
    if len(html) <= _BEGINNING:
        return shorten(text, words)
    whole = text.rpartition(" ")[0] or text
    return shorten(f"{whole} …", words) if whole else ""


def _line(pieces: Iterable[str]) -> str:
    return " ".join(xml_safe("".join(pieces)).split())
