"""Our spelling of origins is the browser's own."""

import pytest

from feeds.origins import origin_of
from tests.browser.browsing import Browsing
from tests.readers.newsroom import needs
from tests.test_origins import SPELLINGS

pytestmark = [pytest.mark.anyio, needs("chromium")]


async def test_chromium_spells_origins_alike(browsing: Browsing) -> None:
    async with browsing.page("/") as page:
        spelled = await page.evaluate("urls => urls.map(url => new URL(url).origin)", list(SPELLINGS))
    assert dict(zip(SPELLINGS, spelled, strict=True)) == {url: origin_of(url) for url in SPELLINGS}
