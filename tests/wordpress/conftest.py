from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.connect import open_store
from storage.protocol import Store
from tests.stores import file_in


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    """An empty one. Its clock is the machine's, by which WordPress dates what is written."""
    store = await open_store(file_in(tmp_path), migrate=True, synchronous="NORMAL")
    try:
        yield store
    finally:
        await store.close()
