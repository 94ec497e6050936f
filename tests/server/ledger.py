"""What writers were told of their writes: what has to be in the store whatever happened to the server meanwhile."""

from collections.abc import Iterable
from dataclasses import dataclass, field

Value = tuple[str, str]
"""Of an article its headline and status; of a comment its body and status."""


@dataclass
class Ledger:
    """By the path of the API, the values that may stand there: the last acknowledged, and what came after it and got no answer."""

    known: dict[str, set[Value]] = field(default_factory=dict)
    acknowledged: int = 0
    unanswered: int = 0

    def tried(self, path: str, value: Value) -> None:
        """Sent, and no answer came: it may have been written or not."""
        self.unanswered += 1
        self.known[path].add(value)

    def wrote(self, path: str, value: Value) -> None:
        """Acknowledged: nothing earlier may stand there any more."""
        self.acknowledged += 1
        self.known[path] = {value}

    def lost(self, path: str, value: Value | None) -> str | None:
        """What is wrong with what stands there; None where it is one of those that may."""
        if value in self.known[path]:
            return None
        return f"{path} holds {value}, not {' or '.join(map(str, sorted(self.known[path])))}"

    def paths(self) -> Iterable[str]:
        return tuple(self.known)
