from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.desk.editing import Editor, add_token, browser_of, sign_in
from tests.kinds.newsroom import SettableClock
from tests.web.site import Site, open_site


@pytest.fixture
async def site(tmp_path: Path, store_url: str) -> AsyncIterator[Site]:
    async with open_site(tmp_path, SettableClock(), database_url=store_url, timezone="Africa/Kampala") as site:
        await add_token(site, "ann", "moderate")
        await add_token(site, "bob", "admin")
        await add_token(site, "pub", "publish")
        yield site


@pytest.fixture
async def editor(site: Site) -> AsyncIterator[Editor]:
    """Ann, signed in."""
    async with browser_of(site) as browser:
        assert (await sign_in(browser, "ann")).status_code == 303
        yield Editor(site, browser)
