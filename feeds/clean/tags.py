"""HTML from outside, read in one pass and made well-formed before a parser sees it.

A parser repairs what is wrong with a document as HTML prescribes (13.2.6), and pays for it with work at each tag for every element
that is open, and with formatting that it opens again in each paragraph: a few kilobytes can keep it busy for minutes, or make it
write a hundred times what it read. In what leaves here there is nothing to repair: every element is one of those that are kept
anyway, stands where it may, and is closed; references are resolved. Time and size are in proportion to the text.
"""

import re
from collections import Counter
from collections.abc import Container, Mapping
from collections.abc import Set as AbstractSet
from html import escape
from urllib.parse import unquote

from feeds.clean.tokenizer import ANCHORING, EMBED, HIDDEN, LONGEST_VALUE, attributes, is_closed, places_of, tokens

Kept = Mapping[str, Container[str]]
"""Elements that are kept, by names, and of each the attributes that are."""

MAX_DEPTH = 250
"""Elements within each other; the tags of deeper ones are dropped, their text is kept."""

_END = re.compile(r"</([A-Za-z][^\t\n\f\r />]*+)")

_AMPERSAND, _NO_BREAK_SPACE = "\x01", "\x02"
"""What stands in for these. No text holds them: XML forbids them."""
_WRITTEN = str.maketrans({"&": _AMPERSAND, "\xa0": _NO_BREAK_SPACE, "<": "&lt;", ">": "&gt;"})

VOID = frozenset({"area", "br", "col", "embed", "frame", "hr", "image", "img", "param", "source", "track", "wbr"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BLOCKS = _HEADINGS | {
    "article", "aside", "blockquote", "center", "dd", "details", "div", "dl", "dt", "figcaption", "figure", "footer", "header",
    "hgroup", "hr", "li", "ol", "p", "pre", "section", "summary", "table", "ul",
}  # fmt: skip
"""Elements that end a paragraph which is open."""
_CELLS = frozenset({"caption", "td", "th"})
_STANDING_IN = frozenset({"noembed", "noframes", "noscript", "object", "template"})
_WALLS = _CELLS | _STANDING_IN | {"table"}
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
_REACH: Mapping[str, AbstractSet[str]] = {
    "table": frozenset(),
    **dict.fromkeys(_AROUND, frozenset({"table"})),
    **dict.fromkeys(_STANDING_IN, _CELLS | {"table"}),
}
"""The walls of end tags that reach further than others'."""
_ENDS = {
    **dict.fromkeys(_HEADINGS, (_HEADINGS, _WALLS)),
    # What stands in for something may stand there itself in the end, and no link is in a link.
    "a": (frozenset({"a"}), _CELLS | {"table"}),
    "li": (frozenset({"li"}), _WALLS | {"ol", "ul", "blockquote"}),
    **dict.fromkeys(("dd", "dt"), (frozenset({"dd", "dt"}), _WALLS | {"dl", "blockquote"})),
    **dict.fromkeys(("rp", "rt", "rtc"), (frozenset({"rp", "rt", "rtc"}), _WALLS | {"ruby"})),
    **dict.fromkeys(("audio", "video"), (frozenset({"audio", "video"}), _WALLS)),
}  # fmt: skip
"""What else the start of an element ends, and how far up it is looked for."""
_PARAGRAPH = frozenset({"p"})


def is_deep(html: str, kept: Kept) -> bool:
    """Whether more than MAX_DEPTH of these elements stand within each other."""
    return _Writer(kept).write(html).too_deep


def well_formed(
    html: str,
    kept: Kept,
    anchors: Mapping[str, str] | None = None,
    *,
    emptied: AbstractSet[str] = frozenset(),
    longest: int = LONGEST_VALUE,
) -> str:
    """The HTML with these elements and attributes alone.

    Of a tag that is not kept the content stays, but for that of scripts and styles. In texts stand-ins are written for the two
    characters that nh3 takes quadratic time to write: `without_stand_ins` is for what it made of it.
    `anchors` are the ids that are kept, and what they become, in links to them as well; each stands once. `emptied` are elements
    that have no content where they are written as XML does ('<x/>') or never end. No attribute is longer than `longest`.
    """
    return _Writer(kept, anchors, emptied, longest).write(html).text()


def without_stand_ins(html: str) -> str:
    return html.replace(_AMPERSAND, "&amp;").replace(_NO_BREAK_SPACE, "&nbsp;")


class _Writer:
    """Writes the tags and texts that are kept, and closes what is open when its time is over."""

    def __init__(
        self,
        kept: Kept,
        anchors: Mapping[str, str] | None = None,
        emptied: AbstractSet[str] = frozenset(),
        longest: int = LONGEST_VALUE,
    ) -> None:
        self._kept = kept
        self._anchors = anchors or {}
        self._marked: set[str] = set()
        self._emptied = emptied
        self._longest = longest
        self._out: list[str] = []
        self._open: list[str] = []
        self._count: Counter[str] = Counter()
        self.too_deep = False

    def write(self, html: str) -> "_Writer":
        last_ends = dict.fromkeys(self._emptied, -1)
        if self._emptied:
            last_ends |= {end[1].lower(): end.start() for end in _END.finditer(html)}
        for token in tokens(html):
            if isinstance(token, str):
                self._text(token)
            elif (name := token["tag"].lower()) in self._kept:
                if token["end"]:
                    self._end(name)
                else:
                    self._start(name, token["rest"])
                    if name in self._emptied and (
                        name in HIDDEN or last_ends[name] < token.start() or is_closed(token["rest"])
                    ):
                        self._end(name)
            elif self._anchors and not token["end"] and (mark := self._mark(name, token["rest"])):
                # What is linked to is found, whatever becomes of the element.
                self._into_cell()
                self._out.append(f"<span{mark}></span>")
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
        elif name in VOID:
            self._into_cell()
        elif self._between_cells():
            return
        if name in _BLOCKS:
            self._close_nearest(_PARAGRAPH, _WALLS)
        if name in _ENDS:
            self._close_nearest(*_ENDS[name])
        if name not in VOID and len(self._open) >= MAX_DEPTH:
            self.too_deep = True
            return
        self._out.append(f"<{name}{self._attributes(name, rest)}>")
        if name not in VOID:
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
        found = attributes(rest, self._kept[name], self._longest)
        found.pop("id", None)
        if found.get("class", EMBED) != EMBED:
            del found["class"]
        mark = ""
        if self._anchors:
            mark = self._mark(name, rest)
            found |= self._referring(found)
        return mark + "".join(f' {its_name}="{escape(value)}"' for its_name, value in found.items())

    def _mark(self, name: str, rest: str) -> str:
        """The id of an element that is linked to; of several with one id it is the first (DOM, 4.2.4)."""
        for place in places_of(name, attributes(rest, ANCHORING)):
            if place in self._anchors and place not in self._marked:
                self._marked.add(place)
                return f' id="{escape(self._anchors[place])}"'
        return ""

    def _referring(self, found: Mapping[str, str]) -> dict[str, str]:
        """The attributes that refer to ids, as those are written."""
        changed = {}
        if (link := found.get("href", "")).startswith("#"):
            place = link[1:] if link[1:] in self._anchors else unquote(link[1:])
            if place in self._anchors:
                changed["href"] = f"#{self._anchors[place]}"
        if "headers" in found:
            changed["headers"] = " ".join(self._anchors.get(place, place) for place in found["headers"].split())
        return changed
