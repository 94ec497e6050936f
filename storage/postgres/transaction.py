"""How transactions begin and end: each in one round trip."""

from datetime import datetime
from typing import NamedTuple

from storage.postgres.units import UnitConnection

WRITING = 0x4474_6C6E_7772_6974
"""The advisory lock of whoever writes, held to the end of the commit: so the log of Changes becomes visible in its order."""
CHANNEL = "dateline_changes"
"""Whoever listens is told of every commit."""

_STATEMENT_MS = 30_000
"""No statement takes longer, in milliseconds; nor is a transaction idle longer."""


class Begun(NamedTuple):
    """What a write learns as it begins."""

    now: datetime
    """By the database's clock, after the lock."""
    transaction: str
    """Its number, by which its end can be asked for."""
    writers: int
    """The lowest schema whose release may write."""


def begin_write(db: UnitConnection, wait_ms: int) -> Begun:
    """Begin a transaction that no other writer comes into; waits so many milliseconds for one under way.

    READ COMMITTED: under REPEATABLE READ the statement that waits for the lock would take the snapshot, of before the other's end.
    """
    cursor = db.connection.execute(
        f"""
        BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; {_limits(wait_ms)};
        SELECT pg_advisory_xact_lock({WRITING});
        SELECT clock_timestamp(), pg_current_xact_id()::text, coalesce(max(writers), 0) FROM schema_migrations
        """.encode()
    )
    while cursor.nextset():
        pass
    row = cursor.fetchone()
    assert row is not None, "an aggregate has a row"
    return Begun(*row)


def commit_write(db: UnitConnection) -> int:
    """Commit, and tell whoever listens; the seq of the newest Change."""
    cursor = db.connection.execute(f"SELECT coalesce(max(seq), 0) FROM changes; NOTIFY {CHANNEL}; COMMIT".encode())
    row = cursor.fetchone()
    assert row is not None, "an aggregate has a row"
    return int(row[0])


def begin_read(db: UnitConnection, idle_ms: int = _STATEMENT_MS) -> None:
    """Begin a transaction that stands on one snapshot; it is taken by the first statement."""
    db.connection.execute(
        f"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; {_limits(_STATEMENT_MS, idle_ms)}".encode()
    )


def end_read(db: UnitConnection) -> None:
    db.connection.execute(b"COMMIT")


def was_committed(db: UnitConnection, transaction: str) -> bool:
    """Whether a transaction whose commit nobody heard of was kept. One that is still under way is waited for."""
    while True:
        [(status,)] = db.execute("SELECT pg_xact_status(CAST(CAST(? AS TEXT) AS xid8))", (transaction,)).fetchall()
        if status != "in progress":
            return bool(status == "committed")
        # It holds the lock until it ends.
        db.execute("SELECT pg_advisory_lock(?)", (WRITING,))
        db.execute("SELECT pg_advisory_unlock(?)", (WRITING,))


def _limits(wait_ms: int, idle_ms: int = _STATEMENT_MS) -> str:
    # Of this transaction alone: a pooler hands the connection on.
    return (
        f"SET LOCAL lock_timeout = {wait_ms}; SET LOCAL statement_timeout = {_STATEMENT_MS}; "
        f"SET LOCAL idle_in_transaction_session_timeout = {idle_ms}"
    )
