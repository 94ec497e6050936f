"""Loading the sample edition into a newsroom that has no articles yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from feeds.sample.edition import Edition, date_edition
from feeds.sample.manuscripts import MEDIA_FOLDER, read_manuscripts, sample_guids
from feeds.settings import Settings
from storage.clock import Clock
from storage.model import ArticleStatus, Outcome
from storage.protocol import Articles, Transfer


class SampleRefused(Exception):
    """The newsroom has articles of its own: invented ones must not reach its readers. The message is one line."""


class SampleStore(Articles, Transfer, Protocol):
    """What loading needs of a store."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleSummary:
    """What the edition holds, and how many of its articles this load added: none where it was there already."""

    articles: int
    sections: int
    comments: int
    media: int
    added: int


async def load_sample(store: SampleStore, settings: Settings, clock: Clock) -> SampleSummary:
    """Write the edition's pictures and sounds into the media folder and keep its articles and threads.

    Where the edition is already, its media are restored and its articles left as they are.
    Raises SampleRefused if the newsroom has articles of its own, OSError if the media folder cannot be written.
    """
    manuscripts = read_manuscripts()
    edition = date_edition(manuscripts, clock(), settings.zone)
    there = await _is_there(store, edition)
    _write_media(settings.media_dir / MEDIA_FOLDER, manuscripts.media)
    outcomes: tuple[Outcome, ...] = ()
    if not there:
        await store.import_sections(edition.sections)
        outcomes = await store.import_articles(edition.records)
    return SampleSummary(
        articles=len(edition.records),
        sections=len(edition.sections),
        comments=sum(len(record.comments) for record in edition.records),
        media=len(manuscripts.media),
        added=outcomes.count(Outcome.ADDED),
    )


async def holds_sample(store: Articles) -> bool:
    """Whether readers see an article of the edition; one that was withdrawn, they do not."""
    ours = sample_guids()
    return any(
        article.guid in ours and article.status is ArticleStatus.PUBLISHED
        for article in await store.list_articles(before_id=len(ours) + 1, limit=len(ours))
    )


async def _is_there(store: SampleStore, edition: Edition) -> bool:
    # The edition goes into an empty store alone, so its articles have the ids they were given: the lowest.
    count = len(edition.records)
    ours = {record.article.guid for record in edition.records}
    if any(article.guid in ours for article in await store.list_articles(before_id=count + 1, limit=count)):
        return True
    if await store.list_articles(limit=1):
        raise SampleRefused("this newsroom has articles of its own; the sample edition goes into an empty one")
    return False


def _write_media(folder: Path, media: Mapping[str, bytes]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in media.items():
        (folder / name).write_bytes(content)
