"""Server-Sent Events of a feed, on a socket: each change once, to whoever listens, and what a client missed when it comes again."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest

from feeds.delivery import events as told
from feeds.delivery import streams as streams_file
from feeds.delivery.events import HEARTBEAT, Listener
from feeds.delivery.streams import Streams, streaming
from feeds.main import site_state
from feeds.web import events as handler
from storage.model import ArticleStatus, CommentStatus, Page, PageStatus
from tests.kinds.newsroom import SettableClock
from tests.server.listening import Listening, listening
from tests.server.wire import dial, request, until
from tests.web.site import Site, application, open_site

pytestmark = pytest.mark.anyio

FEED = "/section/world/feed.rss"


@dataclass(frozen=True)
class Event:
    id: str
    name: str
    data: dict[str, Any]

    @property
    def titles(self) -> list[str]:
        return [item["title"] for item in self.data["items"]]


class Stream:
    """A client's end."""

    def __init__(self, response: httpx2.Response) -> None:
        self.response = response
        self._texts = response.aiter_text()
        self._text = ""
        self.id = ""

    async def block(self) -> list[str]:
        """The next lines up to an empty one. Raises StopAsyncIteration at the end."""
        while "\n\n" not in self._text:
            self._text += await anext(self._texts)
        block, _, self._text = self._text.partition("\n\n")
        return block.split("\n")

    async def next(self) -> Event:
        """The next event with data, as a browser would have it."""
        while True:
            fields = dict(line.split(": ", 1) for line in await self.block() if not line.startswith(":"))
            self.id = fields.get("id", self.id)
            if "data" in fields:
                return Event(self.id, fields.get("event", "message"), json.loads(fields["data"]))

    async def begun(self) -> "Stream":
        """It is listening from here on."""
        while not self.id:
            self.id = dict(line.split(": ", 1) for line in await self.block()).get("id", "")
        return self

    async def ended(self) -> bool:
        """Whether it ended as it should."""
        try:
            while True:
                await self.block()
        except StopAsyncIteration:
            return True


@dataclass(frozen=True)
class Served:
    site: Site
    server: Listening
    browser: httpx2.AsyncClient
    streams: Streams

    @asynccontextmanager
    async def listen(self, feed: str = FEED, **fields: str) -> AsyncIterator[Stream]:
        headers = {"Host": "news.example", **{name.replace("_", "-"): value for name, value in fields.items()}}
        url = f"http://127.0.0.1:{self.server.port}/events"
        async with self.browser.stream("GET", url, params={"feed": feed}, headers=headers) as response:
            yield Stream(response)

    async def get(self, path: str, method: str = "GET") -> httpx2.Response:
        return await self.browser.request(
            method, f"http://127.0.0.1:{self.server.port}{path}",
            headers={"Host": "news.example", "Accept-Encoding": "identity"},
        )  # fmt: skip


@asynccontextmanager
async def served(site: Site) -> AsyncIterator[Served]:
    async with (
        streaming(site.state) as streams,
        listening(application(site.state, streams), site.state) as server,
        httpx2.AsyncClient(timeout=60) as browser,
    ):
        yield Served(site, server, browser, streams)


@pytest.fixture
async def room(site: Site) -> AsyncIterator[Served]:
    async with served(site) as room:
        yield room


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A feed is looked at whenever it changed."""
    monkeypatch.setattr(streams_file, "_PAUSE", 0.0)


@pytest.mark.both_engines
async def test_each_change_of_a_feed_is_an_event(room: Served) -> None:
    newsroom = room.site.newsroom
    async with room.listen() as stream:
        assert stream.response.status_code == 200
        assert stream.response.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert stream.response.headers["cache-control"] == "no-store"
        await stream.begun()
        await newsroom.publish("elsewhere", sections=("business",))
        story = await newsroom.publish("story", sections=("world",), body_html="<p>All of it.</p>", summary="In short.")
        event = await stream.next()
        [change] = await room.site.state.store.changes_since(int(event.id) - 1, limit=1)
        assert change.subject_id == str(story.id)
        feed = await room.get(FEED)
        assert (event.name, event.data["feed_url"], event.data["etag"]) == (
            "message", "https://news.example/section/world/feed.rss", feed.headers["etag"],
        )  # fmt: skip
        [item] = event.data["items"]
        assert (item["id"], item["content_text"], item["url"][:21]) == (
            story.guid,
            "In short.",
            "https://news.example/",
        )
        assert "content_html" not in item
        await newsroom.withdraw(story)
        event = await stream.next()
        assert (event.data["items"], [gone["id"] for gone in event.data["deleted"]]) == ([], [story.guid])
        assert event.data["etag"] == (await room.get(FEED)).headers["etag"]


@pytest.mark.both_engines
async def test_what_was_missed_comes_at_the_next_connection(room: Served) -> None:
    newsroom = room.site.newsroom
    first = await newsroom.publish("first", sections=("world",))
    async with room.listen() as stream:
        known = (await stream.begun()).id
    await newsroom.publish("second", sections=("world",))
    await newsroom.edit(first, headline="First, again")
    async with room.listen(Last_Event_ID=known) as stream:
        event = await stream.next()
        assert sorted(event.titles) == ["First, again", "Second"]
        assert event.data["whole"] is True
        latest = event.id
    async with room.listen(Last_Event_ID=latest) as stream:
        await newsroom.publish("third", sections=("world",))
        event = await stream.next()
        assert (event.titles, event.data["whole"]) == (["Third"], False)
    for unknown in ("", "no number", "-1", "9" * 30):
        async with room.listen(Last_Event_ID=unknown) as stream:
            assert (await stream.begun()).id == event.id


@pytest.mark.both_engines
async def test_where_the_entries_do_not_tell_it_the_feed_is_to_be_read(room: Served) -> None:
    newsroom = room.site.newsroom
    await newsroom.publish("stays", sections=("world",))
    moved = await newsroom.publish("moves", sections=("world",))
    async with room.listen() as stream:
        known = (await stream.begun()).id
        await newsroom.edit(moved, sections=("business",))
        event = await stream.next()
        assert (event.name, set(event.data)) == ("reset", {"feed_url", "etag"})
        assert event.data["etag"] == (await room.get(FEED)).headers["etag"]
    for since in (known, str(int(event.id) + 1000)):
        async with room.listen(Last_Event_ID=since) as stream:
            assert (await stream.next()).name == "reset"


async def test_too_many_changes_are_a_reset(room: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(told, "_MOST", 2)
    async with room.listen() as stream:
        known = (await stream.begun()).id
    for number in range(3):
        await room.site.newsroom.publish(f"story-{number}", sections=("world",))
    async with room.listen(Last_Event_ID=known) as stream:
        assert (await stream.next()).name == "reset"


async def test_nothing_that_is_not_public_shows(room: Served) -> None:
    newsroom, clock = room.site.newsroom, room.site.clock
    story = await newsroom.publish("story", sections=("world",))
    async with room.listen() as stream, room.listen("/comments/feed.atom") as comments:
        await stream.begun()
        await comments.begun()
        await newsroom.publish("draft", sections=("world",), status=ArticleStatus.DRAFT)
        await newsroom.publish("tonight", clock() + timedelta(hours=2), sections=("world",))
        await newsroom.reply(story, "Held", status=CommentStatus.PENDING)
        await newsroom.reply(story, "Miriam")
        assert len((await comments.next()).data["items"]) == 1
        await newsroom.publish("now", sections=("world",))
        seen = set[str]()
        # The article's count of comments may come before.
        while "Now" not in seen:
            seen.update((await stream.next()).titles)
        assert seen <= {"Now", "Story"}
        clock.advance(hours=3)
        while "Tonight" not in seen:
            seen.update((await stream.next()).titles)
        assert seen == {"Now", "Story", "Tonight"}


async def test_another_process_is_noticed_while_somebody_listens(tmp_path: Path) -> None:
    """Without a request to this one, and without its heartbeat."""
    clock = SettableClock()
    async with open_site(tmp_path, clock) as site, served(site) as room, room.listen() as stream:
        await stream.begun()
        async with site_state(site.state.settings, clock) as other:
            newsroom = type(site.newsroom)(other.store, clock, other.publication)
            await newsroom.publish("from-elsewhere", sections=("world",))
            assert (await stream.next()).titles == ["From elsewhere"]


async def test_an_old_address_is_followed_and_others_are_refused(room: Served) -> None:
    newsroom = room.site.newsroom
    gone = await newsroom.publish("gone", sections=("world",))
    path = f"/{gone.published_at:%Y/%m/%d}/gone/feed.rss"
    await newsroom.withdraw(gone)
    async with room.listen("/category/world/feed/") as stream:
        await stream.begun()
        await newsroom.publish("story", sections=("world",))
        assert (await stream.next()).data["feed_url"].endswith("/section/world/feed.rss")
    for feed, status in (
        (path, 410), ("/section/nowhere/feed.rss", 404), ("/section/world/", 404), ("/partner/feed.rss", 404),
        ("https://other.example/feed.rss", 404), ("/api/articles", 404), ("%00", 404), ("/2023/02/31/feed.rss", 404),
    ):  # fmt: skip
        async with room.listen(feed) as stream:
            assert stream.response.status_code == status, feed
    nothing = await room.get("/events")
    assert nothing.status_code == 404
    assert "Name a feed, as in /events?feed=/feed.rss." in nothing.text


async def test_a_page_of_that_name_stays_where_it_is(room: Served) -> None:
    await room.site.state.store.add_page(Page(path="/events/", title="Events", status=PageStatus.PUBLISHED))
    moved = await room.get("/events")
    assert (moved.status_code, moved.headers["location"]) == (301, "/events/")


async def test_a_feed_that_goes_ends_its_streams(room: Served) -> None:
    story = await room.site.newsroom.publish("story", sections=("world",))
    path = f"/{story.published_at:%Y/%m/%d}/story/feed.rss"
    async with room.listen(path) as stream:
        await stream.begun()
        await room.site.newsroom.withdraw(story)
        assert await stream.ended()
    async with room.listen(path) as stream:
        assert stream.response.status_code == 410


async def test_as_many_listen_as_may(tmp_path: Path) -> None:
    async with open_site(tmp_path, SettableClock(), events_listeners=2) as site, served(site) as room:
        async with room.listen() as first, room.listen("/feed.json") as second:
            await first.begun()
            await second.begun()
            async with room.listen() as third:
                assert third.response.status_code == 503
                assert third.response.headers["retry-after"] == "30"
                assert third.response.headers["access-control-allow-origin"] == "*"
        # Whoever went left room, as soon as the server hears of it.
        status = 503
        while status == 503:
            async with room.listen() as again:
                status = again.response.status_code
        assert status == 200


async def test_as_many_feeds_are_listened_to_as_may(room: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of searches there is no end, and each costs time with each change."""
    monkeypatch.setattr(streams_file, "_FEEDS", 1)
    async with room.listen("/search/feed.rss?q=ferry") as stream:
        await stream.begun()
        async with room.listen() as other:
            assert other.response.status_code == 503
        async with room.listen("/search/feed.rss?q=ferry") as same:
            await same.begun()
        await room.site.newsroom.publish("ferry", sections=("world",))
        assert (await stream.next()).titles == ["Ferry"]
    await until(lambda: not len(room.streams))
    async with room.listen() as other:
        assert other.response.status_code == 200


async def test_one_client_is_no_more_than_some(tmp_path: Path) -> None:
    settings = {"events_per_client": 1, "trusted_proxies": "127.0.0.1"}
    async with open_site(tmp_path, SettableClock(), **settings) as site, served(site) as room:
        await one_of_each(room)


async def one_of_each(room: Served) -> None:
    async with room.listen(X_Forwarded_For="2001:db8::1") as first:
        await first.begun()
        async with room.listen(X_Forwarded_For="2001:db8::2") as second:
            assert second.response.status_code == 503, "of the same subscriber"
        async with room.listen(X_Forwarded_For="192.0.2.1") as other:
            await other.begun()


async def test_a_change_is_looked_at_once_for_all(room: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    change_event = told.change_event

    async def counted(*arguments: Any) -> bytes:
        made.append(arguments)
        return await change_event(*arguments)

    monkeypatch.setattr(streams_file, "change_event", counted)
    async with room.listen() as one, room.listen() as two, room.listen("https://news.example" + FEED) as three:
        for stream in (one, two, three):
            await stream.begun()
        await room.site.newsroom.publish("story", sections=("world",))
        for stream in (one, two, three):
            assert (await stream.next()).titles == ["Story"]
    assert len(made) == 1


async def test_streams_end_with_the_server(site: Site) -> None:
    async with httpx2.AsyncClient(timeout=60) as browser, streaming(site.state) as streams:
        async with listening(application(site.state, streams), site.state) as server:
            room = Served(site, server, browser, streams)
            async with room.listen() as stream:
                await stream.begun()
                server.server.should_exit = True
                assert await stream.ended()
        assert not len(streams)


async def test_a_quiet_stream_is_heard_of(room: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handler, "_HEARTBEAT", 0.01)
    async with room.listen() as stream:
        first = await stream.block()
        assert first[0].startswith("retry: ")
        assert 2000 <= int(first[0].removeprefix("retry: ")) < 5000
        assert [await stream.block() for _ in range(3)] == [[":"]] * 3


async def test_head_and_preflight(room: Served) -> None:
    head = await room.get(f"/events?feed={FEED}", "HEAD")
    assert (head.status_code, head.headers["content-type"], head.content) == (
        200, "text/event-stream; charset=utf-8", b"",
    )  # fmt: skip
    assert head.headers["access-control-allow-origin"] == "*"
    preflight = await room.get(f"/events?feed={FEED}", "OPTIONS")
    assert "Last-Event-ID" in preflight.headers["access-control-allow-headers"]


async def test_who_does_not_read_is_told_no_more() -> None:
    slow, quick = Listener("slow"), Listener("quick")
    event = b"data: " + b"x" * 100_000 + b"\n\n"
    for _ in range(4):
        slow.tell(event)
        quick.tell(event)
        assert await quick.next(60) == event
    assert slow.is_over
    assert await slow.next(60) is None
    assert not quick.is_over
    large = b"data: " + b"x" * 1_000_000 + b"\n\n"
    quick.tell(large)
    assert await quick.next(60) == large, "the first is sent, however large"
    assert await quick.next(0.001) == HEARTBEAT


async def test_a_reader_that_stops_holds_nobody_up(room: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its socket is full, and what waits for it is bounded; the other has all."""
    event = told._event
    monkeypatch.setattr(told, "_event", lambda data, seq: event(data, seq) + b":" + b"x" * 500_000 + b"\n\n")
    async with dial(room.server.port) as stuck, room.listen() as stream:
        await stuck.send(request(f"/events?feed={FEED}"))
        await until(lambda: len(room.streams) == 2)
        stuck.transport.pause_reading()
        await stream.begun()
        dropped = list[Listener]()
        for number in range(100):
            await room.site.newsroom.publish(f"story-{number}", sections=("world",))
            assert f"Story {number}" in (await stream.next()).titles
            dropped = [listener for listener in room.streams._of_listener if listener.is_over]
            if dropped:
                break
        assert len(dropped) == 1
        stuck.transport.abort()
        await until(lambda: len(room.streams) == 1)
