"""Of the processes that share an embedded store one delivers: that which holds a lock on a file beside it."""

import os
import sys
from pathlib import Path
from typing import Protocol

if sys.platform != "win32":
    from fcntl import LOCK_EX, LOCK_NB, flock


class Election(Protocol):
    """Who is at it. No call waits."""

    def hold(self) -> bool:
        """Whether this process is the one, from now on until it lets go or ends. Raises OSError where the lock cannot be had."""

    def let_go(self) -> None:
        """Leave it to another, at once."""


class Everybody:
    """Any number of processes, on any hosts: where the database itself sees to it that no two take the same."""

    def hold(self) -> bool:
        return True

    def let_go(self) -> None:
        pass


class LockFile:
    """The system lets go of the lock with the process, however that ends (flock(2))."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    def hold(self) -> bool:
        if self._file is None:
            file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                if _is_locked(file):
                    self._file = file
            finally:
                if self._file is None:
                    os.close(file)
        return self._file is not None

    def let_go(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            os.close(file)


def _is_locked(file: int) -> bool:
    """Whether the lock is ours now. A system without such locks has one process that serves an embedded store."""
    if sys.platform != "win32":
        try:
            flock(file, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            return False
    return True


def election_of(store_file: str) -> Election:
    """`store_file`: the path of an embedded store; '' of a database server."""
    # By whatever name a process opened it, it is one file.
    return LockFile(Path(f"{os.path.realpath(store_file)}-deliver.lock")) if store_file else Everybody()
