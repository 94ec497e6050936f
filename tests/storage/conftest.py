from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from shutil import copy

import pytest

from storage.connect import open_store, store_file
from storage.protocol import Store
from storage.sql import copying
from storage.sql.tables import TABLES
from tests.postgres.databases import Databases
from tests.storage.copies import NewSource, NewUrl, Originals, new_urls
from tests.storage.newsroom import SettableClock, sections


@pytest.fixture
def url(store_url: str) -> str:
    return store_url


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()


@pytest.fixture
async def store(url: str, clock: SettableClock) -> AsyncIterator[Store]:
    """A store with sections, and nothing else."""
    store = await open_store(url, clock=clock, migrate=True, synchronous="NORMAL")
    try:
        await store.import_sections(sections())
        yield store
    finally:
        await store.close()


@pytest.fixture
def new_url(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[NewUrl]:
    with new_urls(tmp_path, lambda: request.getfixturevalue("postgres")) as made:
        yield made


@pytest.fixture(scope="session")
def originals(tmp_path_factory: pytest.TempPathFactory, postgres: Databases) -> Iterator[Originals]:
    with new_urls(tmp_path_factory.mktemp("originals"), lambda: postgres) as new_url:
        yield Originals(new_url)


@pytest.fixture
def new_source(originals: Originals, postgres: Databases, clock: SettableClock, tmp_path: Path) -> Iterator[NewSource]:
    with ExitStack() as made:

        async def new_source(engine: str) -> str:
            original = await originals.of(engine, clock)
            if path := store_file(original):
                return f"sqlite:///{copy(path, tmp_path / 'source.db')}"
            return made.enter_context(postgres.copied(original))

        yield new_source


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a few rows each: there are many places where a run can end."""
    monkeypatch.setattr(copying, "TABLES", tuple(replace(table, page=7) for table in TABLES))
