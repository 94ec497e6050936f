"""What is told of a feed's change as Server-Sent Events (HTML standard, section 9.2): an event's bytes, and whoever listens."""

import asyncio
import json
from collections import deque
from typing import Any

from feeds.document import FeedDocument
from feeds.formats import FORMATS
from feeds.render import KeptItems, render_in_turns

HEARTBEAT = b":\n\n"
"""A comment: proxies see that the connection is used, and the server that its client is gone."""
_MOST = 50
"""Entries of one event. Where more changed, the feed itself is to be read."""
_WAITING = 262_144
"""Bytes that wait for one listener, above those of the first event among them."""
_JSON = FORMATS[".json"]


class Listener:
    """Whoever listens: what is told waits here until it is sent. One that is too slow is told nothing more, and its stream ends."""

    def __init__(self, client: str) -> None:
        """`client`: its address, as it is counted."""
        self.client = client
        self._waiting: deque[bytes] = deque()
        self._bytes = 0
        self._news = asyncio.Event()
        self.is_over = False

    def tell(self, event: bytes) -> None:
        """Have the event sent. Who has not taken those before is told no more: it comes again, and asks from where it was."""
        if self.is_over:
            return
        if self._waiting and self._bytes + len(event) > _WAITING:
            self._waiting.clear()
            self.end()
            return
        self._waiting.append(event)
        self._bytes += len(event)
        self._news.set()

    def end(self) -> None:
        """End the stream, after what waits."""
        self.is_over = True
        self._news.set()

    async def next(self, seconds: float) -> bytes | None:
        """What is to be sent: events, or a heartbeat after so many seconds without; None at the end."""
        if not self._waiting and not self.is_over:
            self._news.clear()
            try:
                async with asyncio.timeout(seconds):
                    await self._news.wait()
            except TimeoutError:
                return HEARTBEAT
        if not self._waiting:
            return None
        piece = b"".join(self._waiting)
        self._waiting.clear()
        self._bytes = 0
        return piece


async def change_event(document: FeedDocument, url: str, etag: str, seq: int, since: int, kept: KeptItems) -> bytes:
    """What changed of a feed after `since`, as far as the Change `seq`; a `reset` where the entries do not tell it.

    Its data is JSON: `feed_url`, `etag`, and unless it is a reset `items` (JSON Feed 1.1, their text the summary), `deleted` (`id`
    and `when`), and `whole`: whether these are all of the feed's entries.
    """
    changed = document.since(since)
    whole = len(changed.items) == len(document.items)
    if len(changed.items) > _MOST or not (whole or document.delta_floor <= since):
        return reset_event(url, etag, seq)
    rendered, _ = await render_in_turns(_JSON, changed, kept)
    feed = await asyncio.to_thread(json.loads, rendered) if len(rendered) > _WAITING else json.loads(rendered)
    told = {
        "feed_url": url,
        "etag": etag,
        "whole": whole,
        "items": [_brief(item) for item in feed["items"]],
        "deleted": [{"id": stone.guid, "when": stone.when.isoformat()} for stone in changed.deleted],
    }
    return _event(told, seq)


def reset_event(url: str, etag: str, seq: int) -> bytes:
    """That more changed than is told: the feed is to be read again."""
    return b"event: reset\n" + _event({"feed_url": url, "etag": etag}, seq)


def mark(seq: int) -> bytes:
    """From where a listener goes on when it comes again, although nothing was told yet: nobody hears of an event without data."""
    return b"id: %d\n\n" % seq


def _event(told: dict[str, Any], seq: int) -> bytes:
    # JSON has no line end that is not escaped.
    return b"id: %d\ndata: %b\n\n" % (seq, json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode())


def _brief(item: dict[str, Any]) -> dict[str, Any]:
    """The entry without its text: who wants that reads the feed, or the page."""
    text = item.pop("content_html", None)
    if text is not None:
        item["content_text"] = item.get("summary", item.get("title", ""))
    return item
