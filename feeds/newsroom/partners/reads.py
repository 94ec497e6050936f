"""How far partners have come in what they are told: noted beside their requests, which neither wait for it nor fail by it."""

import asyncio
import logging
from contextlib import suppress

from feeds.newsroom.partners.cursors import BadCursor, Cursor, Point
from feeds.newsroom.partners.telling import Telling
from storage.clock import Clock
from storage.errors import StoreError
from storage.model import Partner, PartnerRead
from storage.protocol import Partners

_log = logging.getLogger(__name__)

_ASIDE = 0.5
"""Seconds for which notes are gathered: of a thousand partners that are told of one change, one write tells."""


class Reads:
    """Notes of this worker; one that says nothing new is not written."""

    def __init__(self, store: Partners, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._known: dict[int, Point] = {}
        self._new: dict[int, PartnerRead] = {}
        self._writing: asyncio.Task[None] | None = None

    def note(self, partner: Partner, since: str, telling: Telling) -> None:
        """What a partner that asked from a cursor on has for certain. Not a coroutine."""
        point = _had(since, telling)
        known = self._known.get(partner.id)
        if point is None or point.set_id != partner.set_id:
            return
        if known is not None and known.set_id == point.set_id and known.number >= point.number:
            return
        self._known[partner.id] = point
        self._new[partner.id] = PartnerRead(set_id=point.set_id, number=point.number, at=self._clock())
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())

    async def _write(self) -> None:
        await asyncio.sleep(_ASIDE)
        new, self._new, self._writing = self._new, {}, None
        try:
            await self._store.note_partner_reads(new)
        except StoreError as error:
            _log.warning("how far partners have read could not be noted: %s", error)
            for partner_id in new:
                # Whoever says so again is noted then.
                self._known.pop(partner_id, None)

    async def stop(self) -> None:
        """Write what was noted; what cannot be written is told again by partners that come again."""
        if self._writing is not None:
            self._writing.cancel()
            with suppress(asyncio.CancelledError):
                await self._writing
            self._writing = None
        if self._new:
            new, self._new = self._new, {}
            with suppress(StoreError):
                await self._store.note_partner_reads(new)


def _had(since: str, telling: Telling) -> Point | None:
    """A cursor is kept with what it came with: who sends it has all before it. None while other terms are told of."""
    if not telling.changes and not telling.next.former:
        return telling.next.point
    try:
        cursor = Cursor.of(since) if since else None
    except BadCursor:
        return None
    return cursor.point if cursor is not None and not cursor.former else None
