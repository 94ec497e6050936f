"""Whatever is sent to the hub: it is answered in words, and kept whole or not at all."""

from collections.abc import AsyncIterator
from datetime import timedelta
from urllib.parse import quote_from_bytes, urlencode

import httpx2
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from storage.model import SubscriptionRequest
from tests.kinds.newsroom import SettableClock
from tests.web.site import BASE, Site, open_site

pytestmark = pytest.mark.anyio

_NAMES = (
    "hub.mode", "hub.topic", "hub.callback", "hub.lease_seconds", "hub.secret", "hub.content", "hub.url", "hub.verify", "",
)  # fmt: skip
_VALUES = (
    "subscribe", "unsubscribe", "publish", "denied", f"{BASE}/feed.rss", f"{BASE}/feed/", f"{BASE}/", f"{BASE}/feed.rss#a",
    f"{BASE}/search/feed.rss?q=%ff", f"{BASE}/section/%00/feed.rss", f"{BASE}/%2e%2e/feed.rss", f"{BASE}:0/feed.rss",
    "https://reader.example/c", "https://reader.example/%zz", "https://a@b@reader.example/", "http://[::]/", "http://[v1.x]/",
    "https://reader.example:/c", "http://0/", "//reader.example", "https://xn--\u00fc.example/", "http://a..b/", "http://%31/",
    f"https://{'a' * 300}.example/", f"https://{'ü' * 900}/", "864000", "0", "-1", "changes", "\0", "\ufeff", "\ud7ff", "\n", "",
)  # fmt: skip
_VALUE = st.one_of(
    st.sampled_from(_VALUES).map(str.encode),
    st.binary(max_size=12),
    st.text(max_size=12).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.text(max_size=8).map(lambda text: f"https://{text}/".encode("utf-8", "surrogatepass")),
    st.text(max_size=8).map(lambda text: f"{BASE}/{text}".encode("utf-8", "surrogatepass")),
)
_LIKELY = st.fixed_dictionaries(
    {
        "hub.mode": st.sampled_from([b"subscribe", b"unsubscribe", b"publish"]),
        "hub.topic": st.one_of(st.just(f"{BASE}/feed.rss".encode()), _VALUE),
        "hub.callback": st.one_of(st.just(b"https://reader.example/c"), _VALUE),
    }
).map(lambda fields: list(fields.items()))
_PAIRS = st.lists(st.tuples(st.sampled_from(_NAMES), _VALUE), max_size=4)
_FORMS = st.tuples(_LIKELY | st.just([]), _PAIRS).map(lambda parts: parts[0] + parts[1])
_TYPES = ("application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=utf-16", "text/plain", "")


def encoded(pairs: list[tuple[str, bytes]], raw: bool) -> bytes:
    return b"&".join(
        name.encode() + b"=" + (value if raw else quote_from_bytes(value, safe="").encode()) for name, value in pairs
    )


def parts(pairs: list[tuple[str, bytes]]) -> bytes:
    fields = (b'--x\r\nContent-Disposition: form-data; name="%b"\r\n\r\n%b\r\n' % (n.encode(), v) for n, v in pairs)
    return b"".join((*fields, b"--x--\r\n"))


_BODIES = st.one_of(
    st.tuples(st.builds(encoded, _FORMS, st.booleans()), st.sampled_from(_TYPES)),
    st.tuples(st.builds(parts, _FORMS), st.just("multipart/form-data; boundary=x")),
    st.tuples(st.binary(max_size=64), st.sampled_from((*_TYPES, "multipart/form-data; boundary=x"))),
)


@pytest.fixture(scope="module")
async def opened(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Site, httpx2.AsyncClient]]:
    async with open_site(tmp_path_factory.mktemp("site"), SettableClock(), hub_rate=100_000) as site:
        transport = httpx2.ASGITransport(app=site.app, raise_app_exceptions=False)
        async with httpx2.AsyncClient(transport=transport, base_url=BASE) as browser:
            yield site, browser


_SENT = urlencode({"hub.mode": "subscribe", "hub.topic": f"{BASE}/feed.rss", "hub.callback": "https://reader.example/"})


@example(sent=(_SENT.encode() + b"&hub.secret=%00", _TYPES[0]))
@example(sent=(_SENT.encode() + b"&hub.topic=%ed%a0%80", _TYPES[0]))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sent=_BODIES)
async def test_any_form_is_answered_in_words_and_kept_whole_or_not_at_all(
    opened: tuple[Site, httpx2.AsyncClient], sent: tuple[bytes, str]
) -> None:
    site, browser = opened
    body, media_type = sent
    reply = await browser.post("/hub", content=body, headers={"content-type": media_type} if media_type else {})
    claimed = await site.state.store.claim_requests(limit=10, lease=timedelta(minutes=1))
    for one in claimed:
        await site.state.store.drop_request(one)
    assert reply.status_code in (202, 204, 400, 403, 404, 410), reply.text
    assert len(claimed) == (reply.status_code == 202)
    if reply.status_code != 204:
        assert reply.headers["content-type"] == "text/plain; charset=utf-8"
        assert 10 < len(reply.text) < 2_500
        assert reply.text.count("\n") == 1
    for one in claimed:
        assert is_sound(one.request)


def is_sound(request: SubscriptionRequest) -> bool:
    """Whether it can be verified and delivered: nothing in it is other than it was sent, or out of bounds."""
    texts = (request.callback, request.asked, request.path, request.secret)
    return (
        request.callback.startswith(("http://", "https://", "HTTP"))
        and bool(request.callback_host)
        and request.lease >= timedelta(hours=1)
        and not any("\ufffd" in text for text in texts)
    )
