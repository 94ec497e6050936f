"""What becomes of a reader's comments when the reader is to be forgotten."""

from dataclasses import replace

import pytest

from storage.errors import Conflict
from storage.model import Comment, CommentStatus, Forgotten
from storage.protocol import Store
from tests.storage.newsroom import (
    LIST_AFTER,
    SettableClock,
    add_reply,
    changes_of,
    comment_graves,
    exported,
    moderate,
    names,
    record,
    reply,
    story,
    withdraw,
)

pytestmark = pytest.mark.anyio

EMAIL = "Ann@Secret.example"
HELD = (CommentStatus.PENDING, CommentStatus.SPAM, CommentStatus.TRASH)


async def forget(store: Store, email: str = EMAIL, *, erase: bool = False, limit: int = 100) -> Forgotten:
    return await store.forget_comments(email, alias="Nobody", erase=erase, list_after=LIST_AFTER, limit=limit)


async def written(store: Store, status: CommentStatus, **fields: object) -> Comment:
    article = await store.add_article(story(f"a-{status}", sections=("world",)))
    given = reply(article, "Ann", author_email=EMAIL, author_url="https://ann.example/", ip_hash="feed", status=status)
    return await add_reply(store, replace(given, **fields))  # type: ignore[arg-type]


async def test_an_approved_comment_keeps_its_text_and_its_place(store: Store, clock: SettableClock) -> None:
    kept = await written(store, CommentStatus.APPROVED)
    article = await store.get_article(kept.article_id)
    child = await add_reply(store, reply(article, "Bob", parent_id=kept.id))
    article = await store.get_article(article.id)
    now = clock.advance(hours=1)
    [change] = await changes_of(store, forget(store, "ann@SECRET.example"))
    assert change.scopes == {"comments", "comments:section:world", f"comments:article:{article.id}"}
    assert await store.get_comment(kept.id) == replace(
        kept,
        author_name="Nobody",
        author_email="",
        author_url="",
        ip_hash="",
        version=2,
        seq=change.seq,
        updated_at=now,
    )
    assert (await store.get_comment(child.id)).seq == change.seq, "it names whom it answers"
    assert await store.get_article(article.id) == article


@pytest.mark.parametrize("status", HELD)
async def test_what_readers_do_not_see_is_erased(store: Store, status: CommentStatus) -> None:
    kept = await written(store, status)
    [change] = await changes_of(store, forget(store))
    assert change.scopes == frozenset()
    left = await store.get_comment(kept.id)
    assert (left.author_name, left.author_email, left.author_url, left.body_html, left.ip_hash) == ("",) * 5
    assert left.status is CommentStatus.TRASH
    with pytest.raises(Conflict):
        await moderate(store, kept, CommentStatus.APPROVED)


async def test_erasing_leaves_a_tombstone_and_moves_the_count(store: Store, clock: SettableClock) -> None:
    kept = await written(store, CommentStatus.APPROVED)
    clock.advance(minutes=20)
    assert await forget(store, erase=True) == Forgotten(erased=1)
    assert (await names(store, "comments"), await comment_graves(store, "comments")) == ([], ["Ann"])
    article = await store.get_article(kept.article_id)
    assert (article.comment_count, article.listed_comment_count) == (0, 0)
    assert (await store.get_comment(kept.id)).body_html == ""


async def test_it_is_done_in_parts_and_only_once(store: Store) -> None:
    for status in CommentStatus:
        await written(store, status)
    assert [sum((one.anonymised, one.erased)) for one in [await forget(store, limit=3) for _ in range(3)]] == [3, 1, 0]
    assert await changes_of(store, forget(store)) == ()


async def test_nobody_else_is_forgotten(store: Store) -> None:
    kept = await written(store, CommentStatus.APPROVED, author_email="")
    other = await add_reply(store, reply(await store.get_article(kept.article_id), "Bob"))
    for email in (EMAIL, "", " ", "%", "bob", "bob@secret.example.org"):
        assert await forget(store, email) == Forgotten()
    assert [await store.get_comment(one.id) for one in (kept, other)] == [kept, other]


@pytest.mark.parametrize("erase", [False, True])
async def test_an_old_file_brings_nothing_back(store: Store, erase: bool) -> None:
    for status in CommentStatus:
        await written(store, status)
    before = await exported(store)
    while await forget(store, erase=erase) != Forgotten():
        pass
    after = await exported(store)
    await store.import_articles([record(one.article, *one.comments) for one in before])
    assert [one.comments for one in await exported(store)] == [one.comments for one in after]
    assert EMAIL not in "".join(comment.author_email for one in after for comment in one.comments)


async def test_a_withdrawn_articles_comments_are_forgotten_unseen(store: Store) -> None:
    kept = await written(store, CommentStatus.APPROVED)
    article = await store.get_article(kept.article_id)
    await withdraw(store, article)
    [change] = await changes_of(store, forget(store, erase=True))
    assert change.scopes == frozenset()
    assert await comment_graves(store, "comments") == ["Ann"]
