"""The hub over a real server: each request that a subscriber may send, and what it is answered."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx2
import pytest

from feeds.http.throttle import Throttle
from feeds.newsroom.sealing import subscription_of
from storage.model import PushContent, RequestMode, SubscriptionRequest
from tests.kinds.newsroom import SettableClock
from tests.server.listening import listening
from tests.web.site import BASE, Site, open_site

pytestmark = pytest.mark.anyio

TOPIC, CALLBACK = f"{BASE}/section/world/feed.atom", "https://reader.example/callback?id=7"
SUBSCRIBE = {"hub.mode": "subscribe", "hub.topic": TOPIC, "hub.callback": CALLBACK}
DAY = 86_400


@dataclass(frozen=True)
class Hub:
    site: Site
    browser: httpx2.AsyncClient

    async def send(self, fields: Mapping[str, str] | None = None, **changed: Any) -> httpx2.Response:
        """SUBSCRIBE with other fields; those that are '' are left out."""
        form = {name: value for name, value in (SUBSCRIBE | dict(fields or {})).items() if value}
        return await self.browser.post("/hub", **{"data": form} | changed)

    async def kept(self) -> list[SubscriptionRequest]:
        """What was kept and not looked at yet, with the secrets as they were given."""
        claimed = await self.site.state.store.claim_requests(limit=100, lease=timedelta(minutes=1))
        for one in claimed:
            await self.site.state.store.drop_request(one)
        return [self._opened(one.request) for one in claimed]

    def _opened(self, request: SubscriptionRequest) -> SubscriptionRequest:
        owner = subscription_of(request.callback, request.asked)
        secret = self.site.state.sealing.open(request.secret, owner)
        assert not secret or secret not in request.secret
        return replace(request, secret=secret)


@pytest.fixture(scope="module")
async def opened(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Hub]:
    clock = SettableClock()
    async with open_site(tmp_path_factory.mktemp("site"), clock, hub_rate=10_000) as site:
        article = await site.newsroom.publish("a")
        await site.newsroom.withdraw(article)
        async with (
            listening(site.app, site.state) as server,
            httpx2.AsyncClient(base_url=f"http://127.0.0.1:{server.port}", trust_env=False) as browser,
        ):
            yield Hub(site, browser)


@pytest.fixture
async def hub(opened: Hub) -> Hub:
    await opened.kept()
    opened.site.state.hub_asked.clear()
    return opened


async def test_a_subscription_is_accepted_at_once_and_kept(hub: Hub) -> None:
    reply = await hub.send({"hub.secret": "a secret", "hub.lease_seconds": str(5 * DAY), "hub.verify": "async"})
    assert (reply.status_code, reply.headers["content-type"]) == (202, "text/plain; charset=utf-8")
    assert reply.headers["cache-control"] == "no-store"
    assert hub.site.state.hub_asked.is_set()
    [kept] = await hub.kept()
    assert kept.client
    assert "127.0.0.1" not in kept.client
    assert kept == SubscriptionRequest(
        callback=CALLBACK,
        callback_host="reader.example",
        asked=TOPIC,
        path="/section/world/feed.atom",
        mode=RequestMode.SUBSCRIBE,
        lease=timedelta(days=5),
        secret="a secret",
        client=kept.client,
    )


@pytest.mark.parametrize(
    ("given", "lease"),
    [
        ("", 10 * DAY),
        (" 86400 ", DAY),
        ("0", 3600),
        ("60", 3600),
        ("3600", 3600),
        (str(30 * DAY), 30 * DAY),
        (str(365 * DAY), 30 * DAY),
        ("9" * 5000, 30 * DAY),
    ],
)
async def test_a_lease_is_as_long_as_asked_within_what_the_newsroom_allows(hub: Hub, given: str, lease: int) -> None:
    assert (await hub.send({"hub.lease_seconds": given})).status_code == 202
    assert [one.lease for one in await hub.kept()] == [timedelta(seconds=lease)]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"hub.topic": f"{BASE}/category/world/feed/"}, {"path": "/section/world/feed.rss"}),
        ({"hub.topic": f"{BASE}/feed.json?utm_source=x"}, {"path": "/feed.json"}),
        ({"hub.content": "changes"}, {"content": PushContent.CHANGES}),
        ({"hub.content": "FULL"}, {"content": PushContent.FULL}),
        ({"hub.secret": "ü" * 99}, {"secret": "ü" * 99}),
        ({"hub.secret": "x" * 199}, {"secret": "x" * 199}),
        ({"hub.callback": "http://READER.example.:8080/c"}, {"callback_host": "reader.example"}),
        ({"hub.callback": "https://bücher.example/ü"}, {"callback_host": "xn--bcher-kva.example"}),
        ({"hub.callback": "https://93.184.216.34/c"}, {"callback_host": "93.184.216.34"}),
        ({"hub.callback": "https://ann:key@reader.example/c"}, {"callback": "https://ann:key@reader.example/c"}),
        ({"hub.callback": f"https://reader.example/{'x' * 1277}"}, {"callback_host": "reader.example"}),
        ({"hub.mode": "unsubscribe"}, {"mode": RequestMode.UNSUBSCRIBE, "path": ""}),
        ({"hub.mode": "unsubscribe", "hub.topic": f"{BASE}/2023/03/01/a/feed.rss"}, {"asked": f"{BASE}/2023/03/01/a/feed.rss"}),
    ],
)  # fmt: skip
async def test_what_is_kept_of_a_request(hub: Hub, fields: Mapping[str, str], expected: Mapping[str, object]) -> None:
    reply = await hub.send(fields)
    assert reply.status_code == 202, reply.text
    [kept] = await hub.kept()
    asked = SUBSCRIBE | dict(fields)
    assert (kept.asked, kept.callback) == (asked["hub.topic"], asked["hub.callback"])
    assert {name: getattr(kept, name) for name in expected} == expected


@pytest.mark.parametrize(
    ("fields", "status", "words"),
    [
        ({"hub.mode": ""}, 400, "hub.mode=subscribe"),
        ({"hub.mode": "delete"}, 400, "hub.mode=subscribe"),
        ({"hub.mode": "denied"}, 400, "hub.mode=subscribe"),
        ({"hub.topic": ""}, 400, "hub.topic is missing"),
        ({"hub.topic": f"{BASE}/feed.rss?{'x' * 1300}"}, 400, "hub.topic is too long"),
        ({"hub.topic": "https://other.example/feed"}, 403, "https://news.example alone"),
        ({"hub.topic": f"{BASE}/section/world/"}, 404, "https://news.example/section/world/feed.rss"),
        ({"hub.topic": f"{BASE}/section/nowhere/feed.rss"}, 404, "https://news.example/feeds/"),
        ({"hub.topic": f"{BASE}/2023/03/01/a/feed.rss"}, 410, "withdrawn"),
        ({"hub.topic": f"{BASE}/feed.rss\n"}, 400, "percent-encode"),
        ({"hub.mode": "unsubscribe", "hub.topic": "https://other.example/feed"}, 403, "https://news.example alone"),
        ({"hub.callback": ""}, 400, "hub.callback is missing"),
        ({"hub.callback": "reader.example/c"}, 400, "no http or https URL"),
        ({"hub.callback": "/c"}, 400, "no http or https URL"),
        ({"hub.callback": "ftp://reader.example/c"}, 400, "no http or https URL"),
        ({"hub.callback": "mailto:ann@reader.example"}, 400, "no http or https URL"),
        ({"hub.callback": "https://"}, 400, "no http or https URL"),
        ({"hub.callback": "https://[::1/c"}, 400, "no http or https URL"),
        ({"hub.callback": "https://reader.example:99999/c"}, 400, "no http or https URL"),
        ({"hub.callback": "https://reader.example/c#d"}, 400, "fragment"),
        ({"hub.callback": "https://reader.example/c d"}, 400, "percent-encode"),
        ({"hub.callback": "https://reader.example/\u202ec"}, 400, "percent-encode"),
        ({"hub.callback": "https://reader.example/\0"}, 400, "percent-encode"),
        ({"hub.callback": f"https://reader.example/{'ü' * 650}"}, 400, "too long"),
        ({"hub.callback": f"{BASE}/hub"}, 400, "this site's own"),
        ({"hub.callback": "http://www.news.example/2023/"}, 400, "this site's own"),
        ({"hub.callback": "https://NEWS.example./hub"}, 400, "this site's own"),
        ({"hub.callback": "http://127.0.0.1/c"}, 400, "public Internet"),
        ({"hub.callback": "http://0x7f.1/c"}, 400, "public Internet"),
        ({"hub.callback": "http://2130706433/c"}, 400, "public Internet"),
        ({"hub.callback": "http://017700000001/c"}, 400, "public Internet"),
        ({"hub.callback": "http://[::ffff:10.0.0.1]/c"}, 400, "public Internet"),
        ({"hub.callback": "http://[64:ff9b::a00:1]/c"}, 400, "public Internet"),
        ({"hub.callback": "http://169.254.169.254/latest/"}, 400, "public Internet"),
        ({"hub.callback": "http://127。0。0。1/c"}, 400, "public Internet"),
        ({"hub.callback": "http://reader.example:25/c"}, 400, "port 25"),
        ({"hub.lease_seconds": "-1"}, 400, "decimal digits"),
        ({"hub.lease_seconds": "1.5"}, 400, "decimal digits"),
        ({"hub.lease_seconds": "٣"}, 400, "decimal digits"),
        ({"hub.secret": "x" * 200}, 400, "199 bytes"),
        ({"hub.secret": "ü" * 100}, 400, "199 bytes"),
        ({"hub.secret": "a\0b"}, 400, "no text in UTF-8"),
        ({"hub.content": "half"}, 400, "full"),
    ],
)
async def test_what_cannot_be_is_refused_with_a_sentence_and_not_kept(
    hub: Hub, fields: Mapping[str, str], status: int, words: str
) -> None:
    reply = await hub.send(fields)
    assert (reply.status_code, reply.headers["content-type"]) == (status, "text/plain; charset=utf-8"), reply.text
    assert words in reply.text
    assert "a\0b" not in reply.text
    assert await hub.kept() == []
    assert not hub.site.state.hub_asked.is_set()


async def test_forms_come_in_either_coding(hub: Hub) -> None:
    files = {name: (None, value) for name, value in SUBSCRIBE.items()}
    assert (await hub.browser.post("/hub", files=files)).status_code == 202
    typed = {"content-type": "application/x-www-form-urlencoded; charset=ISO-8859-1"}
    assert (await hub.browser.post("/hub", content=urlencode(SUBSCRIBE), headers=typed)).status_code == 202
    assert len(await hub.kept()) == 1, "one of a callback and a topic"


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b'{"hub.mode": "subscribe"}', "application/json"),
        (b"", "application/x-www-form-urlencoded"),
        (b"&".join([b"a=b"] * 101), "application/x-www-form-urlencoded"),
        (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
        (b"x", "multipart/form-data"),
        (f"{urlencode(SUBSCRIBE)}&hub.callback=https://other.example/".encode(), "application/x-www-form-urlencoded"),
        (f"{urlencode(SUBSCRIBE)}&hub.secret=a&hub.secret=b".encode(), "application/x-www-form-urlencoded"),
        (f"{urlencode(SUBSCRIBE)}&hub.secret=%ff".encode(), "application/x-www-form-urlencoded"),
        (urlencode(SUBSCRIBE).encode().replace(b"callback%3Fid", b"callb%e9"), "application/x-www-form-urlencoded"),
    ],
)  # fmt: skip
async def test_what_is_no_clear_form_is_400(hub: Hub, content: bytes, media_type: str) -> None:
    reply = await hub.browser.post("/hub", content=content, headers={"content-type": media_type})
    assert (reply.status_code, reply.headers["content-type"]) == (400, "text/plain; charset=utf-8")
    assert await hub.kept() == []


async def test_a_parameter_given_twice_alike_is_given_once(hub: Hub) -> None:
    body = urlencode([*SUBSCRIBE.items(), *SUBSCRIBE.items()])
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert (await hub.browser.post("/hub", content=body, headers=form)).status_code == 202
    assert len(await hub.kept()) == 1


async def test_a_body_that_is_too_large_is_413(hub: Hub) -> None:
    assert (await hub.send({"hub.secret": "x" * 1_100_000})).status_code == 413


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"hub.topic": TOPIC}, 204),
        ({"hub.topic": "", "hub.url": TOPIC}, 204),
        ({"hub.topic": f"{BASE}/feed/"}, 204),
        ({"hub.topic": ""}, 400),
        ({"hub.topic": "https://other.example/feed"}, 403),
        ({"hub.topic": TOPIC, "hub.url": "https://other.example/feed"}, 403),
    ],
)
async def test_publishing_our_own_is_accepted_and_changes_nothing(
    hub: Hub, fields: Mapping[str, str], status: int
) -> None:
    before = await hub.site.state.store.last_seq()
    assert (await hub.send({"hub.mode": "publish", "hub.callback": ""} | dict(fields))).status_code == status
    assert await hub.kept() == []
    assert await hub.site.state.store.last_seq() == before


async def test_a_page_of_another_site_cannot_have_its_readers_ask(hub: Hub) -> None:
    for fields in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        assert (await hub.send(headers=fields)).status_code == 403
    assert await hub.kept() == []


async def test_the_hub_explains_itself_to_a_person(hub: Hub) -> None:
    page = await hub.browser.get("/hub")
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    for words in (f"curl {BASE}/hub", "10 days if you do not say, 1 hour at least, 30 days at most", "hub.callback"):
        assert words in page.text
    head = await hub.browser.head("/hub")
    assert (head.status_code, head.headers["etag"], head.content) == (200, page.headers["etag"], b"")
    again = await hub.browser.get("/hub", headers={"If-None-Match": page.headers["etag"]})
    assert again.status_code == 304
    options = await hub.browser.options("/hub")
    assert (options.status_code, options.headers["allow"]) == (204, "GET, HEAD, POST, OPTIONS")
    assert (await hub.browser.put("/hub")).status_code == 405


@pytest.mark.parametrize(("per_client", "per_host"), [(2, 100), (100, 2)])
async def test_neither_a_client_nor_a_callback_s_host_is_served_without_end(
    tmp_path: Path, per_client: int, per_host: int
) -> None:
    async with open_site(tmp_path, SettableClock()) as opened:
        clients, hosts = Throttle(1, per_client, lambda: 0.0), Throttle(1, per_host, lambda: 0.0, known_as=str)
        site = opened.with_state(replace(opened.state, hub_clients=clients, hub_hosts=hosts))
        async with (
            listening(site.app, site.state) as server,
            httpx2.AsyncClient(base_url=f"http://127.0.0.1:{server.port}", trust_env=False) as browser,
        ):
            hub = Hub(site, browser)
            for number in range(2):
                assert (await hub.send({"hub.callback": f"{CALLBACK}&n={number}"})).status_code == 202
            third = await hub.send({"hub.callback": f"{CALLBACK}&n=3"})
            assert (third.status_code, third.headers["retry-after"]) == (429, "60")
            elsewhere = await hub.send({"hub.callback": "https://other.example/"})
            assert elsewhere.status_code == (429 if per_client == 2 else 202)
            assert len(await hub.kept()) == (2 if per_client == 2 else 3)


async def test_what_waits_is_bounded(tmp_path: Path) -> None:
    async with (
        open_site(tmp_path, SettableClock(), hub_pending=20) as site,
        listening(site.app, site.state) as server,
        httpx2.AsyncClient(base_url=f"http://127.0.0.1:{server.port}", trust_env=False) as browser,
    ):
        hub = Hub(site, browser)
        for number in range(2):
            assert (await hub.send({"hub.callback": f"{CALLBACK}&n={number}"})).status_code == 202
        for path, status in (("&n=1", 202), ("&n=2", 429)):
            reply = await hub.send({"hub.callback": CALLBACK + path})
            assert reply.status_code == status, "what waits already may be asked anew"
        assert reply.headers["retry-after"] == "60"
        assert len(await hub.kept()) == 2
        assert (await hub.send()).status_code == 202


async def test_searches_with_subscribers_are_bounded(tmp_path: Path) -> None:
    async with (
        open_site(tmp_path, SettableClock(), hub_searches=0) as site,
        listening(site.app, site.state) as server,
        httpx2.AsyncClient(base_url=f"http://127.0.0.1:{server.port}", trust_env=False) as browser,
    ):
        hub = Hub(site, browser)
        refused = await hub.send({"hub.topic": f"{BASE}/search/feed.rss?q=ferry"})
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "3600")
        assert "poll" in refused.text
        assert (await hub.send()).status_code == 202
