"""What is left out of a list."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Omission:
    """What stands in a list and is left out of it."""

    subject: str
    """A Subject, or what is the subject of no Change: 'ban'."""
    id: int
    seq: int
    """Of an entry its own: whoever has the list without it has the list as it was before this Change."""
    why: str
    """The kind of error, and where it was raised. Not what it says: that may hold what is not for everybody."""

    @property
    def name(self) -> str:
        """'article 7'"""
        return f"{self.subject} {self.id}"
