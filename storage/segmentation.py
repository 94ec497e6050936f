"""Scripts that write no spaces between words, and Korean: split so that whatever stands within running text is found.

A search finds words between spaces. Scripts that write none are split here, in what is kept as in what is asked for: a sign that
stands for a syllable or more (Chinese characters, Hangul) is a word of its own; of letters (kana, Thai, Lao, Khmer, Burmese) two
that follow each other are. What is asked for is then a phrase, found wherever it stands within running text. The words of all
other scripts are left as they are written: `storage.words` folds them.

What is made of a text may change with a migration alone: an index holds what was made of its texts.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

MAX_SIGNS = 60
"""Signs and letters of such scripts in one term of a search; what follows is ignored. A phrase costs by its length."""


def of_kinds(kinds: str, *blocks: tuple[int, int]) -> str:
    """The characters of blocks whose general category (UAX 44) begins with one of the letters."""
    return "".join(
        chr(code)
        for first, last in blocks
        for code in range(first, last + 1)
        if unicodedata.category(chr(code))[0] in kinds
    )


_SIGNS = (
    "\u3005-\u3007\u3021-\u3029\u3038-\u303c\u2e80-\u2fd5\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd"
)
"""Chinese characters, of all who write them."""
_SIGNS += "\uac00-\ud7a3\ua000-\ua48c"
"""Hangul and Yi."""
_LETTERS = "\u3041-\u3096\u3099\u309a\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\U0001aff0-\U0001b16f"
"""Kana, with their marks."""
_LETTERS += "\u1100-\u11ff\u3131-\u318e\ua960-\ua97c\ud7b0-\ud7fb\u3105-\u312f\u31a0-\u31bf"
"""The parts of Hangul, and Bopomofo."""
UNSPACED = (
    (0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x1950, 0x19DF), (0x1A20, 0x1AAF), (0x1B00, 0x1B7F),
    (0xA980, 0xA9FF), (0xAA60, 0xAADF),
)  # fmt: skip
"""Thai and Lao, Burmese, Khmer, the scripts of the Tai, Balinese, Javanese."""
_LETTERS += of_kinds("LMN", *UNSPACED)
_JOINERS = "\u00ad\u200b-\u200d\u2060\ufeff\ufe00-\ufe0f\U000e0100-\U000e01ef"
"""Nothing that is read: where a line may break, how a sign is drawn."""


# Python compiles so many characters for a fiftieth of a second, and most newsrooms have none of them: not before there is one.


@cache
def _run() -> re.Pattern[str]:
    return re.compile(f"[{_SIGNS}{_LETTERS}][{_SIGNS}{_LETTERS}{_JOINERS}]*")


@cache
def _piece() -> re.Pattern[str]:
    return re.compile(f"[{_SIGNS}]+|[{_LETTERS}]+")


@cache
def _letter() -> re.Pattern[str]:
    return re.compile(f"[{_LETTERS}]")


_JOINER = re.compile(f"[{_JOINERS}]+")

_COMPATIBLE_SIGNS = "\u2e80-\u2fd5\u3000\u3200-\u33ff\uf900-\ufaff\uff01-\uffee\U0002f800-\U0002fa1d"
_COMPATIBLE = re.compile(
    f"[\uac00-\ud7a3]?[\u1100-\u11ff\ua960-\ua97c\ud7b0-\ud7fb]+|[\u3041-\u30ff][\u3099\u309a]|[{_COMPATIBLE_SIGNS}]+"
)
"""What NFKC makes another character of: full and half width, squares, Hangul and kana in parts. No more, and no longer than its
own kind: putting marks in order takes quadratic time where one letter has thousands."""

NOT_ITSELF = _SIGNS + _LETTERS + _COMPATIBLE_SIGNS
"""What is split or folded here: a text that has none of these is left as it is written."""
LONE, GAP = "\uf8f0", "\uf8f1"
"""Before a letter: that it is in the text at all. Between two runs: that they are two. Of the private use area."""


def is_unspaced(char: str) -> bool:
    """Whether it is a sign or a letter of such a script."""
    return _piece().match(char) is not None


def folded(text: str) -> str:
    """Characters of full and half width, and such in parts, as the ones that they stand for."""
    return text if text.isascii() else _COMPATIBLE.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)


def for_index(text: str) -> str:
    """A folded text with spaces between what are words. It takes linear time."""
    if text.isascii() or not _run().search(text):
        return text
    alone = (LONE + char for char in sorted(set(text)) if _letter().match(char))
    return " ".join([*_words(text, is_phrase=False), *alone])


def for_search(text: str) -> tuple[str, bool]:
    """The phrase that finds a folded text in what `for_index` makes, and whether it ends in a word that could go on."""
    text = _first_signs(text)
    phrase = " ".join(_words(text, is_phrase=True))
    runs = list(_run().finditer(text))
    return phrase, not runs or _has_words_of_others(text[runs[-1].end() :])


def _first_signs(text: str) -> str:
    left = MAX_SIGNS
    for found in _run().finditer(text):
        if found.end() - found.start() > left:
            return text[: found.start() + left]
        left -= found.end() - found.start()
    return text


def _words(text: str, *, is_phrase: bool) -> Iterator[str]:
    """The text in parts that spaces are to stand between. Of a phrase nothing is known of what stands before it and behind."""
    runs = list(_run().finditer(text))
    begins, end = is_phrase, 0
    for number, found in enumerate(runs, 1):
        if _has_words_of_others(between := text[end : found.start()]):
            yield between
            begins = False
        elif number > 1:
            yield GAP
        end = found.end()
        ends = is_phrase and number == len(runs) and not _has_words_of_others(text[end:])
        yield from _words_of_run(_JOINER.sub("", found[0]), begins=begins, ends=ends)
        begins = False
    yield text[end:]


def _words_of_run(run: str, *, begins: bool, ends: bool) -> Iterator[str]:
    """Each sign; of letters the first, each two that follow each other, and the last: a phrase may begin and end at any."""
    if not _letter().search(run):
        yield " ".join(run)
        return
    if begins and ends and len(run) == 1:
        yield LONE + run
        return
    pieces = _piece().findall(run)
    for number, piece in enumerate(pieces):
        if not _letter().match(piece):
            yield from piece
            continue
        if number or not begins:
            yield piece[0]
        yield from map("".join, pairwise(piece))
        if number < len(pieces) - 1 or not ends:
            yield piece[-1]


def _has_words_of_others(text: str) -> bool:
    """Whether a text, or a part of one between runs, has a letter or digit of scripts that write spaces."""
    return any(map(str.isalnum, text))
