"""What a copy of a store reports."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class CopiedTable:
    """A table of which both sides hold the same."""

    name: str
    rows: int
    digest: str
    """SHA-256 of the values of all rows in the order of their keys, in hexadecimal: the same by every engine."""


@dataclass(frozen=True, slots=True)
class Copied:
    """A copy that was found to be the same as the source was at one moment."""

    tables: tuple[CopiedTable, ...]
    taken_over: int
    """Rows that were written: all but those that an earlier run had brought."""
    seq: int
    """Of the newest Change at that moment; 0 of a store without."""
    at: datetime | None
    """When that was made."""
    seq_now: int
    """Of the newest Change of the source when the copy was done: what came after `seq` is not in the copy."""
