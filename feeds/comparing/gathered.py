"""What is to be compared, and what came of it, on disk: a site may name more addresses than fit in memory."""

import hashlib
import heapq
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from feeds.importers.seen import Seen


class Rows:
    """A file of JSON values, a line each, in the order in which they are added. They are read once all are there."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open("w", encoding="utf-8")
        self.count = 0

    def add(self, row: Any) -> None:
        self._file.write(json.dumps(row) + "\n")
        self.count += 1

    def __iter__(self) -> Iterator[Any]:
        self._file.flush()
        with self._path.open(encoding="utf-8") as lines:
            yield from map(json.loads, lines)

    def close(self) -> None:
        self._file.close()


class Gathered:
    """Addresses, each once."""

    def __init__(self, path: Path, seen: Seen) -> None:
        """`seen`: of all that have it, one has an address."""
        self._rows = Rows(path)
        self._seen = seen

    @property
    def count(self) -> int:
        return self._rows.count

    def add(self, address: str) -> None:
        if self._seen.first(address):
            self._rows.add(address)

    def sample(self, most: int) -> Iterator[str]:
        """The addresses in their order; at most so many, 0 for all.

        Which they are follows from the addresses alone, not from their order or number: those with the least digests. So it is
        the same each time, and nearly the same while the site grows.
        """
        if not most or self.count <= most:
            yield from self._rows
            return
        last = heapq.nsmallest(most, map(_digest, self._rows))[-1]
        yield from (address for address in self._rows if _digest(address) <= last)

    def close(self) -> None:
        self._rows.close()


def _digest(address: str) -> bytes:
    return hashlib.sha256(address.encode(errors="replace")).digest()[:8]
