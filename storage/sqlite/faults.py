"""What SQLite says of its troubles, in the store's own words."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from storage.errors import Conflict, Damaged, NoText, NotFound, Unavailable
from storage.sql.texts import NulCharacter

_UNAVAILABLE = {
    sqlite3.SQLITE_BUSY: "is locked by another process",
    sqlite3.SQLITE_LOCKED: "is locked",
    sqlite3.SQLITE_READONLY: "cannot be written to",
    sqlite3.SQLITE_IOERR: "cannot be read or written: the disk reports an error",
    sqlite3.SQLITE_CORRUPT: "is damaged: put a backup in its place",
    sqlite3.SQLITE_NOTADB: "is not a database",
    sqlite3.SQLITE_FULL: "has no space left on its disk",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened: see that its folder is there, and that we may write to it",
    sqlite3.SQLITE_PERM: "is not ours to open",
    sqlite3.SQLITE_AUTH: "is not ours to open",
    sqlite3.SQLITE_PROTOCOL: "is locked by another process",
}
_NO_ROOM_FOR_INDEX = sqlite3.SQLITE_IOERR_SHMSIZE
"""What a full disk makes SQLite say where the index of its write-ahead log cannot grow."""
_DAMAGED_TEXT = "The database is damaged within a text: `dateline check` names what cannot be read."
_DAMAGED_TEXTS = ("Could not decode to UTF-8", "malformed JSON")
"""What Python's driver and SQLite's functions say where bytes of a text are others than were written."""

_TAKEN = (sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY)


@contextmanager
def translated(name: str = "") -> Iterator[None]:
    """The one place where SQLite's errors become the store's. What is left is a bug, and escapes."""
    try:
        yield
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", None) in _TAKEN:
            column = str(error).rpartition(".")[2]
            raise Conflict(f"That {column} is taken.") from error
        if str(error).startswith(_DAMAGED_TEXTS):
            # Python quotes a text that it cannot decode: nobody is to read that.
            raise Damaged(_DAMAGED_TEXT) from None
        code = getattr(error, "sqlite_errorcode", None)
        if code is None or code & 0xFF not in _UNAVAILABLE:
            raise
        kind = Damaged if code & 0xFF == sqlite3.SQLITE_CORRUPT else Unavailable
        trouble = _UNAVAILABLE[sqlite3.SQLITE_FULL if code == _NO_ROOM_FOR_INDEX else code & 0xFF]
        raise kind(f"The database {name and repr(name) + ' '}{trouble}.") from error
    except json.JSONDecodeError:
        # What comes from outside was parsed long before: this was read from a row.
        raise Damaged(_DAMAGED_TEXT) from None
    except OverflowError as error:
        if "SQLite INTEGER" not in str(error):
            raise
        raise NotFound("No id is that large.") from error
    except UnicodeEncodeError as error:
        raise NoText("A lone surrogate") from error
    except NulCharacter:
        raise NoText("U+0000") from None


def is_busy(error: sqlite3.Error) -> bool:
    """Whether another connection has the lock: to try again may help."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY
