"""What every topic of the store stands on: its database and clock, and a write in progress."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from time import perf_counter
from typing import TypeVar, cast

from storage.clock import Clock
from storage.errors import NoText, OutcomeUnknown
from storage.lifecycle import AHEAD
from storage.model import Action, Around, Change, ScopeState, Snapshot, Subject
from storage.protocol.store import Waited
from storage.scopes import PAGES, of_view, view_id, within_view
from storage.sql.depth import Depths
from storage.sql.engine import Connection, Cursor, Engine
from storage.sql.kept import KeptArticles
from storage.sql.known import Known
from storage.sql.paths import Slugs
from storage.sql.places import around_pages
from storage.sql.rows import from_us, to_json, to_us
from storage.sql.texts import Finding
from storage.sql.view_cursor import brought_up_to

T = TypeVar("T")

_TRIES = 3
"""Commits that may follow a write; what is late after these waits for the next write, or for `settle_dates`."""
_NOTE = """
    INSERT INTO last_writes (writer, first_seq, last_seq) VALUES (?, ?, ?)
    ON CONFLICT (writer) DO UPDATE SET first_seq = excluded.first_seq, last_seq = excluded.last_seq
"""
"""Should this process end before it has seen how long the commit took, the next one raises them again."""


class Write:
    """A write transaction: its connection, and the one instant at which all of it happens."""

    def __init__(self, db: Connection, now: datetime) -> None:
        self.db = db
        self.now = now
        self.seq = self.first_seq = 0
        """Of the Change appended last, and of the first."""
        self._raised: dict[str, int] = {}
        self._moved: dict[str, tuple[int, int]] = {}
        """By scope the seq, and of the entries' places in its list the newest."""
        self._scope_ids: dict[str, int] = {}
        self._sought_scopes: set[str] = set()
        """Names that were asked for: nobody else makes a scope meanwhile."""
        self._asked_scopes: list[Cursor] = []
        self.known = Known(db)
        self.slugs = Slugs(db)
        self.depths = Depths(db, now)

    @property
    def looking_up(self) -> Connection:
        """The connection for what is written where it is there: by text that cannot be kept nothing is found."""
        return cast(Connection, Finding(self.db))

    def append(self, action: Action, subject: Subject, subject_id: str, scopes: Iterable[str]) -> int:
        """Append the Change, raise its scopes, and return its seq."""
        names = sorted(scopes)
        # No other writer comes into the transaction. RETURNING would have FTS5 write out what it gathers, for each of an import.
        self.seq = (self.seq or self.db.last_seq()) + 1
        self.db.execute(
            "INSERT INTO changes (seq, at, action, subject, subject_id, scopes) VALUES (?, ?, ?, ?, ?, ?)",
            (self.seq, to_us(self.now), action, subject, subject_id, to_json(names)),
        )
        self.first_seq = self.first_seq or self.seq
        self._raised.update(dict.fromkeys(names, self.seq))
        return self.seq

    def ask_scopes(self, names: Iterable[str]) -> None:
        """Ask for what `scope_ids` is about to be asked for, so that it is waited for together with other things."""
        if unknown := sorted(set(names) - self._sought_scopes):
            self._sought_scopes.update(unknown)
            self._asked_scopes.append(self._find_scopes(unknown))

    def scope_ids(self, names: Iterable[str]) -> Mapping[str, int]:
        """What lists refer to these scopes by, and to others; made where they are new. What is listed in a scope raises it, too."""
        names = frozenset(names)
        self.ask_scopes(names)
        while self._asked_scopes:
            self._scope_ids.update(self._asked_scopes.pop().fetchall())
        if new := sorted(names - self._scope_ids.keys()):
            self.db.executemany(_RAISE, [_raise_of(name, 0, self.now) for name in new])
            self._scope_ids.update(self._find_scopes(new).fetchall())
        return self._scope_ids

    def _find_scopes(self, names: Sequence[str]) -> Cursor:
        return self.db.execute(f"SELECT name, id FROM scopes WHERE {self.db.among('name')}", (self.db.array(names),))

    def note_move(self, name: str, at: int) -> None:
        """Note that the Change appended last takes an entry out of the scope's list, and leaves no tombstone; or brings one in, and
        leaves it its seq; `at` is its place.
        """
        _, newest = self._moved.get(name, (0, at))
        self._moved[name] = (self.seq, max(at, newest))

    @property
    def raised(self) -> frozenset[str]:
        """The names of the scopes."""
        return frozenset(self._raised)

    def finish(self, dated: datetime) -> None:
        """Give each scope its last Change's seq and its date: once, however often an import raised it."""
        self.db.executemany(_RAISE, [_raise_of(name, seq, dated) for name, seq in self._raised.items()])
        self.db.executemany(_MOVE, [(seq, at, seq, at, at, name) for name, (seq, at) in self._moved.items()])


_RAISE = """
    INSERT INTO scopes (name, version, modified_at)
    VALUES (?, ?, (SELECT CASE WHEN created_at < ? THEN ? ELSE created_at END FROM site WHERE id = 1))
    ON CONFLICT (name) DO UPDATE SET version = excluded.version, modified_at = CASE
        WHEN excluded.modified_at >= scopes.modified_at THEN excluded.modified_at ELSE scopes.modified_at + 1000000 END
"""
"""Where the clock was put back before this process began, a second more than before: a date that a client was given never
names two states."""


def _raise_of(name: str, seq: int, at: datetime) -> tuple[object, ...]:
    """Parameters of _RAISE."""
    return (name, seq, to_us(at), to_us(at))


_MOVE = """
    UPDATE scopes SET moved = ?, left_seq = CASE WHEN ? >= left_at THEN ? ELSE left_seq END,
        left_at = CASE WHEN ? >= left_at THEN ? ELSE left_at END
    WHERE name = ?
"""
"""Of one further down nothing is noted but that it was: by that no list is told to be another which does not reach down to it."""


class StoreMixin:
    """A mixin of the store. Its methods own their transaction; the functions beside them take it."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._clock = clock
        self._kept = KeptArticles()
        self._view = ""
        """What is before the names of lists: '' of the public's, 'terms:7/' of what a set of terms sees."""
        self._latest = clock()
        self._has_written = False
        self._raised: frozenset[str] = frozenset()
        """The scopes that the last transaction raised, to the date `_dated`. These are the writing thread's."""
        self._dated = self._latest
        self._known = 0
        """The greatest seq that whoever asks this store was told of; what it committed its engine knows."""
        self._written = 0
        """The seq of the newest Change that this process appended, and that was kept as far as is known."""
        self._late: frozenset[str] = frozenset()
        """Scopes whose date may have been shown before they were raised to it."""
        self._waited: Waited = _unheard

    def tell_waits(self, waited: Waited) -> None:
        self._waited = waited

    @contextmanager
    def _waiting(self, work: str) -> Iterator[None]:
        """Tell how long the block waits for a unit of work."""
        began = perf_counter()
        try:
            yield
        finally:
            self._waited(work, perf_counter() - began)

    def _now(self) -> datetime:
        """What the clock shows; noted, for it may be put back."""
        now = self._clock()
        self._latest = max(self._latest, now)
        return now

    @property
    def _set_id(self) -> int:
        """Of the terms within which is read here; 0 of the public."""
        return view_id(self._view)

    def _lists(self, *scopes: str) -> tuple[str, ...]:
        """The names of lists here."""
        return tuple(within_view(self._view, scope) for scope in scopes)

    def _tell(self, changes: Sequence[Change]) -> None:
        """Whoever asks this store is told of these: what is read from now on has them."""
        if changes:
            self._known = max(self._known, changes[-1].seq)

    def _date_after(self, shown: datetime) -> None:
        """Date whatever is written from now on later than the second of this, whatever the clock says."""
        self._latest = max(self._latest, shown + timedelta(seconds=1) - AHEAD)

    @property
    def now(self) -> Clock:
        """The clock itself: whoever answers from memory asks it for each answer."""
        return self._clock

    async def _read(self, work: Callable[[Connection], T]) -> T:
        return await self._read_text(work, None)

    async def _read_shown(self, work: Callable[[Connection], T]) -> T:
        """What readers are shown, with the Snapshot that says of when it is: whoever holds all that is known here may be asked."""
        return await self._read_text(work, self._known)

    async def _read_text(self, work: Callable[[Connection], T], since: int | None) -> T:
        with self._waiting("read"):
            try:
                return await self._engine.read(work, since=since)
            except NoText:
                # Rare enough to begin anew for it.
                return await self._engine.read(lambda db: work(cast(Connection, Finding(db))), since=since)

    async def _write(self, work: Callable[[Write], T]) -> T:
        seq = 0

        def noted(write: Write) -> T:
            nonlocal seq
            result = work(write)
            seq = write.seq
            return result

        try:
            with self._waiting("write"):
                result = await self._engine.write(self._unit(noted), self._late_raises())
        except OutcomeUnknown:
            self._written = max(self._written, seq)
            raise
        self._written = max(self._written, seq)
        return result

    def _unit(self, work: Callable[[Write], T]) -> Callable[[Connection], T]:
        def unit(db: Connection) -> T:
            write = Write(db, self._now())
            result = work(write)
            # As late as can be: all that is left to do is to commit.
            self._now()
            self._raised, self._dated = write.raised, self._latest + AHEAD
            write.finish(self._dated)
            if self._raised:
                self._has_written = True
                db.execute(_NOTE, (self._engine.writer, write.first_seq, write.seq))
            return result

        return unit

    def _late_raises(self) -> Iterator[Callable[[Connection], None]]:
        """What is to follow a commit after which its date, or that of one before it, may have been shown already."""
        for _ in range(_TRIES):
            self._judge_date()
            if not self._late:
                return
            yield self._unit(self._raise_late)
        self._judge_date()

    def _judge_date(self) -> None:
        """Right after a commit: whether the date that it gave was still to come."""
        raised, self._raised = self._raised, frozenset()
        self._now()
        if int(self._latest.timestamp()) < int(self._dated.timestamp()):
            self._late -= raised
        else:
            self._late |= raised

    def _raise_late(self, write: Write) -> None:
        """Give scopes that were raised too late a later date, by a Change of which every worker learns."""
        write.append(Action.EDIT, Subject.SITE, "", self._late)


def _unheard(_work: str, _seconds: float) -> None:
    """What is told to nobody."""


def snapshot(db: Connection, names: Iterable[str]) -> Snapshot:
    """Scopes within a view have the names that they have in public, and the view its own besides."""
    # Both are asked for before one is waited for.
    log = db.execute("SELECT (SELECT coalesce(max(seq), 0) FROM changes), (SELECT created_at FROM site WHERE id = 1)")
    wanted = tuple(names)
    views = {name.partition("/")[0] for name in wanted if name.startswith("terms:")}
    wanted += tuple(views.difference(wanted))
    rows = db.execute(
        f"SELECT name, version, modified_at, moved FROM scopes WHERE name IN ({', '.join('?' * len(wanted))})", wanted
    )
    [(seq, created_at)] = log.fetchall()
    number = 0
    for view in views:
        # What they are not brought up to is not in them.
        seq, number = brought_up_to(db, view_id(f"{view}/"))
    never = ScopeState(version=0, modified_at=from_us(created_at))
    states = {
        name: ScopeState(version=version, modified_at=from_us(modified_at), moved=moved)
        for name, version, modified_at, moved in rows
    }
    return Snapshot(
        seq=seq,
        number=number,
        scopes={of_view(name)[1]: states.get(name, never) for name in wanted},
        around=around_pages(db) if PAGES in wanted else Around(),
    )
