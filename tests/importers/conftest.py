from collections.abc import AsyncIterator

import pytest

from storage.connect import open_store
from storage.protocol import Store
from tests.importers.reading import NOW


@pytest.fixture
async def store(store_url: str) -> AsyncIterator[Store]:
    """An empty one."""
    store = await open_store(store_url, clock=lambda: NOW, migrate=True, synchronous="NORMAL")
    try:
        yield store
    finally:
        await store.close()
