"""Requests as anybody may write them, over a socket, to both ways of answering: what they get, and that the connection lives."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from feeds.server.connection_limits import GuardedProtocol
from tests.kinds.newsroom import SettableClock
from tests.server.listening import CountedPolls, Listening, listening
from tests.server.newsroom import NOON, fill
from tests.server.wire import PATIENCE, dial, request
from tests.web.site import open_site

pytestmark = pytest.mark.anyio

_HARBOUR = "/2023/03/22/harbour-reopens/"
_FORM = {"Content_Type": "application/x-www-form-urlencoded"}


@pytest.fixture(params=[CountedPolls, GuardedProtocol], ids=["fast", "plain"], scope="module")
async def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Listening]:
    """With the fast path, and without."""
    folder: Path = tmp_path_factory.mktemp("site")
    (folder / "media").mkdir()
    (folder / "media" / "quay.txt").write_bytes(b"0123456789")
    async with open_site(folder, SettableClock()) as site:
        await fill(site)
        site.clock.now = NOON + timedelta(seconds=1)
        async with listening(site.app, site.state, request.param) as server, dial(server.port) as wire:
            for path in ("/feed.rss", "/feed.rss", "/", _HARBOUR):
                assert (await wire.ask(path)).status == 200
            yield server


def raw(*lines: str, version: str = "1.1", path: str = "/feed.rss", method: str = "GET") -> bytes:
    """A request with these fields alone."""
    return "\r\n".join((f"{method} {path} HTTP/{version}", *lines, "", "")).encode("latin-1")


HOSTS = [
    "a", "news.example", "news.example:8000", "news.example:", "127.0.0.1", "127.0.0.1:80", "[::1]", "[::1]:8000", "my_host",
    "[2001:db8::192.0.2.1]:81", "xn--bcher-kva.example", "b%C3%BCcher.example", "NEWS.example.", "1.2.3",
    "a~b!c$d&e'f(g)h*i+j,k;l=m",
]  # fmt: skip
NO_HOSTS = [
    "", " ", ":", ":80", "[", "[]", "[::1", "[:::]", "[::1]x", "[::1]:x", "[fe80::1%25eth0]", "a b", "a:b", "a:80:80", "a/b",
    "a?b", "a#b", "a@b", "user@a", "http://a", "a%zz", "a%2", "b\xfccher.example", "a, b", '"a"', "<a>", "a\\b", "a^", "::1",
    "a:-1", "a:8\xb2",
]  # fmt: skip
"""Of RFC 3986, section 3.2.2, and what comes near; an empty one names no server of ours (RFC 9110, section 4.2.1)."""

ANSWERED: dict[str, tuple[bytes, int]] = {
    # RFC 9112, section 3.2.
    **{f"host {host!r}": (raw(f"Host: {host}"), 200) for host in HOSTS},
    **{f"no host {host!r}": (raw(f"Host: {host}"), 400) for host in NO_HOSTS},
    "without host": (raw("Accept: */*"), 400),
    "without any field": (raw(), 400),
    "two hosts": (raw("Host: a", "Host: b"), 400),
    "the same host twice": (raw("Host: a", "host: a"), 400),
    "one host and an empty one": (raw("Host:", "Host: a"), 400),
    "host in the target alone": (raw(path="http://a/feed.rss"), 400),
    "host in the target and a field": (raw("Host: b", path="http://a/feed.rss"), 200),
    "HEAD without host": (raw(method="HEAD"), 400),
    "a page without host": (raw(path="/"), 400),
    "health without host": (raw(path="/healthz"), 400),
    "nothing, without host": (raw(path="/nothing"), 400),
    "the API without host": (raw(path="/api/articles"), 400),
    "a form without host": (raw("Content-Length: 5", method="POST", path=_HARBOUR + "comments") + b"name=", 400),
    "200 fields and no host": (raw(*["X: y"] * 90), 400),
    # RFC 9110, section 14.2.
    "range": (request("/media/quay.txt", Range="bytes=2-4"), 206),
    "several ranges": (request("/media/quay.txt", Range="bytes=0-1, 5-6"), 206),
    "HEAD with a range": (request("/media/quay.txt", method="HEAD", Range="bytes=2-4"), 200),
    "HEAD with a range beyond the end": (request("/media/quay.txt", method="HEAD", Range="bytes=90-"), 200),
    "an unknown unit": (request("/media/quay.txt", Range="lines=1-2"), 200),
    "no unit": (request("/media/quay.txt", Range="1-2"), 200),
    "an empty range": (request("/media/quay.txt", Range=""), 200),
    "no ranges": (request("/media/quay.txt", Range="bytes="), 200),
    "a range that is none": (request("/media/quay.txt", Range="bytes=x-y"), 200),
    "a range the wrong way round": (request("/media/quay.txt", Range="bytes=4-2"), 200),
    "a range of a negative position": (request("/media/quay.txt", Range="bytes=--2"), 200),
    "a range in other digits": (request("/media/quay.txt", Range="bytes=1_0-"), 200),
    "a range of many digits": (request("/media/quay.txt", Range=f"bytes=0-{'9' * 5000}"), 200),
    "a range of too many digits": (request("/media/quay.txt", Range=f"bytes={'9' * 5000}-"), 200),
    "a range that begins beyond the end": (request("/media/quay.txt", Range="bytes=10-"), 416),
    "a range beyond the end among others": (request("/media/quay.txt", Range="bytes=90-, 0-1"), 206),
    "no range of several": (request("/media/quay.txt", Range="bytes=90-, -0"), 416),
    "the last bytes": (request("/media/quay.txt", Range="bytes=-3"), 206),
    "the last none": (request("/media/quay.txt", Range="bytes=-0"), 416),
    "a range of a feed": (request("/feed.rss", Range="bytes=0-1"), 200),
    "a range by another validator": (request("/media/quay.txt", Range="bytes=0-1", If_Range='"x"'), 200),
    # RFC 9110, section 13.2.2.
    **{
        f"{name} of {path}": (request(path, body=b"", **{field: value}), status)
        for path in ("/feed.rss", "/", "/media/quay.txt", "/robots.txt", "/feeds.opml", "/favicon.ico")
        for name, field, value, status in (
            ("a tag that is another", "If_Match", '"x"', 412),
            ("a tag that is none", "If_Match", "x", 412),
            ("a weak tag", "If_Match", 'W/"x"', 412),
            ("any tag", "If_Match", "*", 200),
            ("an old date", "If_Unmodified_Since", "Wed, 01 Jan 2020 00:00:00 GMT", 412),
            ("a date to come", "If_Unmodified_Since", "Fri, 01 Jan 2100 00:00:00 GMT", 200),
            ("no date", "If_Unmodified_Since", "yesterday", 200),
        )
    },
    "a tag before a date": (request("/feed.rss", If_Match="*", If_Unmodified_Since="Wed, 01 Jan 2020 00:00:00 GMT"), 200),
    "412 before 304": (request("/feed.rss", If_Match='"x"', If_None_Match="*"), 412),
    "304 after that": (request("/feed.rss", If_Match="*", If_None_Match="*"), 304),
    "HEAD and a tag": (request("/feed.rss", method="HEAD", If_Match='"x"'), 412),
    "nothing and a tag": (request("/nothing", If_Match='"x"'), 404),
    "a redirect and a tag": (request("/feed/", If_Match='"x"'), 301),
    # Paths whose digits or letters are none of ours.
    **{
        f"{name} at {path}": (request(path.format(segment)), 404)
        for path in (
            "/desk/articles/{}/", "/api/articles/{}", "/api/comments/{}", "/api/{}", "/sitemap-{}.xml", "/{}/", "/2023/{}/",
            "/2023/03/22/{}/", "/2023/03/22/{}/feed.rss", "/section/{}/", "/tag/{}/", "/author/{}/", "/static/a.{}.css",
            "/feed.{}", "/media/{}",
        )
        for name, segment in {
            "4,301 digits": "9" * 4301, "19 digits": "9223372036854775808", "a line feed": "x%0Ay", "a last line feed": "1%0A",
            "NUL": "%00", "no UTF-8": "%ff", "superscript": "%C2%B2",
        }.items()
        # An operation that there is: who has no token learns nothing of what it would find.
        if path not in ("/api/articles/{}", "/api/comments/{}")
    },
    "a line feed after health": (request("/healthz%0A"), 404),
    "a line feed after a feed": (request("/feed.rss%0A"), 404),
    "a line feed after the desk": (request("/desk/%0A"), 404),
    "a line feed in a section's path": (request("/api/sections/x%0Ay"), 401),
    "a line feed in a file's path": (request("/media/x%0A/y"), 404),
}  # fmt: skip


@pytest.mark.parametrize("name", ANSWERED)
async def test_a_request_and_the_next(server: Listening, name: str) -> None:
    sent, status = ANSWERED[name]
    async with dial(server.port) as wire:
        await wire.send(sent)
        answer = await wire.answer(to_head=sent.startswith(b"HEAD"))
        assert answer.status == status, answer
        assert answer.field("connection") is None
        assert (await wire.ask("/feed.rss")).status == 200


@pytest.mark.parametrize("lines", [(), ("Host: a",)], ids=["without host", "with one"])
async def test_http_1_0_need_not_say_its_host(server: Listening, lines: tuple[str, ...]) -> None:
    for version_answer in ((raw(*lines, version="1.0"), 200), (raw("Host: a b", version="1.0"), 400)):
        async with dial(server.port) as wire:
            await wire.send(version_answer[0])
            assert (await wire.answer()).status == version_answer[1]
            assert await wire.rest() == b""


async def test_what_is_wrong_with_the_host_is_said(server: Listening) -> None:
    async with dial(server.port) as wire:
        await wire.send(raw())
        answer = await wire.answer()
        assert b"Host" in answer.body
        assert answer.field("cache-control") == "no-store"


async def test_head_says_what_get_without_a_range_says(server: Listening) -> None:
    async with dial(server.port) as wire:
        whole = await wire.ask("/media/quay.txt")
        head = await wire.ask("/media/quay.txt", method="HEAD", Range="bytes=2-4")
        assert head.field("content-range") is None
        assert head.head == whole.head
        assert (await wire.ask("/media/quay.txt", Range="lines=2-4")).body == b"0123456789"
        cases: tuple[tuple[str, dict[str, Any], bytes], ...] = (
            ("2-4", {}, b"234"),
            ("7-", {}, b"789"),
            ("-2", {}, b"89"),
            ("2-4, 90-", {}, b"234"),
            ("2-4", {"If_Range": whole.field("etag") or ""}, b"234"),
            ("2-4", {"If_Range": whole.field("last-modified") or ""}, b"234"),
            ("2-4", {"If_Range": "Wed, 01 Jan 2020 00:00:00 GMT"}, b"0123456789"),
            ("2-4", {"If_Range": f"W/{whole.field('etag')}"}, b"0123456789"),
        )
        for asked, fields, body in cases:
            answer = await wire.ask("/media/quay.txt", Range=f"bytes={asked}", **fields)
            assert (answer.body, answer.field("content-length")) == (body, str(len(body))), (asked, fields)
            assert answer.field("accept-ranges") == "bytes"
            first = body[0] - ord("0")
            said = None if len(body) == 10 else f"bytes {first}-{first + len(body) - 1}/10"
            assert answer.field("content-range") == said
        beyond = await wire.ask("/media/quay.txt", Range="bytes=10-, 90-")
        assert (beyond.status, beyond.field("content-range")) == (416, "bytes */10")
        parts = await wire.ask("/media/quay.txt", Range="bytes=0-1, 90-, 5-6")
        assert (parts.field("content-type") or "").startswith("multipart/byteranges; boundary=")
        assert [line for line in parts.body.splitlines() if line.startswith(b"Content-Range")] == [
            b"Content-Range: bytes 0-1/10", b"Content-Range: bytes 5-6/10",
        ]  # fmt: skip


@pytest.mark.parametrize("path", ["/feed.rss", "/", "/media/quay.txt", "/favicon.ico"])
async def test_whoever_has_what_is_there_is_answered(server: Listening, path: str) -> None:
    async with dial(server.port) as wire:
        for coding in ("gzip", "br", "identity"):
            known = await wire.ask(path, Accept_Encoding=coding)
            tag, date = known.field("etag") or "", known.field("last-modified") or ""
            assert tag
            for fields, status in (
                ({"If_Match": tag}, 200),
                ({"If_Match": f'"x", {tag}'}, 200),
                ({"If_Match": f"W/{tag}"}, 412),
                ({"If_Match": tag, "If_None_Match": tag}, 304),
                ({"If_Match": tag, "If_None_Match": '"x"'}, 200),
                ({"If_Unmodified_Since": date}, 200),
                ({"If_Unmodified_Since": date, "If_Modified_Since": date}, 304),
                ({"If_Match": f'"x", {tag}', "If_Unmodified_Since": "Wed, 01 Jan 2020 00:00:00 GMT"}, 200),
            ):
                answer = await wire.ask(path, body=b"", Accept_Encoding=coding, **fields)
                assert answer.status == status, fields


async def sweep(server: Listening) -> None:
    """What the server does once a second."""
    settings: Any = next(iter(server.connections)).site.settings
    for connection in server.connections:
        connection.sweep(asyncio.get_running_loop().time(), settings)


_REST = b"x" * 3000
_CHUNKED = b"5\r\nhello\r\n0\r\n\r\n"
LATE: dict[str, tuple[bytes, list[bytes], int]] = {
    "an empty line": (request("/healthz"), [b"\r\n"], 200),
    "empty lines": (request("/healthz"), [b"\r\n", b"\r\n\r\n", b"\n"], 200),
    "half an empty line": (request("/healthz"), [b"\r", b"\n"], 200),
    "an empty line after a poll": (request("/feed.rss"), [b"\r\n"], 200),
    "an empty line after a 404": (request("/nothing"), [b"\r\n"], 404),
    "an empty line after a form": (
        request(_HARBOUR + "comments", method="POST", body=b"name=", Content_Type="application/x-www-form-urlencoded"),
        [b"\r\n"],
        400,
    ),
    "an empty line after a method that means nothing": (request("/feed.rss", method="PUT", body=b"x"), [b"\r\n"], 405),
    "a body": (request("/feed.rss", body=_REST)[:-3000], [_REST], 200),
    "a body in pieces": (request("/feed.rss", body=_REST)[:-3000], [_REST[:1], _REST[1:2000], _REST[2000:]], 200),
    "a body and an empty line": (request("/feed.rss", body=_REST)[:-3000], [_REST, b"\r\n"], 200),
    "a body that looks like a poll": (
        raw("Host: a", f"Content-Length: {len(request('/feed.rss'))}"), [request("/feed.rss")], 200
    ),
    "a body of a page": (request(_HARBOUR, body=_REST)[:-3000], [_REST], 200),
    "a body of HEAD": (request("/feed.rss", method="HEAD", body=_REST)[:-3000], [_REST], 200),
    "a body of a 304": (request("/feed.rss", body=_REST, If_None_Match="*")[:-3000], [_REST], 304),
    "chunks": (request("/feed.rss", Transfer_Encoding="chunked"), [_CHUNKED[:4], _CHUNKED[4:]], 200),
    "chunks and an empty line": (request("/feed.rss", Transfer_Encoding="chunked"), [_CHUNKED, b"\r\n"], 200),
    "a body without a host": (raw("Content-Length: 5"), [b"hello"], 400),
}  # fmt: skip
"""A request, what comes after its answer, and its status."""


@pytest.mark.parametrize("name", LATE)
async def test_what_comes_after_the_answer_ends_nothing(server: Listening, name: str) -> None:
    sent, later, status = LATE[name]
    async with dial(server.port) as wire:
        for _ in range(2):
            await wire.send(sent)
            assert (await wire.answer(to_head=sent.startswith(b"HEAD"))).status == status
            await sweep(server)
            for packet in later:
                await wire.send(packet)
                await sweep(server)
            assert not wire.received
            assert (await wire.ask("/feed.rss")).status == 200
            assert (await wire.ask("/healthz")).status == 200


@pytest.mark.parametrize("name", LATE)
async def test_what_comes_with_the_next_request_ends_nothing(server: Listening, name: str) -> None:
    sent, later, status = LATE[name]
    async with dial(server.port) as wire:
        await wire.send(sent)
        assert (await wire.answer(to_head=sent.startswith(b"HEAD"))).status == status
        await wire.send(b"".join(later) + request("/feed.rss") + request("/healthz"))
        assert (await wire.answer()).status == 200
        assert (await wire.answer()).body == b"ok\n"


@pytest.mark.parametrize("http", [CountedPolls, GuardedProtocol], ids=["fast", "plain"])
async def test_empty_lines_keep_no_connection_open(tmp_path: Path, http: type[GuardedProtocol]) -> None:
    async with (
        open_site(tmp_path, SettableClock()) as site,
        listening(site.app, site.state, http, timeout_keep_alive=1) as server,
        dial(server.port) as wire,
    ):
        await wire.ask("/healthz")
        async with asyncio.timeout(PATIENCE):
            while not wire.ended:
                await wire.send(b"\r\n")
                await asyncio.sleep(0.05)
