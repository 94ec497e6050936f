"""Where the newsroom was before."""

import pytest

from storage.errors import Invalid
from storage.model import Action, Alias, Author, FormerSite, PathTarget, Subject, Tag
from storage.protocol import Store
from tests.storage.newsroom import changes_of, record, story, withdraw

pytestmark = pytest.mark.anyio

BLOG = FormerSite(address="old.example/blog", path="/blog", permalinks="/%postname%/", category_base="topics")
ROOT = FormerSite(address="old.example", path="")


async def test_a_site_is_kept_in_place_of_what_was_kept_of_it(store: Store) -> None:
    assert await store.get_former_sites() == ()
    [change] = await changes_of(store, store.keep_former_site(BLOG))
    assert (change.action, change.subject, change.subject_id, change.scopes) == (
        Action.EDIT, Subject.SITE, "", frozenset(),
    )  # fmt: skip
    await store.keep_former_site(ROOT)
    assert await store.get_former_sites() == (ROOT, BLOG)
    moved = FormerSite(address=BLOG.address, path="/news", permalinks="", tag_base="t", author_base="a")
    await store.keep_former_site(moved)
    assert await store.get_former_sites() == (ROOT, moved)
    assert await changes_of(store, store.keep_former_site(moved)) == (), "nothing is written twice"


async def test_an_address_that_cannot_be_looked_up_by_is_refused(store: Store) -> None:
    with pytest.raises(Invalid) as refused:
        await store.keep_former_site(FormerSite(address="a" * 2_001, path=""))
    assert "address" in str(refused.value)


async def test_an_export_has_every_site(store: Store) -> None:
    for site in (BLOG, ROOT):
        await store.keep_former_site(site)
    for public_only in (False, True):
        exported = [thing async for thing in store.export(public_only=public_only)]
        assert [thing for thing in exported if isinstance(thing, FormerSite)] == [ROOT, BLOG]


async def test_several_paths_are_looked_up_at_once(store: Store) -> None:
    [_] = await store.import_articles([record(story("a"), old_paths=("/old/", "/?p=1"))])
    tagged = story(
        "b", guid="urn:b", authors=(Author(slug="jane", name="Jane"),), tags=(Tag(slug="nato", name="NATO"),)
    )
    gone = await store.add_article(tagged)
    await withdraw(store, gone)
    await store.import_aliases(
        [
            Alias("/?cat=7", "/section/world/"),
            Alias("/?author=1", "/author/jane/"),
            Alias("/?author=2", "/author/nobody/"),
        ]
    )
    paths = [
        *("/old/", "/?p=1", gone.path, "/section/world/", "/section/nowhere/", "/?cat=7", "/?author=1", "/?author=2"),
        *("/tag/nato/", "/tag/un/", "/author/jane/", "/author/nobody/", "/nothing/", "", "/2023/"),
    ]
    found = await store.find_paths(paths)
    assert found == {path: target for path in paths if (target := await store.find_path(path))}
    assert set(found) == {
        "/old/", "/?p=1", gone.path, "/section/world/", "/?cat=7", "/?author=1", "/tag/nato/", "/author/jane/"
    }  # fmt: skip
    assert found["/tag/nato/"] == PathTarget(path="/tag/nato/", gone=False)
    assert found[gone.path].gone
    assert found["/old/"] == found["/?p=1"]
    assert await store.find_paths([]) == {}
