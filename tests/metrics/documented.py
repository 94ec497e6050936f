"""The table of docs/metrics.md, as the catalogue says it."""

from pathlib import Path

from feeds.metrics.catalogue import METRICS, Metric

DOCUMENT = Path(__file__).parent.parent.parent / "docs" / "metrics.md"


def table() -> str:
    rows = ["| metric | type | labels | unit | what it says |", "|---|---|---|---|---|"]
    for metric in METRICS.values():
        labels = ", ".join(f"`{label}`" for label in metric.labels)
        rows.append(f"| `{metric.name}` | {metric.type} | {labels} | {_unit(metric)} | {metric.text} |")
    return "\n".join(rows)


def _unit(metric: Metric) -> str:
    return next((unit for unit in ("seconds", "bytes") if unit in metric.name), "")


if __name__ == "__main__":
    text = DOCUMENT.read_text()
    before, _, rest = text.partition("<!-- metrics -->\n")
    _, _, after = rest.partition("\n<!-- /metrics -->")
    DOCUMENT.write_text(f"{before}<!-- metrics -->\n{table()}\n<!-- /metrics -->{after}")
