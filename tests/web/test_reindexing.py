"""A store of an earlier release is served at once, and its articles are indexed anew meanwhile."""

import asyncio
import json
from pathlib import Path

import pytest

from tests.kinds.newsroom import SettableClock
from tests.storage.sqlite.test_reindexing import make_older
from tests.web.site import client_of, open_site

pytestmark = pytest.mark.anyio


async def test_a_kept_search_finds_more_when_it_is_done(tmp_path: Path) -> None:
    make_older(tmp_path / "dateline.db", {"first": "位于北京市海淀区", "second": "ประเทศไทย"})
    async with open_site(tmp_path, SettableClock()) as site, client_of(site) as client, asyncio.timeout(60):
        for words, slug in (("北京", "first"), ("ไทย", "second")):
            items: list[dict[str, str]] = []
            while not items:
                # An answer from the cache waits for nothing: without this the loop, and so what is waited for, never gets on.
                await asyncio.sleep(0.01)
                items = json.loads((await client.ask(f"/search/feed.json?q={words}")).body)["items"]
            assert [item["url"].split("/")[-2] for item in items] == [slug]
