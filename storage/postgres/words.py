"""Words as PostgreSQL keeps them, and what it is asked: its parser and dictionaries decide nothing."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, pairwise
from typing import NamedTuple

from storage.search import Term
from storage.segmentation import GAP

_HELD = 1_000_000
"""Bytes that a tsvector holds of words and their places, a little less than PostgreSQL's limit."""
_OVERHEAD = 12
OVERSIZED = "\uf8f2"
"""The one word of a vector that could not hold all: no text has it, it is no letter."""
FIRST = GAP
"""Stands before the words of a part that can be searched alone: by the weights of words alone all that has them would be read."""
_SHORT = 3
"""A beginning of fewer letters is looked for in what the other words find: an index would have to go through half of itself."""


class Kept(NamedTuple):
    """What is kept of a text in parts."""

    oversized: str
    vector: str
    words: str


def kept(parts: Sequence[str], *, marks_first: bool = False) -> Kept:
    """Of at most four parts, the weightiest first, which can be searched alone if it is marked."""
    in_parts = [part.split() for part in parts]
    weights: dict[str, str] = {}
    for place, (weight, words) in enumerate(zip("ABCD", in_parts, strict=False), 1):
        for word in dict.fromkeys(chain(words, _pairs(words))):
            weights[word] = f"{weights[word]},{place}{weight}" if word in weights else f"{place}{weight}"
    if marks_first:
        weights |= dict.fromkeys((f"{FIRST}{word}" for word in chain(in_parts[0], _pairs(in_parts[0]))), "1A")
    oversized = sum(map(len, weights)) * 4 + _OVERHEAD * len(weights) > _HELD and (
        len("".join(weights).encode()) + _OVERHEAD * len(weights) > _HELD
    )
    if oversized:
        weights = {OVERSIZED: "1D"}
    return Kept(
        oversized="true" if oversized else "false",
        vector=" ".join(f"'{word}':{places}" for word, places in weights.items()),
        words="\n".join(f" {' '.join(words)} " for words in in_parts),
    )


class Asked(NamedTuple):
    """A search: candidates by a tsquery, what is looked for in their words, and the same for those of too many words."""

    query: str
    looked_for: tuple[Term, ...]
    terms: tuple[Term, ...]

    def by_words_alone(self) -> "Asked":
        """The same, with nothing looked for in the words."""
        return Asked(self.query, (), ())

    def test(self, words: str) -> tuple[str, list[str]]:
        """The condition on a candidate's words, an expression, with its parameters."""
        every, all_parameters = _tests(self.terms, words)
        few, parameters = _tests(self.looked_for, words)
        return f"{few} AND (NOT oversized OR ({every}))", [*parameters, *all_parameters]


def asked(terms: Sequence[Term], mark: str = "") -> Asked:
    """`mark`: FIRST, where that part alone is searched."""
    wanted = [term for term in terms if not term.excluded]
    exact = [word for term in wanted for word in _whole_words(term)]
    begun = {term: term.text.split()[-1] for term in wanted if term.prefix}
    long = [word for word in begun.values() if len(word) >= _SHORT]
    if not exact and not long:
        long = list(begun.values())
    unwanted = [term for term in terms if term.excluded and _is_word(term)]
    query = " & ".join(
        [
            *(f"'{mark}{word}'" for word in dict.fromkeys(exact)),
            *(f"'{mark}{word}':*" for word in dict.fromkeys(long)),
            *(f"!'{mark}{term.text}'" for term in unwanted),
        ]
    )
    decided = [term for term in wanted if " " not in term.text and (not term.prefix or begun[term] in long)]
    looked_for = tuple(term for term in terms if term not in decided and term not in unwanted)
    return Asked(f"({query}) | '{OVERSIZED}'", looked_for, tuple(terms))


def any_of(terms: Sequence[Term]) -> str:
    """A tsquery by which what has the words is ranked."""
    words = [
        *(f"'{word}'" for term in terms if not term.excluded for word in _whole_words(term)),
        *(f"'{term.text.split()[-1]}':*" for term in terms if term.prefix and not term.excluded),
    ]
    return " | ".join(dict.fromkeys(words))


def _whole_words(term: Term) -> Iterator[str]:
    """Signs that follow each other in pairs: most texts have most of them, few have two of them beside each other."""
    words = term.text.split()[: -1 if term.prefix else None]
    paired = {word for pair in _pairs(words) for word in pair.split()}
    return chain((word for word in words if word not in paired), _pairs(words))


def _pairs(words: Sequence[str]) -> Iterable[str]:
    if all(map(str.isascii, words)):
        return ()
    return (f"{one} {next_one}" for one, next_one in pairwise(words) if _is_sign(one) and _is_sign(next_one))


def _is_sign(word: str) -> bool:
    """Whether it is a word of one sign, as `storage.segmentation` makes of Chinese and Korean texts."""
    return len(word) == 1 and word >= "\u2e80" and word != GAP


def _is_word(term: Term) -> bool:
    return not term.prefix and " " not in term.text


def _tests(terms: Iterable[Term], words: str) -> tuple[str, list[str]]:
    tests, parameters = ["TRUE"], []
    for term in terms:
        tests.append(f"strpos({words}, ?) {'=' if term.excluded else '>'} 0")
        parameters.append(f" {term.text}" if term.prefix else f" {term.text} ")
    return " AND ".join(tests), parameters
