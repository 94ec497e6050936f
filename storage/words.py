"""The words of a text, as an index is given them and as a search asks for them. Pure: every engine calls these.

Here alone is decided what a word is; engines are given words with spaces between them and split at these. A word is made of
letters, digits and the marks that belong to them, as Python's Unicode has them. Case, accents, ligatures and width make no
difference; marks that are written vowels (Devanagari, Bengali, Tamil, Thaana) stay. Scripts without spaces between words are split
by `storage.segmentation`.

What is made of a text may change with a migration alone: an index holds what was made of its texts.
"""

import re
from functools import cache
from unicodedata import category, combining, decimal, decomposition, normalize

from storage.segmentation import GAP, LONE, NOT_ITSELF, folded, for_index, for_search, is_unspaced

LONGEST = 200
"""Characters of a word: a longer one is kept, and asked for, as words of so many that follow each other. Engines bound theirs."""

_DROPPED = "\u00ad\u200d\u2060\ufeff\u034f\u0640\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef"
"""What no reader sees within a word: where a line may break, how a letter is drawn; the stroke that lengthens Arabic words."""
_IS_DROPPED = re.compile(f"[{_DROPPED}]")
_OWN = frozenset("йўїѓќ")
"""Cyrillic letters of their own, though Unicode has them as one with a mark. 'ё' is no such letter to whoever searches."""
_IN_PARTS = re.compile("[иИуУ]\u0306|[іІ]\u0308|[гГкК]\u0301")
_JOINED = {"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ŧ": "t", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"}
"""Latin letters with a stroke, or two in one: Unicode knows no parts of these."""
_AS_WRITTEN = ("<super>", "<sub>", "<fraction>", "<circle>")
"""Of these the letter would be joined to the word before it: 'm²' is no 'm2'."""
_MOST_KNOWN = 20_000
_MARK = "\uf8f2"
"""Before each mark that is kept, of the private use area, until it is known whether a letter stands before it."""
_MARKS = re.compile(f"(?<![^ ])(?:{_MARK}.)+|{_MARK}", re.DOTALL)
_LONG = re.compile(f"(?<![^ ])[^ ]{{{LONGEST + 1},}}")


@cache
def _otherwise() -> re.Pattern[str]:
    return re.compile(f"[{NOT_ITSELF}{LONE}{GAP}\u0300-\u036f]")


def words_of(text: str) -> str:
    """The words of a text with spaces between them, some of these more than one. Linear time."""
    if text.isascii():
        return _parted(text.translate(_KEPT_OF_ASCII))
    for alphabet in _alphabets():
        if (words := alphabet.words_of(text)) is not None:
            return _parted(words)
    if _otherwise().search(text):
        text = for_index(_composed(folded(text)))
    return _parted(text.translate(_KEPT))


def words_sought(text: str) -> tuple[str, bool]:
    """The words of a part of a folded search, one space between them, and whether the last of them is one that could go on."""
    phrase, goes_on = for_search(_composed(text))
    return " ".join(_parted(phrase.translate(_KEPT)).split()), goes_on


def _composed(text: str) -> str:
    """What is written in parts as the letters that are meant, and nothing for such as stand for none."""
    text = text.replace(LONE, " ").replace(GAP, " ")
    return _IN_PARTS.sub(lambda found: normalize("NFC", found[0]), text)


class _Kept(dict[int, str]):
    """What becomes of a character, by its code: found out when it is first met, for there are a million."""

    def __missing__(self, code: int) -> str:
        kept = _of_char(chr(code))
        if len(self) < _MOST_KNOWN:
            self[code] = kept
        return kept


def _of_char(char: str) -> str:
    """The letters, digits and marks that are kept of a character; a space for what parts words."""
    if char in (LONE, GAP) or is_unspaced(char):
        return char
    if _IS_DROPPED.match(char):
        return ""
    is_mark = category(char).startswith("M")
    if is_mark and _falls_away(char):
        return ""
    if is_mark:
        parts = normalize("NFKD", char)
        return "".join(map(_of_char, parts)) if parts != char else _MARK + char
    if not char.isalnum():
        return " "
    if char.lower() in _OWN:
        return char.lower()
    if (number := decimal(char, None)) is not None:
        return str(int(number))
    parts = char if decomposition(char).startswith(_AS_WRITTEN) else normalize("NFKD", char)
    if parts != char:
        return "".join(map(_of_char, parts))
    return "".join(_JOINED.get(letter, letter) for letter in char.casefold())


def _falls_away(mark: str) -> bool:
    """Accents do, vowels that are mostly not written (Hebrew, Arabic), and rings around.

    They are told apart by how they combine (UAX 44, section 5.7.4): accents above and below from 200 on, points of Hebrew, Arabic
    and Syriac from 10 to 36.
    """
    place = combining(mark)
    return place >= 200 or 10 <= place <= 36 or category(mark) == "Me"


_KEPT = _Kept()
_KEPT_OF_ASCII = {code: _of_char(chr(code)) for code in range(128)}


class _Alphabet:
    """The characters of an encoding of one byte each. Most texts have no others, and bytes are looked up twenty times as fast."""

    _FEW = 24
    """Others that are replaced by ASCII one after the other, wherever they stand: emoji, a name with its accents."""

    def __init__(self, encoding: str) -> None:
        self._encoding = encoding
        table, dropped = bytearray(range(256)), bytearray()
        self._in_parts: dict[bytes, bytes] = {}
        self._foreign: list[bytes] = []
        """Of what these are made it has none."""
        for code in range(256):
            byte = bytes([code])
            kept = _of_char(byte.decode(encoding, "replace"))
            parts = kept.encode(encoding, "replace")
            if parts.decode(encoding) != kept:
                self._foreign.append(byte)
            elif not parts:
                dropped.append(code)
            elif len(parts) == 1:
                table[code] = parts[0]
            else:
                self._in_parts[byte] = parts
        self._table, self._dropped = bytes(table), bytes(dropped)

    def words_of(self, text: str) -> str | None:
        """Not yet parted; None where it has other characters."""
        for _ in range(self._FEW):
            try:
                return self._kept(text.encode(self._encoding))
            except UnicodeEncodeError as error:
                char = text[error.start]
                kept = _KEPT[ord(char)]
                if not kept.isascii() or _otherwise().match(char):
                    return None
                text = text.replace(char, kept)
        return None

    def _kept(self, text: bytes) -> str | None:
        if any(map(text.__contains__, self._foreign)):
            return None
        for byte, parts in self._in_parts.items():
            text = text.replace(byte, parts)
        return text.translate(self._table, self._dropped).decode(self._encoding)


@cache
def _alphabets() -> tuple[_Alphabet, ...]:
    """Latin, Cyrillic, Greek, Hebrew, Arabic."""
    return tuple(map(_Alphabet, ("cp1252", "cp1251", "cp1253", "cp1255", "cp1256")))


def _parted(words: str) -> str:
    """Words that are too long in parts, and none of marks alone: that is none."""
    if _MARK in words:
        words = _MARKS.sub("", words)
    start = 0
    while len(words) - start > LONGEST:
        space = words.rfind(" ", start, start + LONGEST + 1)
        if space < 0:
            return _LONG.sub(_in_parts, words)
        start = space + 1
    return words


def _in_parts(found: re.Match[str]) -> str:
    word = found[0]
    return " ".join(word[start : start + LONGEST] for start in range(0, len(word), LONGEST))
