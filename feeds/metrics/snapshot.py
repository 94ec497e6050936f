"""The figures of a process at one moment, and those of several together."""

import json
from collections.abc import Iterable
from typing import Self

from feeds.metrics.catalogue import METRICS, Together, Type
from feeds.metrics.histogram import Histogram

Labels = tuple[str, ...]
Value = float | tuple[float, ...]
"""Of a histogram the counts of its buckets, and last the sum of what it was told."""


class Snapshot:
    """Values by metric and labels."""

    def __init__(self) -> None:
        self.values: dict[str, dict[Labels, Value]] = {}

    def put(self, name: str, value: float, *labels: str) -> None:
        """Raises KeyError for a metric that is not in the catalogue, ValueError for labels that it does not have."""
        self._put(name, labels, value)

    def put_histogram(self, name: str, histogram: Histogram, *labels: str) -> None:
        """Raises as `put` does."""
        self._put(name, labels, (*histogram.counts, histogram.seconds))

    def add(self, name: str, value: float, *labels: str) -> None:
        """To what is there by now."""
        before = self.values.get(name, {}).get(labels, 0.0)
        assert not isinstance(before, tuple), "a histogram is put whole"
        self._put(name, labels, before + value)

    def join(self, other: "Snapshot", *, counted: bool = False) -> None:
        """Add what another process has; `counted`: but for its gauges, for it has ended."""
        for name, values in other.values.items():
            metric = METRICS[name]
            if counted and metric.type is Type.GAUGE:
                continue
            ours = self.values.setdefault(name, {})
            for labels, value in values.items():
                before = ours.get(labels)
                ours[labels] = value if before is None else _together(metric.together, before, value)

    def write(self) -> bytes:
        """For another process."""
        return json.dumps([[name, [*values.items()]] for name, values in self.values.items()]).encode()

    @classmethod
    def parse(cls, written: bytes) -> Self:
        """What `write` wrote."""
        snapshot = cls()
        for name, values in json.loads(written):
            snapshot.values[name] = {
                tuple(labels): tuple(value) if isinstance(value, list) else value for labels, value in values
            }
        return snapshot

    def _put(self, name: str, labels: Labels, value: Value) -> None:
        if len(labels) != len(METRICS[name].labels):
            raise ValueError(f"{name} has the labels {METRICS[name].labels}")
        self.values.setdefault(name, {})[labels] = value


def joined(snapshots: Iterable[Snapshot]) -> Snapshot:
    """Of processes that live."""
    whole = Snapshot()
    for snapshot in snapshots:
        whole.join(snapshot)
    return whole


def _together(together: Together, one: Value, other: Value) -> Value:
    if isinstance(one, tuple) and isinstance(other, tuple):
        return tuple(map(sum, zip(one, other, strict=True)))
    assert not isinstance(one, tuple)
    assert not isinstance(other, tuple)
    if together is Together.SUM:
        return one + other
    return max(one, other) if together is Together.MOST else min(one, other)
