"""Small inputs that other importers got wrong, with the right value of each, from the shared folder."""

import os
from pathlib import Path

import pytest

_SHARED = os.environ.get("DATELINE_TEST_SHARED")
_CASES = Path(_SHARED or "") / "cases" / "import"

needs_cases = pytest.mark.skipif(not _SHARED, reason="DATELINE_TEST_SHARED names no folder with cases/import/")


def case(name: str, file: str = "in.xml") -> bytes:
    return (_CASES / name / file).read_bytes()


def path_of_case(name: str) -> Path:
    return _CASES / name
