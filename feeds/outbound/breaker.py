"""Hosts that fail are left alone for a while: a circuit breaker for each."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

from feeds.outbound.errors import Resting

FAILURES = 5
"""In a row, after which a circuit opens."""
FIRST_PAUSE, LONGEST_PAUSE = 10.0, 600.0
"""Seconds for which it stays open; each probe that fails doubles them."""
KNOWN = 10_000
"""Hosts remembered, at most: those that failed longest ago are forgotten first."""


@dataclass(slots=True)
class _Circuit:
    failures: int = 0
    pause: float = 0.0
    """Seconds; 0: it never opened."""
    open_until: float | None = None
    probed: bool = False
    """One request is under way, to see whether the host is back (half-open)."""


class Breaker:
    """Knows only hosts whose last request failed. Every `admit` that returns is followed by one of `succeeded`, `failed` or
    `ended`.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock`: seconds, from any beginning."""
        self._clock = clock
        self._circuits: OrderedDict[str, _Circuit] = OrderedDict()

    def admit(self, host: str) -> None:
        """Let a request go. Raises Resting while the circuit is open, or its one probe is under way."""
        circuit = self._circuits.get(host)
        if circuit is None or circuit.open_until is None:
            return
        left = circuit.open_until - self._clock()
        if left > 0 or circuit.probed:
            seconds = max(left, FIRST_PAUSE if circuit.probed else 0.0)
            raise Resting(
                f"{host[:80]} failed {circuit.failures} times in a row: it is left alone for {ceil(seconds)} s", seconds
            )
        circuit.probed = True

    def succeeded(self, host: str) -> None:
        """The host answered: nothing more is known against it."""
        self._circuits.pop(host, None)

    def failed(self, host: str) -> None:
        """It did not, or has trouble of its own."""
        circuit = self._circuits.setdefault(host, _Circuit())
        self._circuits.move_to_end(host)
        if circuit.open_until is not None and not circuit.probed:
            # It began before the circuit opened, and tells nothing new.
            return
        circuit.failures += 1
        if circuit.probed or circuit.failures >= FAILURES:
            circuit.pause = min(circuit.pause * 2, LONGEST_PAUSE) or FIRST_PAUSE
            circuit.open_until = self._clock() + circuit.pause
            circuit.probed = False
        while len(self._circuits) > KNOWN:
            self._circuits.popitem(last=False)

    def ended(self, host: str) -> None:
        """The request ended without telling anything of the host: another may probe it."""
        if host in self._circuits:
            self._circuits[host].probed = False

    def resting(self) -> dict[str, float]:
        """Hosts whose circuit is open, and the seconds left; 0 where the next request is a probe."""
        now = self._clock()
        return {
            host: max(0.0, circuit.open_until - now)
            for host, circuit in self._circuits.items()
            if circuit.open_until is not None
        }
