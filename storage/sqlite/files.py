"""The files of a database: for their owner alone, for there are emails in them."""

import os
from contextlib import suppress
from pathlib import Path

from storage.errors import Unavailable

_FOLDER, _FILE = 0o700, 0o600


def make_files(path: str) -> None:
    """Make the database's file, empty, and the folders above it, where they are not there; what is there stays as it is.

    SQLite gives the write-ahead log and the other files beside it the mode of the database. Raises Unavailable.
    """
    try:
        for folder in reversed(Path(path).parents):
            folder.mkdir(_FOLDER, exist_ok=True)
    except OSError as error:
        raise Unavailable(f"The folder of the database {path!r} cannot be made: {error.strerror}.") from error
    # What else is wrong with it SQLite says itself. Never opened where it is there: closing it would end the locks that this
    # process holds on it (POSIX, fcntl).
    with suppress(OSError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, _FILE))


def is_readable_by_others(path: str) -> bool:
    """Whether users besides its owner may read the database, or one of the files beside it."""
    files = [Path(path + suffix) for suffix in ("", "-wal", "-shm")]
    return any(file.is_file() and file.stat().st_mode & 0o077 for file in files)
