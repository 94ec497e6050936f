"""Documents to bytes, building again only the entries that changed."""

import asyncio
from collections import OrderedDict
from collections.abc import Hashable, Mapping
from dataclasses import replace
from threading import Lock
from time import monotonic

from feeds.document import FeedDocument, FeedItem
from feeds.formats.base import Format
from storage.model import Omission
from storage.omissions import Name, omission

_OVERHEAD = 512
"""Bytes that an entry costs besides its own: its key, and its places in the dictionary."""

_TURN = 0.001
"""Seconds of rendering at a time on the event loop."""
_LONG = 100_000
"""Characters of an entry's text that take some milliseconds: it is built aside from the loop."""


class KeptItems:
    """Rendered entries by format and `FeedItem.key`, the least recently used forgotten first. Threads may share it."""

    def __init__(self, limit: int) -> None:
        """`limit` is in bytes; 0 keeps nothing."""
        self.limit = limit
        self.size = 0
        """Bytes kept, what keeping costs included; never above `limit`."""
        self._items: OrderedDict[Hashable, bytes] = OrderedDict()
        self._lock = Lock()

    def render(self, format: Format, item: FeedItem) -> bytes:
        """The entry's bytes: those kept, or new ones, kept from then on."""
        key = (format.name, item.key)
        with self._lock:
            kept = self._items.get(key)
            if kept is not None:
                self._items.move_to_end(key)
                return kept
        # Outside the lock: two threads may both build an entry, and build the same.
        rendered = format.item(item)
        with self._lock:
            self._keep(key, rendered)
        return rendered

    def forget_all(self) -> None:
        with self._lock:
            self._items.clear()
            self.size = 0

    def _keep(self, key: Hashable, rendered: bytes) -> None:
        cost = len(rendered) + _OVERHEAD
        if cost > self.limit or key in self._items:
            return
        self._items[key] = rendered
        self.size += cost
        while self.size > self.limit:
            _, oldest = self._items.popitem(last=False)
            self.size -= len(oldest) + _OVERHEAD


async def render_in_turns(format: Format, document: FeedDocument, kept: KeptItems) -> tuple[bytes, FeedDocument]:
    """The document in a format, the same bytes as `feeds.formats.base.render` gives, and what these show of it: an entry that
    cannot be rendered is left out.

    Between entries it lets the event loop see to others: none of them waits for a whole feed, which takes about 15 ms, or for a
    long entry, which may take a second.
    """
    items = []
    left_out: dict[int, Omission] = {}
    turn_ends = monotonic() + _TURN
    for place, item in enumerate(document.items):
        try:
            is_long = len(item.content_html) > _LONG
            items.append(await asyncio.to_thread(kept.render, format, item) if is_long else kept.render(format, item))
        except Exception as error:
            left_out[place] = omission(Name(item.subject, item.id, item.seq), error)
        if monotonic() > turn_ends:
            await asyncio.sleep(0)
            turn_ends = monotonic() + _TURN
    if left_out:
        document = _without(document, left_out)
    return format.feed(document, items), document


def _without(document: FeedDocument, left_out: Mapping[int, Omission]) -> FeedDocument:
    """Without the entries at some places."""
    shown = tuple(item for place, item in enumerate(document.items) if place not in left_out)
    return replace(document, items=shown, omissions=document.omissions + tuple(left_out.values()))
