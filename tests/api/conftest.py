from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.api.desk import Desk, opened_desk


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with opened_desk(tmp_path) as opened:
        yield opened
