"""Who is sent to next: a line for each host, so that one which does not answer holds up nobody but itself."""

from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(slots=True)
class _Line(Generic[T]):
    """Of a host."""

    waiting: deque[tuple[float, T]] = field(default_factory=deque)
    """With the time at which each came."""
    sending: int = 0


class Lines(Generic[T]):
    """What was taken on and is not sent yet. Hosts take turns; the clock is the caller's, in seconds."""

    def __init__(self, *, at_once: int, per_host: int, longest: int, most: int) -> None:
        """`at_once`: sent at a time, and of these `per_host` to one; `longest`: waiting for one host; `most`: waiting in all."""
        self._at_once = at_once
        self._per_host = per_host
        self._longest = longest
        self._most = most
        self._lines: dict[str, _Line[T]] = {}
        self._ready: OrderedDict[str, None] = OrderedDict()
        """Hosts for which something waits and may be sent, in the order of their turns."""
        self._sending = 0
        self._waiting = 0

    @property
    def room(self) -> int:
        """How many more may be taken on."""
        return self._most - self._waiting

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits and nothing is being sent."""
        return not self._sending and not self._waiting

    def join(self, host: str, one: T, now: float) -> float:
        """Have it wait for its turn: 0. Where the host's line is full it is not taken, and the answer is for how many seconds the
        first in that line has waited: the pace of that host.
        """
        line = self._lines.setdefault(host, _Line())
        if len(line.waiting) >= self._longest:
            return max(now - line.waiting[0][0], 1e-3)
        line.waiting.append((now, one))
        self._waiting += 1
        self._note(host, line)
        return 0.0

    def take(self) -> tuple[str, T] | None:
        """The next, to be sent now, and its host; None where nothing may be."""
        if self._sending >= self._at_once or not self._ready:
            return None
        host, _ = self._ready.popitem(last=False)
        line = self._lines[host]
        _, one = line.waiting.popleft()
        line.sending += 1
        self._sending += 1
        self._waiting -= 1
        self._note(host, line)
        return host, one

    def done(self, host: str) -> None:
        """One of those that `take` gave was sent, or could not be."""
        line = self._lines[host]
        line.sending -= 1
        self._sending -= 1
        if line.sending or line.waiting:
            self._note(host, line)
        else:
            del self._lines[host]

    def waiting(self) -> list[T]:
        """All that waits, a host's after another's."""
        return [one for line in self._lines.values() for _, one in line.waiting]

    def keep(self, wanted: Callable[[T], bool]) -> None:
        """Give up what waits and is not wanted."""
        for host, line in [*self._lines.items()]:
            before = len(line.waiting)
            line.waiting = deque((came, one) for came, one in line.waiting if wanted(one))
            self._waiting -= before - len(line.waiting)
            if not line.waiting:
                self._ready.pop(host, None)
                if not line.sending:
                    del self._lines[host]

    def _note(self, host: str, line: _Line[T]) -> None:
        if line.waiting and line.sending < self._per_host:
            self._ready.setdefault(host)
