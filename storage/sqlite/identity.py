"""The database file, and whether it still is where its path says."""

import os

from storage.errors import Unavailable


class DatabaseFile:
    """The file at a path, as it was when it was opened.

    SQLite goes on writing to a file that was deleted, or moved aside, under it: whatever is kept there is lost.
    """

    def __init__(self, path: str) -> None:
        # The working directory may change.
        self.path = os.path.abspath(path)
        self._identity: tuple[int, int] | None = None

    def remember(self) -> None:
        """Take the file that is there now for the one that was opened. Raises Unavailable if there is none."""
        self._identity = _identity_of(self.path)
        if self._identity is None:
            raise Unavailable(f"The database {self.path!r} was taken away while it was being opened.")

    def fault(self) -> str | None:
        """Why nothing may be written to it: it is not where its path says. None if it is. Takes two microseconds."""
        identity = _identity_of(self.path)
        if identity == self._identity:
            return None
        if identity is None:
            return "The database file was moved or deleted: put it back. What was kept before is served meanwhile."
        return (
            "The database file was replaced by another one: restart the server, which serves what the old one holds. "
            "Stop it before a backup is put in the file's place."
        )

    def require(self) -> None:
        """Raises Unavailable unless the file is where its path says."""
        if fault := self.fault():
            raise Unavailable(fault)


def _identity_of(path: str) -> tuple[int, int] | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino
