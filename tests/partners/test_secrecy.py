"""A key stands in no log, no answer and no key of a cache."""

import logging
from dataclasses import replace

import pytest

from feeds.http.access_log import AccessLog, masked
from feeds.measures import measures_of
from feeds.metrics.traffic import Traffic
from feeds.newsroom.partners.keys import new_key
from tests.partners.partner import Partners
from tests.server.listening import CountedPolls, listening
from tests.server.wire import dial
from tests.web.site import Site, application

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, bool]]:
    """The loop that the server runs on."""
    return "asyncio", {"use_uvloop": True}


async def test_no_log_and_no_figure_has_a_key(site: Site, partners: Partners, caplog: pytest.LogCaptureFixture) -> None:
    rome, guess = await partners.add(), new_key()
    caplog.set_level(logging.DEBUG)
    state = replace(site.state, access_log=AccessLog(as_json=False), traffic=Traffic())
    async with listening(application(state), state) as server, dial(server.port) as wire:
        before = CountedPolls.hits
        for key in (rome.key, guess, "half-a-key-dlp_"):
            for path in ("/feed.rss", "/feed.rss", "/", "", "/nothing", "/feed.rss?x=1"):
                answer = await wire.ask(f"/partner/{key}{path}")
                assert key.encode() not in answer.head + answer.body
        assert CountedPolls.hits > before
    assert caplog.text.count('"GET /partner/***/feed.rss HTTP/1.1"') == 6, "admitted or not, by the fast path or not"
    told = measures_of(state, "worker").write().decode()
    assert "partner" in told
    assert not [key for key in (rome.key, guess, "half-a-key") if key in told or key in caplog.text]


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
