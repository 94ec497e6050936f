"""How an old site is asked: never more at once than it is to get, with pauses, and left in peace when it says so."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx2
import pytest

from feeds.importers import ImportRefused
from feeds.importers.wordpress.api import Api, Broken, Manners, NotGiven, together
from feeds.importers.wordpress.discovery import Login, safe_root, with_password
from feeds.outbound import Guard, Networks, Outbound

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def answering(answer: Callable[[], bytes], manners: Manners) -> AsyncIterator[tuple[Api, list[int]]]:
    """An API whose server gives an answer's head and body; and how many requests were under way as each of them came."""
    under_way, seen = 0, list[int]()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal under_way
        under_way += 1
        seen.append(under_way)
        await reader.readuntil(b"\r\n\r\n")
        # Whoever else is to come comes now.
        for _ in range(50):
            await asyncio.sleep(0)
        under_way -= 1
        writer.write(answer())
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    root = httpx2.URL(f"http://127.0.0.1:{port}/wp-json/")
    async with server, Outbound(Guard(Networks.of(""), trusted=root), timeout=30, redirects=2) as client:
        yield Api(client, root, manners), seen


def said(head: str, body: str = "{}") -> bytes:
    return f"HTTP/1.1 {head}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}".encode()


class Pauses(list[float]):
    async def __call__(self, seconds: float) -> None:
        self.append(seconds)


@pytest.mark.parametrize("at_once", [1, 3])
async def test_no_more_at_once_than_it_is_to_get_and_a_pause_after_each(at_once: int) -> None:
    pauses = Pauses()
    async with answering(lambda: said("200 OK"), Manners(at_once, 0.5, pauses)) as (api, seen):

        async def ask() -> None:
            await api.get("")

        await together(ask() for _ in range(12))
    assert len(seen) == 12
    assert max(seen) == at_once
    assert pauses == [0.5] * 12


@pytest.mark.parametrize("status", ["429 Too Many Requests", "503 Service Unavailable"])
@pytest.mark.parametrize("form", ["seconds", "date"])
async def test_it_is_left_in_peace_for_as_long_as_it_asks(status: str, form: str) -> None:
    later = "90" if form == "seconds" else format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    answers = iter([said(f"{status}\r\nRetry-After: {later}"), said("200 OK", '["at last"]')])
    pauses = Pauses()
    async with answering(lambda: next(answers), Manners(sleep=pauses)) as (api, _):
        assert (await api.get("")).found == ["at last"]
    assert 80 < max(pauses) <= 90


async def test_a_rest_that_is_longer_than_a_person_waits_is_kept_to_by_whoever_asks_again() -> None:
    answers = iter([said("503 Busy\r\nRetry-After: 3600"), said("200 OK", '["at last"]')])
    pauses = Pauses()
    async with answering(lambda: next(answers), Manners(sleep=pauses)) as (api, _):
        with pytest.raises(ImportRefused, match="come back in 60 minutes"):
            await api.get("")
        assert (await api.get("")).found == ["at last"]
    assert 3_500 < max(pauses) <= 3_600


async def test_a_site_that_stays_busy_is_given_up() -> None:
    pauses = Pauses()
    async with answering(lambda: said("503 Busy"), Manners(sleep=pauses)) as (api, seen):
        with pytest.raises(ImportRefused, match="the server answers 503, 4 times: what was fetched is kept"):
            await api.get("")
    assert len(seen) == 4
    waits = [round(pause) for pause in pauses if pause]
    assert waits == sorted(set(waits)), "each is longer than the one before"


@pytest.mark.parametrize(
    ("answer", "kind", "why"),
    [
        (said("404 Not Found"), NotGiven, "404"),
        (said("500 Oh", '{"message": "A <b>plugin</b>\\n failed"}'), Broken, "500 \\(A <b>plugin</b> failed\\)"),
        (said("200 OK", '[{"id": 1'), Broken, "a part"),
        (said("200 OK", "[" * 100_000), Broken, "no JSON"),
        (said("200 OK\r\nContent-Type: text/html", "<p>Hello"), NotGiven, "a web page"),
        (said("200 OK\r\nContent-Encoding: br"), Broken, "not asked for"),
        (said("200 OK\r\nContent-Encoding: gzip"), Broken, "damaged"),
        (said("302 Found\r\nLocation: http://169.254.169.254/latest"), NotGiven, "not on the public Internet"),
        (said("302 Found\r\nLocation: file:///etc/passwd"), NotGiven, "no http or https"),
        (said("302 Found\r\nLocation: /again"), NotGiven, "redirects more than 2 times"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n[", Broken, "."),
    ],
)
async def test_answers_that_are_none(answer: bytes, kind: type[ImportRefused], why: str) -> None:
    async with answering(lambda: answer, Manners(sleep=Pauses())) as (api, _):
        with pytest.raises(kind, match=why):
            await api.get("")


async def test_what_is_packed_is_unpacked_up_to_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    packed = gzip.compress(b'"' + b"a" * 3_000_000 + b'"')
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(packed)}\r\n\r\n".encode()
    async with answering(lambda: head + packed, Manners(sleep=Pauses())) as (api, _):
        assert (await api.get("")).found == "a" * 3_000_000
        monkeypatch.setattr("feeds.importers.wordpress.api.LARGEST", 2_000_000)
        with pytest.raises(Broken, match="an answer of more than"):
            await api.get("")


@pytest.mark.parametrize(
    ("root", "place", "asked"),
    [
        ("http://old.example/wp-json/", "https://old.example/", "https://old.example/wp-json/"),
        ("http://old.example:8080/wp-json/", "https://old.example/", "http://old.example:8080/wp-json/"),
        ("http://api.example/wp-json/", "https://old.example/", "http://api.example/wp-json/"),
        ("http://old.example/wp-json/", "http://old.example/", "http://old.example/wp-json/"),
    ],
)
def test_an_api_is_asked_as_safely_as_the_pages_are(root: str, place: str, asked: str) -> None:
    assert str(safe_root(httpx2.URL(root), httpx2.URL(place))) == asked


def test_a_password_is_given_to_the_host_that_was_named_alone() -> None:
    login = Login("jdoe", "secret")
    named = httpx2.URL("https://old.example/blog/")
    assert with_password(httpx2.URL("https://www.old.example/wp-json/"), named, login).password == "secret"
    for other in ("https://api.example/wp-json/", "http://old.example/wp-json/"):
        with pytest.raises(ImportRefused, match="give that address instead") as caught:
            with_password(httpx2.URL(other), named, login)
        assert "secret" not in str(caught.value)
    assert not with_password(httpx2.URL("https://api.example/wp-json/"), named, Login()).userinfo
