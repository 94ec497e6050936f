"""Others' hubs and rssCloud servers are told which feeds changed, whatever fails meanwhile."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from feeds.delivery.endpoints import Endpoint, PurgeFailed
from feeds.delivery.pinging import WEBSUB, Pinger, page_of
from feeds.formats import FORMATS
from feeds.kinds import KINDS
from feeds.kinds.base import Kind
from storage.model import ArticleStatus, Author, Tag
from tests.delivery.endpoint import Recorder
from tests.kinds.newsroom import SettableClock, until
from tests.web.site import BASE, Site, open_site

pytestmark = pytest.mark.anyio

PARAMS = {
    "year": "2023",
    "month": "03",
    "day": "02",
    "section": "world/africa",
    "tag": "nato",
    "author": "jane",
    "slug": "a",
}


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with open_site(tmp_path, SettableClock()) as site:
        yield site


def hub(site: Site, recorder: Recorder) -> Pinger:
    return Pinger.of_hub(site.state.store, site.state.follower, f"{recorder.url}publish", site.state.urls)


async def tell(pinger: Pinger) -> None:
    """All that is new: the step after the last waits for more."""
    while await pinger.step():
        pass
    await pinger.stop()


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feeds.delivery.pinging._LOOK", 0)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_the_feed_of_each_list_is_known_by_its_scope(kind: Kind) -> None:
    """But of searches, which stand beside the latest, and of a thread."""
    page = kind.page(**PARAMS)
    pages = {page_of(scope) for scope in kind.scopes(kind.page.match(page) or {})}
    assert kind.name in ("search", "article comments") or page in pages


async def test_a_hub_is_told_of_the_lists_in_which_an_article_is_new(site: Site, cache: Recorder) -> None:
    pinger = hub(site, cache)
    await tell(pinger)
    assert cache.told == [], "what was before it came is old"
    await site.newsroom.publish("draft", status=ArticleStatus.DRAFT)
    await tell(pinger)
    assert cache.told == []
    article = await site.newsroom.publish(
        "a",
        sections=("world/africa",),
        tags=(Tag(slug="nato", name="NATO"),),
        authors=(Author(slug="jane", name="Jane"),),
    )
    await tell(pinger)
    [told] = cache.told
    assert (told.method, told.path) == ("POST", "/publish")
    assert told.fields["content-type"] == "application/x-www-form-urlencoded"
    sent = parse_qs(told.body.decode())
    assert sent["hub.mode"] == ["publish"]
    pages = (
        "/",
        "/section/world/",
        "/section/world/africa/",
        "/tag/nato/",
        "/author/jane/",
        "/2023/",
        "/2023/03/",
        "/2023/03/01/",
    )
    assert sorted(sent["hub.url"]) == sorted(f"{BASE}{page}feed{extension}" for page in pages for extension in FORMATS)
    await site.newsroom.reply(article, "Miriam")
    await tell(pinger)
    commented = parse_qs(cache.told[-1].body.decode())["hub.url"]
    assert {f"{BASE}/comments/feed.rss", f"{BASE}/section/world/comments/feed.atom"} <= set(commented)


async def test_what_could_not_be_told_is_told_later_by_whoever_comes(site: Site, cache: Recorder) -> None:
    first = hub(site, cache)
    await tell(first)
    await site.newsroom.publish("a")
    cache.status = 503
    with pytest.raises(PurgeFailed):
        await first.step()
    await first.stop()
    cache.status = 200
    other = hub(site, cache)
    assert await other.step() == 5.0, "the first one's lease is not over"
    site.clock.advance(minutes=2)
    await site.newsroom.publish("b")
    await tell(other)
    [told] = cache.told
    assert f"{BASE}/feed.rss" in parse_qs(told.body.decode())["hub.url"]
    await tell(first)
    assert len(cache.told) == 1


async def test_a_cloud_is_told_of_rss_feeds_one_by_one_beside_where_readers_ask(site: Site, cache: Recorder) -> None:
    url = f"{cache.url}rsscloud/pleaseNotify"
    pinger = Pinger.of_cloud(site.state.store, site.state.follower, url, site.state.urls)
    await tell(pinger)
    await site.newsroom.publish("a", sections=("business",))
    await tell(pinger)
    assert {told.path for told in cache.told} == {"/rsscloud/ping"}
    told = sorted(parse_qs(told.body.decode())["url"][0] for told in cache.told)
    pages = ("/", "/section/business/", "/2023/", "/2023/03/", "/2023/03/01/")
    assert told == sorted(f"{BASE}{page}feed.rss" for page in pages)


async def test_hubs_of_the_settings_are_told_by_the_server_itself(tmp_path: Path, cache: Recorder) -> None:
    async with open_site(
        tmp_path, SettableClock(), hub=False, hubs=f"{cache.url}publish", rsscloud=f"{cache.url}ask"
    ) as site:
        cursors = [f"ping {Endpoint(f'{cache.url}{path}', WEBSUB).name}" for path in ("publish", "ping")]
        async with asyncio.timeout(30):
            while True:
                if all([await site.state.store.read_cursor(cursor) for cursor in cursors]):
                    break
                await asyncio.sleep(0.01)
        await site.newsroom.publish("a")
        await until(lambda: {told.path for told in cache.told} == {"/publish", "/ping"})
