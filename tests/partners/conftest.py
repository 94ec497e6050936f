from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.kinds.newsroom import SettableClock
from tests.partners.partner import Partners
from tests.stores import EMBEDDED
from tests.web.site import Client, Site, client_of, open_site


@pytest.hookimpl(tryfirst=True)
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """On the embedded engine alone, but for tests whose subject is what a store answers."""
    if "stores" in metafunc.fixturenames and metafunc.definition.get_closest_marker("both_engines") is None:
        metafunc.definition.add_marker(EMBEDDED)


@pytest.fixture
async def site(tmp_path: Path, store_url: str) -> AsyncIterator[Site]:
    async with open_site(tmp_path, SettableClock(), database_url=store_url) as site:
        yield site


@pytest.fixture
async def client(site: Site) -> AsyncIterator[Client]:
    async with client_of(site) as client:
        yield client


@pytest.fixture
def partners(site: Site, client: Client) -> Partners:
    return Partners(site, client)
