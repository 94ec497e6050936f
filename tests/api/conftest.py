from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.api.desk import Desk, opened_desk


@pytest.fixture
async def desk(tmp_path: Path, store_url: str) -> AsyncIterator[Desk]:
    async with opened_desk(tmp_path, database_url=store_url) as opened:
        yield opened


@pytest.fixture(scope="module")
async def still_desk(tmp_path_factory: pytest.TempPathFactory, module_url: str) -> AsyncIterator[Desk]:
    """With two articles. Those tests of a file share it that ask for what is refused: nothing may have been written by any."""
    async with opened_desk(tmp_path_factory.mktemp("desk"), database_url=module_url) as opened:
        for headline in ("Harbour reopens", "Market"):
            await opened.publish(headline)
        before = await opened.last_seq()
        yield opened
        assert await opened.last_seq() == before
