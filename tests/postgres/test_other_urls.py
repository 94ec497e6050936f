"""A database that is reached by several URLs."""

import pytest

from storage.connect import open_store
from storage.errors import Unavailable
from tests.postgres.databases import Databases

pytestmark = pytest.mark.anyio


async def test_no_store_is_opened_whose_urls_lead_to_more_than_one_newsroom(postgres: Databases) -> None:
    with postgres.empty() as url, postgres.empty() as another:
        for each in (url, another):
            await (await open_store(each, migrate=True)).close()
        with pytest.raises(Unavailable, match="DATELINE_DATABASE_DIRECT_URL leads to the database of another newsroom"):
            await open_store(url, direct_url=another)
        with pytest.raises(Unavailable, match="DATELINE_DATABASE_READ_URL leads to the database of another newsroom"):
            await open_store(url, read_url=another)
        await (await open_store(url, direct_url=url, read_url=url)).close()
    # What is not there yet, or not now, may be one's own.
    with postgres.empty() as url, postgres.empty() as nothing_yet:
        await (await open_store(url, migrate=True, read_url=nothing_yet)).close()
        await (await open_store(url, read_url=f"{url}_gone")).close()
