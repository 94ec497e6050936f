"""How long a client may keep what it got: Cache-Control, cut to the moment at which the bytes change unwritten."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.kinds.newsroom import SettableClock
from tests.web.site import Client, Site, client_of, in_every_format, open_site

pytestmark = [pytest.mark.anyio, pytest.mark.both_engines]

MIDNIGHT = datetime(2023, 3, 22, 21, tzinfo=UTC)
"""In Kampala, as 23 March begins."""
DATED = ("/2023/03/22/", "/2023/03/22/feed.rss", "/2023/03/22/feed.json")


@pytest.fixture
async def kampala(tmp_path: Path, store_url: str) -> AsyncIterator[Site]:
    clock = SettableClock(datetime(2023, 3, 20, 9, tzinfo=UTC))
    async with open_site(tmp_path, clock, database_url=store_url, timezone="Africa/Kampala") as site:
        await site.newsroom.publish("early")
        clock.now = datetime(2023, 3, 22, 9, tzinfo=UTC)
        await site.newsroom.publish("late")
        clock.advance(hours=1)
        yield site


async def max_age(client: Client, path: str) -> int:
    reply = await client.ask(path)
    assert reply.status == 200
    public, _, seconds = reply.fields["cache-control"].partition(", max-age=")
    assert public == "public"
    short = await client.ask(path, If_None_Match=reply.etag)
    assert short.fields["cache-control"] == reply.fields["cache-control"]
    assert (await client.ask(path, method="HEAD")).fields["cache-control"] == reply.fields["cache-control"]
    return int(seconds)


async def test_a_minute_is_the_rule_and_an_hour_for_what_is_over(kampala: Site) -> None:
    async with client_of(kampala) as client:
        await kampala.newsroom.publish("newest")
        kampala.clock.advance(minutes=1)
        for path in [*in_every_format("/", "/section/world/", "/2023/03/22/", "/2023/03/", "/2023/"), "/"]:
            assert await max_age(client, path) == 60, path
        await kampala.newsroom.publish("of-old", datetime(2021, 12, 31, tzinfo=UTC))
        for path in [*in_every_format("/2023/03/20/", "/2023/02/", "/2022/"), "/2023/03/20/", "/2022/"]:
            assert await max_age(client, path) == 3600, path


async def test_a_day_is_kept_to_its_midnight_and_no_longer(kampala: Site) -> None:
    async with client_of(kampala) as client:
        kampala.clock.now = MIDNIGHT - timedelta(seconds=59)
        for path in (*DATED, "/", "/feeds/", "/2023/03/22/feed.atom"):
            assert await max_age(client, path) == 59, path
        kampala.clock.now = MIDNIGHT - timedelta(seconds=20, milliseconds=300)
        for path in DATED:
            assert await max_age(client, path) == 20, "rounded down"
        kampala.clock.now = MIDNIGHT
        for path in DATED:
            assert await max_age(client, path) == 3600, "over"
        assert (await client.ask("/2023/03/23/feed.rss")).status == 200


async def test_the_page_of_today_changes_its_header_at_midnight_unwritten(kampala: Site) -> None:
    async with client_of(kampala) as client:
        kampala.clock.now = MIDNIGHT - timedelta(seconds=1)
        before = await client.ask("/")
        assert "22 March 2023" in before.text
        kampala.clock.now = MIDNIGHT
        after = await client.ask("/", If_None_Match=before.etag, If_Modified_Since=before.fields["last-modified"])
        assert after.status == 200
        assert "23 March 2023" in after.text
        # By its date alone it is another as well, from the first second on and later.
        for seconds in (0, 1, 3600):
            kampala.clock.now = MIDNIGHT + timedelta(seconds=seconds)
            polled = await client.ask("/", If_Modified_Since=before.fields["last-modified"])
            assert polled.status == 200
            assert polled.fields["last-modified"] > before.fields["last-modified"]


async def test_what_waits_for_its_time_cuts_nothing(kampala: Site) -> None:
    due = kampala.clock() + timedelta(seconds=30)
    await kampala.newsroom.publish("soon", due)
    await kampala.newsroom.publish("under-embargo", embargoed_until=due + timedelta(seconds=10))
    async with client_of(kampala) as client:
        for path, seconds in {"/feed.rss": 240, "/section/business/feed.atom": 900, "/": 60}.items():
            assert await max_age(client, path) == seconds, path
        assert await max_age(client, "/2023/03/20/feed.rss") == 3600


async def test_the_seconds_are_settings(tmp_path: Path, store_url: str) -> None:
    clock = SettableClock(datetime(2023, 3, 22, 9, tzinfo=UTC))
    settings = {"max_age": 5, "max_age_most": 11, "finished_max_age": 7}
    async with open_site(tmp_path, clock, database_url=store_url, **settings) as site, client_of(site) as client:
        await site.newsroom.publish("of-old", clock() - timedelta(days=2))
        assert await max_age(client, "/feed.rss") == 5
        assert await max_age(client, "/2023/03/21/feed.rss") == 7
        clock.advance(minutes=2)
        assert await max_age(client, "/feed.rss") == 11
        assert await max_age(client, "/2023/03/21/feed.rss") == 7
        assert "<ttl>1</ttl>" in (await client.ask("/feed.rss")).text
    async with (
        open_site(tmp_path, clock, database_url=store_url, max_age=240, max_age_most=60) as site,
        client_of(site) as client,
    ):
        clock.advance(days=1)
        assert await max_age(client, "/section/world/feed.rss") == 240
        feed = (await client.ask("/feed.rss")).text
        assert "<ttl>4</ttl>" in feed
        assert "<sy:updateFrequency>15</sy:updateFrequency>" in feed


STEPS = {0: 60, 1199: 60, 1200: 120, 2400: 240, 4799: 240, 4800: 480, 8999: 480, 9000: 900, 30_000: 900}
"""By seconds of quiet."""


async def test_it_grows_while_a_feed_is_quiet_and_nothing_else_moves(kampala: Site) -> None:
    async with client_of(kampala) as client:
        kampala.clock.now = datetime(2023, 3, 23, 3, tzinfo=UTC)
        await kampala.newsroom.publish("newest")
        paths = in_every_format("/", "/section/world/", "/2023/03/23/", "/2023/03/")
        dated = kampala.clock.advance(seconds=2)
        kampala.clock.advance(seconds=2)
        before = await client.validators(paths)
        for seconds, expected in STEPS.items():
            kampala.clock.now = dated + timedelta(seconds=seconds)
            for path in paths:
                assert await max_age(client, path) == expected, (seconds, path)
            assert await max_age(client, "/") == await max_age(client, "/feeds.opml") == 60
            if seconds:
                assert await client.validators(paths) == before
        # What another section or the latest gets is no news of this one.
        await kampala.newsroom.publish("news", sections=("business",))
        assert await max_age(client, "/section/world/feed.rss") == 900
        assert await max_age(client, "/feed.rss") == 60
