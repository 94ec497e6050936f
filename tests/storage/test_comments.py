"""Comments, as they are kept, listed and moderated."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from storage.errors import Conflict, Invalid, NotFound
from storage.model import Action, Comment, CommentStatus, Subject, Tombstone
from storage.protocol import Store
from tests.storage.newsroom import (
    FOUNDED,
    SettableClock,
    add_reply,
    changes_of,
    comment_graves,
    commented,
    edit,
    history_of,
    moderate,
    names,
    raised_by,
    reply,
    story,
)

pytestmark = pytest.mark.anyio

MINUTE = timedelta(minutes=1)
EVERYWHERE = ("comments", "comments:section:world", "comments:section:world/africa")


async def test_a_comment_comes_back_as_it_was_kept(store: Store) -> None:
    article = await store.add_article(story("a"))
    parent = await add_reply(store, reply(article, "Ann"))
    wanted = Comment(
        guid="g",
        article_id=article.id,
        parent_id=parent.id,
        author_name="Zoë",
        author_email="Zoe@Secret.example",
        author_url="https://zoe.example/",
        body_html="<p>Hm.</p>",
        status=CommentStatus.SPAM,
        created_at=FOUNDED + timedelta(microseconds=1),
        ip_hash="feed",
    )
    kept = await add_reply(store, replace(wanted, version=7, seq=7, gone_at=FOUNDED, updated_at=FOUNDED))
    assert kept == replace(wanted, id=kept.id, version=1)
    assert await store.get_comment(kept.id) == kept


async def test_an_id_is_kept_when_it_is_free(store: Store) -> None:
    article = await store.add_article(story("a"))
    ids = [
        (await add_reply(store, reply(article, f"N{number}", id=wanted))).id
        for number, wanted in enumerate([41, 41, 0, 7, -3, 2**53])
    ]
    assert ids == [41, 42, 43, 7, 44, 45]


async def test_a_comment_may_be_refused(store: Store) -> None:
    article = await store.add_article(story("a"))
    other = await store.add_article(story("b"))
    elsewhere = await add_reply(store, reply(other, "Ann"))
    since = await store.last_seq()
    with pytest.raises(NotFound):
        await add_reply(store, reply(replace(article, id=99), "Bob"))
    with pytest.raises(Conflict):
        await add_reply(store, reply(article, "Bob", guid=elsewhere.guid))
    for parent_id in (elsewhere.id, 99, 0):
        with pytest.raises(Invalid) as caught:
            await add_reply(store, reply(article, "Bob", parent_id=parent_id))
        assert set(caught.value.fields) == {"parent"}
    assert await store.last_seq() == since
    with pytest.raises(NotFound):
        await store.get_comment(99)
    with pytest.raises(NotFound):
        await moderate(store, replace(elsewhere, id=99), CommentStatus.SPAM)


@pytest.mark.parametrize("status", [CommentStatus.PENDING, CommentStatus.SPAM, CommentStatus.TRASH])
async def test_a_held_comment_raises_nothing(store: Store, status: CommentStatus) -> None:
    article = await store.add_article(story("a", sections=("world",)))
    assert await raised_by(store, add_reply(store, reply(article, "Ann", status=status))) == frozenset()
    assert await names(store, "comments") == []
    assert (await store.get_article(article.id)).comment_count == 0
    kept = await store.get_article(article.id)
    assert kept == article


async def test_an_approved_comment_stands_in_its_lists(store: Store) -> None:
    article = await store.add_article(story("a", sections=("world/africa",)))
    [change] = await changes_of(store, add_reply(store, reply(article, "Ann")))
    assert (change.action, change.subject) == (Action.INSERT, Subject.COMMENT)
    lists = {*EVERYWHERE, f"comments:article:{article.id}"}
    assert lists < change.scopes
    for scope in lists:
        assert await names(store, scope) == ["Ann"], scope
    assert await names(store, "comments:section:business") == await names(store, "home") == []


async def test_comments_are_newest_first_with_their_article_and_parent(store: Store) -> None:
    first, second = await store.add_article(story("a")), await store.add_article(story("b"))
    ann = await add_reply(store, reply(first, "Ann", FOUNDED + 2 * MINUTE))
    await add_reply(store, reply(second, "Bob", FOUNDED + MINUTE))
    await add_reply(store, reply(first, "Cid", FOUNDED + 3 * MINUTE, parent_id=ann.id))
    await add_reply(store, reply(second, "Dan", FOUNDED + 2 * MINUTE))
    found = await store.read_comments("comments", limit=10, also=("site",))
    assert [entry.comment.author_name for entry in found.comments] == ["Cid", "Dan", "Ann", "Bob"]
    assert [entry.article.id for entry in found.comments] == [first.id, second.id, first.id, second.id]
    assert found.comments[0].article == commented(await store.get_article(first.id))
    assert [entry.parent.author_name if entry.parent else None for entry in found.comments] == ["Ann", None, None, None]
    assert found.article is None
    assert set(found.snapshot.scopes) == {"comments", "site"}
    assert [section.path for section in found.sections] == ["business", "world"]
    assert await names(store, "comments", limit=2) == ["Cid", "Dan"]
    assert await names(store, f"comments:article:{second.id}") == ["Dan", "Bob"]


async def test_a_parent_that_is_not_public_is_not_shown(store: Store) -> None:
    article = await store.add_article(story("a"))
    ann = await add_reply(store, reply(article, "Ann"))
    await add_reply(store, reply(article, "Bob", parent_id=ann.id))
    await moderate(store, ann, CommentStatus.SPAM)
    [entry] = (await store.read_comments("comments", limit=5)).comments
    assert (entry.comment.parent_id, entry.parent) == (ann.id, None)


async def test_moderation_is_one_change(store: Store, clock: SettableClock) -> None:
    article = await store.add_article(story("a", sections=("world",)))
    held = await add_reply(store, reply(article, "Ann", status=CommentStatus.PENDING))
    clock.advance(hours=1)
    [approval] = await changes_of(store, moderate(store, held, CommentStatus.APPROVED))
    assert (approval.action, approval.subject, approval.subject_id) == (Action.EDIT, Subject.COMMENT, str(held.id))
    assert await names(store, "comments") == ["Ann"]
    approved = await store.get_comment(held.id)
    assert approved == replace(held, status=CommentStatus.APPROVED, version=2, seq=approval.seq)
    [removal] = await changes_of(store, moderate(store, held, CommentStatus.TRASH))
    assert removal.action is Action.WITHDRAW
    assert {"comments", "comments:section:world", f"comments:article:{article.id}"} == removal.scopes
    assert await raised_by(store, moderate(store, held, CommentStatus.SPAM)) == frozenset()


async def test_the_same_status_again_changes_nothing(store: Store) -> None:
    article = await store.add_article(story("a"))
    kept = await add_reply(store, reply(article, "Ann"))
    assert await changes_of(store, moderate(store, kept, CommentStatus.APPROVED)) == ()
    assert await store.get_comment(kept.id) == kept


async def test_a_comment_taken_away_leaves_a_tombstone(store: Store, clock: SettableClock) -> None:
    article = await store.add_article(story("a", sections=("world/africa",)))
    kept = await add_reply(store, reply(article, "Ann"))
    clock.advance(minutes=1)
    gone = await moderate(store, kept, CommentStatus.SPAM)
    assert gone.gone_at == clock.now
    stone = Tombstone(guid=kept.guid, gone_at=clock.now, seq=await store.last_seq())
    for scope in (*EVERYWHERE, f"comments:article:{article.id}"):
        found = await store.read_comments(scope, limit=5)
        assert (found.comments, found.tombstones) == ((), (stone,)), scope
    # It is dated by its going, not by what a moderator makes of it later.
    clock.advance(minutes=1)
    await moderate(store, kept, CommentStatus.TRASH)
    assert (await store.read_comments("comments", limit=5)).tombstones == (stone,)


async def test_what_was_held_all_along_leaves_none(store: Store) -> None:
    article = await store.add_article(story("a"))
    held = await add_reply(store, reply(article, "Ann", status=CommentStatus.PENDING))
    assert (await moderate(store, held, CommentStatus.SPAM)).gone_at is None
    assert await comment_graves(store, "comments") == []


async def test_tombstones_of_comments_are_in_the_window_alone(store: Store) -> None:
    article = await store.add_article(story("a"))
    kept = [await add_reply(store, reply(article, name, FOUNDED + n * MINUTE)) for n, name in enumerate("abcde")]
    for index in (0, 3, 4):
        await moderate(store, kept[index], CommentStatus.TRASH)
    assert (await names(store, "comments"), await comment_graves(store, "comments")) == (["c", "b"], ["e", "d", "a"])
    assert await comment_graves(store, "comments", limit=2) == ["e", "d"]
    assert await comment_graves(store, "comments", limit=1) == ["e"]


async def test_a_comment_approved_again_is_newer_than_its_tombstone(store: Store, clock: SettableClock) -> None:
    article = await store.add_article(story("a"))
    kept = await add_reply(store, reply(article, "Ann"))
    assert kept.updated_at is None
    gone_at = clock.advance(minutes=1)
    await moderate(store, kept, CommentStatus.PENDING)
    back = await moderate(store, kept, CommentStatus.APPROVED)
    assert (back.gone_at, back.seq) == (None, await store.last_seq())
    assert back.updated_at is not None
    assert back.updated_at.replace(microsecond=0) > gone_at.replace(microsecond=0)
    assert (await names(store, "comments"), await comment_graves(store, "comments")) == (["Ann"], [])


async def test_moderators_list_by_id_descending(store: Store) -> None:
    first, second = await store.add_article(story("a")), await store.add_article(story("b"))
    kept = [
        await add_reply(store, reply(article, name, status=status))
        for article, name, status in [
            (first, "a", CommentStatus.PENDING),
            (second, "b", CommentStatus.APPROVED),
            (first, "c", CommentStatus.APPROVED),
            (second, "d", CommentStatus.PENDING),
            (first, "e", CommentStatus.SPAM),
        ]
    ]

    async def listed(**filters: Any) -> str:
        return "".join(c.author_name for c in await store.list_comments(**{"limit": 10, **filters}))

    assert await store.list_comments(limit=10) == tuple(reversed(kept))
    assert await listed(limit=2) == "ed"
    assert await listed(before_id=kept[3].id, limit=2) == "cb"
    assert await listed(before_id=0) == ""
    assert await listed(before_id=10**30) == "edcba"
    assert await listed(status=CommentStatus.PENDING) == "da"
    assert await listed(article_id=first.id) == "eca"
    assert await listed(article_id=first.id, status=CommentStatus.APPROVED) == "c"
    assert await listed(article_id=second.id, status=CommentStatus.PENDING, before_id=kept[3].id) == ""


async def test_no_email_is_in_a_repr(store: Store) -> None:
    article = await store.add_article(story("a"))
    await add_reply(store, reply(article, "Ann", ip_hash="feedbeef"))
    seen = repr(await store.list_comments(limit=5)) + repr(await store.read_comments("comments", limit=5))
    assert "Ann" in seen
    assert "ann@secret.example" not in seen
    assert "feedbeef" not in seen


async def test_an_entrys_seq_follows_all_that_its_entry_says(store: Store) -> None:
    """A comment's entry names its article and whom it answers."""
    article = await store.add_article(story("a", sections=("world",)))
    parent = await add_reply(store, reply(article, "Ann"))
    child = await add_reply(store, reply(article, "Bob", parent_id=parent.id))

    async def seqs() -> list[int]:
        return [(await store.get_comment(comment.id)).seq for comment in (parent, child)]

    before = await seqs()
    await edit(store, article, body_html="<p>Other.</p>", sections=("business",))
    assert await seqs() == before
    renamed = await edit(store, article, headline="Other")
    assert await seqs() == [renamed.seq, renamed.seq]
    gone = await moderate(store, parent, CommentStatus.SPAM)
    assert await seqs() == [gone.seq, gone.seq]
    back = await moderate(store, parent, CommentStatus.APPROVED)
    assert await seqs() == [back.seq, back.seq]


async def test_an_edit_moves_the_entry_and_its_lists_alone(store: Store, clock: SettableClock) -> None:
    article = await store.add_article(story("a", sections=("world/africa",)))
    kept = await add_reply(store, reply(article, "Ann"))
    now = clock.advance(hours=1)
    wanted = replace(kept, body_html="<p>Edited.</p>", author_url="https://ann.example/")
    [change] = await changes_of(store, store.update_comment(wanted, if_version=1))
    assert (change.action, change.subject, change.subject_id) == (Action.EDIT, Subject.COMMENT, str(kept.id))
    assert change.scopes == {*EVERYWHERE, f"comments:article:{article.id}"}
    assert await store.get_comment(kept.id) == replace(wanted, version=2, seq=change.seq, updated_at=now)
    [entry] = (await store.read_comments("comments", limit=5)).comments
    assert entry.comment.body_html == "<p>Edited.</p>"


async def test_an_edit_of_what_readers_do_not_see_raises_nothing(store: Store) -> None:
    article = await store.add_article(story("a"))
    held = await add_reply(store, reply(article, "Ann", status=CommentStatus.PENDING))
    shown = await add_reply(store, reply(article, "Bob"))
    for kept, changed in (
        (held, replace(held, author_name="Zoe", body_html="<p>Other.</p>")),
        (shown, replace(shown, author_email="bob@other.example")),
    ):
        [change] = await changes_of(store, store.update_comment(changed, if_version=1))
        assert (change.action, change.scopes) == (Action.EDIT, frozenset())
        assert await store.get_comment(kept.id) == replace(changed, version=2)


async def test_an_edit_without_a_difference_writes_nothing(store: Store) -> None:
    article = await store.add_article(story("a"))
    kept = await add_reply(store, reply(article, "Ann"))
    # What an edit does not give is not looked at.
    same = replace(kept, status=CommentStatus.SPAM, created_at=FOUNDED + MINUTE, guid="x", ip_hash="x")
    assert await changes_of(store, store.update_comment(same, if_version=1)) == ()
    assert await store.get_comment(kept.id) == kept


async def test_an_edit_is_refused_when_another_came_first(store: Store) -> None:
    article = await store.add_article(story("a"))
    kept = await add_reply(store, reply(article, "Ann"))
    since = await store.last_seq()
    with pytest.raises(Conflict):
        await store.update_comment(replace(kept, author_name="Zoe"), if_version=2)
    with pytest.raises(NotFound):
        await store.update_comment(replace(kept, id=99), if_version=1)
    assert await store.last_seq() == since


async def test_a_new_name_moves_the_replies_that_quote_it(store: Store) -> None:
    article = await store.add_article(story("a"))
    parent = await add_reply(store, reply(article, "Ann"))
    child = await add_reply(store, reply(article, "Bob", parent_id=parent.id))
    edited = await store.update_comment(replace(parent, body_html="<p>Other.</p>"), if_version=1)
    assert (await store.get_comment(child.id)).seq == child.seq
    renamed = await store.update_comment(replace(edited, author_name="Zoe"), if_version=2)
    assert (await store.get_comment(child.id)).seq == renamed.seq


async def test_each_edit_is_a_second_later_at_least(store: Store, clock: SettableClock) -> None:
    """Feeds show whole seconds; clocks are put back."""
    article = await store.add_article(story("a"))
    kept = await add_reply(store, reply(article, "Ann"))
    seconds = [FOUNDED]
    for number in range(3):
        kept = await store.update_comment(replace(kept, body_html=f"<p>{number}</p>"), if_version=kept.version)
        assert kept.updated_at is not None
        seconds.append(kept.updated_at.replace(microsecond=0))
        clock.advance(seconds=-5)
    assert seconds == sorted(set(seconds))


async def test_an_edited_email_is_the_one_that_rules_know(store: Store) -> None:
    article = await store.add_article(story("a"))
    kept = await add_reply(store, reply(article, "Ann"))
    await store.update_comment(replace(kept, author_email="New@Secret.example"), if_version=1)

    async def known(email: str) -> bool:
        return (await history_of(store, reply(article, "Ann", author_email=email))).approved_before

    assert (await known("new@secret.EXAMPLE"), await known(kept.author_email)) == (True, False)
