"""How long something takes, in buckets: integers of one process."""

from bisect import bisect_left
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Seconds: upper bounds of the buckets; a last one has what took longer."""


class Histogram:
    """To be used by one thread."""

    __slots__ = ("counts", "seconds")

    def __init__(self) -> None:
        self.counts = [0] * (len(BOUNDS) + 1)
        """By bucket, what fell into no smaller one."""
        self.seconds = 0.0

    def note(self, seconds: float) -> None:
        self.counts[bisect_left(BOUNDS, seconds)] += 1
        self.seconds += seconds

    @contextmanager
    def timing(self) -> Iterator[None]:
        """Note how long the block takes, also where it fails."""
        began = perf_counter()
        try:
            yield
        finally:
            self.note(perf_counter() - began)
