"""HTML for those who take few elements, nested no deeper than they like: the others' tags are replaced, and no words are lost."""

import re
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from html import escape

from feeds.clean.shown import name_of
from feeds.clean.tags import VOID, well_formed, without_stand_ins
from feeds.clean.tokenizer import Tag, attributes, tokens

_INLINE = frozenset(
    {
        "a", "abbr", "acronym", "b", "bdi", "bdo", "cite", "code", "data", "del", "dfn", "em", "i", "ins", "kbd", "mark", "q",
        "rp", "rt", "rtc", "ruby", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var",
    }
)  # fmt: skip
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_TABLE_PARTS = frozenset({"caption", "col", "colgroup", "tbody", "td", "tfoot", "th", "thead", "tr"})
_BLOCKS = frozenset(
    {
        *_HEADINGS, *_TABLE_PARTS, "article", "aside", "audio", "blockquote", "center", "dd", "details", "div", "dl", "dt",
        "figcaption", "figure", "footer", "header", "hgroup", "hr", "li", "nav", "ol", "p", "pre", "section", "summary", "table",
        "ul", "video",
    }
)  # fmt: skip
_ATTRIBUTES = frozenset(
    {"alt", "cite", "colspan", "dir", "height", "href", "lang", "rowspan", "span", "src", "start", "title", "width"}
)
_READ = dict.fromkeys((*_INLINE, *_BLOCKS, "br", "img", "source", "wbr"), _ATTRIBUTES)
_WHOLES = {"li": ("ol", "ul"), **dict.fromkeys(_TABLE_PARTS, ("table",))}
"""What is nothing without the element around it, and which that is."""
_LEVELS = {"blockquote": 2, "ol": 3, "table": 5, "ul": 3}
"""Elements within each other that one needs to be of use."""
_QUOTES = {"q": ("\u201c", "\u201d")}
"""What stands for tags that are taken out."""
_RENAMED = {"bdi": "span", "bdo": "span", "h6": "h5"}
_MEDIA = frozenset({"audio", "video"})
_LINK = re.compile(r"(?:https?://|mailto:)", re.I)
_PICTURE = re.compile(r"https?://", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    tags: Mapping[str, AbstractSet[str]]
    """The elements that may be there, and the attributes of each."""
    depth: int
    """How many of them may stand within each other."""


def restricted(html: str, allowed: Allowed) -> str:
    """The HTML with the allowed elements alone. Its URLs are absolute already; what is linked to within it loses its ids.

    What stood in a block of its own stands in a paragraph of its own, or after a line break where there is no room for one. Time
    and size are in proportion to the text.
    """
    read = list(tokens(without_stand_ins(well_formed(html, _READ))))
    return _Writer(allowed, _holding(read, _is_block), _holding(read, _is_said)).write(read)


def _is_block(token: str | Tag) -> bool:
    return not isinstance(token, str) and token["tag"] in _BLOCKS


def _is_said(token: str | Tag) -> bool:
    """Whether it is something to read or to see."""
    if isinstance(token, str):
        return not token.isspace()
    if token["tag"] != "img":
        return False
    found = attributes(token["rest"], _ATTRIBUTES)
    return bool(_PICTURE.match(found.get("src", "")) or found.get("alt", "").strip())


def _holding(read: list[str | Tag], what: Callable[[str | Tag], bool]) -> AbstractSet[int]:
    """The places of start tags of elements in which such a thing stands."""
    holding: set[int] = set()
    around: list[int] = []
    for place, token in enumerate(read):
        if not isinstance(token, str) and token["end"]:
            around.pop()
            continue
        if what(token):
            for above in reversed(around):
                if above in holding:
                    break
                holding.add(above)
        if not isinstance(token, str) and token["tag"] not in VOID:
            around.append(place)
    return holding


@dataclass(slots=True)
class _Open:
    """An element of what is read that is open."""

    name: str
    loose: bool
    """Words right in it need a paragraph of their own."""
    end: str = ""
    """What is written at its end."""
    levels: int = 0
    """How many elements it is in what is written."""
    words: int = 0
    """How many texts were written before it."""
    url: str = ""


@dataclass(slots=True)
class _Writer:
    allowed: Allowed
    with_blocks: AbstractSet[int]
    with_words: AbstractSet[int]
    out: list[str] = field(default_factory=list)
    open: list[_Open] = field(default_factory=list)
    depth: int = 0
    words: int = 0
    paragraphs: int = 0
    """Elements that are open in what is written, in which there can be no blocks."""
    links: int = 0
    implied: bool = False
    """A paragraph is open that nothing read has begun."""
    fresh: bool = True
    """Nothing stands on this line yet."""
    broken: bool = False
    """What comes next stands on a line of its own."""
    preformatted: int = 0
    wholes: dict[tuple[str, ...], list[bool]] = field(default_factory=lambda: {("ol", "ul"): [], ("table",): []})
    """Of lists and tables that are open, whether they are written."""

    def write(self, read: list[str | Tag]) -> str:
        for place, token in enumerate(read):
            if isinstance(token, str):
                self._text(token)
            elif token["tag"] in VOID:
                self._void(token)
            elif token["end"]:
                self._end()
            else:
                self._start(place, token)
        self._close_implied()
        return "".join(self.out)

    def _text(self, text: str) -> None:
        if not self.preformatted:
            self._line(text)
            return
        for number, line in enumerate(text.split("\n")):
            if number:
                self._break()
            if line:
                self._line(line)

    def _line(self, text: str) -> None:
        if text.isspace():
            self.out.append(text)
            return
        self._begin_line()
        self.words += 1
        self.out.append(escape(text, quote=False))

    def _begin_line(self) -> None:
        """Before words, pictures and inline elements with any."""
        self._begin_paragraph()
        if self.broken:
            self.out.append("<br>")
        self.broken = self.fresh = False

    def _begin_paragraph(self) -> None:
        is_loose = bool(self.open) and self.open[-1].loose and not self.paragraphs
        if is_loose and self.depth < self.allowed.depth:
            self._block("<p>")
            self.implied = True
            self.depth += 1
            self.paragraphs += 1

    def _block(self, tag: str) -> None:
        self.out.append(tag)
        self.fresh, self.broken = True, False

    def _break(self) -> None:
        self.broken = not self.fresh

    def _close_implied(self) -> None:
        if self.implied:
            self._block("</p>")
            self.implied = False
            self.depth -= 1
            self.paragraphs -= 1

    def _void(self, token: Tag) -> None:
        found = attributes(token["rest"], _ATTRIBUTES)
        match token["tag"]:
            case "br":
                self._break()
            case "hr":
                self._boundary()
            case "img":
                self._picture(found)
            case "source" if self.open and self.open[-1].name in _MEDIA:
                self.open[-1].url = self.open[-1].url or found.get("src", "")
            case "col" if self._has_room("col"):
                self.out.append(self._tag("col", found))

    def _picture(self, found: Mapping[str, str]) -> None:
        if _PICTURE.match(found.get("src", "")):
            self._begin_line()
            self.out.append(self._tag("img", found))
        elif found.get("alt", "").strip():
            self._line(found["alt"])

    def _boundary(self) -> None:
        """A block begins or ends."""
        self._close_implied()
        self._break()

    def _start(self, place: int, token: Tag) -> None:
        name = token["tag"]
        found = attributes(token["rest"], _ATTRIBUTES)
        if name in _BLOCKS:
            self._boundary()
            opened = self._start_block(name, found)
        else:
            opened = self._start_inline(name, found, place)
        opened.words = self.words
        self.depth += opened.levels
        self.open.append(opened)
        self.preformatted += name == "pre" and not opened.end
        if name in ("ol", "ul", "table"):
            self.wholes[_kind_of(name)].append(bool(opened.end))

    def _start_block(self, name: str, found: Mapping[str, str]) -> _Open:
        written = _RENAMED.get(name, name)
        if name == "div" or self.paragraphs or not self._has_room(written):
            return _Open(name, loose=True, url=found.get("src", ""))
        self._block(self._tag(written, found))
        self.paragraphs += written == "p" or written in _HEADINGS
        return _Open(name, loose=False, end=f"</{written}>", levels=1)

    def _start_inline(self, name: str, found: Mapping[str, str], place: int) -> _Open:
        loose = bool(self.open) and self.open[-1].loose
        written = _RENAMED.get(name, name)
        if name == "bdi":
            found = {"dir": "auto", **found}
        if place in self.with_blocks:
            self._close_implied()
        else:
            self._begin_paragraph()
            loose = False
            if place in self.with_words:
                self._begin_line()
        before, after = _QUOTES.get(name, ("", "")) if written not in self.allowed.tags else ("", "")
        self.out.append(before)
        tag = self._tag(written, found)
        is_nothing = (written == "span" and tag == "<span>") or (written == "a" and "href" not in tag)
        if is_nothing or not self._has_room(written):
            return _Open(name, loose=loose, end=after)
        self.out.append(tag)
        self.links += written == "a"
        return _Open(name, loose=loose, end=f"</{written}>", levels=1)

    def _has_room(self, name: str) -> bool:
        """Whether an element may be written where we are."""
        if name not in self.allowed.tags:
            return False
        if name in _WHOLES:
            around = self.wholes[_WHOLES[name]]
            return bool(around) and around[-1]
        return self.depth + _LEVELS.get(name, 1) <= self.allowed.depth

    def _end(self) -> None:
        closed = self.open[-1]
        if closed.name in _MEDIA and closed.url and closed.words == self.words:
            self._medium(closed.url)
        if closed.name in _BLOCKS:
            self._boundary()
        elif closed.loose:
            self._close_implied()
        self.open.pop()
        self.depth -= closed.levels
        self.preformatted -= closed.name == "pre" and not closed.end
        if closed.name in ("ol", "ul", "table"):
            self.wholes[_kind_of(closed.name)].pop()
        if closed.name in _BLOCKS and closed.end:
            self._block(closed.end)
            name = closed.end[2:-1]
            self.paragraphs -= name == "p" or name in _HEADINGS
        else:
            self.out.append(closed.end)
            self.links -= closed.end == "</a>"

    def _medium(self, url: str) -> None:
        """Sound or film that has no link in it is a link."""
        self._begin_line()
        words = escape(name_of(url), quote=False)
        is_link = "a" in self.allowed.tags and not self.links and self.depth < self.allowed.depth and _LINK.match(url)
        self.out.append(f'<a href="{escape(url)}">{words}</a>' if is_link else words)

    def _tag(self, name: str, found: Mapping[str, str]) -> str:
        kept = {key: value for key, value in found.items() if key in self.allowed.tags.get(name, ())}
        if name == "a" and not _LINK.match(kept.get("href", "")):
            kept.pop("href", None)
        return f"<{name}" + "".join(f' {key}="{escape(value)}"' for key, value in kept.items()) + ">"


def _kind_of(whole: str) -> tuple[str, ...]:
    return ("table",) if whole == "table" else ("ol", "ul")
