from collections.abc import AsyncIterator

import pytest

from storage.connect import open_store
from storage.protocol import Store
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
