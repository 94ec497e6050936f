"""Plain text at the door: what no feed can carry is taken out before it is kept."""

import re
import unicodedata
from functools import cache

_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Embeddings, overrides and isolates: in a name, a headline or a reply they only serve to make it read as another."""

_HYPHENS = re.compile("-{2,}")

SLUG_LENGTH = 120
"""Characters; a slug in another script may be nine times that long once percent-encoded."""

_LOOKED_AT = 2_000
"""Characters of a text that its slug is made of."""


@cache
def _forbidden() -> re.Pattern[str]:
    """Everything outside Char of XML 1.0 (section 2.2): control characters, lone surrogates, U+FFFE and U+FFFF."""
    return re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def xml_safe(text: str) -> str:
    """The text without the characters that XML 1.0 forbids, its line ends made one line feed each (XML 1.0, 2.11)."""
    # Nothing of what is forbidden is printable, and most texts are, but for their line feeds.
    if text.replace("\n", " ").isprintable():
        return text
    return _forbidden().sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def without_bidi(text: str) -> str:
    """The text without the characters that make it read in another order than it is written."""
    return _BIDI.sub("", text)


def one_line(text: str) -> str:
    """A headline, a name, a place: safe for XML, without bidirectional overrides, white space folded and trimmed."""
    # Of these characters none is printable; white space is there at most.
    return " ".join((text if text.isprintable() else without_bidi(xml_safe(text))).split())


def slugify(text: str) -> str:
    """A slug made from words: lower case, letters and digits of any script, '-' between; '' if nothing is left.

    Accents are dropped from Latin letters, as WordPress does; other scripts are kept.
    """
    # Putting marks in order takes quadratic time where one letter has thousands.
    decomposed = unicodedata.normalize("NFKD", text[:_LOOKED_AT].casefold())
    latin = "".join(
        char
        for char, before in zip(decomposed, " " + decomposed, strict=False)
        if not (unicodedata.combining(char) and before.isascii() and before.isalpha())
    )
    composed = unicodedata.normalize("NFC", latin.replace("'", "").replace("’", ""))
    slug = _HYPHENS.sub("-", "".join(map(_in_slug, composed)))
    return slug.strip("-")[:SLUG_LENGTH].strip("-")


def _in_slug(char: str) -> str:
    """What becomes of a character: vowel signs and other marks belong to the letters of their scripts; joiners have no width."""
    if char.isalnum() or unicodedata.category(char) in ("Mn", "Mc"):
        return char
    return "" if unicodedata.category(char) == "Cf" else "-"


def shorten(text: str, words: int) -> str:
    """The first words of a text, with '…' where more follow."""
    parts = text.split(None, words)
    return " ".join(parts[:words]) + " …" if len(parts) > words else " ".join(parts)
