"""What a call that cannot succeed raises: the same on either engine."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from storage.errors import Conflict, Invalid, NotFound, Unavailable
from storage.model import Article, CommentStatus
from storage.protocol import Store
from tests.storage.newsroom import (
    FOUNDED,
    LIST_AFTER,
    add_reply,
    draft,
    edit,
    exported,
    record,
    reply,
    sections,
    story,
    withdraw,
)

pytestmark = pytest.mark.anyio

SPAM = CommentStatus.SPAM
NO_IDS = (0, -1, 2**63 - 1, 2**63, -(2**63) - 1, 10**30)


@pytest.fixture
async def article(store: Store) -> Article:
    return await store.add_article(story("a"))


@pytest.mark.parametrize("no_id", NO_IDS)
async def test_what_has_an_id_that_nothing_has_is_not_found(no_id: int, store: Store, article: Article) -> None:
    comment = await add_reply(store, reply(article, "Ann"))
    for call in (
        store.get_article(no_id),
        store.get_comment(no_id),
        store.update_article(replace(article, id=no_id), if_version=article.version),
        store.update_comment(replace(comment, id=no_id), if_version=comment.version),
        store.set_comment_status(no_id, SPAM, by="desk:ann", list_after=LIST_AFTER),
        store.read_thread(no_id, limit=5),
    ):
        with pytest.raises(NotFound):
            await call
    # Of many, those that are there are found.
    ids = [no_id, comment.id]
    moderated = await store.moderate(ids, SPAM, by="desk:ann", list_after=LIST_AFTER)
    assert [one.comment_id for one in moderated] == [comment.id]
    assert await store.import_articles([record(story("b"), replace(reply(article, "Bob"), id=no_id))])


async def test_what_is_taken_or_was_changed_meanwhile_conflicts(store: Store, article: Article) -> None:
    await edit(store, article, headline="Other")
    for call in (
        store.add_article(story("b", guid=article.guid)),
        store.update_article(article, if_version=article.version),
        store.add_section(sections()[0]),
    ):
        with pytest.raises(Conflict):
            await call


async def test_text_that_is_none_is_invalid(store: Store, article: Article) -> None:
    for text in ("a\0b", "a\ud800b"):
        for call in (
            store.add_article(draft("b", body_html=text)),
            store.add_article(draft(text)),
            edit(store, article, headline=text),
            add_reply(store, reply(article, "Ann", body_html=text)),
            store.add_section(replace(sections()[0], path=text)),
        ):
            with pytest.raises(Invalid):
                await call
    # Nothing of it was kept, and the connections are as before.
    assert [one.slug for one in await store.list_articles(limit=5)] == ["a"]
    await withdraw(store, article)


CLOSED: tuple[Callable[[Store], Awaitable[object]], ...] = (
    lambda store: store.get_article(1),
    lambda store: store.read_articles("home", limit=1),
    lambda store: store.add_article(story("b")),
    lambda store: store.add_section(replace(sections()[0], path="new", created_at=FOUNDED)),
    lambda store: store.last_seq(),
    lambda store: store.scrub(),
    exported,
)


async def test_a_closed_store_is_unavailable(store: Store) -> None:
    await store.close()
    for call in CLOSED:
        with pytest.raises(Unavailable, match="closed"):
            await call(store)
