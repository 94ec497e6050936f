"""A key stands in no log, no answer and no key of a cache."""

import logging

import pytest

from feeds.newsroom.partners.keys import new_key
from feeds.server.access_log import WithoutSecrets, masked
from tests.partners.partner import Partners
from tests.server.listening import listening
from tests.server.wire import dial
from tests.web.site import Site

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, bool]]:
    """The loop that the server runs on."""
    return "asyncio", {"use_uvloop": True}


async def test_no_log_has_a_key(site: Site, partners: Partners, caplog: pytest.LogCaptureFixture) -> None:
    rome, guess = await partners.add(), new_key()
    caplog.set_level(logging.DEBUG)
    log, without = logging.getLogger("uvicorn.access"), WithoutSecrets()
    log.addFilter(without)
    try:
        async with (
            listening(site.app, site.state, access_log=True, log_level="info") as server,
            dial(server.port) as wire,
        ):
            log.addHandler(caplog.handler)
            for key in (rome.key, guess, "half-a-key-dlp_"):
                for path in ("/feed.rss", "/", "", "/nothing", "/feed.rss?x=1"):
                    answer = await wire.ask(f"/partner/{key}{path}")
                    assert key.encode() not in answer.head + answer.body
    finally:
        log.removeFilter(without)
        log.removeHandler(caplog.handler)
    assert "/partner/feed.rss" in caplog.text
    assert "/partner/***/feed.rss" in caplog.text
    assert not [key for key in (rome.key, guess, "half-a-key") if key in caplog.text]


async def test_no_cache_has_a_key(site: Site, partners: Partners) -> None:
    rome = await partners.add()
    await partners.client.ask(f"/partner/{rome.key}/feed.rss")
    await partners.client.ask(f"/partner/{rome.key}/search/feed.rss?q=x")
    kept = repr([cache._whole.keys() for cache in (site.state.cache, site.state.side_cache)])
    assert "/partner/feed.rss" in kept
    assert rome.key not in kept
    assert rome.key not in repr(site.state.partners._opened)


@pytest.mark.parametrize(
    "path", ["/partner/feed.rss?x=1", "/partner/2023/03/22/a/feed.atom", "/partner/", "/partner/section/world/feed.rss"]
)
def test_what_holds_no_key_is_told_as_it_is(path: str) -> None:
    assert masked(path) == path
