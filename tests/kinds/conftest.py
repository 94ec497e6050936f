from collections.abc import AsyncIterator

import pytest

from tests.kinds.newsroom import Newsroom, opened_newsroom


@pytest.fixture
async def newsroom(store_url: str) -> AsyncIterator[Newsroom]:
    async with opened_newsroom(store_url) as newsroom:
        yield newsroom
