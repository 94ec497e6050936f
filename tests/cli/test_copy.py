"""`dateline copy`: what it says, and that it can be killed at any moment."""

import asyncio
import re
import sqlite3
import subprocess
from contextlib import suppress
from pathlib import Path
from random import Random

import psycopg
import pytest

from storage.sql.tables import TABLES
from tests.bench.generate import generate
from tests.bench.newsroom import Shape
from tests.cli.conftest import CommandLine
from tests.storage.copies import filled, kept, rows_of
from tests.storage.newsroom import SettableClock

FROM = "sqlite:///from.db"


@pytest.fixture
def source(dateline: CommandLine) -> str:
    """A newsroom with rows in every table; its absolute URL."""
    url = f"sqlite:///{dateline.folder}/from.db"
    asyncio.run(filled(url, SettableClock()))
    return url


def test_a_copy_is_proved_by_counts_and_digests(dateline: CommandLine, source: str) -> None:
    ran = dateline("copy", FROM, "sqlite:///there/to.db")
    assert (ran.code, ran.err) == (0, "")
    *tables, last = ran.out.splitlines()
    assert [line.split()[0] for line in tables] == [table.name for table in TABLES]
    assert all(re.fullmatch(r"[a-z_]+ +[\d,]+  [0-9a-f]{16}", line) for line in tables)
    assert re.fullmatch(
        r"Both sides hold the same ([\d,]+) rows, up to Change [\d,]+ of 2023-03-01 \d\d:\d\d:\d\d UTC; \1 of them were written "
        r"by this run\.",
        last,
    )
    assert kept(f"sqlite:///{dateline.folder}/there/to.db") == kept(source)
    assert (
        dateline.with_(DATELINE_DATABASE_URL="sqlite:///there/to.db", DATELINE_BASE_URL="https://news.example")(
            "check"
        ).out
        == "ok\n"
    )
    again = dateline("copy", FROM, "sqlite:///there/to.db")
    assert again.code == 1
    assert "copy into a new database" in again.fault


def test_a_copy_ahead_is_finished_by_the_next_run(dateline: CommandLine, source: str) -> None:
    ahead = dateline("copy", "--ahead", FROM, "sqlite:///to.db")
    assert ahead.code == 0
    assert "unfinished" in ahead.err
    assert "without --ahead" in ahead.err
    there = dateline.with_(DATELINE_DATABASE_URL="sqlite:///to.db")
    for command in (("serve", "--port", "0"), ("export",), ("import", "from.db"), ("migrate",)):
        ran = there(*command)
        assert ran.code == 1
        assert "unfinished copy of another one: run the same `dateline copy` again" in ran.err
    dateline.with_(DATELINE_DATABASE_URL=FROM)("token", "create", "late", "--scope", "admin")
    ran = dateline("copy", FROM, "sqlite:///to.db")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.endswith("; 1 of them were written by this run.\n")
    assert kept(f"sqlite:///{dateline.folder}/to.db") == kept(source)
    assert "late" in there("token", "list").out


@pytest.mark.parametrize(
    ("arguments", "code", "about"),
    [
        (
            (FROM, "mysql://u:secret@host/db"),
            2,
            "'mysql://u:***@host/db' names no database: expected sqlite:///PATH or",
        ),
        (("to.db", FROM), 2, "names no database"),
        (("sqlite:///nothing.db", "sqlite:///to.db"), 1, "sqlite:///nothing.db: There is no database at 'nothing.db'"),
        (
            (FROM, "postgresql://ann:secret@127.0.0.1:1/db?connect_timeout=1"),
            1,
            "postgresql://ann:***@127.0.0.1:1/db?connect_timeout=1: The database cannot be reached",
        ),
        ((FROM, FROM), 1, "the source itself"),
    ],
)
def test_what_cannot_be_copied_is_one_line(
    dateline: CommandLine, source: str, arguments: tuple[str, ...], code: int, about: str
) -> None:
    before = kept(source)
    ran = dateline("copy", *arguments)
    assert ran.code == code
    assert about in ran.fault
    assert "secret" not in ran.fault
    assert kept(source) == before
    assert sorted(path.name for path in dateline.folder.iterdir()) == ["from.db"], (
        "nothing is made where nothing is copied"
    )


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_it_is_killed_at_any_moment_and_goes_on(
    alone: CommandLine, engine: str, request: pytest.FixtureRequest
) -> None:
    source = alone.folder / "from.db"
    asyncio.run(generate(source, 400, Shape(comments=3)))
    target = f"sqlite:///{alone.folder}/to.db" if engine == "sqlite" else request.getfixturevalue("postgres_url")
    whole = kept(f"sqlite:///{source}")
    rows = sum(map(len, whole.values()))
    chance = Random(engine)
    for _ in range(4):
        kill_at(alone, target, chance.randrange(rows + 1))
    kill_at(alone, target, rows)
    ran = alone("copy", FROM, target)
    assert (ran.code, ran.err) == (0, "")
    assert kept(target) == whole


def kill_at(alone: CommandLine, target: str, rows: int) -> None:
    """Copy, and kill it as soon as the target holds so many rows; it may be further by then."""
    with subprocess.Popen(
        [*alone.command, "copy", "--ahead", FROM, target],
        cwd=alone.folder,
        env=alone.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        while process.poll() is None and held(target) < rows:
            pass
        process.kill()


def held(target: str) -> int:
    """0 while there are no tables yet, or they are locked."""
    if target.startswith("sqlite") and not Path(target.removeprefix("sqlite:///")).exists():
        return 0
    with suppress(sqlite3.OperationalError, psycopg.Error):
        counts = " + ".join(f"(SELECT count(*) FROM {table.name})" for table in TABLES)
        [(count,)] = rows_of(target, f"SELECT {counts}")
        return int(count)
    return 0
