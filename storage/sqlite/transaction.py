"""Units of work: each in one transaction, kept whole or not at all."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from traceback import clear_frames
from typing import TypeVar

T = TypeVar("T")
Work = Callable[[sqlite3.Connection], T]
"""A unit of work: runs in a connection's thread, inside a transaction."""


@contextmanager
def transaction(db: sqlite3.Connection, begin: Work[object]) -> Iterator[None]:
    """Commit what the block does, or roll all of it back."""
    if db.in_transaction:
        # That of a block before, whose rollback failed.
        db.execute("ROLLBACK")
    begin(db)
    try:
        yield
        db.execute("COMMIT")
    except BaseException as error:
        # A cursor that was left half-way, as where a text cannot be decoded, would hold its snapshot for as long as somebody
        # keeps the error; and whoever stands on an old snapshot cannot write.
        clear_frames(error.__traceback__)
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


def to_read(db: sqlite3.Connection) -> None:
    """Begin a transaction that stands on one snapshot."""
    db.execute("BEGIN")


def to_write(db: sqlite3.Connection) -> None:
    """Begin a transaction that no other writer comes into; waits for one under way as long as the connection is set to."""
    db.execute("BEGIN IMMEDIATE")
