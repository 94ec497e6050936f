"""The table that a run prints: each figure beside its reference, and the bar that their ratio is held to."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

NOT_INSTALLED = "not installed"
NOT_AVAILABLE = "not available"


class Report:
    def __init__(self, title: str) -> None:
        self._table = Table(title=title, title_justify="left")
        for heading in ("benchmark", "Dateline", "reference", "ratio", "bar"):
            self._table.add_column(heading, justify="left" if heading == "benchmark" else "right")

    def note(self, name: str, value: str, reference: str = "") -> None:
        """A figure that nothing is held to."""
        self._table.add_row(name, value, reference)

    def compare(
        self,
        name: str,
        ours: float | None,
        reference: float | None,
        unit: str,
        *,
        bar: float | None = None,
        missing: str = NOT_INSTALLED,
    ) -> None:
        """Two figures in one unit, the less the better. `missing` says why one of them is None."""
        ratio = ours / reference if ours is not None and reference else None
        self._table.add_row(
            name,
            missing if ours is None else shown(ours, unit),
            missing if reference is None else shown(reference, unit),
            "" if ratio is None else f"{ratio:.2f}",
            _bar(ratio, bar),
        )

    def section(self) -> None:
        """A line between what came and what comes."""
        self._table.add_section()

    def print(self) -> None:
        Console(width=130).print(self._table)


def shown(value: float, unit: str) -> str:
    digits = 0 if value >= 1000 else 1 if value >= 10 else 2
    return f"{value:,.{digits}f} {unit}"


def spread(seconds: Sequence[float]) -> str:
    """Median, 99th percentile and maximum of durations, in milliseconds."""
    return " / ".join(f"{1000 * percentile(seconds, share):.1f}" for share in (50, 99, 100)) + " ms"


def percentile(values: Sequence[float], share: int) -> float:
    """What so many of a hundred values are below; of 100, the largest."""
    return sorted(values)[min(len(values) * share // 100, len(values) - 1)]


def _bar(ratio: float | None, bar: float | None) -> str:
    if bar is None:
        return ""
    return f"{bar:.2f}, missed" if ratio is not None and ratio > bar else f"{bar:.2f}"
