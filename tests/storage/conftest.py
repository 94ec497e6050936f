from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.connect import open_store
from storage.protocol import Store
from tests.storage.newsroom import BACKENDS, SettableClock, sections, url_of


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def url(backend: str, tmp_path: Path) -> str:
    return url_of(backend, tmp_path)


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
