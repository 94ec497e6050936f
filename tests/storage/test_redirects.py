"""Redirects: chains end in one hop, circles are refused, and what stands at a path is left alone."""

from collections.abc import Sequence

import pytest

from storage.errors import Invalid, NotFound
from storage.model import Alias, Outcome, PathTarget
from storage.protocol import Store
from tests.storage.newsroom import changes_of, page, record, story, withdraw

pytestmark = pytest.mark.anyio


async def led(store: Store, *paths: str) -> str | None:
    target = await store.find_redirect(paths)
    return target.path if target else None


async def keep(store: Store, *wanted: Sequence[str]) -> list[Outcome | None]:
    return [one.outcome for one in await store.keep_redirects([Alias(old, new) for old, new in wanted])]


async def test_a_redirect_is_kept_replaced_and_removed(store: Store) -> None:
    assert await changes_of(store, keep(store, ("/a/", "/search?q=x"))) == ()
    assert await led(store, "/none/", "/a/") == "/search?q=x"
    assert await keep(store, ("/a/", "/search?q=x"), ("/a/", "https://x.example/b?c#d"), ("/?p=7", "/a/")) == [
        Outcome.UNCHANGED, Outcome.CHANGED, Outcome.ADDED
    ]  # fmt: skip
    assert await led(store, "/a/") == await led(store, "/?p=7") == "https://x.example/b?c#d"
    assert [alias.path for alias in await store.list_redirects(limit=5)] == ["/?p=7", "/a/"]
    assert [alias.path for alias in await store.list_redirects(after="/?p=7", limit=5)] == ["/a/"]
    await store.remove_redirect("/a/")
    assert await led(store, "/a/") is None
    with pytest.raises(NotFound):
        await store.remove_redirect("/a/")
    with pytest.raises(Invalid):
        await keep(store, ("/a/", "/" + "x" * 2_100))


async def test_chains_are_flat_and_circles_refused(store: Store) -> None:
    assert await keep(store, ("/b/", "/c/"), ("/a/", "/b/"), ("/c/", "/d/")) == [Outcome.ADDED] * 3
    assert {alias.page for alias in await store.list_redirects(limit=9)} == {"/d/"}
    told = await store.keep_redirects(
        [Alias("/d/", "/a/"), Alias("/e/", "/e/"), Alias("/f/", "/g/"), Alias("/g/", "/f/")]
    )
    assert [one.outcome for one in told] == [None, None, Outcome.ADDED, None]
    assert told[0].why == "/a/ leads back to /d/"
    many = [(f"/{number}/", f"/{number + 1}/") for number in range(300)]
    assert set(await keep(store, *many)) == {Outcome.ADDED}
    assert await led(store, "/0/") == "/300/"
    assert await keep(store, ("/300/", "/0/")) == [None]


async def test_what_stands_at_a_path_is_left_alone(store: Store) -> None:
    article = await store.add_article(story("a"))
    await store.import_articles([record(story("b"), old_paths=("/b/",))])
    await store.add_page(page("about"))
    told = await store.keep_redirects(
        [Alias(path, "/x/") for path in (article.path, "/b/", "/about/", "/section/world/")]
    )
    assert [one.outcome for one in told] == [None] * 4
    assert "the article" in told[0].why
    assert "the page /about/" in told[2].why
    await withdraw(store, article)
    assert await keep(store, (article.path, "/b/")) == [Outcome.ADDED]
    assert await led(store, article.path) == "/2023/03/01/b/", "at its present path, in one hop"


async def test_where_something_stands_a_chain_ends_for_as_long(store: Store) -> None:
    made = await store.add_page(page("b"))
    await keep(store, ("/a/", "/b/"))
    await store.delete_page("/b/", if_version=made.version)
    await keep(store, ("/b/", "/c/"))
    assert await led(store, "/a/") == "/c/"
    await store.add_page(page("b"))
    assert await keep(store, ("/z/", "/b/")) == [Outcome.ADDED]
    assert await led(store, "/z/") == "/b/"
    await store.delete_page("/b/", if_version=(await store.get_page("/b/")).version)
    assert await led(store, "/z/") == "/c/"
    assert await keep(store, ("/c/", "/z/")) == [None], "what a page hides for now is still a circle"


async def test_an_import_leads_nobody_in_circles_or_elsewhere(store: Store) -> None:
    await store.import_aliases([Alias("/a/", "/b/"), Alias("/b/", "/a/"), Alias("/a/", "/c/")])
    assert await store.get_aliases() == (Alias("/a/", "/b/"),)
    await store.import_aliases([Alias("/?author=1", "/author/jane/")])
    assert await store.find_redirect(["/?author=1"]) is None, "nobody learns of one who never wrote"
    assert await store.find_redirect(["/a/"]) == PathTarget(path="/b/", gone=False)
