"""Plain text at the door: what no feed can carry is taken out before it is kept."""

import re
import unicodedata

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Everything outside Char of XML 1.0 (section 2.2): control characters, lone surrogates, U+FFFE and U+FFFF."""

_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Embeddings, overrides and isolates: in a name or a headline they only serve to make it read as another."""

_NOT_SLUG = re.compile(r"[^\w]+|_+")

SLUG_LENGTH = 120
"""Characters; a slug in another script may be nine times that long once percent-encoded."""


def xml_safe(text: str) -> str:
    """The text without the characters that XML 1.0 forbids, its line ends made one line feed each (XML 1.0, 2.11)."""
    if text.isascii() and text.isprintable():
        return text
    return _FORBIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def one_line(text: str) -> str:
    """A headline, a name, a place: safe for XML, without bidirectional overrides, white space folded and trimmed."""
    return " ".join(_BIDI.sub("", xml_safe(text)).split())


def slugify(text: str) -> str:
    """A slug made from words: lower case, letters and digits of any script, '-' between; '' if nothing is left.

    Accents are dropped from Latin letters, as WordPress does; other scripts are kept.
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    latin = "".join(
        char
        for char, before in zip(decomposed, " " + decomposed, strict=False)
        if not (unicodedata.combining(char) and before.isascii() and before.isalpha())
    )
    slug = _NOT_SLUG.sub("-", unicodedata.normalize("NFC", latin.replace("'", "").replace("’", "")))
    return slug.strip("-")[:SLUG_LENGTH].strip("-")


def shorten(text: str, words: int) -> str:
    """The first words of a text, with '…' where more follow."""
    parts = text.split(None, words)
    return " ".join(parts[:words]) + " …" if len(parts) > words else " ".join(parts)
