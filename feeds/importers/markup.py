"""Markup from elsewhere, read as text or made fit to be sanitised."""

import re
from html import unescape

from feeds.html import text_of, too_deep
from feeds.text import one_line

_TAG = re.compile(r"<[^<>]*>")

LONGEST_NAME = 500
"""Characters of a title or a name; as for those that are typed here."""


def plain(text: str) -> str:
    """A name that is kept with its references ('&amp;') as text; what looks like markup in it is text too."""
    return name(unescape(text))


def title(html: str) -> str:
    """A title in HTML: without its markup, on one line."""
    return name(text(html))


def text(html: str) -> str:
    """HTML as text on one line."""
    return text_of(shallow(html))


def name(text: str) -> str:
    """A title or a name, on one line and no longer than a person reads."""
    line = one_line(text)
    return line if len(line) <= LONGEST_NAME else line[: LONGEST_NAME - 1] + "…"


def shallow(html: str) -> str:
    """HTML nested deeper than any person writes loses its tags and keeps its text: parsing it would take minutes."""
    return _TAG.sub(" ", html) if too_deep(html) else html
