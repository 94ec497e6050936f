"""docs/scale.md: what it adds up comes to what it says, and each constant is named by a benchmark that there is."""

import math
import re
from pathlib import Path

import pytest

from feeds.settings import Settings
from tests.bench.__main__ import PARTS

ROOT = Path(__file__).parent.parent
SCALE = (ROOT / "docs" / "scale.md").read_text()
UNITS = {
    "": 1, "µs": 1e-6, "ms": 1e-3, "s": 1, "minutes": 60, "hours": 3600, "days": 86400, "a second": 1, "cores": 1, "hosts": 1,
    "connections": 1, "bytes": 1, "kB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12, "Gbit/s": 1e9,
}  # fmt: skip
NEARLY = 0.06
"""Figures are rounded to two digits."""


def rows_below(heading: str) -> list[list[str]]:
    """The cells of tables with such a first heading, all over the page."""
    found = []
    for table in re.findall(r"(?:^\|.*\n)+", SCALE, re.M):
        first, _, *rows = table.splitlines()
        if first.startswith(f"| {heading} |"):
            found += [[cell.strip() for cell in row.strip("|").split(" | ")] for row in rows]
    assert found, heading
    return found


def amount(text: str) -> float:
    """'1.2 MB' and '12,000 a second' in the units of which the others are made."""
    said = re.fullmatch(r"([\d,]+(?:\.\d+)?)(?: (.+))?", text)
    assert said is not None, text
    return float(said[1].replace(",", "")) * UNITS[said[2] or ""]


CONSTANTS = rows_below("constant")
SUMS = rows_below("what")
VALUES = {name.strip("`"): amount(value) for name, value, *_ in CONSTANTS}


@pytest.mark.parametrize(("what", "sum_", "said"), [row[:3] for row in SUMS])
def test_a_sum_comes_to_what_it_says(what: str, sum_: str, said: str) -> None:
    comes_to = eval(sum_.strip("`").replace("×", "*").replace(",", ""), {"__builtins__": {}}, VALUES)
    assert math.isclose(comes_to, amount(said), rel_tol=NEARLY), what


def test_every_constant_is_used() -> None:
    used = " ".join(sum_ for _, sum_, *_ in SUMS)
    for name in VALUES:
        assert re.search(rf"\b{name}\b", used), name


@pytest.mark.parametrize(("name", "row", "command"), [(name, *rest) for name, _, *rest in CONSTANTS])
def test_a_constant_is_named_by_a_row_of_a_benchmark(name: str, row: str, command: str) -> None:
    """By a part of the row that no figure stands in."""
    sources = "\n".join(path.read_text() for path in sorted((ROOT / "tests" / "bench").glob("*.py")))
    assert row.strip("`") in sources, name
    ran = re.fullmatch(r"`make (bench PARTS=(\w+)|bench-large(?: ARTICLES=\d+)?(?: ENGINE=\w+)?)`", command)
    assert ran is not None, command
    assert ran[2] is None or ran[2] in PARTS, command


def test_the_settings_that_it_names_are_there_with_the_defaults_that_it_says() -> None:
    for name, default in re.findall(r"`DATELINE_([A-Z_]+)`(?: \(([\d,]+)[^)]*\))?", SCALE):
        field = Settings.model_fields[name.lower()]
        assert not default or str(field.default) == default.replace(",", ""), name


def test_the_readme_leads_to_it() -> None:
    assert "(docs/scale.md)" in (ROOT / "README.md").read_text()
