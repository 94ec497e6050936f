"""Documents to bytes; entries that did not change are neither made nor rendered again."""

import asyncio
from collections import OrderedDict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import replace
from sys import getsizeof
from threading import Lock
from time import monotonic

from feeds.document import FeedDocument, FeedItem
from feeds.formats.base import Format
from storage.model import Omission
from storage.omissions import Name, omission

_OVERHEAD = 512
"""Bytes that an entry costs besides its own: its key, and its places in the dictionary."""
_MADE, _PART = 1024, 256
"""Bytes of one that is not rendered besides its text, and of each of its authors, categories and files."""

_AS_MADE = ""
"""Stands in a key where the name of a format would."""
_NONE = (0, None)

_TURN = 0.001
"""Seconds of rendering at a time on the event loop."""
_LONG = 100_000
"""Characters of an entry's text that take some milliseconds: it is built aside from the loop."""


class KeptItems:
    """Entries by `FeedItem.key`, as they were made and as they were rendered in formats; the least recently used are forgotten
    first. Threads may share it.
    """

    def __init__(self, limit: int) -> None:
        """`limit` is in bytes; 0 keeps nothing."""
        self.limit = limit
        self.size = 0
        """Bytes kept, what keeping costs included; never above `limit`."""
        self._items: OrderedDict[Hashable, tuple[int, FeedItem | bytes]] = OrderedDict()
        """With what each costs."""
        self._lock = Lock()

    def find(self, keys: Iterable[Hashable]) -> dict[Hashable, FeedItem]:
        """As `feeds.kinds.base.Made` says."""
        keys = tuple(keys)
        found = zip(keys, self._find([(_AS_MADE, key) for key in keys]), strict=True)
        return {key: item for key, item in found if isinstance(item, FeedItem)}

    def add(self, items: Iterable[FeedItem]) -> None:
        """As `feeds.kinds.base.Made` says."""
        for item in items:
            self._keep((_AS_MADE, item.key), item, _size(item))

    def rendered(self, format: Format, items: Iterable[FeedItem]) -> list[bytes | None]:
        """The entries' bytes, as far as they are kept."""
        found = self._find([(format.name, item.key) for item in items])
        return [entry if isinstance(entry, bytes) else None for entry in found]

    def render(self, format: Format, item: FeedItem) -> bytes:
        """The entry's bytes: those kept, or new ones, kept from then on."""
        [kept] = self.rendered(format, [item])
        if kept is not None:
            return kept
        # Outside the lock: two threads may both build an entry, and build the same.
        rendered = format.item(item)
        self._keep((format.name, item.key), rendered, len(rendered))
        return rendered

    def forget_all(self) -> None:
        with self._lock:
            self._items.clear()
            self.size = 0

    def _find(self, keys: Sequence[Hashable]) -> list[FeedItem | bytes | None]:
        found: list[FeedItem | bytes | None] = []
        with self._lock:
            for key in keys:
                _, entry = self._items.get(key, _NONE)
                if entry is not None:
                    self._items.move_to_end(key)
                found.append(entry)
        return found

    def _keep(self, key: Hashable, entry: FeedItem | bytes, size: int) -> None:
        cost = size + _OVERHEAD
        with self._lock:
            if cost > self.limit or key in self._items:
                return
            self._items[key] = cost, entry
            self.size += cost
            while self.size > self.limit:
                _, (freed, _) = self._items.popitem(last=False)
                self.size -= freed


def _size(item: FeedItem) -> int:
    """Bytes that an entry takes, about."""
    texts = item.content_html, item.summary, item.title, item.correction.text if item.correction else ""
    parts = len(item.authors) + len(item.categories) + len(item.attachments)
    return _MADE + _PART * parts + sum(map(getsizeof, texts))


async def render_in_turns(format: Format, document: FeedDocument, kept: KeptItems) -> tuple[bytes, FeedDocument]:
    """The document in a format, the same bytes as `feeds.formats.base.render` gives, and what these show of it: an entry that
    cannot be rendered is left out.

    Between entries it lets the event loop see to others: none of them waits for a whole feed, which takes about 15 ms, or for a
    long entry, which may take a second.
    """
    items = kept.rendered(format, document.items)
    left_out: dict[int, Omission] = {}
    turn_ends = monotonic() + _TURN
    for place in [place for place, rendered in enumerate(items) if rendered is None]:
        item = document.items[place]
        try:
            is_long = len(item.content_html) > _LONG
            items[place] = await asyncio.to_thread(kept.render, format, item) if is_long else kept.render(format, item)
        except Exception as error:
            left_out[place] = omission(Name(item.subject, item.id, item.seq), error)
        if monotonic() > turn_ends:
            await asyncio.sleep(0)
            turn_ends = monotonic() + _TURN
    if left_out:
        document = _without(document, left_out)
    return format.feed(document, [rendered for rendered in items if rendered is not None]), document


def _without(document: FeedDocument, left_out: Mapping[int, Omission]) -> FeedDocument:
    """Without the entries at some places."""
    shown = tuple(item for place, item in enumerate(document.items) if place not in left_out)
    return replace(document, items=shown, omissions=document.omissions + tuple(left_out.values()))
