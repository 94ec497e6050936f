"""How long a search takes: words that most articles have, words that one has, beginnings, phrases, and words that nobody wrote."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from random import Random
from time import perf_counter

from storage.connect import open_store
from storage.protocol import Store
from tests.bench.newsroom import VOCABULARY
from tests.bench.report import Report, spread

SEARCHES = 50
"""Of each sort."""
LIMIT = 50


async def report_searches(report: Report, database: Path, count: int) -> None:
    """Milliseconds by the clock, newest first, as feeds have them, beside the best first, as /search has them."""
    store = await open_store(f"sqlite:///{database}")
    try:
        taken: dict[str, tuple[list[float], list[float]]] = {}
        for sort, searches in sorts(count).items():
            taken[sort] = ([], [])
            for words in searches:
                for ranked, seconds in enumerate(taken[sort]):
                    seconds.append(await _seconds(store, words, ranked=bool(ranked)))
    finally:
        await store.close()
    mixed = tuple([second for pair in taken.values() for second in pair[ranked]] for ranked in (0, 1))
    title = f"search of {count:,} articles, median / p99 / max; ranked"
    report.note(title, spread(mixed[0]), spread(mixed[1]))
    for sort, (newest, best) in taken.items():
        report.note(f"  {sort}", spread(newest), spread(best))


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
        "the beginning of words": lambda: f"{word()[: chance.randint(2, 4)]}*",
        "the first letter of words": lambda: f"{word()[0]}*",
        "the beginning of numbers": lambda: f"{number()[:3]}*",
        "a word of none": lambda: f"{word()}x{number()}",
    }
    return {sort: [make() for _ in range(SEARCHES)] for sort, make in makers.items()}
