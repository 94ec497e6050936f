"""What requests tell of the way to the server that the settings do not know is in the log: once, and with the setting's name."""

import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.kinds.newsroom import SettableClock
from tests.web.site import open_site

pytestmark = pytest.mark.anyio

PROXY = {"x-forwarded-for": "198.51.100.1"}
NOON = datetime(2023, 3, 22, 12, tzinfo=UTC)
LOCAL = "http://127.0.0.1:8000"


async def told(
    folder: Path, log: pytest.LogCaptureFixture, *requests: Mapping[str, str], peer: str = "10.0.0.5", **settings: Any
) -> list[str]:
    """The warnings of a newsroom that gets these fields, each request twice."""
    async with open_site(folder, SettableClock(NOON), **settings) as site:
        transport = httpx2.ASGITransport(app=site.app, client=(peer, 4711))
        async with httpx2.AsyncClient(transport=transport, base_url="http://news.example") as client:
            with log.at_level(logging.WARNING):
                for fields in requests * 2:
                    assert (await client.get("/feed.rss", headers=fields)).status_code == 200
    return [record.getMessage() for record in log.records if record.name == "feeds.web.deployment"]


@pytest.mark.parametrize("field", ["X-Forwarded-For", "Forwarded", "X-Forwarded-Proto"])
async def test_a_proxy_that_nobody_trusts_is_told_once(
    field: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    [line] = await told(tmp_path, caplog, {field: "https"}, {"X-Forwarded-For": "203.0.113.9"})
    assert line.startswith(
        f"a request from 10.0.0.5 came with {field.lower()}, but DATELINE_TRUSTED_PROXIES does not name"
    )


@pytest.mark.parametrize(
    ("trusted", "peer", "lines"),
    [("10.0.0.0/8", "10.0.0.5", 0), ("*", "192.0.2.1", 0), ("10.0.0.9", "10.0.0.5", 1), ("", "8.8.8.8", 1)],
)
async def test_one_that_is_trusted_is_not(
    trusted: str, peer: str, lines: int, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    found = await told(tmp_path, caplog, PROXY, trusted_proxies=trusted, peer=peer)
    assert len(found) == lines
    assert "8.8.8.8" not in str(found), "that may be a reader's"


async def test_nor_is_who_comes_directly(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert await told(tmp_path, caplog, {}, {"Origin": "https://elsewhere.example"}, {"Origin": "null"}) == []


async def test_https_that_the_base_url_does_not_know(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    fields = {**PROXY, "X-Forwarded-Proto": "https"}
    [line] = await told(tmp_path, caplog, fields, trusted_proxies="*", base_url="http://news.example")
    assert line == "a proxy says that readers come by https, but DATELINE_BASE_URL is http://news.example"


@pytest.mark.parametrize(("base", "lines"), [(LOCAL, 1), ("http://news.example:80/", 0), ("https://news.example", 1)])
async def test_a_browser_that_knows_the_server_by_another_name(
    base: str, lines: int, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    found = await told(tmp_path, caplog, {"Origin": "http://news.example"}, base_url=base)
    assert len(found) == lines
    if lines:
        assert "'http://news.example'" in found[0]
        assert f"DATELINE_BASE_URL is {base}" in found[0]
