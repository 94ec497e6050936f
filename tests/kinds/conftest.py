from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.kinds.newsroom import Newsroom, opened_newsroom


@pytest.fixture
async def newsroom(tmp_path: Path) -> AsyncIterator[Newsroom]:
    async with opened_newsroom(tmp_path) as newsroom:
        yield newsroom
