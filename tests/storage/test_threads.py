"""A thread goes, comes and moves with its article."""

from datetime import timedelta

import pytest

from storage.model import ArticleStatus, CommentList, CommentStatus, PathTarget, Position, Rest, Span
from storage.protocol import Store
from tests.storage.newsroom import (
    FOUNDED,
    LIST_AFTER,
    SettableClock,
    add_reply,
    comment_graves,
    commented,
    draft,
    edit,
    moderate,
    names,
    raised_by,
    reply,
    story,
    versions,
    withdraw,
)

pytestmark = pytest.mark.anyio

MINUTE = timedelta(minutes=1)


async def test_an_articles_thread_comes_with_the_article_while_it_is_public(store: Store) -> None:
    article = await store.add_article(story("a"))
    found = await store.view_comments(article.path, limit=5, also=("site",))
    assert isinstance(found, CommentList)
    assert (found.article, found.comments, found.sections) == (commented(article), (), ())
    assert found.snapshot.scopes.keys() == {f"article:{article.id}", f"comments:article:{article.id}", "site"}
    moved = await edit(store, article, slug="b")
    assert await store.view_comments(article.path, limit=5) == PathTarget(
        path=moved.path, gone=False, article_id=article.id
    )
    await withdraw(store, moved)
    gone = PathTarget(path=moved.path, gone=True, article_id=article.id)
    assert await store.view_comments(moved.path, limit=5) == gone
    assert await store.view_comments("/2023/03/01/nothing/", limit=5) is None
    assert await store.view_comments("/section/world/", limit=5) == PathTarget(
        path="/section/world/", gone=False, section="world"
    )


async def test_an_articles_thread_is_the_list_of_its_scope(store: Store) -> None:
    article, other = await store.add_article(story("a")), await store.add_article(story("b"))
    kept = [await add_reply(store, reply(article, f"R{number}", FOUNDED + number * MINUTE)) for number in range(6)]
    await add_reply(store, reply(article, "Late", FOUNDED + 9 * MINUTE, parent_id=kept[0].id))
    await add_reply(store, reply(other, "Ann"))
    await moderate(store, kept[4], CommentStatus.SPAM)
    place = Position(kept[3].created_at, kept[3].id)
    for span in (None, Span(place, newer=False), Span(place, newer=True), Rest(2), Rest(50)):
        listed = await store.read_comments(f"comments:article:{article.id}", limit=3, span=span)
        found = await store.view_comments(article.path, limit=3, span=span)
        assert isinstance(found, CommentList)
        assert (found.comments, found.tombstones) == (listed.comments, listed.tombstones)
        assert (found.newer, found.older) == (listed.newer, listed.older)
        assert found.article == commented(await store.get_article(article.id))


async def test_a_withdrawn_articles_thread_goes_and_comes_with_it(store: Store, clock: SettableClock) -> None:
    article = await store.add_article(story("a", sections=("world",)))
    ann = await add_reply(store, reply(article, "Ann"))
    bob = await add_reply(store, reply(article, "Bob", FOUNDED + MINUTE))
    held = await add_reply(store, reply(article, "Cid", status=CommentStatus.PENDING))
    lists = ["comments", "comments:section:world", f"comments:article:{article.id}"]
    before = await versions(store, lists)
    gone_at = clock.advance(minutes=1)
    await withdraw(store, article)
    seq = await store.last_seq()
    assert await versions(store, lists) == dict.fromkeys(before, seq)
    for scope in lists:
        assert (await names(store, scope), await comment_graves(store, scope)) == ([], ["Bob", "Ann"]), scope
    gone = await store.get_comment(ann.id)
    assert (gone.gone_at, gone.seq, gone.status) == (gone_at, seq, CommentStatus.APPROVED)
    assert await store.get_comment(held.id) == held

    # While it is away: one is taken off, one let in. Nobody sees a difference.
    assert await raised_by(store, moderate(store, bob, CommentStatus.TRASH)) == frozenset()
    assert await raised_by(store, moderate(store, held, CommentStatus.APPROVED)) == frozenset()
    assert (await store.get_article(article.id)).comment_count == 2
    clock.advance(minutes=1)
    back = await edit(store, article, status=ArticleStatus.PUBLISHED)
    assert (back.comment_count, back.listed_comment_count) == (2, 2)
    for scope in lists:
        assert (await names(store, scope), await comment_graves(store, scope)) == (["Cid", "Ann"], ["Bob"]), scope
    shown = await store.get_comment(ann.id)
    assert (shown.gone_at, shown.seq) == (None, await store.last_seq())
    assert shown.updated_at is not None
    assert shown.updated_at > gone_at
    assert (await store.get_comment(held.id)).updated_at is None


async def test_a_thread_that_comes_back_elsewhere_leaves_no_tombstone(store: Store) -> None:
    article = await store.add_article(story("a", sections=("world",)))
    await add_reply(store, reply(article, "Ann"))
    await withdraw(store, article)
    await edit(store, article, sections=("business",))
    assert await comment_graves(store, "comments:section:world") == ["Ann"]
    raised = await raised_by(store, edit(store, article, status=ArticleStatus.PUBLISHED))
    assert {"comments:section:world", "comments:section:business"} < raised
    assert await comment_graves(store, "comments:section:world") == []
    assert await names(store, "comments:section:business") == ["Ann"]


async def test_a_thread_moves_with_its_article(store: Store) -> None:
    article = await store.add_article(story("a", sections=("world/africa",)))
    await add_reply(store, reply(article, "Ann"))
    raised = await raised_by(store, edit(store, article, sections=("business",)))
    assert {"comments:section:world", "comments:section:world/africa", "comments:section:business"} < raised
    assert await names(store, "comments:section:business") == ["Ann"]
    assert await names(store, "comments:section:world") == await comment_graves(store, "comments:section:world") == []


async def test_a_comment_let_in_where_its_article_has_moved_leaves_no_tombstone(store: Store) -> None:
    article = await store.add_article(story("a", sections=("world",)))
    ann = await add_reply(store, reply(article, "Ann"))
    await moderate(store, ann, CommentStatus.PENDING)
    await edit(store, article, sections=("business",))
    assert await comment_graves(store, "comments:section:world") == ["Ann"]
    raised = await raised_by(store, moderate(store, ann, CommentStatus.APPROVED))
    assert {"comments:section:world", "comments:section:business"} < raised
    assert await comment_graves(store, "comments:section:world") == []
    assert await names(store, "comments:section:business") == ["Ann"]


async def test_comments_of_a_draft_appear_with_it(store: Store) -> None:
    article = await store.add_article(draft("a", sections=("world",)))
    assert await raised_by(store, add_reply(store, reply(article, "Ann"))) == frozenset()
    assert await names(store, "comments") == []
    dated = {"status": ArticleStatus.PUBLISHED, "published_at": FOUNDED, "day": FOUNDED.date()}
    raised = await raised_by(store, edit(store, article, **dated))
    assert {"comments", "comments:section:world"} < raised
    assert await names(store, "comments") == ["Ann"]
    assert (await store.get_article(article.id)).listed_comment_count == 1


async def test_the_count_that_feeds_show_raises_the_articles_lists(store: Store) -> None:
    article = await store.add_article(story("a", sections=("world",)))
    raised = await raised_by(store, store.add_comment(reply(article, "Ann"), list_after=LIST_AFTER))
    assert {"home", "section:world", "day:2023-03-01", f"article:{article.id}"} < raised
