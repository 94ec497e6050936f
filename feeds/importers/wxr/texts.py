"""Where in a body's HTML its text stands, and where it is left alone: in tags, in code, in what is typed to be shown as it is."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from feeds.clean.tokenizer import Tag, placed_tokens

VERBATIM = frozenset({"pre", "code", "kbd", "samp", "tt", "xmp", "textarea"})
"""Elements whose text is shown as it was typed."""
BLOCKS = frozenset(
    {
        "address", "article", "aside", "blockquote", "br", "caption", "center", "dd", "details", "div", "dl", "dt", "fieldset",
        "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol",
        "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
    }
)  # fmt: skip
"""Elements at which a line of text begins and ends."""


class Part(NamedTuple):
    """A tag, or a text between two of them."""

    start: int
    end: int
    tag: Tag | None
    quiet: bool
    """It stands in an element whose text is left alone."""

    @property
    def parts_lines(self) -> bool:
        return self.tag is not None and self.tag["tag"].lower() in BLOCKS


def parts(html: str, quiet: frozenset[str] = VERBATIM) -> Iterator[Part]:
    """The tags and texts of HTML, in order, without its comments, scripts and styles. Linear in the text.

    What stands in one of the elements `quiet` is marked as such. One that never ends makes nothing quiet.
    """
    ends = {found[1].lower(): found.start() for found in _END.finditer(html)}
    inside: Counter[str] = Counter()
    for at, token in placed_tokens(html):
        if isinstance(token, str):
            end = at + 1 if html[at] == "<" else html.find("<", at)
            yield Part(at, len(html) if end < 0 else end, None, inside.total() > 0)
            continue
        name = token["tag"].lower()
        if name in quiet:
            if not token["end"]:
                inside[name] += ends.get(name, -1) > at
            elif inside[name]:
                inside[name] -= 1
        yield Part(at, token.end(), token, inside.total() > 0)


_END = re.compile(r"</([a-z]+)(?=[\s/>])", re.I)
