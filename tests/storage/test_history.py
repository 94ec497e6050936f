"""What the reply rules ask of the comments that are there."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from storage.model import Article, Comment, CommentHistory, CommentStatus
from storage.protocol import Store
from tests.storage.newsroom import FOUNDED, add_reply, history_of, moderate, reply, story

pytestmark = pytest.mark.anyio


async def ask(store: Store, article: Article, **fields: Any) -> CommentHistory:
    """What is told of a reply by Ann."""
    return await history_of(store, reply(article, "Ann", guid="urn:asked", **fields))


@pytest.fixture
async def article(store: Store) -> Article:
    return await store.add_article(story("a"))


async def test_nothing_is_known_of_a_stranger(store: Store, article: Article) -> None:
    assert await ask(store, article) == CommentHistory(
        approved_before=False, last_at=None, standing=frozenset(), lineage=()
    )


async def test_an_author_is_known_once_a_comment_is_approved(store: Store, article: Article) -> None:
    held = await add_reply(store, reply(article, "Ann", status=CommentStatus.PENDING))
    assert not (await ask(store, article)).approved_before
    await moderate(store, held, CommentStatus.APPROVED)
    assert (await ask(store, article)).approved_before
    assert (await ask(store, article, author_email="ANN@Secret.Example")).approved_before
    assert not (await ask(store, article, author_email="bob@secret.example")).approved_before
    await moderate(store, held, CommentStatus.SPAM)
    assert not (await ask(store, article)).approved_before


async def test_an_author_is_a_name_and_an_email_together(store: Store, article: Article) -> None:
    await add_reply(store, reply(article, "Ann", author_name="Ann Ærø  Straße"))
    await add_reply(store, reply(article, "Bob", author_email="bob@secret.example"))
    for name in ("Ann Ærø  Straße", "ann ærø strasse", "ANN ÆRØ STRASSE", " Ann\u00a0Ærø Straße ", "Ａｎｎ Ærø Straße"):
        assert (await ask(store, article, author_name=name)).approved_before, name
    for name in ("Ann", "Bob", "Anonymous", "", "Ann Ærø Straßen"):
        assert not (await ask(store, article, author_name=name)).approved_before, name
    assert not (await ask(store, article, author_name="Bob", author_email="ann@secret.example")).approved_before
    assert (await ask(store, article, author_name="Bob", author_email="bob@secret.example")).approved_before


async def test_a_name_that_a_moderator_writes_is_the_one_that_counts(store: Store, article: Article) -> None:
    kept = await add_reply(store, reply(article, "Ann"))
    await store.update_comment(replace(kept, author_name="Anna"), if_version=kept.version)
    assert not (await ask(store, article)).approved_before
    assert (await ask(store, article, author_name="Anna")).approved_before


async def test_when_they_last_wrote(store: Store, article: Article) -> None:
    times = [FOUNDED + timedelta(minutes=minutes) for minutes in (0, 3, 1)]
    await add_reply(store, reply(article, "Ann", times[0], status=CommentStatus.TRASH))
    await add_reply(store, reply(article, "Bob", times[1], status=CommentStatus.SPAM, ip_hash="feed"))
    await add_reply(store, reply(article, "Cid", times[2], author_email="Ann@secret.EXAMPLE"))
    assert (await ask(store, article)).last_at == times[2]
    assert (await ask(store, article, ip_hash="feed")).last_at == times[1]
    assert (await ask(store, article, ip_hash="feed", author_email="x@secret.example")).last_at == times[1]
    assert (await ask(store, article, ip_hash="beef", author_email="x@secret.example")).last_at is None


async def test_what_is_empty_matches_nothing(store: Store, article: Article) -> None:
    await add_reply(store, reply(article, "Ann", author_email="", ip_hash=""))
    history = await ask(store, article, author_email="", ip_hash="")
    assert (history.approved_before, history.last_at) == (False, None)


async def test_where_the_same_stands(store: Store, article: Article) -> None:
    other = await store.add_article(story("b"))
    parent = await add_reply(store, reply(article, "Bob"))
    kept = await add_reply(store, reply(article, "Ann", status=CommentStatus.SPAM))
    assert (await ask(store, article)).standing == {None}
    assert (await ask(store, article, author_email="ANN@secret.example", ip_hash="x")).standing == {None}
    for differing in (
        {"author_name": "Anna"},
        {"author_email": "a@secret.example"},
        {"body_html": "<p>Ann agrees!</p>"},
    ):
        assert not (await ask(store, article, **differing)).standing, differing
    assert not (await ask(store, other)).standing
    await moderate(store, kept, CommentStatus.TRASH)
    assert not (await ask(store, article)).standing
    await add_reply(store, reply(article, "Ann", guid="urn:second", parent_id=parent.id))
    for parent_id in (None, parent.id):
        assert (await ask(store, article, parent_id=parent_id)).standing == {parent.id}
    await moderate(store, kept, CommentStatus.APPROVED)
    assert (await ask(store, article)).standing == {None, parent.id}


async def test_the_parent_and_all_that_it_answers(store: Store, article: Article) -> None:
    other = await store.add_article(story("b"))
    thread: list[Comment] = []
    for depth in range(1, 7):
        above = thread[-1].id if thread else None
        thread.append(await add_reply(store, reply(article, f"N{depth}", parent_id=above)))
        found = await ask(store, article, parent_id=thread[-1].id)
        assert (found.parent, found.lineage) == (thread[-1], tuple(thread))
    for asked, parent_id in [(other, thread[0].id), (article, 99), (article, None)]:
        found = await ask(store, asked, parent_id=parent_id)
        assert (found.parent, found.lineage) == (None, ())
