"""How transactions begin and end: each in one round trip."""

from typing import NamedTuple

from psycopg import errors

from storage.postgres.clock import NOW_US
from storage.postgres.units import UnitConnection, last_number

WRITING = 0x4474_6C6E_7772_6974
"""The advisory lock of whoever writes, held to the end of the commit: so the log of Changes becomes visible in its order."""
BESIDE = 0x4474_6C6E_6265_7369
"""The advisory lock of whoever writes what no Change tells of, beside the others."""
CHANNEL = "dateline_changes"
"""Whoever listens is told of a commit, and with what seq the log ends."""

STATEMENT_MS = 30_000
"""No statement takes longer, in milliseconds; nor is a transaction idle longer."""
_TIMELINE = "left(pg_walfile_name(pg_current_wal_lsn()), 8)"
_RECOVERED = "(SELECT CAST(extract(epoch FROM stats_reset) AS TEXT) FROM pg_stat_archiver)"
"""Another after each recovery from a crash, which begins all counting anew."""

PLANS = (
    "SET LOCAL enable_sort = off; SET LOCAL enable_seqscan = off; SET LOCAL plan_cache_mode = force_generic_plan; "
    "SET LOCAL jit = off"
)
"""Every statement of the store is meant as a range of an index, in its order. By its statistics, which know an average list alone,
PostgreSQL would at times read all of the longest, and sort it. So one plan does for any values, and is made once.

Nor is a statement compiled to machine code: up to release 17 what is off counts as dear, so that to read a table of twenty rows
was worth that, and took 200 ms.
"""


class Begun(NamedTuple):
    """What a write learns as it begins."""

    now: int
    """By the database's clock, after the lock, in microseconds since 1970."""
    transaction: str
    """Its number, by which its end can be asked for."""
    timeline: str
    """The history that the number belongs to: a standby that took over begins another, and may use the number again."""
    recovered: str
    """The last recovery from a crash: one loses the numbers of what it does not find, and they are used again."""
    writers: int
    """The lowest schema whose release may write."""
    seq: int
    """The highest that a Change was given."""
    lock: int
    """The advisory lock that it holds to its end."""


def begin_write(db: UnitConnection, wait_ms: int, lock: int = WRITING) -> Begun:
    """Begin a transaction that no other writer with this lock comes into; waits so many milliseconds for one under way.

    READ COMMITTED: under REPEATABLE READ the statement that waits for the lock would take the snapshot, of before the other's end.
    """
    try:
        cursor = db.connection.execute(
            f"""
            BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; {_limits(wait_ms)};
            SELECT pg_advisory_xact_lock({lock});
            SELECT {NOW_US}, pg_current_xact_id()::text, {_TIMELINE}, {_RECOVERED}, coalesce(max(writers), 0),
                {last_number("changes", "seq")}, {lock}
            FROM schema_migrations
            """.encode()
        )
    except errors.FeatureNotSupported as error:
        # As a standby says it to this statement.
        raise errors.ReadOnlySqlTransaction(str(error)) from None
    while cursor.nextset():
        pass
    row = cursor.fetchone()
    assert row is not None, "an aggregate has a row"
    begun = Begun(*row)
    # Beside others' writes it grows.
    db.known_seq = begun.seq if lock == WRITING else None
    return begun


_END = "(SELECT coalesce(max(seq), 0) AS seq FROM changes) AS log; COMMIT"
_COMMIT = f"SELECT seq FROM {_END}".encode()
_COMMIT_AND_TELL = f"SELECT seq, pg_notify('{CHANNEL}', CAST(seq AS TEXT)) FROM {_END}".encode()


def commit_write(db: UnitConnection, *, tell: bool) -> int:
    """Commit, and `tell` whoever listens; the seq of the newest Change.

    PostgreSQL has one lock for all commits that tell something, of whatever database of a server.
    """
    cursor = db.connection.execute(_COMMIT_AND_TELL if tell else _COMMIT)
    row = cursor.fetchone()
    assert row is not None, "an aggregate has a row"
    return int(row[0])


def begin_read(db: UnitConnection, idle_ms: int = STATEMENT_MS) -> None:
    """Begin a transaction that stands on one snapshot; it is taken by the first statement."""
    db.connection.execute(f"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; {_limits(STATEMENT_MS, idle_ms)}".encode())


def log_end(db: UnitConnection) -> int:
    """The seq of the newest Change; 0 of an empty log."""
    [(seq,)] = db.execute("SELECT coalesce(max(seq), 0) FROM changes").fetchall()
    return int(seq)


def end_read(db: UnitConnection) -> None:
    db.connection.execute(b"COMMIT")


class Overtaken(Exception):
    """The number of the transaction may by now be another's."""


def was_committed(db: UnitConnection, begun: Begun) -> bool:
    """Whether a transaction whose commit nobody heard of was kept. One that is still under way is waited for.

    Raises Overtaken where that cannot be told any more, psycopg.Error.
    """
    while True:
        try:
            [(timeline, recovered)] = db.execute(f"SELECT {_TIMELINE}, {_RECOVERED}").fetchall()
        except errors.ObjectNotInPrerequisiteState:
            # A standby.
            raise Overtaken from None
        if timeline != begun.timeline:
            raise Overtaken
        status = _status(db, begun.transaction)
        if status == "in progress":
            # It holds the lock until it ends. This one is let go with its statement, whatever becomes of the connection.
            db.execute("SELECT pg_advisory_xact_lock(?)", (begun.lock,))
        elif status is None or (status == "committed" and recovered != begun.recovered):
            raise Overtaken
        else:
            return bool(status == "committed")


def _status(db: UnitConnection, transaction: str) -> str | None:
    """None where nothing is known of the number any more."""
    try:
        [(status,)] = db.execute("SELECT pg_xact_status(CAST(CAST(? AS TEXT) AS xid8))", (transaction,)).fetchall()
    except errors.InvalidParameterValue:
        # It is still to be given: what had it was lost in a crash.
        return "aborted"
    return None if status is None else str(status)


def _limits(wait_ms: int, idle_ms: int = STATEMENT_MS) -> str:
    # Of this transaction alone: a pooler hands the connection on.
    return (
        f"{PLANS}; SET LOCAL lock_timeout = {wait_ms}; SET LOCAL statement_timeout = {STATEMENT_MS}; "
        f"SET LOCAL idle_in_transaction_session_timeout = {idle_ms}"
    )
