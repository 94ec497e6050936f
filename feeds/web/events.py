"""A feed's changes as they come, for pages and dashboards: Server-Sent Events (HTML standard, section 9.2)."""

import asyncio
from http import HTTPStatus
from secrets import randbelow

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from feeds import paths
from feeds.delivery.events import Listener
from feeds.delivery.streams import Streams, TooMany
from feeds.kinds.base import BadDate, FeedGone, FeedMoved, NoSuchFeed
from feeds.topics import GoneTopic, NoTopic
from feeds.web.hub.topics import find_topic

_HEARTBEAT = 15.0
"""Seconds without an event after which a comment is sent."""
_AGAIN = (2_000, 3_000)
"""Milliseconds after which a client comes again, and how many more at most: after a restart not all come at once."""
_FULL_FOR = 30
"""Seconds that a client is asked to wait where as many listen as may."""
_FIELDS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    # nginx hands on what comes, rather than wait for more.
    (b"x-accel-buffering", b"no"),
]


class _Stream:
    """An answer that goes on until its client, its feed or the server is gone."""

    def __init__(self, streams: Streams, listener: Listener) -> None:
        self._streams = streams
        self._listener = listener

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        watching = asyncio.create_task(self._watch(receive))
        try:
            await send({"type": "http.response.start", "status": HTTPStatus.OK, "headers": _FIELDS})
            piece: bytes | None = b"retry: %d\n" % (_AGAIN[0] + randbelow(_AGAIN[1]))
            while piece is not None and scope["method"] != "HEAD":
                await send({"type": "http.response.body", "body": piece, "more_body": True})
                piece = await self._listener.next(_HEARTBEAT)
            await send({"type": "http.response.body", "body": b""})
        finally:
            watching.cancel()
            self._streams.leave(self._listener)

    async def _watch(self, receive: Receive) -> None:
        """End the stream when its client has gone."""
        while (await receive())["type"] != "http.disconnect":
            pass
        self._listener.end()


async def events(request: Request) -> _Stream:
    """The events of the feed that the parameter `feed` names, by its path or URL, an old one too.

    Raises NoSuchFeed, HTTPException 404, 410 and 503, and Unavailable.
    """
    feed = request.query_params.get("feed", "")
    if not feed:
        # A page of the newsroom's may be there, with a slash at its end.
        raise NoSuchFeed(f"name a feed, as in {paths.EVENTS}?feed={paths.feed_path(paths.HOME(), '.rss')}")
    streams: Streams = request.app.state.streams
    listener: Listener | None = None
    try:
        listener = streams.admit(request.client.host if request.client else "")
        topic = await find_topic(request.app.state.site, feed)
        await streams.join(listener, topic, _last_id(request.headers.get("Last-Event-ID", "")))
    except BaseException as error:
        if listener is not None:
            streams.leave(listener)
        raise _refusal(error) from None
    return _Stream(streams, listener)


def _refusal(error: BaseException) -> BaseException:
    if isinstance(error, TooMany):
        return HTTPException(HTTPStatus.SERVICE_UNAVAILABLE, str(error), {"Retry-After": str(_FULL_FOR)})
    if isinstance(error, NoTopic):
        return HTTPException(HTTPStatus.GONE if isinstance(error, GoneTopic) else HTTPStatus.NOT_FOUND, str(error))
    if isinstance(error, BadDate | FeedGone | FeedMoved | NoSuchFeed):
        # Since it was found.
        sentence = "The feed has just gone or moved: come again."
        return HTTPException(HTTPStatus.SERVICE_UNAVAILABLE, sentence, {"Retry-After": "1"})
    return error


def _last_id(written: str) -> int | None:
    """None for what is no id of ours: its client is here for the first time."""
    return int(written) if written.isascii() and written.isdigit() and len(written) < 19 else None


def event_routes() -> list[BaseRoute]:
    return [Route(paths.EVENTS, events)]
