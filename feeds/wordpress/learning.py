"""Which permalink structure a site has, told by the addresses of its articles and what they are made of."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import islice

from feeds.wordpress.permalinks import TAGS, names_articles

Facts = Sequence[tuple[str, str]]
"""Tags and what they stand for in an article's address. A tag may stand there more than once: an article has several categories."""

_RUN = re.compile(r"[0-9]+|[^\W\d_]+|.", re.DOTALL)
_LONGEST = 300
_ENOUGH = 200
"""Articles that are looked at."""
_OF_ONE = 64
"""Structures that are thought of for one address."""


def structures(path: str, facts: Facts) -> Iterator[str]:
    """Structures by which an article has this path, which ends in a slash: those that say more with tags come first."""
    values = sorted(facts, key=lambda fact: (-len(fact[1]), TAGS.index(fact[0])))

    @cache
    def runs(at: int) -> tuple[tuple[str, str, int], ...]:
        """What may stand at a place, and where it ends: values with their tags, then what stands for nothing."""
        found = [(tag, f"%{tag}%", at + len(value)) for tag, value in values if value and path.startswith(value, at)]
        run = _RUN.match(path, at)
        assert run is not None
        return (*(one for one in found if _ends(path, one[2])), ("", run[0], run.end()))

    def rest(at: int, used: frozenset[str]) -> Iterator[str]:
        if at == len(path):
            yield ""
            return
        for tag, written, end in runs(at):
            if tag not in used:
                for further in rest(end, used | {tag} if tag else used):
                    yield written + further

    if len(path) <= _LONGEST and "%" not in path:
        yield from filter(names_articles, islice(rest(0, frozenset()), _OF_ONE))


def _ends(path: str, end: int) -> bool:
    """Whether a value may end there: where a word or a number does, or another number follows, as in '20240305'."""
    last, following = path[end - 1], path[end : end + 1]
    return not (last.isalnum() and following.isalnum()) or last.isdigit() or following.isdigit()


@dataclass(slots=True)
class Learner:
    """Counts of how many articles a structure makes the address."""

    _articles: int = 0
    _votes: Counter[str] = field(default_factory=Counter)
    _best: str | None = None

    @property
    def has_enough(self) -> bool:
        return self._articles >= _ENOUGH

    def add(self, paths: Iterable[str], facts: Facts) -> None:
        """An article with the paths that it had: its address, and others."""
        self._best = None
        self._articles += 1
        self._votes.update({structure for path in paths for structure in structures(path, facts)})

    def structure(self) -> str:
        """The one by which most articles have their address, and more than half of them; '' where there is none."""
        if self._best is None:
            self._best = self._elect()
        return self._best

    def _elect(self) -> str:
        votes = self._votes
        best = max(votes, key=lambda structure: (votes[structure], -_fixed(structure), _usual(structure)), default="")
        return best if 2 * votes[best] > self._articles else ""


def _fixed(structure: str) -> int:
    """Characters of it that stand in every address."""
    return sum(map(len, re.split("%[^%]*%", structure)))


def _usual(structure: str) -> tuple[tuple[int, ...], str]:
    """The greater, the likelier: a number may be the month's and the day's, and the hour's as well."""
    return tuple(-TAGS.index(tag) for tag in re.findall("%([^%]*)%", structure)), structure
