"""The archive (RFC 5005, section 4): the latest feed and the finished days together lose nothing, whenever one looks."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random
from urllib.parse import urlsplit

import pytest
from lxml import etree

from feeds.document import FeedDocument
from feeds.formats import FORMATS
from feeds.formats.base import render
from feeds.kinds.dated import DAY
from feeds.kinds.late import LATE_SHOWN
from feeds.kinds.latest import LATEST
from storage.model import Article, ArticleStatus
from tests.kinds.newsroom import FOUNDED, Newsroom, opened_newsroom, story
from tests.stores import Stores

pytestmark = pytest.mark.anyio

ZONE = "America/New_York"
FH = "{http://purl.org/syndication/history/1.0}"


async def read(newsroom: Newsroom, url: str) -> FeedDocument:
    """What is at a feed's URL."""
    path = urlsplit(url).path.removesuffix("feed").strip("/")
    if not path:
        return await newsroom.feed(LATEST)
    year, month, day = path.split("/")
    return await newsroom.feed(DAY, year=year, month=month, day=day)


@dataclass
class Reader:
    """A client that merges what it reads, and walks back only to archives it knows already (RFC 5005, section 4.2)."""

    newsroom: Newsroom
    walks: bool
    entries: dict[str, datetime] = field(default_factory=dict)
    """Of each guid, the `updated` it has."""
    archives: list[str] = field(default_factory=list)

    async def poll(self) -> None:
        document = await self.newsroom.feed(LATEST)
        unknown = []
        while self.walks and document.paging.previous_archive not in ("", *self.archives):
            unknown.append(document.paging.previous_archive)
            self.merge(document)
            document = await read(self.newsroom, document.paging.previous_archive)
            assert document.archive
        self.merge(document)
        self.archives += unknown

    def merge(self, document: FeedDocument) -> None:
        for stone in document.deleted:
            self.entries.pop(stone.guid, None)
        for item in document.items:
            self.entries[item.guid] = max(item.updated, self.entries.get(item.guid, item.updated))

    def missed(self, public: dict[str, datetime]) -> dict[str, datetime]:
        return {guid: updated for guid, updated in public.items() if self.entries.get(guid) != updated}


class Year:
    """Things that happen in a newsroom: the same each time."""

    def __init__(self, newsroom: Newsroom) -> None:
        self.newsroom, self.random = newsroom, Random(5005)
        self.articles: list[Article] = []

    async def day(self) -> None:
        """Up to six things, at any time of a day."""
        clock, random = self.newsroom.clock, self.random
        for _ in range(random.choice([0, 1, 2, 3, 4, 6])):
            clock.advance(minutes=random.randrange(1, 180))
            await self.newsroom.store.run_due()
            await random.choice(
                [self.publish, self.publish, self.late, self.correct, self.touch, self.withdraw, self.schedule]
            )()

    async def publish(self, at: datetime | None = None) -> None:
        self.articles.append(await self.newsroom.publish(f"story-{len(self.articles)}", at))

    async def late(self) -> None:
        await self.publish(self.newsroom.clock() - timedelta(hours=self.random.randrange(1, 24 * 60)))

    async def schedule(self) -> None:
        """Embargoed beyond its date: it comes late by the clock alone."""
        now = self.newsroom.clock()
        dated = story(f"story-{len(self.articles)}", now, self.newsroom.zone)
        until = now + timedelta(hours=self.random.randrange(1, 72))
        self.articles.append(await self.newsroom.store.add_article(replace(dated, embargoed_until=until)))

    async def correct(self) -> None:
        if self.articles:
            await self.newsroom.edit(
                self.random.choice(self.articles), updated_at=self.newsroom.clock(), headline="Corrected"
            )

    async def touch(self) -> None:
        if self.articles:
            await self.newsroom.edit(self.random.choice(self.articles), summary=f"Edit {self.random.random()}")

    async def withdraw(self) -> None:
        if self.articles:
            article = self.random.choice(self.articles)
            again = self.random.random() < 0.3
            await self.newsroom.edit(article, status=ArticleStatus.PUBLISHED if again else ArticleStatus.WITHDRAWN)


async def public(newsroom: Newsroom) -> dict[str, datetime]:
    articles = await newsroom.store.list_articles(limit=10_000)
    return {article.guid: article.updated_at for article in articles if article.public and article.updated_at}


async def test_days_are_caught_up_with_and_kept_up_with(stores: Stores, store_url: str) -> None:
    # Each poll of a server takes several times as long.
    await keep_up(store_url, 150 if stores.engine == "sqlite" else 30)


@pytest.mark.nightly
async def test_a_year_is_caught_up_with_and_kept_up_with(store_url: str) -> None:
    await keep_up(store_url, 365)


async def keep_up(store_url: str, days: int) -> None:
    async with opened_newsroom(store_url, zone=ZONE, feed_items=5) as newsroom:
        year = Year(newsroom)
        daily, weekly, yearly = (
            Reader(newsroom, walks=False),
            Reader(newsroom, walks=True),
            Reader(newsroom, walks=True),
        )
        for number in range(days):
            await year.day()
            # A day after the last poll, at most.
            while newsroom.clock() < FOUNDED + timedelta(days=number + 1):
                newsroom.clock.advance(hours=6)
                await newsroom.store.run_due()
                await daily.poll()
            await daily.poll()
            if number % 5 == 0:
                # Never more than a week apart.
                await weekly.poll()
                assert weekly.missed(await public(newsroom)) == {}, f"day {number}"
            assert daily.missed(await public(newsroom)) == {}, f"day {number}"
        await yearly.poll()
        everything = await public(newsroom)
        assert len(everything) > days * 5 // 6
        assert yearly.entries == everything, "nothing is missing, and nothing is there that was withdrawn"


async def test_the_chain_skips_days_without_articles(store_url: str) -> None:
    async with opened_newsroom(store_url, zone=ZONE) as newsroom:
        for gap, slug in ((0, "a"), (1, "b"), (40, "c")):
            newsroom.clock.advance(days=gap)
            await newsroom.publish(slug)
        emptied = await newsroom.publish("d", newsroom.clock() - timedelta(days=3))
        await newsroom.withdraw(emptied)
        latest = await newsroom.feed(LATEST)
        chain = []
        url = latest.paging.previous_archive
        while url:
            document = await read(newsroom, url)
            chain.append(document)
            url = document.paging.previous_archive
        assert [[item.title for item in document.items] for document in chain] == [["B"], ["A"]], "today is not over"
        assert [document.paging.next_archive for document in chain] == ["", chain[0].feed_url]
        assert {document.paging.current for document in chain} == {latest.feed_url}
        newsroom.clock.advance(days=1)
        assert (await newsroom.feed(LATEST)).paging.previous_archive.endswith("/2023/04/11/feed")
        joined = await read(newsroom, chain[0].feed_url)
        assert joined.paging.next_archive.endswith("/2023/04/11/feed")


async def test_a_document_is_valid_until_it_changes_by_the_clock(store_url: str) -> None:
    """What is late leaves after a week, days join the archive at their end: each at the instant that was announced."""
    async with opened_newsroom(store_url, zone=ZONE, feed_items=1) as newsroom:
        await newsroom.publish("a")
        newsroom.clock.advance(days=2, hours=3)
        arrived = newsroom.clock()
        await newsroom.publish("late", arrived - timedelta(days=1))
        newsroom.clock.advance(hours=1)
        await newsroom.publish("b")
        day = {"year": "2023", "month": "03", "day": "01"}
        seen = 0
        for kind, params in ((LATEST, {}), (DAY, day)):
            newsroom.clock.now = arrived + timedelta(hours=2)
            while (document := await newsroom.feed(kind, **params)).validity.until is not None:
                ends = document.validity.until
                if ends > arrived + timedelta(days=12):
                    break
                newsroom.clock.now = ends - timedelta(microseconds=1)
                before = await newsroom.feed(kind, **params)
                assert replace(before, validity=replace(before.validity, since=document.validity.since)) == document
                newsroom.clock.now = ends
                after = await newsroom.feed(kind, **params)
                assert after.validity.since == ends
                seen += (after.items, after.paging) != (document.items, document.paging)
        assert seen >= 2
        newsroom.clock.now = arrived + LATE_SHOWN - timedelta(microseconds=1)
        assert [item.title for item in (await newsroom.feed(LATEST)).items] == ["B", "Late"]
        newsroom.clock.now = arrived + LATE_SHOWN
        assert [item.title for item in (await newsroom.feed(LATEST)).items] == ["B"]


@pytest.mark.parametrize("extension", [".atom", ".rss"])
async def test_the_formats_say_so(newsroom: Newsroom, extension: str) -> None:
    await newsroom.publish("a")
    newsroom.clock.advance(days=1)
    await newsroom.publish("b")
    latest = etree.fromstring(render(FORMATS[extension], await newsroom.feed(LATEST)))
    day = etree.fromstring(render(FORMATS[extension], await newsroom.feed(DAY, year="2023", month="03", day="01")))

    def links(root: etree._Element) -> dict[str | None, str | None]:
        return {link.get("rel"): link.get("href") for link in root.iterfind(".//{http://www.w3.org/2005/Atom}link")}

    archive = f"https://news.example/2023/03/01/feed{extension}"
    assert links(latest)["prev-archive"] == links(day)["self"] == archive
    assert links(day)["current"] == links(latest)["self"]
    assert [len(root.findall(f".//{FH}archive")) for root in (latest, day)] == [0, 1]
