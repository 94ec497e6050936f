"""A newsroom of any size, the same each time: what the benchmarks run on.

`records` goes through the import; `tests.bench.generate` writes the same into a store directly.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import islice
from random import Random

from storage.model import (
    Article,
    ArticleRecord,
    ArticleStatus,
    Author,
    Comment,
    CommentStatus,
    Image,
    Outcome,
    Section,
    Source,
    Tag,
)
from storage.protocol import Store

NEWEST = datetime(2026, 3, 1, 12, tzinfo=UTC)
FILLED = NEWEST + timedelta(days=30)
"""When the newsroom was brought in: long after its newest article, so that none of them is a late arrival."""
EVERY = timedelta(minutes=48)
"""From one article to the next: thirty a day, whatever the size, so that a day's feed is always as large."""
SECTIONS = ("world", "world/africa", "business", "sport", "culture")
AUTHORS, TAGS, PICTURES = 12, 60, 40
PERIOD = 120
"""An article differs from the one so many before it in its texts and times alone: the least common multiple of the above."""
_WORDS = (
    "harbour council night ferry school budget levy clinic market railway season audit crowd repair storm vote plan river "
    "teacher nurse driver farmer mayor report road bridge water light court winter summer price tender strike review "
    "opened closed agreed argued waited counted promised measured delayed signed found lost built sold moved asked "
    "early late quiet public local northern broken careful empty crowded cheap sudden steady modest rare new old"
)
VOCABULARY = tuple(_WORDS.split())
_BODIES = 499
"""Different bodies; a prime, so that they do not go with sections or tags."""
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Shape:
    """What each article holds: by default 1.4 kB of text, so that a feed of fifty is about 20 kB when compressed."""

    paragraphs: int = 5
    words: int = 40
    """In a paragraph."""
    comments: int = 0
    """Approved ones, the last of them a reply to the first."""


TINY = Shape(paragraphs=1, words=12)
"""For stores that would not fit otherwise."""


@lru_cache(maxsize=8)
def bodies(shape: Shape) -> tuple[str, ...]:
    return tuple(
        "".join(
            f"<p>{' '.join(words.choices(VOCABULARY, k=shape.words)).capitalize()}.</p>"
            for _ in range(shape.paragraphs)
        )
        for words in map(Random, range(_BODIES))
    )


def headline(number: int) -> str:
    return f"Story {number}: the harbour plan goes on"


def summary(number: int) -> str:
    return f"What the council said of the harbour, part {number}."


def article(count: int, number: int, shape: Shape) -> Article:
    """The article of a number, from 0, the oldest, to `count` - 1, the newest."""
    at = NEWEST - EVERY * (count - number)
    author, tag = number % AUTHORS, number % TAGS
    return Article(
        guid=f"urn:bench:{number}",
        slug=f"story-{number}",
        day=at.date(),
        headline=headline(number),
        summary=summary(number),
        body_html=bodies(shape)[number % _BODIES],
        dateline="Kampala, Uganda",
        source=Source(name="Coast Agency", url="https://coast.example/"),
        image=Image(
            url=f"/media/{number % PICTURES}.png", type="image/png", length=4096, width=640, height=360, alt="A pier"
        ),
        sections=(SECTIONS[number % len(SECTIONS)],),
        authors=(Author(slug=f"author-{author}", name=f"Author {author}"),),
        tags=(Tag(slug=f"tag-{tag}", name=f"Tag {tag}"), Tag(slug="harbour", name="Harbour")),
        status=ArticleStatus.PUBLISHED,
        published_at=at,
    )


def comments(count: int, number: int, shape: Shape) -> tuple[Comment, ...]:
    """The thread of an article, a minute from one comment to the next."""
    at = NEWEST - EVERY * (count - number)
    first = number * shape.comments + 1
    return tuple(
        Comment(
            id=first + place,
            guid=f"urn:bench:{number}:{place}",
            article_id=number + 1,
            parent_id=first if 0 < place == shape.comments - 1 else None,
            author_name=f"Reader {place}",
            author_email=f"reader-{place}@readers.example",
            author_url="",
            body_html=f"<p>Comment {place} on story {number}: the ferry was late again, and nobody said why.</p>",
            status=CommentStatus.APPROVED,
            created_at=at + timedelta(minutes=place + 1),
        )
        for place in range(shape.comments)
    )


def path(count: int, number: int) -> str:
    """Where an article's page is; its comments' feeds are below it."""
    return f"/{NEWEST - EVERY * (count - number):%Y/%m/%d}/story-{number}/"


def records(count: int, shape: Shape) -> Iterator[ArticleRecord]:
    """The oldest first."""
    for number in range(count):
        yield ArticleRecord(article=article(count, number, shape), comments=comments(count, number, shape))


async def add_sections(store: Store) -> None:
    await store.import_sections(
        [Section(path=path, title=path.rpartition("/")[2].title(), created_at=NEWEST) for path in SECTIONS]
    )


async def fill(store: Store, count: int, shape: Shape) -> None:
    """Import so many articles into an empty store."""
    await add_sections(store)
    coming = records(count, shape)
    while batch := list(islice(coming, _BATCH)):
        outcomes = await store.import_articles(batch)
        assert set(outcomes) == {Outcome.ADDED}
