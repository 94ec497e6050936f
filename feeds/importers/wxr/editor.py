"""Bodies of WordPress's block editor, read by the comments that say where each block begins and ends, and what it is."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

MARK = "<!-- wp:"
"""What every body of the block editor holds."""

_BEGIN = re.compile(r"<!--\s++(?P<end>/?)wp:(?P<name>(?:[a-z][a-z0-9_-]*+/){0,2}+[a-z][a-z0-9_-]*+)(?=\s|/-->)")
_SEEN = re.compile(
    r"<(?:img|audio|video|iframe|embed|object|picture|svg|form|input|hr|table)\b|(?:\A|>)(?:[^<>&]|&nbsp;)*?[^\s<>&]|&(?!nbsp;)",
    re.I,
)
_LONGEST_NUMBER = 17
"""Digits of an id that is written as a text."""
_DEEPEST = 50
"""Blocks within each other; of more the outermost are passed over as if they had no end."""


@dataclass(frozen=True, slots=True)
class Block:
    """A block, without what is in it."""

    name: str
    """With its namespace: 'core/cover', 'acf/pullquote'."""
    attributes: Mapping[str, Any]

    def text(self, *names: str) -> str:
        """The first of these attributes that is a text which is not empty."""
        values = (self.attributes.get(name) for name in names)
        return next((value for value in values if isinstance(value, str) and value.strip()), "").strip()

    def number(self, *names: str) -> int:
        """The first of these attributes that is a whole number, or written as one; 0 without one."""
        values = (self.attributes.get(name) for name in names)
        return next((number for value in values if (number := _whole(value)) is not None), 0)


def _whole(value: object) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < _LONGEST_NUMBER:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


class Blocks(Protocol):
    """What becomes of blocks."""

    def void(self, block: Block) -> str:
        """Of one that has no content."""

    def before(self, block: Block, content: Callable[[], str], *, is_seen: bool) -> str:
        """What is put before the content of a block; `is_seen`: whether anything is seen of the content."""


@dataclass(slots=True)
class _Open:
    block: Block
    at: int
    """Where in what is written it begins."""
    seen: int


@dataclass(slots=True)
class _Reading:
    blocks: Blocks
    out: list[str] = field(default_factory=list)
    open: list[_Open] = field(default_factory=list)
    seen: int = 0
    """How many pieces were written of which something is seen."""

    def write(self, html: str) -> None:
        self.out.append(html)
        self.seen += bool(_SEEN.search(html))

    def begin(self, block: Block) -> None:
        self.out.append("")
        self.open.append(_Open(block, len(self.out) - 1, self.seen))
        if len(self.open) > _DEEPEST:
            del self.open[0]

    def end(self, name: str) -> None:
        up = next((up for up, one in enumerate(reversed(self.open), 1) if one.block.name == name), 0)
        if not up:
            return
        ended = self.open[-up]
        del self.open[-up:]
        before = self.blocks.before(ended.block, lambda: "".join(self.out[ended.at :]), is_seen=self.seen > ended.seen)
        self.out[ended.at] = before
        self.seen += bool(before)


def read_blocks(html: str, blocks: Blocks) -> str:
    """The HTML without the block editor's comments, each block as what it becomes.

    Linear in the text; where blocks ask for their content, times those in one another.
    """
    reading = _Reading(blocks)
    at = 0
    for start, end, name, is_end, rest in _comments(html):
        reading.write(html[at:start])
        at = end
        if is_end:
            reading.end(name)
        elif rest.endswith("/"):
            reading.write(blocks.void(Block(name, read_attributes(rest))))
        else:
            reading.begin(Block(name, read_attributes(rest)))
    reading.write(html[at:])
    return "".join(reading.out)


def with_contents(html: str, changed: Callable[[Block, str], str]) -> str:
    """The same blocks, with the content that `changed` makes of that of each which holds no other."""
    out: list[str] = []
    at = 0
    opened: tuple[Block, int] | None = None
    for start, end, name, is_end, rest in _comments(html):
        if opened is not None and is_end and opened[0].name == name:
            out += html[at : opened[1]], changed(opened[0], html[opened[1] : start])
            at = start
        is_begin = not is_end and not rest.endswith("/")
        opened = (Block(name, read_attributes(rest)), end) if is_begin else None
    return "".join((*out, html[at:]))


def without_blocks(html: str, why: Callable[[str, str], str], gone: Callable[[str], object]) -> str:
    """The HTML without the blocks that `why` gives a reason to leave out, and without what is in them; `gone` is told each reason.
    `why` is told a block's name, and its attributes as they are written. One that never ends hides the rest. Linear.
    """
    out: list[str] = []
    at = depth = 0
    unwanted = ""
    for start, end, name, is_end, rest in _comments(html):
        is_void = rest.endswith("/") and not is_end
        if depth:
            depth += (name == unwanted) * (-1 if is_end else not is_void)
        elif not is_end and (reason := why(name, rest)):
            out.append(html[at:start])
            gone(reason)
            unwanted, depth = name, int(not is_void)
        else:
            continue
        at = len(html) if depth else end
    return "".join((*out, html[at:]))


def _comments(html: str) -> Iterator[tuple[int, int, str, bool, str]]:
    """Where each begins and ends, the block's name, whether it ends the block, and what else it says."""
    at = 0
    while (begun := _BEGIN.search(html, at)) is not None:
        # The editor writes '--' within attributes in another way.
        end = html.find("-->", begun.end())
        if end < 0:
            return
        name = begun["name"] if "/" in begun["name"] else f"core/{begun['name']}"
        yield begun.start(), end + 3, name, bool(begun["end"]), html[begun.end() : end].strip()
        at = end + 3


def read_attributes(text: str) -> Mapping[str, Any]:
    """{} of what cannot be read."""
    text = text.removesuffix("/")
    if not text.strip():
        return {}
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
