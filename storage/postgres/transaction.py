"""How transactions begin and end."""

from collections.abc import Callable
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

_PLANS = {"enable_sort": "off", "enable_seqscan": "off", "plan_cache_mode": "force_generic_plan", "jit": "off"}
PLANS = "; ".join(f"SET LOCAL {name} = {value}" for name, value in _PLANS.items())
"""Every statement of the store is meant as a range of an index, in its order. By its statistics, which know an average list alone,
PostgreSQL would at times read all of the longest, and sort it. So one plan does for any values, and is made once.

Nor is a statement compiled to machine code: up to release 17 what is off counts as dear, so that to read a table of twenty rows
was worth that, and took 200 ms.
"""

_SET = "SELECT " + ", ".join(
    [f"set_config('{name}', '{value}', true)" for name, value in _PLANS.items()]
    + ["set_config(?, CAST(CAST(? AS BIGINT) AS TEXT), true)"] * 3
)


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


_FACTS = f"""
    SELECT {NOW_US}, pg_current_xact_id()::text, {_TIMELINE}, {_RECOVERED}, coalesce(max(writers), 0),
        {last_number("changes", "seq")}
    FROM schema_migrations
"""
"""Planned anew for each transaction it took the server 0.4 ms, a tenth of what it spends on a publication."""


def begin_write(db: UnitConnection, wait_ms: int, lock: int = WRITING) -> Begun:
    """Begin a transaction that no other writer with this lock comes into; waits so many milliseconds for one under way. It goes to
    the server as one, in a pipeline.

    READ COMMITTED: under REPEATABLE READ the statement that waits for the lock would take the snapshot, of before the other's end.
    """
    db.control("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE")
    _set_limits(db, wait_ms)
    db.execute("SELECT pg_advisory_xact_lock(?)", (lock,))
    try:
        row = db.execute(_FACTS).fetchone()
    except errors.FeatureNotSupported as error:
        # As a standby says it to this statement.
        raise errors.ReadOnlySqlTransaction(str(error)) from None
    assert row is not None, "an aggregate has a row"
    begun = Begun._make((*row, lock))
    # Beside others' writes it grows.
    db.known_seq = begun.seq if lock == WRITING else None
    return begun


_END = "FROM (SELECT coalesce(max(seq), 0) AS seq FROM changes) AS log"
_SEEN = f"SELECT seq {_END}"
_TOLD = f"SELECT seq, pg_notify('{CHANNEL}', CAST(seq AS TEXT)) {_END}"


def ask_to_commit(db: UnitConnection, *, tell: bool) -> Callable[[], int]:
    """Commit, and `tell` whoever listens, at the end of the pipeline: with what is still to be sent, all of which comes before, or
    none of it is kept. Returns what then gives the seq of the newest Change.

    PostgreSQL has one lock for all commits that tell something, of whatever database of a server.
    """
    end = db.execute(_TOLD if tell else _SEEN)
    db.control("COMMIT")
    return lambda: int(end.fetchone()[0])


def begin_read(db: UnitConnection, idle_ms: int = STATEMENT_MS) -> None:
    """Begin a transaction that stands on one snapshot; it is taken by the first statement. In a pipeline it goes with that."""
    db.control("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    _set_limits(db, STATEMENT_MS, idle_ms)


def log_end(db: UnitConnection) -> int:
    """The seq of the newest Change; 0 of an empty log."""
    [(seq,)] = db.execute("SELECT coalesce(max(seq), 0) FROM changes").fetchall()
    return int(seq)


def end_read(db: UnitConnection) -> None:
    db.control("COMMIT")


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


def _set_limits(db: UnitConnection, wait_ms: int, idle_ms: int = STATEMENT_MS) -> None:
    # Of this transaction alone: a pooler hands the connection on.
    limits = {
        "lock_timeout": wait_ms,
        "statement_timeout": STATEMENT_MS,
        "idle_in_transaction_session_timeout": idle_ms,
    }
    db.execute(_SET, [value for name, limit in limits.items() for value in (name, limit)])
