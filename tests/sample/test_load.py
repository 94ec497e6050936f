"""The sample edition in a real store."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from feeds.sample.load import SampleRefused, SampleSummary, load_sample
from feeds.sample.manuscripts import MEDIA_FOLDER
from feeds.settings import Settings
from storage.connect import open_store
from storage.model import Article, ArticleStatus
from storage.protocol import Store
from storage.scopes import HOME, day_scope, section_scope

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 23, 21, 5, tzinfo=UTC)
"""Five past midnight in Kampala."""

Open = Callable[[datetime], AbstractAsyncContextManager[Store]]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        timezone="Africa/Kampala", media_dir=tmp_path / "media", database_url=f"sqlite:///{tmp_path}/dateline.db"
    )


@pytest.fixture
def open_at(settings: Settings) -> Open:
    """The store, with its clock standing at an instant."""

    @asynccontextmanager
    async def opened(now: datetime) -> AsyncIterator[Store]:
        store = await open_store(settings.database_url, clock=lambda: now, migrate=True)
        try:
            yield store
        finally:
            await store.close()

    return opened


async def load(store: Store, settings: Settings, now: datetime = NOW) -> SampleSummary:
    return await load_sample(store, settings, lambda: now)


async def test_it_fills_an_empty_newsroom(open_at: Open, settings: Settings) -> None:
    async with open_at(NOW) as store:
        summary = await load(store, settings)
        home = await store.read_articles(HOME, limit=None)
        assert summary.added == summary.articles == len(home.articles) + 2, "all but the draft and the scheduled one"
        assert summary.sections == len(await store.get_sections()) == 5
        today = await store.read_articles(day_scope(NOW.astimezone(settings.zone).date()), limit=None)
        assert len(today.articles) >= 3
        africa = await store.read_articles(section_scope("world/africa"), limit=None)
        world = await store.read_articles(section_scope("world"), limit=None)
        assert {article.id for article in africa.articles} < {article.id for article in world.articles}
        newest = home.articles[0]
        assert newest.headline == "Ferry returns to Skarvøya after eleven weeks"
        view = await store.view_article(newest.path, size=50)
        assert view is not None
        (draft,) = await store.list_articles(status=ArticleStatus.DRAFT, limit=10)
        assert draft.editorial_note


async def test_the_scheduled_article_appears_by_itself(open_at: Open, settings: Settings) -> None:
    async with open_at(NOW) as store:
        await load(store, settings)
        before = await store.read_articles(HOME, limit=None)
    async with open_at(NOW + timedelta(days=1)) as store:
        await store.run_due()
        after = await store.read_articles(HOME, limit=None)
    assert len(after.articles) == len(before.articles) + 1
    assert "eclipse" in after.articles[0].headline


async def test_its_media_can_be_served(open_at: Open, settings: Settings) -> None:
    async with open_at(NOW) as store:
        summary = await load(store, settings)
        listed = (await store.read_articles(HOME, limit=None)).articles
    assert len(list((settings.media_dir / MEDIA_FOLDER).iterdir())) == summary.media
    for article in listed:
        named = {enclosure.url: enclosure.length for enclosure in article.enclosures}
        if article.image:
            named[article.image.url] = article.image.length
        for url, length in named.items():
            assert (settings.media_dir / url.removeprefix("/media/")).stat().st_size == length


async def test_a_second_load_changes_nothing_and_restores_pictures(open_at: Open, settings: Settings) -> None:
    async with open_at(NOW) as store:
        first = await load(store, settings)
        seq = await store.last_seq()
    picture = next((settings.media_dir / MEDIA_FOLDER).glob("*.png"))
    picture.unlink()
    later = NOW + timedelta(days=3)
    async with open_at(later) as store:
        await store.add_article(
            Article(guid="urn:x:1", slug="ours", headline="Ours", status=ArticleStatus.DRAFT, sections=("world",))
        )
        seq_of_ours = await store.last_seq()
        second = await load(store, settings, later)
        assert seq < seq_of_ours == await store.last_seq()
    assert second.added == 0
    assert second.articles == first.articles
    assert picture.is_file()


async def test_a_newsroom_with_articles_of_its_own_is_left_alone(open_at: Open, settings: Settings) -> None:
    async with open_at(NOW) as store:
        await store.add_article(Article(guid="urn:x:1", slug="ours", headline="Ours", status=ArticleStatus.DRAFT))
        with pytest.raises(SampleRefused, match="articles of its own"):
            await load(store, settings)
        assert len(await store.list_articles(limit=10)) == 1
        assert await store.get_sections() == ()
    assert not settings.media_dir.exists()


async def test_loading_a_second_edition_into_a_second_store_gives_the_same_guids(
    open_at: Open, settings: Settings, tmp_path: Path
) -> None:
    async with open_at(NOW) as store:
        await load(store, settings)
        one = {article.guid for article in await store.list_articles(limit=100)}
    other = await open_store(f"sqlite:///{tmp_path}/other.db", migrate=True)
    await load(other, settings, NOW + timedelta(days=100))
    assert {article.guid for article in await other.list_articles(limit=100)} == one
    await other.close()
