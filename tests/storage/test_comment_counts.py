"""The comment count that feeds show: it follows the true one at most once in an interval."""

from datetime import timedelta

import pytest

from storage.model import Action, Article, ArticleStatus, CommentStatus, Subject
from storage.protocol import Store
from tests.storage.newsroom import (
    LIST_AFTER,
    SettableClock,
    add_reply,
    changes_of,
    edit,
    moderate,
    raised_by,
    reply,
    story,
    withdraw,
)

pytestmark = pytest.mark.anyio


async def counts(store: Store, article: Article) -> tuple[int, int]:
    """Approved comments, and as many as feeds show."""
    kept = await store.get_article(article.id)
    return kept.comment_count, kept.listed_comment_count


async def test_the_first_comment_shows_at_once(store: Store) -> None:
    article = await store.add_article(story("a"))
    await add_reply(store, reply(article, "Ann"))
    kept = await store.get_article(article.id)
    assert (kept.comment_count, kept.listed_comment_count, kept.due_at) == (1, 1, None)
    assert kept.seq == await store.last_seq()
    assert kept.version == article.version


async def test_those_after_it_wait(store: Store, clock: SettableClock) -> None:
    article = await store.add_article(story("a", sections=("world",)))
    await add_reply(store, reply(article, "Ann"))
    listed = await store.get_article(article.id)
    due_at = clock.now + LIST_AFTER
    clock.advance(minutes=9)
    raised = await raised_by(store, add_reply(store, reply(article, "Bob")))
    assert raised == {"comments", f"comments:article:{article.id}", "comments:section:world"}
    kept = await store.get_article(article.id)
    assert (kept.comment_count, kept.listed_comment_count, kept.due_at, kept.seq) == (2, 1, due_at, listed.seq)
    clock.advance(minutes=1)
    raised = await raised_by(store, add_reply(store, reply(article, "Cid")))
    assert {"home", "section:world"} < raised
    assert await counts(store, article) == (3, 3)
    assert (await store.get_article(article.id)).due_at is None


async def test_the_last_of_a_thread_gone_quiet_is_listed_by_the_clock(store: Store, clock: SettableClock) -> None:
    article = await store.add_article(story("a", sections=("world",)))
    for name in ("Ann", "Bob", "Cid"):
        await add_reply(store, reply(article, name))
    due = await store.run_due()
    assert due.next_at == clock.now + LIST_AFTER
    clock.now += LIST_AFTER
    [change] = await changes_of(store, store.run_due())
    assert (change.action, change.subject, change.subject_id) == (Action.EDIT, Subject.ARTICLE, str(article.id))
    assert {"home", "section:world", f"article:{article.id}"} < change.scopes
    assert not any(scope.startswith("comments") for scope in change.scopes)
    kept = await store.get_article(article.id)
    assert (kept.comment_count, kept.listed_comment_count, kept.due_at, kept.seq) == (3, 3, None, change.seq)
    assert kept.version == article.version
    # The interval begins again.
    await add_reply(store, reply(article, "Dan"))
    assert await counts(store, article) == (4, 3)
    assert (await store.run_due()).next_at == clock.now + LIST_AFTER


async def test_a_count_that_comes_back_to_what_is_shown_is_not_due(store: Store) -> None:
    article = await store.add_article(story("a"))
    await add_reply(store, reply(article, "Ann"))
    bob = await add_reply(store, reply(article, "Bob"))
    await moderate(store, bob, CommentStatus.TRASH)
    assert await counts(store, article) == (1, 1)
    assert (await store.run_due()).next_at is None


async def test_a_thread_shrinks_by_the_same_rule(store: Store, clock: SettableClock) -> None:
    article = await store.add_article(story("a"))
    ann = await add_reply(store, reply(article, "Ann"))
    await moderate(store, ann, CommentStatus.SPAM)
    assert await counts(store, article) == (0, 1)
    clock.now += LIST_AFTER
    await store.run_due()
    assert await counts(store, article) == (0, 0)


async def test_held_comments_do_not_move_what_is_due(store: Store, clock: SettableClock) -> None:
    article = await store.add_article(story("a"))
    await add_reply(store, reply(article, "Ann"))
    await add_reply(store, reply(article, "Bob"))
    clock.now += 2 * LIST_AFTER
    waiting = await store.get_article(article.id)
    held = await add_reply(store, reply(article, "Cid", status=CommentStatus.PENDING))
    await moderate(store, held, CommentStatus.SPAM)
    assert await store.get_article(article.id) == waiting
    assert await counts(store, article) == (2, 1)


async def test_an_edit_leaves_a_waiting_count_alone(store: Store, clock: SettableClock) -> None:
    article = await store.add_article(story("a"))
    await add_reply(store, reply(article, "Ann"))
    await add_reply(store, reply(article, "Bob"))
    due_at = clock.now + LIST_AFTER
    edited = await edit(store, article, headline="Other")
    assert (edited.comment_count, edited.listed_comment_count, edited.due_at) == (2, 1, due_at)
    assert await store.get_article(article.id) == edited


async def test_a_withdrawn_article_lists_no_count_until_it_is_back(store: Store) -> None:
    article = await store.add_article(story("a"))
    await add_reply(store, reply(article, "Ann"))
    await add_reply(store, reply(article, "Bob"))
    gone = await withdraw(store, article)
    assert gone.due_at is None
    assert (await store.run_due()).next_at is None
    await add_reply(store, reply(article, "Cid"))
    assert await counts(store, article) == (3, 1)
    back = await edit(store, article, status=ArticleStatus.PUBLISHED)
    assert (back.comment_count, back.listed_comment_count, back.due_at) == (3, 3, None)
    assert (await store.run_due()).next_at is None
    # What feeds show moved just now: the next one waits.
    await add_reply(store, reply(article, "Dan"))
    assert await counts(store, article) == (4, 3)


async def test_the_interval_is_the_callers(store: Store) -> None:
    article = await store.add_article(story("a"))
    for number, name in enumerate(("Ann", "Bob", "Cid"), 1):
        await store.add_comment(reply(article, name), list_after=timedelta(0))
        assert await counts(store, article) == (number, number)
