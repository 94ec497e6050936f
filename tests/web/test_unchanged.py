"""A change that does not reach what a feed shows: it is looked at again, and nothing of it is made again."""

from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from feeds.formats import FORMATS
from feeds.http.negotiation import encode
from feeds.kinds import items
from storage.model import ArticleRecord, Comment, CommentStatus, Outcome
from storage.sql.rows import sift_articles
from tests.kinds.newsroom import SettableClock, story
from tests.web.site import Client, Site, client_of, in_every_format, open_site

pytestmark = pytest.mark.anyio

FEEDS = in_every_format("/", "/section/world/", "/comments/")
ENTRIES = 12


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with open_site(tmp_path, SettableClock(), feed_items=ENTRIES) as site:
        for number in range(ENTRIES + 1):
            article = await site.newsroom.publish(f"story-{number}", body_html="<p>Words enough.</p>" * 1_500)
            await site.newsroom.reply(article, f"Reader{number}")
        # The counts that feeds show are listed by then.
        site.clock.advance(hours=1)
        await site.state.store.run_due()
        yield site


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often what costs most was done."""
    done: Counter[str] = Counter()

    def counting(name: str, do: Callable[..., Any], count: Callable[..., int]) -> Callable[..., Any]:
        def counted(*args: Any, **kwargs: Any) -> Any:
            done[name] += count(*args)
            return do(*args, **kwargs)

        return counted

    read = counting("read", sift_articles, lambda _db, rows: len(rows))
    monkeypatch.setattr("storage.sql.kept.sift_articles", read)
    monkeypatch.setattr(items, "_article_item", counting("made", items._article_item, lambda *_: 1))
    monkeypatch.setattr(items, "_comment_item", counting("made", items._comment_item, lambda *_: 1))
    monkeypatch.setattr("feeds.cache.cache.encode", counting("compressed", encode, lambda *_: 1))
    for format in FORMATS.values():
        monkeypatch.setattr(type(format), "item", counting("rendered", type(format).item, lambda *_: 1))
        monkeypatch.setattr(type(format), "feed", counting("framed", type(format).feed, lambda *_: 1))
    return done


async def ask(client: Client) -> dict[str, tuple[str, bytes]]:
    replies = {feed: await client.ask(feed, Accept_Encoding="gzip") for feed in FEEDS}
    return {feed: (reply.etag, reply.body) for feed, reply in replies.items()}


async def import_an_old_one(site: Site) -> None:
    """As an import does: it raises what all these feeds depend on, and stands below what they show."""
    long_ago = site.clock() - timedelta(days=400)
    old = replace(story("old", long_ago, site.newsroom.zone), arrived_at=long_ago)
    comment = Comment(
        guid="urn:test:old:reply",
        article_id=0,
        author_name="Zed",
        author_email="zed@readers.example",
        body_html="<p>Quite so.</p>",
        status=CommentStatus.APPROVED,
        created_at=long_ago,
    )
    assert await site.state.store.import_articles([ArticleRecord(article=old, comments=(comment,))]) == (Outcome.ADDED,)


async def test_what_shows_no_change_is_not_made_again(site: Site, work: Counter[str]) -> None:
    async with client_of(site) as client:
        before = await ask(client)
        # Each entry once for all feeds that show it, and once in each format.
        assert work["read"] == ENTRIES
        assert work["made"] == 2 * ENTRIES
        assert work["rendered"] == 2 * ENTRIES * len(FORMATS)
        assert work["framed"] == len(FEEDS)
        dated = (await client.ask("/feed.rss")).fields["last-modified"]
        work.clear()
        site.clock.advance(minutes=1)
        await import_an_old_one(site)
        assert await ask(client) == before
        assert work == Counter()
        assert (await client.ask("/feed.rss", {"If-Modified-Since": dated})).status == 200, "it was looked at again"
        assert (
            await client.ask("/feed.rss", {"If-None-Match": before["/feed.rss"][0]}, Accept_Encoding="gzip")
        ).status == 304


async def test_of_one_edit_one_entry_is_made_again(site: Site, work: Counter[str]) -> None:
    async with client_of(site) as client:
        await ask(client)
        work.clear()
        [article, *_] = await site.state.store.list_articles(limit=1)
        site.clock.advance(minutes=1)
        await site.newsroom.edit(article, body_html="<p>Other words.</p>")
        await ask(client)
        shown_in = [feed for feed in FEEDS if not feed.startswith("/comments/")]
        assert work == Counter(read=1, made=1, rendered=len(FORMATS), framed=len(shown_in), compressed=len(shown_in))


async def test_feeds_do_not_look_again_at_what_lies_below_the_newest(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("storage.scopes", "storage.sql.depth"):
        monkeypatch.setattr(f"{module}.NEWEST", ENTRIES + 1)
    async with client_of(site) as client:

        async def dates() -> dict[str, str]:
            # The latest feed leads to the day before, too, of which it is told when any day gets its first article.
            feeds = FEEDS[len(FORMATS) :]
            return {feed: (await client.ask(feed)).fields["last-modified"] for feed in feeds}

        before = await dates()
        site.clock.advance(hours=1)
        renders = sum(site.state.cache.rendering.counts)
        await import_an_old_one(site)
        assert await dates() == before
        assert sum(site.state.cache.rendering.counts) == renders
        assert b"<title>Old</title>" in (await client.ask("/feed.rss?paged=2")).body
