"""What the fast path reads from a packet by itself is what the parser reads."""

import pytest
from httptools import HttpParserError, HttpParserUpgrade, HttpRequestParser
from hypothesis import given
from hypothesis import strategies as st

from feeds.http.conditional import Conditions
from feeds.http.negotiation import Coding
from feeds.http.representation import CacheKey
from feeds.server.poll import PACKET, Poll, ReadOnce, _cost, read_head, read_packet
from tests.bench.readers import READERS
from tests.server.polls import MALFORMED, delta, odd, ordinary

TAGS = {"/feed.rss": {coding: f'"1a-{0:024x}-{coding}"' for coding in Coding}}
ODD_BYTES = st.sampled_from(
    [bytes([byte]) for byte in b'\x00\t\n\r #":,a\x7f\x80\xff'] + [b"\r\n", b"\r\n ", b"\r\n\r\n"]
)


class Request:
    """What uvicorn's protocol gathers of a request."""

    def __init__(self) -> None:
        self.parser = HttpRequestParser(self)
        self.url = b""
        self.headers: list[tuple[bytes, bytes]] = []
        self.polls: list[Poll | None] = []
        self.ended = 0

    def on_url(self, url: bytes) -> None:
        self.url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        self.polls.append(read_head(self.parser, self.url, self.headers))

    def on_message_complete(self) -> None:
        self.ended += 1


@st.composite
def packets(draw: st.DrawFn) -> bytes:
    """Requests of all kinds, often with something in them that is not where it belongs."""
    packet = draw(st.one_of(ordinary(), ordinary(), delta(), odd()).map(lambda poll: poll.encode(TAGS)))
    packet = draw(st.just(packet) | st.sampled_from(MALFORMED))
    for _ in range(draw(st.integers(0, 2))):
        at = draw(st.integers(0, min(len(packet), 500)))
        packet = packet[:at] + draw(ODD_BYTES) + packet[at + draw(st.integers(0, 1)) :]
    return packet


@given(packets())
def test_what_is_read_is_what_the_parser_reads(packet: bytes) -> None:
    read = read_packet(packet)
    if read is None:
        return
    request = Request()
    try:
        request.parser.feed_data(packet)
    except (HttpParserError, HttpParserUpgrade) as error:
        pytest.fail(f"the parser refuses it: {error}")
    assert request.polls == [read]
    assert request.ended == 1


@pytest.mark.parametrize("reader", READERS)
def test_what_readers_send_needs_no_parser(reader: object) -> None:
    for validators in ((None, None), (TAGS["/feed.rss"][Coding.GZIP], "Mon, 02 Feb 2026 08:00:00 GMT")):
        poll = read_packet(reader("/feed.rss", 7, *validators))  # type: ignore[operator]
        assert poll is not None
        assert (poll.key, poll.asked.conditions) == (CacheKey("/feed.rss"), Conditions(None, None, *validators))


@pytest.mark.parametrize(
    "packet",
    [
        b"GET /feed.rss HTTP/1.1\r\nHost: a\r\n\r\nGET /feed.rss HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /feed.rss HTTP/1.1\r\nHost: a\r\n",
        b"GET /feed.rss HTTP/1.1\r\nHost: a\r\nProxy-Connection: close\r\n\r\n",
        b"GET /feed.rss HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
        b"GET /feed.rss HTTP/1.1\r\nHost: a\r\nCookie: a=b\r\n\r\n",
        b"POST /feed.rss HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /feed.rss HTTP/1.1\r\n" + b"a: b\r\n" * 65 + b"\r\n",
        b"GET /feed.rss HTTP/1.1\r\nHost: " + b"a" * 2048 + b"\r\n\r\n",
        b"\r\n\r\n",
        b"",
    ],
)
def test_what_is_no_plain_poll_is_left_to_the_parser(packet: bytes) -> None:
    assert read_packet(packet) is None


def test_the_habitual_stays_and_the_room_is_bounded() -> None:
    read: list[bytes] = []

    def remember(key: bytes) -> bytes | None:
        read.append(key)
        return key if key != b"nothing" else None

    room = 8 * _cost(b"habit")
    known = ReadOnce(remember, room, longest=8)
    for number in range(100):
        assert known[b"habit"] == b"habit"
        assert known[b"nothing"] is None
        assert known[b"%d" % number] == b"%d" % number
        assert known[b"too long!"] == b"too long!"
        assert sum(map(_cost, (*known, *known._older))) <= room + _cost(b"eight...")
    assert read.count(b"habit") == 1
    assert read.count(b"nothing") == read.count(b"too long!") == 100


def test_long_packets_take_the_room_of_many_short_ones() -> None:
    """Whatever their lengths, and however many are forgotten again: what is remembered is bounded in bytes."""
    room = 100_000
    known = ReadOnce(bytes, room, longest=PACKET)
    for number in range(2000):
        key = b"%d" % number + b"x" * (number * 7 % PACKET - 4)
        assert known[key] == key
        if number % 3 == 0:
            known.forget(key)
            known.forget(b"never there")
        assert known._bytes == sum(map(_cost, known))
        assert sum(map(_cost, (*known, *known._older))) <= room + 2 * _cost(b"x" * PACKET)
    assert known
