"""Texts as they are compared: words alone, whatever their case, accents, blanks and marks."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache

BREAK, COMMA = "|", ","
"""What stands between words: a dash, a bracket, a bar or the end of a block; a comma."""

_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
"""Letters of scripts that set no blanks between words: each is taken for a word."""
_MARKS = "|\u2010-\u2015\u2212~()\\[\\]{}<>:;\u2022\u00b7/=\u3010\u3011\u300c-\u300f\u3014\u3015\u300a\u300b"
"""What parts a place from a text: bars, dashes, brackets."""
_WORD = rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+|[^\s\w!-/:-@\[-`{{-~\u2000-\u206f\u3000-\u3020,،{_MARKS}¡¿«»]"
_BETWEEN: Mapping[str | None, str] = {"comma": COMMA, "mark": BREAK}
_ACCENT = re.compile("[\u0300-\u036f]+")
_STRETCH = re.compile(r".{1,128}\W{0,128}", re.S)
"""A part of a text, with the marks of its last letter: to put in order those of one that has thousands takes quadratic time."""


@cache
def _word() -> re.Pattern[str]:
    return re.compile(_WORD)


@cache
def _token() -> re.Pattern[str]:
    """A hyphen within a word is none between words."""
    return re.compile(rf"(?P<word>{_WORD})|(?P<comma>[,،、])|(?P<mark>(?<!\w)-|-(?!\w)|[{_MARKS}])")


def plain(text: str) -> str:
    """In lower case, without accents and other forms of the same letters."""
    if not text.isascii():
        text = _STRETCH.sub(lambda stretch: unicodedata.normalize("NFKD", stretch[0]), text)
        text = _ACCENT.sub("", text)
    return text.casefold()


def folded(text: str) -> list[str]:
    """Words, with BREAK and COMMA between them. Signs such as '€' are words too. `text` is plain."""
    return [token[0] if token.lastgroup == "word" else _BETWEEN[token.lastgroup] for token in _token().finditer(text)]


def first_word(text: str) -> str:
    """Of what `folded` makes of it; '' where there is none. `text` is plain."""
    found = _word().search(text)
    return found[0] if found else ""


def words(text: str) -> list[str]:
    """The words of any text, plain, and nothing else."""
    return [token for token in _word().findall(plain(text)) if token]


def says(said: Sequence[str], text: str) -> bool:
    """Whether these words hold those of a text, one after the other. A text without words is said nowhere."""
    sought = words(text)
    return bool(sought) and f" {' '.join(sought)} " in f" {' '.join(said)} "
