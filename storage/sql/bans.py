"""Whose replies the newsroom takes no more."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from ipaddress import ip_network

from storage.bans import ban_key, reader_keys
from storage.errors import NotFound
from storage.keys import require_short
from storage.model import Ban, BanKind, CommentStatus, Omission
from storage.omissions import BadRow, Name, sift
from storage.sql.comment_rows import COMMENT, to_comments
from storage.sql.engine import Connection
from storage.sql.mixin import StoreMixin, Write
from storage.sql.rows import BEYOND, Row, checked, from_us, from_us_or_none, refilled, to_us, to_us_or_none

BAN = "bans.id, bans.kind, bans.key, bans.shown, bans.note, bans.by, bans.created_at, bans.ends_at"
"""What to select for `sift_bans`."""
STANDS = "(bans.ends_at IS NULL OR bans.ends_at > ?)"
_BAN = "ban"
"""As what one is named where it is left out."""
_LOOKED_AT = 5_000
"""Comments that wait: in 100 ms."""


class BanMixin(StoreMixin):
    async def add_ban(self, ban: Ban) -> tuple[Ban, bool]:
        def work(write: Write) -> tuple[Ban, bool]:
            require_short("value", ban.key)
            standing = find_bans(write.db, [ban.key], write.now)
            if standing:
                return _prolong(write.db, standing[0], ban.ends_at), False
            [kept] = insert_bans(write.db, [ban])
            return kept, True

        return await self._write(work)

    async def list_bans(self, *, before_id: int | None = None, limit: int) -> tuple[Ban, ...]:
        now, below = to_us(self._clock()), BEYOND if before_id is None else min(before_id, BEYOND)
        sql = f"SELECT {BAN} FROM bans WHERE id < ? AND {STANDS} ORDER BY id DESC LIMIT ?"

        def work(db: Connection) -> tuple[Ban, ...]:
            def read(last: Row | None, wanted: int) -> list[Row]:
                return db.execute(sql, (last[0] if last else below, now, wanted)).fetchall()

            return refilled(read, lambda rows: sift_bans(db, rows)[0], limit)

        return await self._read(work)

    async def lift_ban(self, ban_id: int) -> None:
        def work(write: Write) -> None:
            if not write.db.execute("DELETE FROM bans WHERE id = ?", (ban_id,)).rowcount:
                raise NotFound(f"There is no ban {ban_id}.")
            write.db.omissions.forget(_BAN, ban_id)

        await self._write(work)

    async def held_under(self, keys: Sequence[str]) -> tuple[int, ...]:
        wanted = frozenset(keys)
        sql = f"SELECT {COMMENT} FROM comments WHERE status = ? ORDER BY id LIMIT ?"

        def work(db: Connection) -> tuple[int, ...]:
            waiting = to_comments(db, db.execute(sql, (CommentStatus.PENDING, _LOOKED_AT)))
            return tuple(comment.id for comment in waiting if not wanted.isdisjoint(reader_keys(comment)))

        return await self._read(work)


def find_bans(db: Connection, keys: Iterable[str], now: datetime) -> list[Ban]:
    """Those of these keys that are not over and can be read, by id."""
    rows = db.execute(
        f"SELECT {BAN} FROM bans WHERE {db.among('bans.key')} AND {STANDS}", (db.array(sorted(keys)), to_us(now))
    )
    return sorted(sift_bans(db, rows.fetchall())[0], key=lambda ban: ban.id)


def sift_bans(db: Connection, rows: Sequence[Row]) -> tuple[list[Ban], tuple[Omission, ...]]:
    """Bans of rows of BAN, without those that cannot be read, and which these are; they are noted. They catch nobody."""
    bans, left_out = sift(rows, checked(db, _to_ban), lambda row: Name(_BAN, row[0]))
    db.omissions.note(left_out)
    return bans, left_out


def lift_bans(db: Connection, keys: Iterable[str]) -> int:
    """Forget the bans of these keys; returns how many there were."""
    return db.execute(f"DELETE FROM bans WHERE {db.among('bans.key')}", (db.array(sorted(keys)),)).rowcount


def end_bans(db: Connection, now: datetime) -> int:
    """Forget the bans that are over; returns how many there were."""
    return db.execute("DELETE FROM bans WHERE ends_at <= ?", (to_us(now),)).rowcount


def insert_bans(db: Connection, bans: Collection[Ban]) -> list[Ban]:
    """Keep bans of keys that none has which stands, each key once; return them with their ids."""
    if not bans:
        return []
    # One of such a key is over, or cannot be read.
    keys = db.array(sorted(ban.key for ban in bans))
    for (id_,) in db.execute(f"DELETE FROM bans WHERE {db.among('bans.key')} RETURNING id", (keys,)).fetchall():
        db.omissions.forget(_BAN, id_)
    db.executemany(
        "INSERT INTO bans (kind, key, shown, note, by, created_at, ends_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (ban.kind, ban.key, ban.shown, ban.note, ban.by, to_us(ban.created_at), to_us_or_none(ban.ends_at))
            for ban in bans
        ],
    )
    ids = dict(db.execute(f"SELECT key, id FROM bans WHERE {db.among('bans.key')}", (keys,)).fetchall())
    return [replace(ban, id=ids[ban.key]) for ban in bans]


def _prolong(db: Connection, ban: Ban, ends_at: datetime | None) -> Ban:
    later = None if ban.ends_at is None or ends_at is None else max(ban.ends_at, ends_at)
    db.execute("UPDATE bans SET ends_at = ? WHERE id = ?", (to_us_or_none(later), ban.id)).close()
    return replace(ban, ends_at=later)


def _to_ban(row: Row) -> Ban:
    id_, kind, key, shown, note, by, created_at, ends_at = row
    if not key.startswith(ban_key(BanKind(kind), "")):
        raise BadRow("what it is compared by is of another kind")
    if shown and kind == BanKind.NETWORK and not _is_network(shown):
        raise BadRow("it is of no network")
    return Ban(
        id=id_,
        kind=BanKind(kind),
        key=key,
        shown=shown,
        note=note,
        by=by,
        created_at=from_us(created_at),
        ends_at=from_us_or_none(ends_at),
    )


def _is_network(text: str) -> bool:
    try:
        ip_network(text)
    except ValueError:
        return False
    return True
