"""Readers that ask for deltas by themselves (RFC 3229): none of them misses anything."""

import asyncio
import configparser
import mailbox
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import feedparser
import pytest

from tests.readers.newsroom import Open, needs, open_newsroom

pytestmark = pytest.mark.anyio

FORMATS = ("rss", "atom")
PUBLISHED = {"Story 0", "Story 1", "Story 2", "Story 3"}


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Open]:
    async with open_newsroom(tmp_path) as site:
        yield site


async def publish_and_correct(site: Open) -> None:
    site.clock.advance(minutes=5)
    await site.newsroom.publish("late-news")
    site.clock.advance(minutes=5)


@pytest.mark.parametrize("format", FORMATS)
async def test_feedparser(site: Open, format: str) -> None:
    url = site.url(f"/feed.{format}")

    async def read(known: Any = None) -> Any:
        validators = {"etag": known.etag, "modified": known.modified} if known else {}
        return await asyncio.to_thread(feedparser.parse, url, agent="Newsdesk/1.0", **validators)

    first = await read()
    assert (first.status, {entry.title for entry in first.entries}) == (200, PUBLISHED)
    fast = site.fast
    assert (await read(first)).status == 304
    assert site.fast == fast + 1
    await publish_and_correct(site)
    delta = await read(first)
    assert (delta.status, [entry.title for entry in delta.entries]) == (226, ["Late news"])
    assert (await read(delta)).status == 304


@needs("newsboat")
@pytest.mark.parametrize("format", FORMATS)
async def test_newsboat(site: Open, format: str) -> None:
    (site.folder / "urls").write_text(site.url(f"/feed.{format}") + "\n")
    (site.folder / "config").write_text("cleanup-on-quit no\n")

    async def read() -> set[str]:
        await site.run("newsboat", "-C", "config", "-u", "urls", "-c", "cache.db", "-x", "reload")
        with sqlite3.connect(site.folder / "cache.db") as cache:
            return {title for (title,) in cache.execute("SELECT title FROM rss_item")}

    assert await read() == PUBLISHED
    fast = site.fast
    assert await read() == PUBLISHED
    assert site.fast == fast + 1
    assert site.answers.statuses == [200]
    await publish_and_correct(site)
    assert await read() == PUBLISHED | {"Late news"}
    assert site.answers.statuses == [200, 226]
    assert await read() == PUBLISHED | {"Late news"}
    assert site.fast == fast + 2


@needs("r2e")
@pytest.mark.parametrize("format", FORMATS)
async def test_rss2email(site: Open, format: str) -> None:
    r2e = ("r2e", "--config", "config", "--data", "seen.json")
    await site.run(*r2e, "new", "reader@mail.example")
    config = configparser.RawConfigParser()
    config.read(site.folder / "config")
    (site.folder / "mail").mkdir()
    mail = {"email-protocol": "maildir", "maildir-path": str(site.folder / "mail"), "maildir-mailbox": "news"}
    config["DEFAULT"].update(mail)
    with (site.folder / "config").open("w") as file:
        config.write(file)
    await site.run(*r2e, "add", "news", site.url(f"/feed.{format}"))

    async def read() -> list[str]:
        await site.run(*r2e, "run")
        return sorted(str(mail["subject"]) for mail in mailbox.Maildir(site.folder / "mail" / "news"))

    assert await read() == sorted(PUBLISHED)
    await publish_and_correct(site)
    assert await read() == sorted(PUBLISHED | {"Late news"})
    # It asks for deltas because feedparser does, and takes a 226 for an error.
    assert site.answers.statuses == [200, 200]
    fast = site.fast
    assert await read() == sorted(PUBLISHED | {"Late news"})
    assert site.fast == fast + 1
