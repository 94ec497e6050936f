from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.connect import open_store
from storage.protocol import Store
from tests.importers.reading import NOW


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    """An empty one."""
    store = await open_store(f"sqlite:///{tmp_path}/dateline.db", clock=lambda: NOW, migrate=True, synchronous="NORMAL")
    try:
        yield store
    finally:
        await store.close()
