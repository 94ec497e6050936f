"""Slugs, paths and what they lead to."""

from datetime import date, timedelta

import pytest

from storage.model import ArticleRecord, ArticleStatus, ArticleView, CommentStatus, PathTarget, Section
from storage.protocol import Store
from storage.scopes import with_older
from tests.storage.newsroom import FOUNDED, SettableClock, add_reply, draft, edit, reply, story, withdraw

pytestmark = pytest.mark.anyio

YESTERDAY = FOUNDED - timedelta(days=1)


async def test_a_second_slug_of_a_day_gets_a_number(store: Store) -> None:
    kept = [
        await store.add_article(story("a", guid=f"urn:{number}", status=status))
        for number, status in enumerate([ArticleStatus.DRAFT, ArticleStatus.PUBLISHED, ArticleStatus.WITHDRAWN] * 2)
    ]
    assert [article.slug for article in kept] == ["a", "a-2", "a-3", "a-4", "a-5", "a-6"]
    other_day = await store.add_article(story("a", YESTERDAY, guid="urn:other"))
    assert other_day.slug == "a"


async def test_drafts_without_a_day_may_share_a_slug(store: Store) -> None:
    kept = [await store.add_article(draft("a", guid=f"urn:{number}")) for number in range(2)]
    assert [article.slug for article in kept] == ["a", "a"]
    dated = [await edit(store, article, published_at=FOUNDED, day=FOUNDED.date()) for article in kept]
    assert [article.slug for article in dated] == ["a", "a-2"]


async def test_an_edit_keeps_its_own_slug(store: Store) -> None:
    await store.add_article(story("a", guid="urn:1"))
    second = await store.add_article(story("a", guid="urn:2"))
    assert (await edit(store, second, headline="Other")).slug == "a-2"
    assert (await edit(store, second, slug="a")).slug == "a-2"
    assert (await edit(store, second, slug="b")).slug == "b"


async def test_a_path_once_public_is_given_to_no_other(store: Store) -> None:
    first = await store.add_article(story("a"))
    await edit(store, first, slug="b")
    second = await store.add_article(story("a", guid="urn:2"))
    assert second.slug == "a-2"
    # It may be had again by the one that had it.
    assert (await edit(store, first, slug="a")).slug == "a"
    await withdraw(store, first)
    assert (await store.add_article(story("b", guid="urn:3"))).slug == "b-2"


async def test_a_slug_that_was_taken_meanwhile_is_made_another_at_publication(
    store: Store, clock: SettableClock
) -> None:
    waiting = await store.add_article(story("a", FOUNDED + timedelta(hours=1)))
    await store.import_articles([ArticleRecord(article=story("b"), old_paths=("/2023/03/01/a/",))])
    clock.advance(hours=1)
    await store.run_due()
    published = await store.get_article(waiting.id)
    assert published.path == "/2023/03/01/a-2/"
    assert isinstance(await store.view_article("/2023/03/01/a-2/", size=50), ArticleView)


async def test_what_is_at_a_path(store: Store) -> None:
    kept = await store.add_article(story("a", sections=("world",)))
    view = await store.view_article("/2023/03/01/a/", also=("site",), size=50)
    assert isinstance(view, ArticleView)
    assert (view.article, view.comments, view.parents) == (kept, (), ())
    assert [section.path for section in view.sections] == ["business", "world"]
    assert set(view.snapshot.scopes) == {f"article:{kept.id}", *with_older(f"comments:article:{kept.id}"), "site"}
    assert await store.find_path("/2023/03/01/a/") == PathTarget(path=kept.path, gone=False, article_id=kept.id)


@pytest.mark.parametrize("path", ["/2023/03/01/b/", "/2023/03/01/a", "/", "", "/section/a/", "\N{SNOWMAN}", "'; --"])
async def test_a_path_that_was_never_public_leads_nowhere(store: Store, path: str) -> None:
    await store.add_article(story("a"))
    await store.add_article(story("b", status=ArticleStatus.DRAFT))
    assert await store.find_path(path) is None
    assert await store.view_article(path, size=50) is None


async def test_a_scheduled_article_is_at_no_path_yet(store: Store) -> None:
    kept = await store.add_article(story("a", FOUNDED + timedelta(hours=1)))
    assert await store.view_article(kept.path, size=50) is None
    await withdraw(store, kept)
    assert await store.find_path(kept.path) is None


async def test_former_paths_lead_to_the_present_one(store: Store) -> None:
    kept = await store.add_article(story("a"))
    await edit(store, kept, slug="b")
    present = await edit(store, kept, day=date(2023, 2, 28))
    target = PathTarget(path="/2023/02/28/b/", gone=False, article_id=kept.id)
    for path in ("/2023/03/01/a/", "/2023/03/01/b/"):
        assert await store.find_path(path) == target
        assert await store.view_article(path, size=50) == target
    assert isinstance(await store.view_article(present.path, size=50), ArticleView)


async def test_what_is_withdrawn_is_gone_at_every_path(store: Store) -> None:
    kept = await store.add_article(story("a"))
    await edit(store, kept, slug="b")
    await withdraw(store, kept)
    gone = PathTarget(path="/2023/03/01/b/", gone=True, article_id=kept.id)
    for path in ("/2023/03/01/a/", "/2023/03/01/b/"):
        assert await store.find_path(path) == gone
        assert await store.view_article(path, size=50) == gone
    # A path it is given while no one sees it was never public.
    await edit(store, kept, slug="c")
    assert await store.find_path("/2023/03/01/c/") is None
    undated = await edit(store, kept, status=ArticleStatus.DRAFT, day=None, published_at=None)
    assert undated.path == "/2023/03/01/c/"
    assert await store.find_path("/2023/03/01/b/") == PathTarget(path="/2023/03/01/c/", gone=True, article_id=kept.id)


async def test_a_section_has_a_path(store: Store) -> None:
    assert await store.find_path("/section/world/africa/") == PathTarget(
        path="/section/world/africa/", gone=False, section="world/africa"
    )
    await store.add_section(Section(path="sport", title="Sport", created_at=FOUNDED))
    await store.delete_section("sport")
    gone = PathTarget(path="/section/sport/", gone=True, section="sport")
    assert await store.find_path("/section/sport/") == gone
    assert await store.view_article("/section/sport/", size=50) == gone


async def test_a_view_shows_the_thread_oldest_first(store: Store) -> None:
    kept = await store.add_article(story("a"))
    for name, minutes in [("Ann", 2), ("Bob", 1), ("Cid", 2)]:
        await add_reply(store, reply(kept, name, FOUNDED + timedelta(minutes=minutes)))
    await add_reply(store, reply(kept, "Dan", status=CommentStatus.PENDING))
    view = await store.view_article(kept.path, size=50)
    assert isinstance(view, ArticleView)
    assert [comment.author_name for comment in view.comments] == ["Bob", "Ann", "Cid"]
    assert view.article.comment_count == 3


async def test_no_reader_is_shown_an_email_or_an_address(store: Store) -> None:
    kept = await store.add_article(story("a"))
    first = await add_reply(store, reply(kept, "Ann", ip_hash="feed"))
    await add_reply(store, reply(kept, "Bob", parent_id=first.id, ip_hash="beef"))
    view = await store.view_article(kept.path, size=50)
    assert isinstance(view, ArticleView)
    entries = (await store.read_comments("comments", limit=5)).comments
    shown = [
        *view.comments,
        *view.parents,
        *(entry.comment for entry in entries),
        *(entry.parent for entry in entries if entry.parent),
    ]
    assert len(shown) == 5
    assert {(comment.author_email, comment.ip_hash) for comment in shown} == {("", "")}


async def test_of_hundreds_with_one_slug_each_gets_the_next_number(store: Store) -> None:
    """By look-ups that do not grow with their number: an agency's feed has such days."""
    records = [ArticleRecord(article=story("weather", guid=f"urn:{number}")) for number in range(1, 401)]
    await store.import_articles(records)
    kept = await store.list_articles(limit=500)
    numbers = sorted(int(article.slug.removeprefix("weather").removeprefix("-") or 1) for article in kept)
    assert numbers == list(range(1, 401))


async def test_a_number_that_is_free_is_found_where_some_are_missing(store: Store) -> None:
    for number in (*range(1, 12), 16, 20, 32):
        slug = "a" if number == 1 else f"a-{number}"
        assert (await store.add_article(story(slug, guid=f"urn:{number}"))).slug == slug
    more = [await store.add_article(story("a", guid=f"urn:more:{number}")) for number in range(20)]
    assert len({article.slug for article in more}) == 20
