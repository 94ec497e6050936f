"""The command line, in an empty folder."""

import os
import subprocess
import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field, replace
from functools import partial
from io import BytesIO, TextIOWrapper
from pathlib import Path
from unittest.mock import patch

import pytest

from feeds.cli import run
from storage.postgres.connection import Database


@dataclass(frozen=True)
class Ran:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def fault(self) -> str:
        """The one line that an expected error is."""
        assert self.err.startswith("dateline: "), self.err
        assert self.err.count("\n") == 1, self.err
        assert self.err.endswith("\n")
        assert self.out == ""
        return self.err.strip()


@dataclass(frozen=True)
class CommandLine:
    """Each command is a process of its own, as its users run it."""

    folder: Path
    settings: dict[str, str] = field(default_factory=dict)

    def with_(self, **settings: str) -> "CommandLine":
        return replace(self, settings=self.settings | settings)

    @property
    def command(self) -> list[str]:
        return [sys.executable, "-m", "feeds.cli"]

    @property
    def environment(self) -> dict[str, str]:
        """This process's without its settings; warnings are errors there too."""
        kept = {
            key: value for key, value in os.environ.items() if not key.startswith(("DATELINE_", "DATABASE_", "PORT"))
        }
        return kept | {"PYTHONWARNINGS": "error", "PYTHONUTF8": "1"} | self.settings

    def __call__(self, *arguments: str, stdin: bytes = b"") -> Ran:
        done = subprocess.run(
            [*self.command, *arguments],
            cwd=self.folder,
            env=self.environment,
            input=stdin,
            capture_output=True,
            timeout=60,
            check=False,
        )
        return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


class CalledHere(CommandLine):
    """The same in this process, whose modules are there already: to import them takes longer than most commands."""

    def __call__(self, *arguments: str, stdin: bytes = b"") -> Ran:
        given, out, err = (TextIOWrapper(BytesIO(sent), "utf-8", write_through=True) for sent in (stdin, b"", b""))
        with (
            patch.dict(os.environ, self.environment, clear=True),
            patch("sys.stdin", given),
            chdir(self.folder),
            redirect_stdout(out),
            redirect_stderr(err),
        ):
            code = run(arguments)
        return Ran(code, *(said.buffer.getvalue().decode() for said in (out, err)))


@pytest.fixture
def called_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    """A command line whose newsroom is the default one, below an empty folder, called in this process.

    No command of it waits for a database server that is not there.
    """
    monkeypatch.setattr("storage.postgres.engine.Database", partial(Database, patience=0.0))
    return CalledHere(tmp_path)


@pytest.fixture
def dateline(called_here: CommandLine) -> CommandLine:
    """Files say by this name what their command lines have in common."""
    return called_here


@pytest.fixture
def alone(dateline: CommandLine) -> CommandLine:
    """The same newsroom's, each command in a process of its own: for signals, for how a process ends, and for one command of a
    kind."""
    return CommandLine(dateline.folder, dateline.settings)
