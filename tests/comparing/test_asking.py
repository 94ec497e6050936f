"""A site is asked politely, and within bounds: against real servers."""

import asyncio
import gzip
import threading
from collections.abc import AsyncIterator, Iterator

import httpx2
import pytest

from feeds import __version__
from feeds.comparing import asking
from feeds.comparing.asking import Site, Unread
from feeds.outbound import Networks
from tests.importers.agency import Agency, Answer, opened

pytestmark = pytest.mark.anyio


@pytest.fixture
def old() -> Iterator[Agency]:
    with opened() as old:
        yield old


@pytest.fixture
async def site(old: Agency) -> AsyncIterator[Site]:
    async with Site(httpx2.URL(old.url), networks=Networks(), at_once=2, pause=0.01) as site:
        yield site


async def test_it_says_who_asks_and_what_it_reads(site: Site, old: Agency) -> None:
    old.answers["/feed/"] = Answer(
        gzip.compress(b"words"), headers={"Content-Encoding": "gzip", "Content-Type": "text/x"}
    )
    answer = await site.ask(site.base.join("feed/"))
    assert (answer.status, answer.body, answer.content_type) == (200, b"words", "text/x")
    [(_, fields)] = old.asked
    assert fields["user-agent"] == f"Dateline/{__version__} (compare)"
    assert "application/rss+xml" in fields["accept"]


@pytest.mark.parametrize("said", ["0", "Sun, 06 Nov 1994 08:49:37 GMT", "soon", None])
async def test_a_busy_site_is_asked_again(site: Site, old: Agency, said: str | None) -> None:
    old.answers["/"] = Answer(status=503, headers={} if said is None else {"Retry-After": said})
    assert (await site.ask(site.base)).status == 503
    assert len(old.asked) == asking.TRIES


async def test_while_a_site_wants_to_be_left_alone_nothing_is_asked_of_it(site: Site, old: Agency) -> None:
    old.answers["/busy"], old.answers["/other"] = Answer(status=429, headers={"Retry-After": "1"}), Answer(b"words")
    asked = asyncio.ensure_future(site.ask(site.base.join("busy")))
    # Its answer is there once the site has been told to wait.
    while not site._waits_until:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    other = asyncio.ensure_future(site.ask(site.base.join("other")))
    old.answers["/busy"] = Answer(b"better")
    assert (await asked).body == b"better"
    assert (await other).body == b"words"
    # Whoever came meanwhile waited, too.
    assert asyncio.get_running_loop().time() >= site._waits_until
    assert sorted(path for path, _ in old.asked) == ["/busy", "/busy", "/other"]


async def test_few_requests_at_once(old: Agency) -> None:
    at_once, most, gate = 0, 0, threading.Lock()

    def parts() -> Iterator[bytes]:
        nonlocal at_once, most
        with gate:
            at_once += 1
            most = max(most, at_once)
        yield b"words"
        waiting.wait(0.02)
        with gate:
            at_once -= 1

    waiting = threading.Event()
    async with Site(httpx2.URL(old.url), networks=Networks(), at_once=3, pause=0.01) as site:
        for number in range(12):
            old.answers[f"/{number}"] = Answer(parts=parts())
        await asyncio.gather(*(site.ask(site.base.join(str(number))) for number in range(12)))
    assert most == 3


async def test_redirects_are_followed_and_told(site: Site, old: Agency) -> None:
    old.answers["/a"] = Answer(status=301, headers={"Location": "/b"})
    old.answers["/b"] = Answer(status=302, headers={"Location": f"{old.url}/c"})
    old.answers["/c"] = Answer(b"words")
    answer = await site.ask(site.base.join("a"))
    assert (answer.status, answer.statuses, answer.url.path) == (200, (301, 302), "/c")
    old.answers["/b"] = Answer(status=302, headers={"Location": "/a"})
    with pytest.raises(Unread, match="it redirects more than 10 times"):
        await site.ask(site.base.join("a"))


async def test_an_old_site_leads_nobody_into_the_newsrooms_network(site: Site, old: Agency) -> None:
    with opened() as inside:
        inside.answers["/"] = Answer(b"secret")
        old.answers["/a"] = Answer(status=301, headers={"Location": inside.url})
        with pytest.raises(
            Unread, match=r"it redirects to http://127\.0\.0\.1, port \d+, is not on the public Internet"
        ):
            await site.ask(site.base.join("a"))
        assert not inside.asked
    old.answers["/a"] = Answer(status=301, headers={"Location": "ftp://old.example/"})
    with pytest.raises(Unread, match="it redirects to no http or https address"):
        await site.ask(site.base.join("a"))


async def test_what_will_be_here_is_asked_here_and_what_leads_away_is_an_answer(old: Agency) -> None:
    old.answers["/a"] = Answer(status=301, headers={"Location": "https://news.example/b?c=1"})
    old.answers["/b?c=1"] = Answer(b"words")
    old.answers["/away"] = Answer(status=301, headers={"Location": "https://elsewhere.example/"})
    future = httpx2.URL("https://news.example")
    async with Site(httpx2.URL(old.url), networks=Networks(), at_once=2, future=future, pause=0.01) as here:
        assert (await here.ask(here.base.join("a"))).body == b"words"
        answer = await here.ask(here.base.join("away"))
        assert (answer.status, str(answer.url)) == (301, "https://elsewhere.example/")


async def test_a_password_goes_to_its_own_site_and_is_shown_nowhere(old: Agency) -> None:
    url = httpx2.URL(old.url.replace("//", "//ann:secret@"))
    old.answers["/a/"] = Answer(b"words")
    async with Site(url, networks=Networks(), at_once=1, pause=0.01) as site:
        answer = await site.ask(site.at(httpx2.URL("https://old.example/a/")))
        assert "secret" not in f"{answer.url} {site.name} {site.own(site.base)}"
    assert old.asked[0][1]["authorization"] == httpx2.BasicAuth("ann", "secret")._auth_header


@pytest.mark.parametrize(
    ("url", "is_of_it"),
    [
        ("http://old.example/a", True), ("https://www.old.example/a", True), ("https://old.example:443/a", True),
        ("https://old.example:8443/", False), ("https://more.old.example/", False), ("https://elsewhere.example/", False),
        ("ftp://old.example/", False), ("https://[", False), ("", False), ("mailto:ann@old.example", False),
    ],
)  # fmt: skip
async def test_which_addresses_are_of_a_site(url: str, is_of_it: bool) -> None:
    async with Site(httpx2.URL("https://old.example"), networks=Networks(), at_once=1) as site:
        assert (site.parsed(url) is not None) == is_of_it


async def test_bounds(site: Site, old: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "LARGEST", 100_000)
    old.answers["/bomb"] = Answer(gzip.compress(b"x" * 50_000_000), headers={"Content-Encoding": "gzip"})
    with pytest.raises(Unread, match="larger than"):
        await site.ask(site.base.join("bomb"))
    old.answers["/br"] = Answer(b"x", headers={"Content-Encoding": "br"})
    with pytest.raises(Unread, match="which was not asked for"):
        await site.ask(site.base.join("br"))
    async with Site(httpx2.URL("http://127.0.0.1:1"), networks=Networks(), at_once=1, pause=0.001) as nobody:
        with pytest.raises(Unread):
            await nobody.ask(nobody.base)
