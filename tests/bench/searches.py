"""How long a search takes: words that most articles have, words that one has, beginnings, phrases, and words that nobody wrote."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter

from storage.connect import open_store
from storage.protocol import Store
from tests.bench.newsroom import VOCABULARY
from tests.bench.report import Report, percentile, spread
from tests.bench.scripts import search_in_other_scripts, write_other_scripts

SEARCHES = 50
"""Of each sort."""
LIMIT = 50


async def report_searches(report: Report, database: Path, count: int) -> None:
    """Milliseconds by the clock, newest first, as feeds have them, beside the best first, as /search has them; then both in scripts
    without spaces between words, beside the same searches for Latin words, whose index and queries are as they ever were.
    """
    latin = await report_each_search(report, f"sqlite:///{database}", count)
    with TemporaryDirectory() as folder:
        other = Path(folder) / "other.db"
        write_other_scripts(database, other)
        searches = {
            sort: [search_in_other_scripts(words) for words in of_sort] for sort, of_sort in sorts(count).items()
        }
        scripts = await _taken(f"sqlite:///{other}", searches)
    for name, share in (("median", 50), ("p99", 99)):
        ours, reference = (1000 * percentile([*_all(taken, 0), *_all(taken, 1)], share) for taken in (scripts, latin))
        report.compare(f"search in scripts without spaces; for Latin words: {name}", ours, reference, "ms", bar=1.5)
    for sort, pairs in scripts.items():
        report.note(f"  {sort}", *(spread([*newest, *best]) for newest, best in (pairs, latin[sort])))


Taken = Mapping[str, tuple[list[float], list[float]]]
"""Seconds of the searches of a sort: newest first, and best first."""


async def report_each_search(report: Report, url: str, count: int, where: str = "") -> Taken:
    """For Latin words, sort by sort, in the store of a URL."""
    taken = await _taken(url, sorts(count))
    title = f"search of {count:,} articles {where}".strip()
    report.note(f"{title}, median / p99 / max; ranked", spread(_all(taken, 0)), spread(_all(taken, 1)))
    for sort, (newest, best) in taken.items():
        report.note(f"  {sort}", spread(newest), spread(best))
    return taken


async def _taken(url: str, searches: Mapping[str, Sequence[str]]) -> Taken:
    store = await open_store(url)
    try:
        taken: dict[str, tuple[list[float], list[float]]] = {}
        for sort, of_sort in searches.items():
            taken[sort] = ([], [])
            for words in of_sort:
                for ranked, seconds in enumerate(taken[sort]):
                    seconds.append(await _seconds(store, words, ranked=bool(ranked)))
    finally:
        await store.close()
    return taken


def _all(taken: Taken, ranked: int) -> list[float]:
    return [second for pair in taken.values() for second in pair[ranked]]


async def _seconds(store: Store, words: str, *, ranked: bool) -> float:
    began = perf_counter()
    await store.search_articles(words, limit=LIMIT, ranked=ranked)
    return perf_counter() - began


def sorts(count: int) -> Mapping[str, Sequence[str]]:
    """Searches by what is hard in them, the same each time. An article's number is the word that it alone has."""
    chance = Random(1)

    def word() -> str:
        return chance.choice(VOCABULARY)

    def number() -> str:
        return str(chance.randrange(count // 10, count))

    makers: Mapping[str, Callable[[], str]] = {
        "a word of many": word,
        "a word of all": lambda: chance.choice(("harbour", "story", "council", "kampala")),
        "a word of one": number,
        "three words": lambda: f"{word()} {word()} {word()}",
        "a word of all and a word of one": lambda: f"harbour {number()}",
        "a phrase": lambda: f'"{word()} {word()}"',
        "a phrase of none": lambda: f'"{word()} {word()} {word()} {word()}"',
        "the beginning of words": lambda: f"{word()[: chance.randint(2, 4)]}*",
        "the first letter of words": lambda: f"{word()[0]}*",
        "the beginning of numbers": lambda: f"{number()[:3]}*",
        "a word of none": lambda: f"{word()}x{number()}",
    }
    return {sort: [make() for _ in range(SEARCHES)] for sort, make in makers.items()}
