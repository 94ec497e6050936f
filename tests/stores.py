"""Where tests keep stores: a new database for each, on each engine."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, asynccontextmanager, closing, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import sample
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis.strategies import SearchStrategy

from storage.clock import Clock, utc_now
from storage.connect import open_store
from storage.omissions import Omissions
from storage.postgres.patience import PatientConnection
from storage.postgres.schema import migrate
from storage.postgres.units import UnitConnection, configure
from storage.protocol import Store
from storage.sqlite.files import make_files
from storage.sqlite.schema import migrate as migrate_file

ENGINES = ("sqlite", "postgres")
EMBEDDED = pytest.mark.parametrize("stores", ["sqlite"], indirect=True, scope="module")
"""Marks a test of what only a file can be: such as one of damaged bytes."""
ANY_ENGINE = EMBEDDED
"""Marks a test of what is said of a request or a file before a store is asked, or whatever it answers: one engine proves it."""
ORDINARY = 100
"""How many examples Hypothesis draws where nothing is said: a profile of fewer leaves that part of all."""
_SPARING = 5
"""Of so many one is tried where each call goes to a server."""


@dataclass(frozen=True)
class Stores:
    """Of one engine."""

    engine: str
    new: Callable[[], AbstractContextManager[str]]
    """The URL of a database without a row, gone at the end of the block. Whoever opens it first migrates it."""

    def play_any(
        self,
        play: Callable[..., Coroutine[Any, Any, None]],
        *,
        examples: int,
        known: Iterable[Mapping[str, Any]] = (),
        **drawn: SearchStrategy[Any],
    ) -> None:
        """Play with what Hypothesis draws, each on a new database whose URL comes first; and with what is `known`.

        `examples` of them, or the part of so many that the profile leaves, and all of the known, on an embedded store; a few of
        each, of the known others each time, where each call goes to a server.
        """

        def played(**given: Any) -> None:
            with self.new() as url:
                asyncio.run(play(url, **given))

        known = list(known)
        examples = max(1, examples * min(settings().max_examples, ORDINARY) // ORDINARY)
        if self.engine != "sqlite":
            examples = max(1, examples // _SPARING)
            known = sample(known, -(-len(known) // _SPARING))
        test = settings(max_examples=examples)(given(**drawn)(played))
        for one in known:
            test = example(**one)(test)
        test()


def file_in(folder: Path) -> str:
    """The URL of an embedded store in a folder. Where there is none it is made, without a row: a tenth of what migrating takes."""
    path = folder / "dateline.db"
    if not path.exists():
        make_files(str(path))
        path.write_bytes(_empty_file())
    return f"sqlite:///{path}"


@cache
def _empty_file() -> bytes:
    """A database file with the schema. Whoever opens it first makes the site."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "dateline.db")
        with closing(sqlite3.connect(path, isolation_level=None)) as db:
            db.execute("PRAGMA journal_mode = WAL")
            migrate_file(db, utc_now)
            db.execute("DELETE FROM site")
        return path.read_bytes()


@contextmanager
def new_file() -> Iterator[str]:
    with TemporaryDirectory() as folder:
        yield file_in(Path(folder))


def make_schema(url: str) -> None:
    """Of a PostgreSQL database that many tests are lent one after the other: each is a site of its own."""
    with PatientConnection.connect(url, autocommit=True) as connection:
        configure(connection)
        migrate(UnitConnection(connection, Omissions()), utc_now)
        connection.execute("DELETE FROM site")


@asynccontextmanager
async def opened_store(url: str, clock: Clock = utc_now) -> AsyncIterator[Store]:
    """Of one URL opened twice, it is two processes' as far as the database can tell."""
    store = await open_store(url, clock=clock, migrate=True, synchronous="NORMAL")
    try:
        yield store
    finally:
        await store.close()
