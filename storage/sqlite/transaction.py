"""Units of work: each in one transaction, kept whole or not at all."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from traceback import clear_frames
from typing import TypeVar

from storage.sql.engine import DamagedText

T = TypeVar("T")
D = TypeVar("D", bound=sqlite3.Connection)
Begin = Callable[[D], object]
"""Begins a transaction."""


@contextmanager
def transaction(db: D, begin: Begin[D]) -> Iterator[None]:
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


def marked_text(value: bytes) -> str:
    """A text factory: what is no UTF-8 as DamagedText."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return DamagedText(value.decode(errors="replace"))


def run(db: D, begin: Begin[D], work: Callable[[D], T]) -> T:
    """Run the work in a transaction; once more where it met text that is no UTF-8, which it then gets as DamagedText."""
    try:
        with transaction(db, begin):
            return work(db)
    except sqlite3.OperationalError as error:
        # Its message holds the text: it goes no further.
        if not str(error).startswith("Could not decode to UTF-8"):
            raise
    db.text_factory = marked_text
    try:
        with transaction(db, begin):
            return work(db)
    finally:
        db.text_factory = str
