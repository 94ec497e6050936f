"""Transactions on a connection of the pool."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TypeVar

import psycopg
from psycopg.errors import InvalidSqlStatementName, ReadOnlySqlTransaction

from storage.omissions import Omissions
from storage.postgres.faults import ConnectionLost, is_lost
from storage.postgres.patience import Unanswered
from storage.postgres.pool import Pool
from storage.postgres.snapshot import UNIT_TIME
from storage.postgres.transaction import begin_read, end_read
from storage.postgres.units import Unit, UnitConnection

T = TypeVar("T")


def read_once(
    pool: Pool, work: Unit[T], omissions: Omissions, begin_by: float, check: Unit[object] = lambda _db: None
) -> T:
    """Run the work in one snapshot; before it the check, which is to be answered in the time that the begin has.

    Raises psycopg.Error, Unanswered among them, and what the work raises.
    """
    # The first that is asked goes with the begin.
    with begun(pool, omissions, begin_by) as db, db.connection.pipeline():
        begin_read(db)
        check(db)
        db.connection.give_up_at = monotonic() + UNIT_TIME
        result = work(db)
        end_read(db)
        return result


@contextmanager
def begun(pool: Pool, omissions: Omissions, begin_by: float) -> Iterator[UnitConnection]:
    """A connection on which a transaction has to begin in time. What it is left in the midst of is rolled back.

    Raises ConnectionLost where it broke, and other psycopg.Errors.
    """
    with pool.connection(begin_by) as connection:
        # The server waits as long, and is to be heard when it gives up.
        connection.give_up_at = begin_by + 1
        try:
            yield UnitConnection(connection, omissions)
        except psycopg.Error as error:
            _roll_back(connection)
            if isinstance(error, (ReadOnlySqlTransaction, InvalidSqlStatementName)):
                # What was the primary is none any more: the name may lead to the one that took its place. Or the driver takes for
                # prepared what the server passed over, behind an error in a pipeline: another connection has nothing prepared.
                connection.close()
            if not is_lost(connection):
                raise
            pool.forget()
            raise error if isinstance(error, Unanswered) else ConnectionLost(error) from None
        except BaseException:
            _roll_back(connection)
            raise


def _roll_back(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    """Where even that fails, the connection is not used again."""
    try:
        if not is_lost(connection):
            connection.execute(b"ROLLBACK")
    except psycopg.Error:
        connection.close()
