"""Who judges a comment within the write that keeps it: what is told, what is kept, and that nothing comes between."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from storage.connect import open_store
from storage.errors import Conflict, Invalid, NotFound
from storage.model import Article, Comment, CommentHistory, CommentStatus
from storage.protocol import Store
from tests.storage.newsroom import (
    FOUNDED,
    LIST_AFTER,
    NotAdmitted,
    SettableClock,
    add_reply,
    changes_of,
    history_of,
    record,
    reply,
    story,
)

pytestmark = pytest.mark.anyio

Admit = Callable[[Article, CommentHistory], Comment]


def refuse(_article: Article, _history: CommentHistory) -> Comment:
    raise NotAdmitted


def if_first(comment: Comment) -> Admit:
    """Keeps it if nobody of its email or address has written before."""

    def admit(_article: Article, history: CommentHistory) -> Comment:
        if history.last_at is not None:
            raise NotAdmitted
        return comment

    return admit


async def test_what_is_returned_is_kept(store: Store) -> None:
    article = await store.add_article(story("a"))
    parent = await add_reply(store, reply(article, "Ann"))
    sent = reply(article, "Bob", parent_id=parent.id, status=CommentStatus.PENDING)
    other = replace(sent, guid="urn:other", parent_id=None, status=CommentStatus.APPROVED)
    told = []

    def admit(its_article: Article, history: CommentHistory) -> Comment:
        told.append((its_article, history.parent))
        return other

    before = await store.get_article(article.id)
    kept = await store.add_comment(sent, list_after=LIST_AFTER, admit=admit)
    assert told == [(before, parent)]
    assert replace(kept, id=0, version=0, seq=0) == other
    assert await store.get_comment(kept.id) == kept


async def test_what_is_returned_is_held_to_the_same(store: Store) -> None:
    article, elsewhere = await store.add_article(story("a")), await store.add_article(story("b"))
    taken, far = await add_reply(store, reply(article, "Ann")), await add_reply(store, reply(elsewhere, "Cid"))
    sent = reply(article, "Bob")
    for returned, error in ((replace(sent, guid=taken.guid), Conflict), (replace(sent, parent_id=far.id), Invalid)):
        with pytest.raises(error):
            await store.add_comment(sent, list_after=LIST_AFTER, admit=lambda *_, kept=returned: kept)


async def test_what_is_raised_comes_out_and_nothing_is_written(store: Store) -> None:
    article = await store.add_article(story("a"))
    comment = reply(article, "Ann")
    store.moved()
    since = await store.last_seq()
    with pytest.raises(NotAdmitted):
        await store.add_comment(comment, list_after=LIST_AFTER, admit=refuse)
    assert (await store.last_seq(), await store.list_comments(limit=9), store.moved()) == (since, (), False)
    assert len(await changes_of(store, add_reply(store, comment))) == 1, "and the next write goes on"


async def test_nobody_is_asked_of_an_article_that_there_is_not(store: Store) -> None:
    article = await store.add_article(story("a"))
    with pytest.raises(NotFound):
        await store.add_comment(reply(article, "Ann", article_id=99), list_after=LIST_AFTER, admit=refuse)


@pytest.mark.parametrize("who", [{"author_email": "Ann@secret.example"}, {"ip_hash": "feed"}])
async def test_each_of_many_at_once_is_told_of_those_before_it(
    store: Store, url: str, clock: SettableClock, who: dict[str, Any]
) -> None:
    """Written by several workers: of one author's, exactly one is the first."""
    articles = [await store.add_article(story(slug)) for slug in ("a", "b")]
    workers = [store, *[await open_store(url, clock=clock) for _ in range(2)]]
    try:
        since = await store.last_seq()
        sent = [reply(articles[number % 2], f"N{number}", **who) for number in range(30)]
        others = [reply(articles[0], f"O{number}", author_email=f"{number}@o.example") for number in range(3)]
        outcomes = await asyncio.gather(
            *(
                workers[number % 3].add_comment(comment, list_after=LIST_AFTER, admit=if_first(comment))
                for number, comment in enumerate([*sent, *others])
            ),
            return_exceptions=True,
        )
    finally:
        for worker in workers[1:]:
            await worker.close()
    kept = [outcome for outcome in outcomes if isinstance(outcome, Comment)]
    assert all(isinstance(outcome, Comment | NotAdmitted) for outcome in outcomes)
    assert sorted(comment.author_name[0] for comment in kept) == ["N", "O", "O", "O"]
    assert {comment.id for comment in await store.list_comments(limit=99)} == {comment.id for comment in kept}
    assert await store.last_seq() == since + 4
    assert (await history_of(store, reply(articles[1], "Ann", **who))).last_at == FOUNDED


async def test_of_a_very_deep_thread_the_middle_is_left_out(store: Store) -> None:
    article = story("a")
    line = [reply(article, f"n{number}", id=number, parent_id=number - 1 or None) for number in range(1, 151)]
    await store.import_articles([record(article, *line)])
    [kept] = await store.list_articles(limit=1)
    told = (await history_of(store, reply(kept, "Zoe", parent_id=150))).lineage
    assert [comment.id for comment in told] == [*range(1, 100), 150]
