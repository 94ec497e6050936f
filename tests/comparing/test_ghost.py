"""A newsroom that leaves a Ghost: nobody is lost, until somebody deletes an article."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from feeds.comparing.reasons import Why
from feeds.comparing.results import Led
from storage.model import ArticleStatus
from tests.comparing.move import Move, moving
from tests.comparing.old_ghost import SHOWN, OldGhost, old_ghost

pytestmark = pytest.mark.anyio


@pytest.fixture
def old() -> Iterator[OldGhost]:
    with old_ghost() as old:
        yield old


@pytest.fixture
async def move(old: OldGhost, tmp_path: Path) -> AsyncIterator[Move]:
    async with moving(old, tmp_path, feed_items=SHOWN) as move:
        await move.import_all()
        yield move


async def test_nobody_is_lost_until_somebody_deletes_an_article(move: Move) -> None:
    compared = await move.compare()
    assert set(compared.feeds) == {"/rss/", "/tag/world-news/rss/", "/tag/ferries/rss/", "/author/jane/rss/"}
    assert not [row for row in compared.feeds.values() if not row["same"] or row["differences"]]
    assert {row["led"] for row in compared.addresses.values()} == {Led.SAME, Led.MOVED}
    assert {"/about/", "/privacy/", "/post-1/"} <= set(compared.addresses)
    assert compared.verdict.clean

    article = await move.article("It's “late” – 18 & counting")
    await move.store.update_article(replace(article, status=ArticleStatus.WITHDRAWN), if_version=article.version)
    compared = await move.compare()
    lost = [(article.headline, Why.WITHDRAWN)]
    assert {path for path, row in compared.feeds.items() if row["missing"]} == set(compared.feeds), "18 has both tags"
    assert compared.entries("/rss/", "missing") == lost
    assert [path for path, row in compared.addresses.items() if row["led"] == Led.LOST] == ["/post-18/"]
