"""What a real WordPress served, imported, and compared with the import of its export: the same articles by guid."""

import os
from pathlib import Path

import pytest

from feeds.importers import import_file
from storage.model import Article, ArticleRecord, ArticleStatus
from storage.protocol import Store
from tests.importers.reading import NOW, settings_in
from tests.real_feeds import text_of_html
from tests.stores import Stores, opened_store

SHARED = os.environ.get("DATELINE_TEST_SHARED")
pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(not SHARED, reason="DATELINE_TEST_SHARED names no folder with real/"),
]

REAL = Path(SHARED or "") / "real"
FEEDS = sorted((REAL / "feeds").glob("*.xml")) if SHARED else []


@pytest.fixture(scope="module")
async def exported(stores: Stores, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Article]:
    """The site's articles by guid, as its export has them."""
    folder = tmp_path_factory.mktemp("export")
    with stores.new() as url:
        async with opened_store(url) as store:
            await import_file(store, REAL / "newsroom.wxr.xml", settings=settings_in(folder))
            return {
                found.article.guid: found.article async for found in store.export() if isinstance(found, ArticleRecord)
            }


@pytest.mark.parametrize("feed", FEEDS, ids=lambda path: path.stem)
async def test_a_feed_says_what_the_export_says(
    feed: Path, tmp_path: Path, store: Store, exported: dict[str, Article]
) -> None:
    settings = settings_in(tmp_path)
    summary = await import_file(store, feed, settings=settings, clock=lambda: NOW)
    assert summary.added
    assert len(summary.refused) == 0
    again = await import_file(store, feed, settings=settings, clock=lambda: NOW)
    assert (again.unchanged, again.changed, again.added) == (summary.added, 0, 0)
    shared = 0
    for article in await store.list_articles(limit=100):
        theirs = exported.get(article.guid)
        if theirs is None:
            assert "#comment-" in article.guid
            continue
        shared += 1
        # WordPress serves the headline of what is behind a password, and a word in place of the text.
        protected = article.headline.startswith("Protected: ")
        assert article.headline.removeprefix("Protected: ") == theirs.headline
        assert (article.published_at, article.day) == (theirs.published_at, theirs.day)
        assert [author.name for author in article.authors] == [author.name for author in theirs.authors]
        assert {tag.name for tag in theirs.tags} <= {tag.name for tag in article.tags}
        assert article.source is not None
        assert "Ledger" in article.source.name
        if protected:
            assert theirs.status is ArticleStatus.DRAFT
        else:
            assert text_of_html(article.body_html) == text_of_html(theirs.body_html)
    assert shared == (0 if "comments" in feed.stem or "nato" in feed.stem else summary.added)
