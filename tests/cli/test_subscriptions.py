"""`dateline subscriptions`: who subscribes, as operators see and change it."""

import asyncio
import re
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from feeds.delivery.checking import stuck
from storage.connect import open_store
from storage.model import DeliveryFailed
from tests.cli.conftest import CommandLine
from tests.kinds.newsroom import story
from tests.ports import free_port

LEASE = timedelta(minutes=1)
CALLBACK = "https://reader.example/hook?id=7&key=Hunter-2"


@pytest.fixture
def dateline(called_here: CommandLine) -> CommandLine:
    dateline = called_here.with_(DATELINE_BASE_URL="https://news.example")
    assert dateline("migrate").code == 0
    return dateline


def test_add_list_show_set_remove(dateline: CommandLine) -> None:
    assert "/hub" in dateline("subscriptions", "list").err
    ran = dateline(
        "subscriptions", "add", CALLBACK, "https://news.example/comments/feed.atom", "--signed", "--days", "30"
    )
    assert ran.code == 0
    assert len(ran.out.strip()) > 40, "the secret alone"
    assert "Subscription 1: /comments/feed.atom goes to https://reader.example/hook?id=7&key=***" in ran.err
    assert dateline("subscriptions", "add", "https://other.example/", "/feed.rss").out == ""
    listed = dateline("subscriptions", "list").out.splitlines()
    assert listed[0].split() == ["ID", "FEED", "CALLBACK", "LASTS", "UNTIL", "DELIVERED", "FAILED", "LAST", "ERROR"]
    assert [line.split()[:3] for line in listed[1:]] == [
        ["1", "/comments/feed.atom", "https://reader.example/hook?id=7&key=***"],
        ["2", "/feed.rss", "https://other.example/"],
    ]
    assert dateline("subscriptions", "list", "--feed", "/feed.rss").out.count("\n") == 2
    assert dateline("subscriptions", "list", "--failing").out == ""
    shown = dateline("subscriptions", "show", "1").out
    assert f"callback        {CALLBACK}\n" in shown
    assert "signed          sha256\n" in shown
    assert ran.out.strip() not in shown
    assert dateline("subscriptions", "set", "1", "--content", "changes", "--algorithm", "sha1").code == 0
    shown = dateline("subscriptions", "show", "1").out
    assert "content         changes\n" in shown
    assert "signed          sha1\n" in shown
    assert dateline("subscriptions", "remove", "1").code == 0
    assert "`dateline subscriptions list`" in dateline("subscriptions", "show", "1").fault
    assert (
        dateline("subscriptions", "remove", "1").code
        == dateline("subscriptions", "set", "1", "--content", "full").code
        == 1
    )
    assert len(dateline("subscriptions", "list").out.splitlines()) == 2


async def spread(folder: Path, *, failing: bool) -> None:
    """Publish what the one subscription is to be sent; `failing`: try, and fail."""
    store = await open_store(f"sqlite:///{folder}/var/dateline.db")
    try:
        for number in range(2):
            await store.add_article(story(f"story-{number}", store.now(), ZoneInfo("UTC"), sections=()))
            await store.expand_changes(limit=100)
            [topic] = await store.claim_topics(limit=1, lease=LEASE)
            await store.looked_at(topic, seq=await store.last_seq(), digest=f"{number}")
            while await store.spread_topics(limit=100):
                pass
        if failing:
            [delivery] = await store.claim_deliveries(limit=1, lease=LEASE)
            failed = DeliveryFailed(delivery=delivery, error="the callback answers 500", due_at=None)
            await store.report_deliveries([failed])
    finally:
        await store.close()


def test_who_fails_and_why(dateline: CommandLine) -> None:
    assert dateline("subscriptions", "add", "https://other.example/", "/feed.rss").code == 0
    asyncio.run(spread(dateline.folder, failing=True))
    [_, line] = dateline("subscriptions", "list", "--failing").out.splitlines()
    assert line.endswith("the callback answers 500")


@pytest.mark.parametrize(
    ("arguments", "about"),
    [
        (("add", "ftp://reader.example/", "/feed.rss"), "CALLBACK"),
        (("add", CALLBACK, "/"), "FEED"),
        (("add", CALLBACK, "/tag/nothing/feed.rss"), "FEED"),
        (("add", CALLBACK, "/2023/02/31/feed.rss"), "FEED"),
        (("add", CALLBACK, "https://elsewhere.example/feed.rss"), "FEED"),
        (("add", CALLBACK, "/feed.rss", "--content", "half"), "--content"),
        (("add", CALLBACK, "/feed.rss", "--algorithm", "md5"), "--algorithm"),
        (("set", "1"), "--content"),
        (("list", "--feed", "/nowhere"), "FEED"),
    ],
)
def test_wrong_usage_changes_nothing(dateline: CommandLine, arguments: tuple[str, ...], about: str) -> None:
    ran = dateline("subscriptions", *arguments)
    assert (ran.code, about in ran.fault) == (2, True)
    assert dateline("subscriptions", "list").out == ""


def test_a_worker_needs_the_sites_address(called_here: CommandLine) -> None:
    assert "DATELINE_BASE_URL" in called_here("worker").fault


def test_a_check_asks_the_server_that_runs(dateline: CommandLine) -> None:
    dateline = dateline.with_(DATELINE_BASE_URL=f"http://127.0.0.1:{free_port()}")
    assert dateline("subscriptions", "check").fault.startswith("dateline: not reachable: http://127.0.0.1:")
    assert dateline("subscriptions", "list").out == "", "nothing is kept"


def test_a_check_says_that_nobody_delivers(dateline: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feeds.delivery.checking._STUCK", timedelta(0))
    assert dateline("subscriptions", "add", "https://other.example/", "/feed.rss").code == 0

    async def said() -> str:
        store = await open_store(f"sqlite:///{dateline.folder}/var/dateline.db")
        try:
            return await stuck(store)
        finally:
            await store.close()

    assert asyncio.run(said()) == ""
    asyncio.run(spread(dateline.folder, failing=False))
    assert re.match(r"1 deliveries are due, the first since .* \(UTC\): nobody delivers", asyncio.run(said()))
