"""Markup from elsewhere, read as text."""

import re

from feeds.clean.html import text_of
from feeds.clean.text import one_line
from feeds.clean.tokenizer import resolved

LONGEST_NAME = 500
"""Characters of a title or a name; as for those that are typed here."""


def plain(text: str) -> str:
    """A name that is kept with its references ('&amp;') as text; what looks like markup in it is text too."""
    return name(resolved(text))


def title(html: str) -> str:
    """A title in HTML: without its markup, on one line."""
    return name(text(html))


def text(html: str) -> str:
    """HTML as text on one line."""
    return text_of(html)


_ADDRESS = re.compile(r'(?:src|href)="([^"]*)"')
_TAG = re.compile(r"<[^>]*>")


def said_of_html(written: str, made: str) -> str:
    """What a source says with a text, as it is written, and with what was put in it from elsewhere: words and addresses of what was
    `made` of it, but for their markup, which another release may make otherwise.
    """
    return "\n".join((written, _TAG.sub("", made), *_ADDRESS.findall(made)))


_SCRIPT = re.compile(
    r"<script\b(?:(?!\ssrc\s*=)[^<>])*+\ssrc\s*+=\s*+[\"']?(?:https?:)?//(?P<host>[^/\"'\s<>?#]{1,100})", re.I
)


def scripts(html: str) -> list[str]:
    """What a summary calls the scripts that HTML loads, by their hosts: of what one makes, as a chart, nothing may be left."""
    if "<script" not in html and "<SCRIPT" not in html:
        return []
    return [f"script of {host}" for host in sorted({found["host"].lower() for found in _SCRIPT.finditer(html)})]


def name(text: str) -> str:
    """A title or a name, on one line and no longer than a person reads."""
    line = one_line(text)
    return line if len(line) <= LONGEST_NAME else line[: LONGEST_NAME - 1] + "…"
