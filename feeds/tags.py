"""HTML from outside, read in one pass and made well-formed before a parser sees it.

A parser repairs what is wrong with a document as HTML prescribes (13.2.6), and pays for it with work at each tag for every element
that is open, and with formatting that it opens again in each paragraph: a few kilobytes can keep it busy for minutes, or make it
write a hundred times what it read. In what leaves here there is nothing to repair: every element is one of those that are kept
anyway, stands where it may, and is closed; references are resolved. Time and size are in proportion to the text.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from html import escape, unescape

from feeds.text import xml_safe

MAX_DEPTH = 250
"""Elements within each other; the tags of deeper ones are dropped, their text is kept."""

_S = r"[\t\n\f\r ]"
_ATTRIBUTE = (
    rf"(?P<name>=[^\t\n\f\r />=]*+|[^\t\n\f\r />=]++)"
    rf"(?:{_S}*+={_S}*+(?:\"(?P<double>[^\"]*+)(?:\"|\Z)|'(?P<single>[^']*+)(?:'|\Z)"
    r"|(?P<bare>[^\t\n\f\r >\"'][^\t\n\f\r >]*+))?+)?+"
)
_ATTRIBUTES = re.compile(_ATTRIBUTE)
_TOKEN = re.compile(
    r"(?P<text>[^<]++)"
    r"|<(?P<end>/?)(?P<tag>[A-Za-z][^\t\n\f\r />]*+)"
    rf"(?P<rest>(?:[\t\n\f\r /]++|{re.sub('[?]P<[a-z]+>', '?:', _ATTRIBUTE)})*+)(?P<whole>>?)"
    r"|<!--(?:-?>|.*?(?:--!?>|\Z))"
    r"|<(?:[!?]|/(?=[^A-Za-z]))[^>]*+>?",
    re.S,
)
"""As HTML's own tokenizer tells them apart (13.2.5). A '<' that begins none of them is text."""

_REFERENCE = re.compile(r"&(?:#(?:[0-9]++|[xX][0-9a-fA-F]++)|[A-Za-z][A-Za-z0-9]{0,31});?")
_LONGEST_REFERENCE = 40
_HIDDEN = {name: re.compile(rf"</{name}(?=[\t\n\f\r />])", re.I) for name in ("script", "style")}
"""Elements whose content is no text, and where it ends."""

_AMPERSAND, _NO_BREAK_SPACE = "\x01", "\x02"
"""What stands in for these. No text holds them: XML forbids them."""
_WRITTEN = str.maketrans({"&": _AMPERSAND, "\xa0": _NO_BREAK_SPACE, "<": "&lt;", ">": "&gt;"})
_LONGEST_VALUE = 4_000
"""Characters of an attribute that is kept."""

_VOID = frozenset({"br", "col", "hr", "img", "source", "wbr"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BLOCKS = _HEADINGS | {
    "article", "aside", "blockquote", "center", "dd", "details", "div", "dl", "dt", "figcaption", "figure", "footer", "header",
    "hgroup", "hr", "li", "ol", "p", "pre", "summary", "table", "ul",
}  # fmt: skip
"""Elements that end a paragraph which is open."""
_CELLS = frozenset({"caption", "td", "th"})
_WALLS = _CELLS | {"table"}
"""Elements that no tag within reaches across."""
_GROUPS = frozenset({"tbody", "tfoot", "thead"})
_AROUND = {
    "caption": frozenset({"table"}), "colgroup": frozenset({"table"}), "col": frozenset({"colgroup", "table"}),
    **dict.fromkeys(_GROUPS, frozenset({"table"})), "tr": _GROUPS | {"table"},
    **dict.fromkeys(("td", "th"), _GROUPS | {"table", "tr"}),
}  # fmt: skip
"""The parts of a table, and what each may stand in."""
_ROWS = _GROUPS | {"colgroup", "table", "tr"}
"""Parts of a table that hold nothing but other parts."""
_REACH: Mapping[str, AbstractSet[str]] = {"table": frozenset(), **dict.fromkeys(_AROUND, frozenset({"table"}))}
"""The walls of end tags that reach further than others'."""
_ENDS = {
    **dict.fromkeys(_HEADINGS, (_HEADINGS, _WALLS)),
    "a": (frozenset({"a"}), _WALLS),
    "li": (frozenset({"li"}), _WALLS | {"ol", "ul", "blockquote"}),
    **dict.fromkeys(("dd", "dt"), (frozenset({"dd", "dt"}), _WALLS | {"dl", "blockquote"})),
    **dict.fromkeys(("rp", "rt", "rtc"), (frozenset({"rp", "rt", "rtc"}), _WALLS | {"ruby"})),
}  # fmt: skip
"""What else the start of an element ends, and how far up it is looked for."""
_PARAGRAPH = frozenset({"p"})


def is_deep(html: str, kept: Mapping[str, AbstractSet[str]]) -> bool:
    """Whether more than MAX_DEPTH of these elements stand within each other."""
    return _Writer(kept).write(html).too_deep


def well_formed(html: str, kept: Mapping[str, AbstractSet[str]]) -> str:
    """The HTML with these elements and attributes alone, by names; `kept['*']` are attributes of all.

    Of a tag that is not kept the content stays, but for that of scripts and styles. In texts stand-ins are written for the two
    characters that nh3 takes quadratic time to write: `without_stand_ins` is for what it made of it.
    """
    return _Writer(kept).write(html).text()


def without_stand_ins(html: str) -> str:
    return html.replace(_AMPERSAND, "&amp;").replace(_NO_BREAK_SPACE, "&nbsp;")


def text_pieces(html: str, apart: AbstractSet[str]) -> Iterator[str]:
    """The text, its references resolved; a space for each tag of the elements that stand `apart`."""
    for token in _tokens(html):
        if isinstance(token, str):
            yield token
        elif token["tag"].lower() in apart:
            yield " "


def resolved(text: str) -> str:
    """The text with its references as what they stand for (HTML, 13.2.5.72), in time proportional to its length."""
    return _REFERENCE.sub(_resolved, text) if "&" in text else text


def _resolved(reference: re.Match[str]) -> str:
    # Python refuses to read thousands of digits, and takes quadratic time for hundreds.
    return unescape(reference[0]) if len(reference[0]) <= _LONGEST_REFERENCE else "\ufffd"


def _in_attribute(reference: re.Match[str]) -> str:
    """In the query of an address '&copy=' is a parameter (13.2.5.73)."""
    follows = reference.string[reference.end() : reference.end() + 1]
    if reference[0][1] != "#" and not reference[0].endswith(";") and (follows == "=" or _is_longer(reference[0])):
        return reference[0]
    return _resolved(reference)


def _is_longer(name: str) -> bool:
    """Whether a reference without its semicolon goes on after the name that it begins with."""
    return unescape(name)[1:] != ""


def _tokens(html: str) -> Iterator[str | re.Match[str]]:
    """Texts, their references resolved, and tags. What stands in scripts, styles and comments is left out."""
    return (token for _, token in placed_tokens(html))


def placed_tokens(html: str) -> Iterator[tuple[int, str | re.Match[str]]]:
    """The same, each with where it begins. A tag has the groups 'tag', 'end' ('/' of an end tag) and 'rest' (its attributes)."""
    at = 0
    while at < len(html):
        token = _TOKEN.match(html, at)
        if token is None:
            yield at, "<"
            at += 1
            continue
        at = token.end()
        if token["text"]:
            yield token.start(), xml_safe(resolved(token["text"]))
        elif token["whole"]:
            yield token.start(), token
            hidden = None if token["end"] else _HIDDEN.get(token["tag"].lower())
            if hidden is not None:
                end = hidden.search(html, at)
                at = end.start() if end else len(html)


def attribute(rest: str, name: str) -> str:
    """The value of a tag's attribute, its references resolved; '' where there is none."""
    for found in _ATTRIBUTES.finditer(rest):
        if found["name"].lower() == name:
            return xml_safe(_REFERENCE.sub(_in_attribute, found["double"] or found["single"] or found["bare"] or ""))
    return ""


class _Writer:
    """Writes the tags and texts that are kept, and closes what is open when its time is over."""

    def __init__(self, kept: Mapping[str, AbstractSet[str]]) -> None:
        self._kept = kept
        self._out: list[str] = []
        self._open: list[str] = []
        self._count: Counter[str] = Counter()
        self.too_deep = False

    def write(self, html: str) -> "_Writer":
        for token in _tokens(html):
            if isinstance(token, str):
                self._text(token)
            elif (name := token["tag"].lower()) in self._kept:
                if token["end"]:
                    self._end(name)
                else:
                    self._start(name, token["rest"])
        return self

    def text(self) -> str:
        self._close(len(self._open))
        return "".join(self._out)

    def _text(self, text: str) -> None:
        if not text.isspace():
            self._into_cell()
        self._out.append(text.translate(_WRITTEN))

    def _start(self, name: str, rest: str) -> None:
        if name in _AROUND:
            if not self._count["table"]:
                return
            self._close(next(up for up, above in enumerate(reversed(self._open)) if above in _AROUND[name]))
        elif name in _VOID:
            self._into_cell()
        elif self._between_cells():
            return
        if name in _BLOCKS:
            self._close_nearest(_PARAGRAPH, _WALLS)
        if name in _ENDS:
            self._close_nearest(*_ENDS[name])
        if name not in _VOID and len(self._open) >= MAX_DEPTH:
            self.too_deep = True
            return
        self._out.append(f"<{name}{self._attributes(name, rest)}>")
        if name not in _VOID:
            self._open.append(name)
            self._count[name] += 1

    def _end(self, name: str) -> None:
        if name == "br":
            self._start(name, "")
        elif not self._close_nearest({name}, _REACH.get(name, _WALLS)) and name == "p":
            # As browsers have it (HTML, 13.2.6.4.7).
            self._start(name, "")
            self._close_nearest(_PARAGRAPH, _WALLS)

    def _between_cells(self) -> bool:
        return bool(self._open) and self._open[-1] in _ROWS

    def _into_cell(self) -> None:
        """What stands in a table outside of its cells is put into one: parsers look for a place before the table, each time."""
        if self._between_cells():
            self._start("td", "")

    def _close_nearest(self, names: AbstractSet[str], walls: AbstractSet[str]) -> bool:
        """Close the innermost element of one of these names, with all in it, unless a wall stands around it first."""
        if not any(self._count[name] for name in names):
            return False
        for up, name in enumerate(reversed(self._open), 1):
            if name in names:
                self._close(up)
                return True
            if name in walls:
                return False
        return False

    def _close(self, elements: int) -> None:
        for _ in range(elements):
            name = self._open.pop()
            self._count[name] -= 1
            self._out.append(f"</{name}>")

    def _attributes(self, name: str, rest: str) -> str:
        if not rest:
            return ""
        kept = self._kept[name] | self._kept["*"]
        found: dict[str, str] = {}
        for attribute in _ATTRIBUTES.finditer(rest):
            its_name = attribute["name"].lower()
            if its_name in kept and its_name not in found:
                value = attribute["double"] or attribute["single"] or attribute["bare"] or ""
                if len(value) <= _LONGEST_VALUE:
                    found[its_name] = escape(xml_safe(_REFERENCE.sub(_in_attribute, value)))
        return "".join(f' {its_name}="{value}"' for its_name, value in found.items())
