"""A small newsroom on a real store, with a clock that the test sets."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from feeds.document import FeedDocument
from feeds.kinds.base import Kind, Publication
from feeds.kinds.comments import ARTICLE_COMMENTS
from feeds.urls import Urls
from storage.model import Article, ArticleStatus, Comment, CommentStatus, Section
from storage.protocol import Store
from tests.stores import opened_store

FOUNDED = datetime(2023, 3, 1, 8, 0, tzinfo=UTC)
"""When the store is made."""
LIST_AFTER = timedelta(minutes=10)
SECTIONS = {"world": "World", "world/africa": "Africa", "business": "Business"}


async def until(condition: Callable[[], bool]) -> None:
    """Wait for what no event tells of, such as another process's commit. Raises TimeoutError after ten seconds."""
    async with asyncio.timeout(60):
        while True:
            if condition():
                return
            # Whoever is waited for may need the processor.
            await asyncio.sleep(0.002)


def titles(document: FeedDocument) -> list[str]:
    return [item.title for item in document.items]


class SettableClock:
    def __init__(self, now: datetime = FOUNDED) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **step: float) -> datetime:
        self.now += timedelta(**step)
        return self.now


class Newsroom:
    def __init__(self, store: Store, clock: SettableClock, publication: Publication) -> None:
        self.store = store
        self.clock = clock
        self.publication = publication

    @property
    def zone(self) -> ZoneInfo:
        return self.publication.zone

    async def feed(self, kind: Kind, **params: str) -> FeedDocument:
        """The document as it is now."""
        return await kind.build(self.store, self.publication, params, self.clock())

    async def thread(self, article: Article) -> FeedDocument:
        """The feed of an article's comments, at the path that it has in `article`."""
        _, year, month, day, slug, _ = article.path.split("/")
        return await self.feed(ARTICLE_COMMENTS, year=year, month=month, day=day, slug=slug)

    async def publish(
        self,
        slug: str,
        at: datetime | None = None,
        *,
        sections: Sequence[str] = ("world",),
        status: ArticleStatus = ArticleStatus.PUBLISHED,
        **fields: Any,
    ) -> Article:
        """An article of this slug, published at that instant (now for None)."""
        return await self.store.add_article(
            story(slug, at or self.clock(), self.zone, sections=sections, status=status, **fields)
        )

    async def edit(self, article: Article, **fields: Any) -> Article:
        """The article as it stands now, with some fields changed."""
        present = await self.store.get_article(article.id)
        return await self.store.update_article(replace(present, **fields), if_version=present.version)

    async def withdraw(self, article: Article) -> Article:
        return await self.edit(article, status=ArticleStatus.WITHDRAWN)

    async def reply(
        self,
        article: Article,
        name: str,
        *,
        parent: Comment | None = None,
        status: CommentStatus = CommentStatus.APPROVED,
        body_html: str = "<p>Quite so.</p>",
    ) -> Comment:
        now = self.clock()
        comment = Comment(
            guid=f"urn:test:comment:{article.slug}:{name}:{now.isoformat()}",
            article_id=article.id,
            parent_id=parent.id if parent else None,
            author_name=name,
            author_email=f"{name.lower()}@secret.example",
            body_html=body_html,
            status=status,
            created_at=now,
        )
        return await self.store.add_comment(comment, list_after=LIST_AFTER)

    async def moderate(self, comment: Comment, status: CommentStatus) -> Comment:
        return await self.store.set_comment_status(comment.id, status, by="desk:ann", list_after=LIST_AFTER)


def story(slug: str, at: datetime, zone: ZoneInfo, **fields: Any) -> Article:
    """An article that is public from `at` on, as whoever publishes it hands it to the store."""
    article = Article(
        guid=f"urn:test:{slug}",
        slug=slug,
        headline=slug.replace("-", " ").capitalize(),
        body_html=f"<p>All about {slug}.</p>",
        sections=("world",),
        status=ArticleStatus.PUBLISHED,
        published_at=at,
        day=at.astimezone(zone).date(),
    )
    return replace(article, **fields)


def publication(zone: str = "UTC", feed_items: int = 5, created_at: datetime = FOUNDED) -> Publication:
    return Publication(
        title="The Example",
        description="News of nowhere.",
        language="en",
        rights="© The Example",
        zone=ZoneInfo(zone),
        created_at=created_at,
        feed_items=feed_items,
        icon_url="https://news.example/icon.png",
        urls=Urls("https://news.example"),
    )


@asynccontextmanager
async def opened_newsroom(
    url: str, *, zone: str = "UTC", feed_items: int = 5, founded: datetime = FOUNDED
) -> AsyncIterator[Newsroom]:
    """A newsroom with its sections, and nothing published yet."""
    clock = SettableClock(founded)
    async with opened_store(url, clock) as store:
        await store.import_sections(
            [Section(path=path, title=title, created_at=founded) for path, title in SECTIONS.items()]
        )
        yield Newsroom(store, clock, publication(zone, feed_items, founded))
