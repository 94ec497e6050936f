"""Where the words of a body begin, and how: linear in the body's length, and most often a look at its first paragraph."""

from dataclasses import dataclass, field

from feeds.clean.text import xml_safe
from feeds.clean.tokenizer import is_embed, placed_tokens

HEAD = 160
"""Characters of an opening that are read."""
_SHORT = 80
"""Characters of a block that may be a headline or a byline, after which a dateline may still come."""
_HEADS = 4

_PICTURED = frozenset({"figure", "picture", "audio", "video"})
"""What shows something: its words are no part of the running text."""
_APART = frozenset({
    "aside", "blockquote", "details", "dl", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "ol", "pre", "table", "ul",
})  # fmt: skip
"""Elements whose words begin no article: a place is not put into them."""
BLOCKS = _PICTURED | _APART | {
    "article", "caption", "center", "dd", "div", "dt", "figcaption", "footer", "hr", "li", "p", "section", "summary", "tbody", "td",
    "tfoot", "th", "thead", "tr",
}  # fmt: skip
"""Elements whose words are no others' neighbours."""
_VOID = frozenset({"br", "img", "source", "wbr"})
_BLANK = " \t\n\f\r\xa0\xad\u200b\u200c\u200d\u2060\u3000\ufeff"
"""What nobody sees."""


@dataclass(frozen=True, slots=True)
class Opening:
    at: int | None
    """Where the first words of the first paragraph begin, tags around them included; None: no paragraph has any."""
    first_words: str
    """The text from there on, or its beginning."""
    heads: tuple[str, ...]
    """How the running text begins: from its first block on, from the next where that is short, and from the first paragraph on.
    '|' stands for the end of a block or a line."""


def opening_of(html: str) -> Opening:
    # Most bodies begin with a paragraph of words enough; that the tokenizer is not needed for it saves 5 of 7 us.
    words = html[3 : 4 + HEAD]
    if html.startswith("<p>") and len(words) > HEAD and not ("<" in words or "&" in words or words[0] in _BLANK):
        words = xml_safe(words)
        return Opening(3, words, (words[:HEAD],))
    reading = _Reading()
    for start, token in placed_tokens(html):
        if isinstance(token, str):
            reading.text(html, start, token)
        else:
            reading.tag(start, token["tag"].lower(), is_end=bool(token["end"]), is_embed=is_embed(token))
        if reading.is_enough:
            break
    return Opening(reading.at, reading.first_words, reading.heads())


def lines_of(html: str) -> list[str]:
    """The text, by blocks and lines."""
    pieces = []
    for _, token in placed_tokens(html):
        if isinstance(token, str):
            pieces.append(token.replace("\n", " "))
        elif (name := token["tag"].lower()) in BLOCKS or name == "br":
            pieces.append("\n")
    return "".join(pieces).split("\n")


@dataclass(slots=True)
class _Reading:
    at: int | None = None
    _line: int | None = None
    """Where the line began that is read now, if with a tag."""
    _within: int = 0
    """Elements of that line that are open."""
    _apart: int = 0
    _pictured: int = 0
    _embed: bool = False
    """What is read stands in a link to what was embedded, and is no part of the text."""
    _blocks: list[str] = field(default_factory=lambda: [""])
    """The running text, by blocks and lines; of a long one, its beginning."""
    _paragraph: int = 0
    """The block that `at` is in."""
    _read: int = 0
    """Characters since `at`."""

    @property
    def is_enough(self) -> bool:
        return self._read > HEAD or (self.at is not None and len(self._blocks) > self._paragraph + _HEADS)

    @property
    def first_words(self) -> str:
        return "" if self.at is None else self._blocks[self._paragraph]

    def heads(self) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for first in {0, self._paragraph}:
            for start in range(first, min(first + _HEADS, len(self._blocks))):
                found[" | ".join(self._blocks[start : start + _HEADS])[:HEAD]] = None
                if len(self._blocks[start]) > _SHORT:
                    break
        return tuple(found)

    def text(self, html: str, start: int, text: str) -> None:
        if self._pictured or self._embed:
            return
        if len(self._blocks[-1]) <= HEAD:
            self._blocks[-1] += text
        if self.at is None and not self._apart and text.strip(_BLANK):
            # Blanks stay before what is put there.
            while html[start] in " \t\n\f\r":
                start += 1
            self.at = self._line if self._line is not None else start
            self._paragraph = len(self._blocks) - 1
        if self.at is not None:
            self._read += len(text)

    def tag(self, start: int, name: str, *, is_end: bool, is_embed: bool) -> None:
        # An embed holds text alone.
        self._embed = is_embed
        if name in BLOCKS:
            self._block(name, -1 if is_end else 1)
        elif name in _VOID:
            if name == "br":
                self._end_block()
            if not self._within:
                self._line = None
        elif is_end:
            self._within = max(0, self._within - 1)
            if not self._within:
                self._line = None
        else:
            if not self._within:
                self._line = start
            self._within += 1

    def _end_block(self) -> None:
        if self._blocks[-1].strip(_BLANK):
            self._blocks.append("")

    def _block(self, name: str, step: int) -> None:
        self._line, self._within = None, 0
        self._end_block()
        if name in _APART:
            self._apart = max(0, self._apart + step)
        elif name in _PICTURED:
            self._pictured = max(0, self._pictured + step)
