"""What every topic of the store stands on: its database and clock, and a write in progress."""

import sqlite3
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Literal, TypeVar

from storage.model import Action, ScopeState, Snapshot, Subject
from storage.sqlite.connection import Database
from storage.sqlite.rows import HIGHEST_GIVEN_ID, from_us, to_json, to_us

T = TypeVar("T")


class Write:
    """A write transaction: its connection, and the one instant at which all of it happens."""

    def __init__(self, db: sqlite3.Connection, now: datetime) -> None:
        self.db = db
        self.now = now
        self.seq = 0
        """Of the Change appended last."""
        self._raised: dict[str, int] = {}
        self._moved: dict[str, int] = {}
        self._scope_ids: dict[str, int] = {}

    def append(self, action: Action, subject: Subject, subject_id: str, scopes: Iterable[str]) -> int:
        """Append the Change, raise its scopes, and return its seq."""
        names = sorted(scopes)
        seq = self.db.execute(
            "INSERT INTO changes (at, action, subject, subject_id, scopes) VALUES (?, ?, ?, ?, ?)",
            (to_us(self.now), action, subject, subject_id, to_json(names)),
        ).lastrowid
        assert seq is not None, "an INSERT has a row id"
        self.seq = seq
        self._raised.update(dict.fromkeys(names, seq))
        return seq

    def scope_id(self, name: str) -> int:
        """What lists refer to the scope by; made if it is new. Whatever is listed in a scope raises it, too."""
        if name not in self._scope_ids:
            row = self.db.execute("SELECT id FROM scopes WHERE name = ?", (name,)).fetchone()
            if row is None:
                row = (self.db.execute(_RAISE, (name, 0, to_us(self.now))).lastrowid,)
            self._scope_ids[name] = row[0]
        return self._scope_ids[name]

    def note_move(self, name: str) -> None:
        """Note that the Change appended last takes an entry out of the scope's list, and leaves no tombstone."""
        self._moved[name] = self.seq

    def finish(self) -> None:
        """Give each scope its last Change's seq: once, however often an import raised it."""
        self.db.executemany(_RAISE, [(name, seq, to_us(self.now)) for name, seq in self._raised.items()])
        self.db.executemany(
            "UPDATE scopes SET moved = ? WHERE name = ?", [(seq, name) for name, seq in self._moved.items()]
        )


_RAISE = """
    INSERT INTO scopes (name, version, modified_at) VALUES (?, ?, max(?, (SELECT created_at FROM site WHERE id = 1)))
    ON CONFLICT (name) DO UPDATE SET version = excluded.version, modified_at = CASE
        WHEN excluded.modified_at >= modified_at THEN excluded.modified_at ELSE modified_at + 1000000 END
"""
"""Where the clock was put back, a second more than before: a date that a client was given never names two states."""


class Topic:
    """A mixin of the store. Its methods own their transaction; the functions beside them take it."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def _read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        return await self._database.read(work)

    async def _write(self, work: Callable[[Write], T]) -> T:
        def unit(db: sqlite3.Connection) -> T:
            write = Write(db, self._clock())
            result = work(write)
            write.finish()
            return result

        return await self._database.write(unit)


def free_id(db: sqlite3.Connection, table: Literal["articles", "comments"], wanted: int) -> int:
    """The id wanted, if it may be had; else the next one."""
    [(highest, taken)] = db.execute(
        f"SELECT (SELECT coalesce(max(id), 0) FROM {table}), EXISTS (SELECT 1 FROM {table} WHERE id = ?)", (wanted,)
    )
    return wanted if 0 < wanted < HIGHEST_GIVEN_ID and not taken else int(highest) + 1


def snapshot(db: sqlite3.Connection, names: Iterable[str]) -> Snapshot:
    [(seq, created_at)] = db.execute(
        "SELECT (SELECT coalesce(max(seq), 0) FROM changes), (SELECT created_at FROM site WHERE id = 1)"
    )
    never = ScopeState(version=0, modified_at=from_us(created_at))
    wanted = tuple(names)
    rows = db.execute(
        f"SELECT name, version, modified_at, moved FROM scopes WHERE name IN ({', '.join('?' * len(wanted))})", wanted
    )
    states = {
        name: ScopeState(version=version, modified_at=from_us(modified_at), moved=moved)
        for name, version, modified_at, moved in rows
    }
    return Snapshot(seq=seq, scopes={name: states.get(name, never) for name in wanted})
