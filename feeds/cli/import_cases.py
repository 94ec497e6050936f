"""Every case of an import as a JSON file, for programs and for whoever goes through them one by one."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from feeds.cli.outcome import CommandFailed
from feeds.importers import Summary

_NAMED_BY_CASES = ("made_drafts", "conflicts", "cut", "left_out", "refused", "stripped", "not_understood")
"""Fields of a summary that say of some cases what the cases themselves say of all."""


class Cases:
    """Keeps cases on disk until the summary is known: there may be more than fit in memory. Made by `opened_cases`."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    def tell(self, kind: str, title: str, what: str) -> None:
        self._file.write(json.dumps({"kind": kind, "title": title, "what": what}, ensure_ascii=False) + "\n")

    def write(self, path: Path, summary: Summary) -> None:
        """The summary's counts, and `cases`: a list of {"kind", "title", "what"}, in the order in which they were met.

        Raises CommandFailed where the file cannot be written.
        """
        self._file.seek(0)
        try:
            with path.open("w", encoding="utf-8", errors="backslashreplace") as file:
                file.writelines(self._pieces(_counts(summary)))
        except OSError as error:
            raise CommandFailed(f"{path}: {error.strerror or error}; what was imported is kept") from None

    def _pieces(self, counts: Mapping[str, object]) -> Iterator[str]:
        yield json.dumps(counts, ensure_ascii=False, indent=1).removesuffix("\n}") + ',\n "cases": ['
        before = "\n  "
        for line in self._file:
            yield before + line.rstrip("\n")
            before = ",\n  "
        yield "\n ]\n}\n"


@contextmanager
def opened_cases() -> Iterator[Cases]:
    # A lone surrogate, which UTF-8 has no bytes for, is written as JSON escapes it.
    with TemporaryFile("w+", encoding="utf-8", errors="backslashreplace") as file:
        yield Cases(file)


def _counts(summary: Summary) -> dict[str, object]:
    return {name: value for name, value in asdict(summary).items() if name not in _NAMED_BY_CASES}
