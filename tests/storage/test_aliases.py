"""Addresses of lists from where the newsroom was before."""

from dataclasses import replace

import pytest

from storage.model import Alias, Author, ImportRun, PathTarget, Tag
from storage.protocol import Store
from tests.storage.newsroom import changes_of, record, story, withdraw

pytestmark = pytest.mark.anyio

CATEGORY = Alias("/?cat=7", "/section/world/")


async def test_an_alias_leads_to_its_list_for_ever(store: Store) -> None:
    assert await store.get_aliases() == ()
    assert await changes_of(store, store.import_aliases([CATEGORY])) == ()
    await store.import_aliases([Alias(CATEGORY.path, "/section/business/"), Alias("/?author=1", "/author/jane/")])
    assert await store.get_aliases() == (Alias("/?author=1", "/author/jane/"), CATEGORY)
    assert await store.find_path("/?cat=7") == PathTarget(path="/section/world/", gone=False, section="world")
    assert await store.find_path("/?cat=77") is None


async def brought(store: Store, key: str, page: str, site: str) -> str:
    """Where the address of a category leads once an import of a site says that it is this page."""
    run = ImportRun(key=key, kind="WXR", name=f"{key}.xml")
    await store.import_aliases([replace(CATEGORY, page=page, site=site)], run=run)
    alias = await store.get_redirect(CATEGORY.path)
    assert alias is not None
    return alias.page


async def test_what_an_import_led_an_import_of_the_same_site_leads_on_unless_the_newsroom_did(store: Store) -> None:
    assert await brought(store, "a", "/section/world/", "old.example") == "/section/world/"
    assert await brought(store, "b", "/section/culture/", "other.example") == "/section/world/"
    assert await brought(store, "c", "/section/news/world/", "old.example") == "/section/news/world/"
    assert await brought(store, "d", "/section/globe/", "old.example") == "/section/globe/"
    await store.keep_redirects([replace(CATEGORY, page="/about/")])
    assert await brought(store, "e", "/section/world/", "old.example") == "/about/"
    assert await brought(store, "f", "/section/world/", "old.example") == "/about/"


async def test_an_alias_of_a_section_goes_with_it(store: Store) -> None:
    await store.import_aliases([CATEGORY, Alias("/?cat=8", "/section/nowhere/")])
    assert await store.find_path("/?cat=8") is None
    await store.delete_section("world/africa")
    await store.delete_section("world")
    assert await store.find_path("/?cat=7") == PathTarget(path="/section/world/", gone=True, section="world")


@pytest.mark.parametrize("page", ["/author/jane/", "/tag/nato/"])
async def test_an_alias_of_an_author_or_a_tag_leads_there_once_it_was_seen(store: Store, page: str) -> None:
    await store.import_aliases([Alias("/?x=1", page)])
    assert await store.find_path("/?x=1") is None
    seen = story("a", authors=(Author(slug="jane", name="Jane"),), tags=(Tag(slug="nato", name="NATO"),))
    article = await store.add_article(seen)
    assert await store.find_path("/?x=1") == PathTarget(path=page, gone=False)
    await withdraw(store, article)
    assert await store.find_path("/?x=1") == PathTarget(path=page, gone=False), "its feed has the tombstone"


@pytest.mark.parametrize("page", ["/wp-content/uploads/a b.png", "/wp-content/uploads/"])
async def test_an_alias_of_files_leads_there(store: Store, page: str) -> None:
    await store.import_aliases([Alias("/photo/", page), Alias("/other/", "/media/a.png")])
    assert await store.find_paths(["/photo/", "/other/", page]) == {"/photo/": PathTarget(path=page, gone=False)}


async def test_what_an_article_has_comes_first(store: Store) -> None:
    [_] = await store.import_articles([record(story("a"), old_paths=("/?cat=7",))])
    await store.import_aliases([CATEGORY])
    target = await store.find_path("/?cat=7")
    assert target is not None
    assert target.article_id
