"""What the clock does by itself, and what it must not do: moments that come, seconds that hold two changes, steps back."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest

from storage.lifecycle import AHEAD
from storage.model import CommentStatus
from tests.web.changes import ARTICLE_FEEDS, COMMENT_FEEDS, Poller, thread_feeds
from tests.web.site import Client, Site, in_every_format

pytestmark = [pytest.mark.anyio, pytest.mark.both_engines]


def date_of(http_date: str) -> datetime:
    return parsedate_to_datetime(http_date).astimezone(UTC)


@pytest.mark.parametrize("embargoed", [False, True], ids=["scheduled", "under embargo"])
async def test_an_article_appears_at_its_moment(site: Site, client: Client, embargoed: bool) -> None:
    room, clock = site.newsroom, site.clock
    due = clock() + timedelta(hours=2, milliseconds=500)
    if embargoed:
        article = await room.publish("tonight", embargoed_until=due, sections=("world/africa", "business"))
    else:
        article = await room.publish("tonight", due, sections=("world/africa", "business"))
    poller = Poller(site, client, ARTICLE_FEEDS | COMMENT_FEEDS)
    await poller.moved()
    clock.now = due - timedelta(milliseconds=1)
    for path in (*sorted(ARTICLE_FEEDS), "/", "/section/world/"):
        assert article.headline not in (await client.ask(path)).text
    for path in (article.path, *in_every_format(article.path)):
        assert (await client.ask(path)).status == 404, "not a word of it"
    clock.now = due
    for path in (*sorted(ARTICLE_FEEDS), "/", "/section/world/"):
        assert article.headline in (await client.ask(path)).text
    for path in (article.path, *in_every_format(article.path)):
        assert (await client.ask(path)).status == 200
    assert await poller.moved() == ARTICLE_FEEDS
    changes = await room.store.changes_since(0, limit=100)
    assert len([change for change in changes if change.subject_id == str(article.id) and change.scopes]) == 1


async def test_a_moved_moment_counts_as_it_is_now(site: Site, client: Client) -> None:
    room, clock = site.newsroom, site.clock
    article = await room.publish("tonight", clock() + timedelta(hours=2))
    await room.edit(article, published_at=clock() + timedelta(hours=3))
    clock.advance(hours=2, minutes=30)
    assert article.headline not in (await client.ask("/feed.rss")).text
    clock.advance(minutes=30)
    assert article.headline in (await client.ask("/feed.rss")).text


async def test_two_changes_in_one_second_are_two(site: Site, client: Client) -> None:
    """A reader that knows dates alone, and polls between the two."""
    room, clock = site.newsroom, site.clock
    clock.now = clock().replace(microsecond=100_000)
    first = await room.publish("first")
    clock.advance(milliseconds=200)
    between = await client.ask("/feed.rss")
    assert first.guid in between.text
    assert date_of(between.fields["last-modified"]) == clock().replace(microsecond=0) - timedelta(seconds=1)
    clock.advance(milliseconds=200)
    second = await room.publish("second")
    for seconds in (0, 1, 2, 3600):
        clock.advance(seconds=seconds)
        for path in ("/feed.rss", "/section/world/feed.json", "/2023/03/feed.atom"):
            polled = await client.ask(path, If_Modified_Since=between.fields["last-modified"])
            assert polled.status == 200
            assert second.guid in polled.text
    settled = await client.ask("/feed.rss")
    assert date_of(settled.fields["last-modified"]) == (second.published_at + AHEAD).replace(microsecond=0)  # type: ignore[operator, union-attr]
    assert (await client.ask("/feed.rss", If_Modified_Since=settled.fields["last-modified"])).status == 304


async def test_a_date_never_goes_back(site: Site, client: Client) -> None:
    """Not when the newest goes, which is where others let it: readers would keep what was deleted."""
    room, clock = site.newsroom, site.clock
    await room.publish("older")
    clock.advance(hours=1)
    newest = await room.publish("newest", sections=("world/africa", "business"))
    comment = await room.reply(newest, "Miriam")
    clock.advance(hours=1)
    poller = Poller(site, client, ARTICLE_FEEDS | COMMENT_FEEDS)
    await poller.moved()
    await room.moderate(comment, CommentStatus.TRASH)
    assert await poller.moved() >= COMMENT_FEEDS
    await room.withdraw(newest)
    assert await poller.moved() >= ARTICLE_FEEDS


async def test_a_clock_that_is_put_back_hides_nothing(site: Site, client: Client) -> None:
    room, clock = site.newsroom, site.clock
    clock.advance(days=2)
    article = await room.publish("harbour-reopens")
    clock.advance(seconds=5)
    known = await client.ask("/feed.rss")
    assert known.status == 200
    clock.advance(hours=-6)
    assert (await client.ask("/feed.rss", If_None_Match=known.etag)).status == 304
    await room.edit(article, headline="Corrected")
    for seconds in (0, 1, 60, 6 * 3600, 7 * 3600):
        clock.advance(seconds=seconds)
        for condition in (
            {"If_None_Match": known.etag},
            {"If_Modified_Since": known.fields["last-modified"]},
            {"If_None_Match": known.etag, "If_Modified_Since": known.fields["last-modified"]},
        ):
            polled = await client.ask("/feed.rss", condition)
            assert polled.status == 200, condition
            assert "Corrected" in polled.text
            assert date_of(polled.fields["last-modified"]) < date_of(polled.fields["date"])
    await room.publish("floods")
    assert "Floods" in (await client.ask("/feed.rss", If_None_Match=known.etag)).text


async def test_a_clock_that_is_put_back_publishes_nothing_twice(site: Site, client: Client) -> None:
    room, clock = site.newsroom, site.clock
    due = clock() + timedelta(hours=1)
    article = await room.publish("tonight", due)
    clock.now = due + timedelta(seconds=5)
    before = await client.ask("/feed.rss")
    assert article.guid in before.text
    for hours in (-3, 1, 1, 1, 1):
        clock.advance(hours=hours)
        polled = await client.ask("/feed.rss")
        assert (polled.etag, polled.body) == (before.etag, before.body)
    changes = await room.store.changes_since(0, limit=100)
    assert len([change for change in changes if change.subject_id == str(article.id) and change.scopes]) == 1


async def test_the_feeds_own_date_is_never_now(site: Site, client: Client) -> None:
    """An empty feed's is the newsroom's founding; polled years apart, the bytes are the same."""
    empty = await client.validators(in_every_format("/", "/section/business/", "/comments/"))
    article = await site.newsroom.publish("harbour-reopens")
    # Its day becomes one of the archive first.
    site.clock.advance(days=1)
    full = await client.validators(sorted(ARTICLE_FEEDS | thread_feeds(article)))
    site.clock.advance(days=800)
    for path, (etag, _, body) in full.items():
        later = await client.ask(path)
        assert (later.etag, later.body) == (etag, body), path
    for path in in_every_format("/section/business/", "/comments/"):
        assert (await client.ask(path)).body == empty[path][2]


async def test_what_a_clock_changes_is_dated_by_it(site: Site, client: Client) -> None:
    """A reader that knows dates alone is sent a day again when its end has made it a document of the archive."""
    room, clock = site.newsroom, site.clock
    for hours in (0, 30):
        clock.advance(hours=hours)
        article = await room.publish(f"story-{hours}")
    day, earlier = "/2023/03/02/", "/2023/03/01/"
    paths = [
        *in_every_format("/", day, earlier, "/2023/03/", "/2023/", "/section/world/", "/tag/nato/", article.path),
        *("/", day, earlier, "/2023/03/", "/2023/", "/section/world/", "/feeds/", "/news-sitemap.xml"),
    ]
    paths = [path for path in paths if (await client.ask(path)).status == 200]
    ends = clock().replace(hour=0, minute=0) + timedelta(days=1)
    changed = set()
    for instant in (
        ends,
        ends + timedelta(hours=1),
        ends + timedelta(days=1),
        ends.replace(month=4, day=1),
        ends.replace(year=2024),
    ):
        clock.now = instant - timedelta(minutes=1)
        known = await client.validators(paths)
        clock.now = instant + timedelta(minutes=1)
        for path, (_, modified, body) in known.items():
            again = await client.ask(path, If_Modified_Since=modified)
            whole = await client.ask(path)
            if whole.body != body:
                changed.add(path)
                assert again.status == 200, (path, instant)
    assert {f"{day}feed.atom", f"{earlier}feed.atom", "/feed.atom", "/"} <= changed
