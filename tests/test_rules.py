"""docs/rules.md: whatever it names is there, and each rule has its place and its test."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROWS = [
    line.strip("|").split(" | ")
    for line in (ROOT / "docs" / "rules.md").read_text().splitlines()
    if line.startswith("| ")
][1:]
_NAMED = re.compile(r"`([\w/]+\.py)`|`([\w.]+)`")


def named(cell: str) -> Iterator[tuple[Path, str]]:
    """The files of a cell, each with the names that follow it; '' for a file alone."""
    file, has_name = None, True
    for path, name in _NAMED.findall(cell):
        if path:
            if file and not has_name:
                yield file, ""
            file, has_name = ROOT / path, False
        else:
            assert file is not None, cell
            has_name = True
            yield file, name
    if file and not has_name:
        yield file, ""


def defined(body: list[ast.stmt], before: str = "") -> Iterator[str]:
    for node in body:
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield before + name
            case ast.ClassDef(name=name, body=inner):
                yield before + name
                yield from defined(inner, f"{before}{name}.")
            case ast.Assign(targets=[ast.Name(id=name)]):
                yield before + name


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0][:30])
def test_whatever_is_named_is_there(row: list[str]) -> None:
    _, kept_in, shown_by = row
    places, tests = list(named(kept_in)), list(named(shown_by))
    assert places
    assert tests
    for file, name in places + tests:
        found = set(defined(ast.parse(file.read_text()).body))
        assert not name or name in found, (file, name)
    assert all(file.is_relative_to(ROOT / "tests") for file, _ in tests)


def test_no_rule_is_left_out() -> None:
    numbers = [int(found[1]) for rule, *_ in ROWS if (found := re.match(r" (\d+)\. ", rule))]
    assert numbers == list(range(1, 24))
