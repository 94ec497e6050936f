from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.api.desk import Desk, opened_desk


@pytest.fixture
async def desk(tmp_path: Path, store_url: str) -> AsyncIterator[Desk]:
    async with opened_desk(tmp_path, database_url=store_url) as opened:
        yield opened
