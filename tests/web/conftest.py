from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.kinds.newsroom import SettableClock
from tests.web.site import Client, Site, client_of, open_site


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    """A newsroom with its sections and nothing published; its clock stands at `tests.kinds.newsroom.FOUNDED`."""
    async with open_site(tmp_path, SettableClock()) as site:
        yield site


@pytest.fixture
async def client(site: Site) -> AsyncIterator[Client]:
    async with client_of(site) as client:
        yield client
