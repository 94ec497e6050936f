"""What partners take, and when: noted beside their requests, which neither wait for it nor fail by it.

Only what proves it counts. Whoever asks with a cursor has all that came before it, for a cursor is kept with what it came with.
Whoever was sent a feed has what the feed shows, and so has who names its validator: who names a date may have made that up.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from feeds.http.conditional import Conditions
from feeds.http.representation import Representation
from feeds.newsroom.partners.cursors import BadCursor, Cursor, Point
from feeds.newsroom.partners.telling import Telling
from storage.clock import Clock
from storage.errors import StoreError
from storage.model import Partner, PartnerNotes, PartnerRead, PartnerVisit, ShownArticles
from storage.protocol import Partners

_ASIDE = 0.5
"""Seconds for which notes are gathered: of a thousand partners that are told of one change, one write tells."""
_VISITS = 30.0
"""The same where nobody took anything new."""
NOTED = timedelta(seconds=1)
"""Who comes more often is noted once: polls are many."""
_MOST = 50_000
"""Notes that may wait to be written, some 150 bytes each; what comes beyond is noted when the partner comes again."""


@dataclass(slots=True)
class _Gathered:
    """What is to be written."""

    visits: dict[int, PartnerVisit] = field(default_factory=dict)
    reads: dict[int, PartnerRead] = field(default_factory=dict)
    taken: dict[ShownArticles, dict[int, datetime]] = field(default_factory=dict)
    """Who took which answer when."""
    count: int = 0
    """Of `taken`."""

    def visit(self, partner: Partner, now: datetime, *, takes: bool) -> None:
        before = self.visits.get(partner.id)
        kept = before.since if before is not None and before.set_id == partner.set_id else None
        since = kept or (now if takes else None)
        self.visits[partner.id] = PartnerVisit(at=now, set_id=partner.set_id, since=since)

    def put_back(self, older: "_Gathered") -> None:
        """What could not be written; what came since stands above it."""
        for id_, visit in self.visits.items():
            before = older.visits.get(id_)
            if before is not None and before.set_id == visit.set_id and before.since is not None:
                self.visits[id_] = PartnerVisit(at=visit.at, set_id=visit.set_id, since=before.since)
        self.visits = older.visits | self.visits
        self.reads = older.reads | self.reads
        for shown, takers in older.taken.items():
            self.taken[shown] = self.taken.get(shown, {}) | takers
        self.count += older.count

    def notes(self) -> PartnerNotes:
        return PartnerNotes(visits=self.visits, reads=self.reads, taken=tuple(self.taken.items()))


class Pickups:
    """Notes of this worker; one that says nothing new is not written."""

    def __init__(self, store: Partners, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._known: dict[int, Point] = {}
        self._gathered = _Gathered()
        self._news = asyncio.Event()
        self._writing = asyncio.Lock()

    def note_visit(self, partner: Partner, now: datetime) -> None:
        """A request of a partner. Not a coroutine, as none of these."""
        known = self._gathered.visits.get(partner.id)
        if known is None or now - known.at >= NOTED:
            self._gathered.visit(partner, now, takes=False)

    def note_answer(
        self,
        partner: Partner,
        kept: Representation,
        conditions: Conditions,
        now: datetime,
        *,
        unmodified: bool,
        head: bool,
    ) -> None:
        """A request of a partner, and what it has by the answer. `unmodified`: that is 304, else all of it; `head`: to HEAD.

        The same of the same answer says nothing new for NOTED.
        """
        self.note_visit(partner, now)
        shown = kept.shown
        if shown is None or partner.id in kept.takers or shown.set_id != partner.set_id:
            return
        known = (conditions.if_none_match or "*").strip() != "*"
        if (known if unmodified else not head) and self._gathered.count < _MOST:
            kept.takers.add(partner.id)
            self._gathered.taken.setdefault(shown, {})[partner.id] = now
            self._gathered.count += 1
            self._took(partner, now)

    def note_read(self, partner: Partner, since: str, telling: Telling) -> None:
        """What a partner that asked from a cursor on has for certain."""
        self._note_point(partner, _had(since, telling))

    def note_whole(self, partner: Partner, number: int) -> None:
        """A partner shows all that it may, as its log said up to a number."""
        self._note_point(partner, Point(partner.set_id, number))

    def _note_point(self, partner: Partner, point: Point | None) -> None:
        known = self._known.get(partner.id)
        if point is None or point.set_id != partner.set_id:
            return
        if known is not None and known.set_id == point.set_id and known.number >= point.number:
            return
        now = self._clock()
        self._known[partner.id] = point
        self._gathered.reads[partner.id] = PartnerRead(set_id=point.set_id, number=point.number, at=now)
        self._took(partner, now)

    def _took(self, partner: Partner, now: datetime) -> None:
        self._gathered.visit(partner, now, takes=True)
        self._news.set()

    async def step(self) -> float:
        """A round of a loop. Raises StoreError; nothing is lost by that."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_VISITS):
                await self._news.wait()
                await asyncio.sleep(_ASIDE)
        await self.write()
        return 0.0

    async def write(self) -> None:
        """Write what was noted. Raises StoreError."""
        async with self._writing:
            gathered, self._gathered = self._gathered, _Gathered()
            self._news.clear()
            if not gathered.visits:
                return
            try:
                await self._store.note_partners(gathered.notes())
            except BaseException:
                self._gathered.put_back(gathered)
                self._news.set()
                raise

    async def stop(self) -> None:
        """Write what was noted; what cannot be written is told again by partners that come again."""
        with suppress(StoreError):
            await self.write()


def _had(since: str, telling: Telling) -> Point | None:
    """A cursor is kept with what it came with: who sends it has all before it. None while other terms are told of."""
    if not telling.changes and not telling.next.former:
        return telling.next.point
    try:
        cursor = Cursor.of(since) if since else None
    except BadCursor:
        return None
    return cursor.point if cursor is not None and not cursor.former else None
