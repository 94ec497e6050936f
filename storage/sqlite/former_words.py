"""Words as releases before schema 19 gave them to FTS5, which folded and split them once more (unicode61).

What is left in their indexes is found, and taken out of them, by these. They go with the last store that has such an index.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache

from storage.search import Term
from storage.segmentation import NOT_ITSELF, UNSPACED, folded, for_search, of_kinds
from storage.segmentation import for_index as segmented

_POINTS = of_kinds("M", (0x0590, 0x06FF)) + "\u0640"
_WITH_VOWELS = ((0x0900, 0x0DFF), (0x0F00, 0x0FFF))
_OTHERWISE = re.compile(f"[{NOT_ITSELF}{_POINTS}\ue000-\uf8ef{of_kinds('M', *_WITH_VOWELS)}]")


@cache
def _kept_as() -> Mapping[int, int | str | None]:
    """A megabyte, which nobody needs but for text of such an index."""
    # Marks that unicode61 takes for spaces, by letters of the private use area.
    as_letters = {
        ord(mark): 0xE000 + ord(mark) - 0x0900 if ord(mark) < 0xA000 else 0xF300 + ord(mark) - 0xA980
        for mark in of_kinds("M", *_WITH_VOWELS, *UNSPACED)
    }
    return {**dict.fromkeys(range(0xE000, 0xF8F0), " "), **dict.fromkeys(map(ord, _POINTS)), **as_letters}


def is_segmented(text: str) -> bool:
    """Whether anything of the text was indexed otherwise than it is written."""
    return not text.isascii() and _OTHERWISE.search(text) is not None


def for_index(text: str) -> str:
    """What the index was given of a text."""
    return segmented(folded(text)).translate(_kept_as()) if is_segmented(text) else text


def former_terms(terms: Sequence[Term]) -> list[Term]:
    """The same search for such an index."""
    return [
        Term(for_search(term.written)[0].translate(_kept_as()), prefix=term.prefix, excluded=term.excluded)
        for term in terms
    ]
