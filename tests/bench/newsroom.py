"""A newsroom of any size, the same each time: what the benchmarks run on."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from random import Random

from storage.model import Article, ArticleRecord, ArticleStatus, Author, Image, Outcome, Section, Source, Tag
from storage.protocol import Store

NEWEST = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECTIONS = ("world", "world/africa", "business", "sport", "culture")
_VOCABULARY = (
    "harbour council night ferry school budget levy clinic market railway season audit crowd repair storm vote plan river "
    "teacher nurse driver farmer mayor report road bridge water light court winter summer price tender strike review "
    "opened closed agreed argued waited counted promised measured delayed signed found lost built sold moved asked "
    "early late quiet public local northern broken careful empty crowded cheap sudden steady modest rare new old"
)
_BATCH = 500


def records(count: int) -> Iterator[ArticleRecord]:
    """Articles of about 1.7 kB each, one every ten minutes back from NEWEST, the oldest first."""
    vocabulary = _VOCABULARY.split()
    for number in range(count):
        at = NEWEST - timedelta(minutes=10 * (count - number))
        words = Random(number)
        body = "".join(f"<p>{' '.join(words.choices(vocabulary, k=45)).capitalize()}.</p>" for _ in range(6))
        yield ArticleRecord(
            article=Article(
                guid=f"urn:bench:{number}",
                slug=f"story-{number}",
                day=at.date(),
                headline=f"Story {number}: the harbour plan goes on",
                summary=f"What the council said of the harbour, part {number}.",
                body_html=body,
                dateline="Kampala, Uganda",
                source=Source(name="Coast Agency", url="https://coast.example/"),
                image=Image(
                    url=f"/media/{number % 40}.png", type="image/png", length=4096, width=640, height=360, alt="A pier"
                ),
                sections=(SECTIONS[number % len(SECTIONS)],),
                authors=(Author(slug=f"author-{number % 12}", name=f"Author {number % 12}"),),
                tags=(Tag(slug=f"tag-{number % 60}", name=f"Tag {number % 60}"), Tag(slug="harbour", name="Harbour")),
                status=ArticleStatus.PUBLISHED,
                published_at=at,
            )
        )


async def fill(store: Store, count: int) -> None:
    """Import so many articles into an empty store."""
    await store.import_sections(
        [Section(path=path, title=path.rpartition("/")[2].title(), created_at=NEWEST) for path in SECTIONS]
    )
    coming = records(count)
    while batch := list(islice(coming, _BATCH)):
        outcomes = await store.import_articles(batch)
        assert set(outcomes) == {Outcome.ADDED}
