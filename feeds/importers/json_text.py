"""The text of a JSON file, without the escapes of what no feed can carry."""

import re
from collections.abc import Iterable, Iterator

_ESCAPE = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    r"|(?P<forbidden>[bf]|u(?:[dD][89a-fA-F][0-9a-fA-F]{2}|00(?:0[0-8bcefBCEF]|1[0-9a-fA-F])|[fF]{3}[eEfF]))|.)",
    re.S,
)
"""An escape, or the two of one character; `forbidden`: of what XML 1.0 forbids (section 2.2), as of half a surrogate pair."""
_MAY_BE_FORBIDDEN = re.compile(r"\\(?:[bf]|u(?:[dD]|00[01]|[fF]{3}))")
_UNFINISHED = re.compile(r"\\(?=(?:u[dD][89abAB][0-9a-fA-F]{2}(?:\\(?:u[0-9a-fA-F]{0,3})?)?|(?:u[0-9a-fA-F]{0,3})?)\Z)")
"""What may go on in the next piece."""
_LONGEST = 12
"""Characters of the two escapes of one character."""


def mended(chunks: Iterable[str]) -> Iterator[str]:
    """The text, wherever its pieces end, with two escapes of one character and without those of what is no character in XML.

    A parser would read half a surrogate pair, which nothing can store, or refuse the whole file for it.
    """
    rest = ""
    for chunk in chunks:
        text = rest + chunk
        cut = _last_escape(text)
        rest = text[cut:]
        yield _without_forbidden(text[:cut])
    yield _without_forbidden(rest)


def _last_escape(text: str) -> int:
    """Where an escape begins that may go on in the next piece; else the end."""
    for unfinished in _UNFINISHED.finditer(text, max(0, len(text) - _LONGEST), len(text)):
        start = unfinished.start()
        # Of strokes in a row every second one is escaped, and begins nothing.
        if (start - len(text[:start].rstrip("\\"))) % 2 == 0:
            return start
    return len(text)


def _without_forbidden(text: str) -> str:
    if not _MAY_BE_FORBIDDEN.search(text):
        return text
    return _ESCAPE.sub(lambda escape: "" if escape["forbidden"] else escape[0], text)
