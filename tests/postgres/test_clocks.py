"""Hosts whose clocks are wrong share the database's: what is published now is public now, and dates are right."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from storage.postgres.clock import DatabaseClock

HOST = """
import asyncio, json, sys
from datetime import UTC, datetime, timedelta

import storage.clock
skew = timedelta(seconds=float(sys.argv[2]))
# Before anybody takes it from there: the clock of this host.
storage.clock.utc_now = lambda: datetime.now(UTC) + skew

from feeds.main import site_state
from feeds.newsroom.publishing import create
from feeds.settings import Settings
from storage.scopes import HOME


async def main():
    settings = Settings(database_url=sys.argv[1])
    async with site_state(settings, storage.clock.utc_now) as site:
        fields = {"headline": sys.argv[3], "slug": sys.argv[3], "body_html": "<p>Text</p>", "status": "published"}
        article = await create(site.store, fields, clock=site.clock, zone=settings.zone)
        shown = await site.store.read_articles(HOME, limit=10)
        print(json.dumps({
            "shown": [each.slug for each in shown.articles],
            "published_at": article.published_at.isoformat(),
            "modified_at": shown.snapshot.scopes[HOME].modified_at.isoformat(),
            "now": site.clock().isoformat(),
        }))


asyncio.run(main())
"""


def by_server(url: str) -> datetime:
    with psycopg.connect(url) as db:
        [(now,)] = db.execute("SELECT clock_timestamp()").fetchall()
    assert isinstance(now, datetime)
    return now.astimezone(UTC)


def test_hosts_whose_clocks_are_minutes_wrong_publish_at_once(postgres_url: str) -> None:
    slugs: list[str] = []
    dates: list[datetime] = []
    for number, skew in enumerate((300.0, -300.0, 3.0)):
        before = by_server(postgres_url)
        slugs.insert(0, f"n{number}")
        said = json.loads(
            subprocess.run(
                [sys.executable, "-c", HOST, postgres_url, str(skew), slugs[0]],
                check=True,
                capture_output=True,
                text=True,
            ).stdout
        )
        after = by_server(postgres_url)
        assert said["shown"] == slugs
        assert before <= datetime.fromisoformat(said["published_at"]) <= after
        assert before <= datetime.fromisoformat(said["now"]) <= after
        dates.append(datetime.fromisoformat(said["modified_at"]))
        # Dated ahead by the margin that a commit keeps within.
        assert before < dates[-1] <= after + timedelta(seconds=3)
    assert dates == sorted(dates)


@pytest.mark.parametrize("late_us", [0, 3_000_000])
def test_an_answer_that_was_long_on_its_way_sets_nothing_back(late_us: int) -> None:
    clock = DatabaseClock()
    asked = clock.asked()
    clock.hear(10**15, asked)
    first = clock.now()
    # What the server showed at the time of the question, heard so much later.
    clock.hear(10**15 + clock.asked() - asked - late_us, asked - late_us)
    assert clock.now() >= first


def test_a_database_whose_clock_was_set_back_is_followed() -> None:
    clock = DatabaseClock()
    clock.hear(10**15, clock.asked())
    first = clock.now()
    clock.hear(10**15 - 60_000_000, clock.asked())
    # The minute, but for the time that each of the two was heard and looked at in, which may be the longer of either.
    assert timedelta(seconds=59) < first - clock.now() < timedelta(seconds=61)
