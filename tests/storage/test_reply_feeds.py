"""Feeds of the replies to a commenter's own comments."""

from datetime import datetime, timedelta
from random import Random

import pytest

from storage.errors import Conflict, NotFound
from storage.model import Article, ArticleStatus, Comment, CommentEntry, CommentStatus, Late, ReplyList
from storage.protocol import Store
from tests.storage.newsroom import (
    FOUNDED,
    LIST_AFTER,
    SettableClock,
    add_reply,
    changes_of,
    edit,
    moderate,
    record,
    reply,
    story,
    withdraw,
)

pytestmark = pytest.mark.anyio

KEY, OTHER = "a" * 64, "b" * 64
MINUTE = timedelta(minutes=1)


async def read(store: Store, key: str = KEY, limit: int = 50) -> ReplyList:
    found = await store.read_replies(key, limit=limit, also=("site",))
    assert found is not None
    return found


async def shown(store: Store, key: str = KEY, limit: int = 50) -> list[str]:
    return [entry.comment.author_name for entry in (await read(store, key, limit)).replies.comments]


async def answer(store: Store, parent: Comment | None, article: Article, name: str, minute: int) -> Comment:
    at = FOUNDED + minute * MINUTE
    return await add_reply(store, reply(article, name, at, parent_id=parent.id if parent else None))


async def test_it_shows_what_answers_the_comments_that_it_follows(store: Store) -> None:
    one, two = await store.add_article(story("a")), await store.add_article(story("b"))
    ann = await answer(store, None, one, "Ann", 1)
    bob = await answer(store, ann, one, "Bob", 2)
    await answer(store, bob, one, "Cid", 3)
    again = await answer(store, None, two, "Ann", 4)
    await answer(store, again, two, "Dee", 5)
    await answer(store, None, two, "Eve", 6)
    assert await store.read_replies(KEY, limit=5) is None
    assert await changes_of(store, store.follow_replies(KEY, ann.id), store.follow_replies(KEY, again.id)) == ()
    assert await shown(store) == ["Dee", "Bob"]
    listed = (await read(store)).replies
    assert [(entry.article.id, entry.parent and entry.parent.id) for entry in listed.comments] == [
        (two.id, again.id), (one.id, ann.id),
    ]  # fmt: skip
    assert {comment.comment.author_email for comment in listed.comments} == {""}
    assert listed.snapshot.scopes.keys() == {"comments", "older:comments", "home", "older:home", "site"}
    assert (await shown(store, limit=1), (await read(store, limit=1)).replies.older) == (["Dee"], True)
    assert await store.read_replies(OTHER, limit=5) is None


async def test_of_a_thread_it_shows_all_but_ones_own(store: Store) -> None:
    article = await store.add_article(story("a"))
    top = await answer(store, None, article, "Top", 1)
    mine = await answer(store, top, article, "Mine", 2)
    beside = await answer(store, top, article, "Beside", 3)
    await answer(store, mine, article, "Below", 4)
    await answer(store, beside, article, "Deep", 5)
    await answer(store, None, article, "Elsewhere", 6)
    await store.follow_replies(KEY, mine.id, thread=True)
    assert await shown(store) == ["Deep", "Below", "Beside"]
    await store.follow_replies(KEY, mine.id)
    assert await shown(store) == ["Below"], "it was said otherwise last"


async def test_a_reply_goes_and_comes_with_what_readers_may_see(store: Store, clock: SettableClock) -> None:
    article = await store.add_article(story("a"))
    ann = await answer(store, None, article, "Ann", 1)
    bob = await answer(store, ann, article, "Bob", 2)
    held = await add_reply(
        store, reply(article, "Held", FOUNDED + 3 * MINUTE, parent_id=ann.id, status=CommentStatus.PENDING)
    )
    await store.follow_replies(KEY, ann.id)
    assert (await shown(store), (await read(store)).replies.tombstones) == (["Bob"], ())
    await moderate(store, bob, CommentStatus.SPAM)
    await moderate(store, held, CommentStatus.APPROVED)
    assert await shown(store) == ["Held"]
    assert [stone.guid for stone in (await read(store)).replies.tombstones] == [bob.guid]
    clock.advance(minutes=1)
    gone = await withdraw(store, await store.get_article(article.id))
    assert await shown(store) == []
    assert {stone.guid for stone in (await read(store)).replies.tombstones} == {bob.guid, held.guid}
    await edit(store, gone, status=ArticleStatus.PUBLISHED)
    assert await shown(store) == ["Held"]


async def test_a_reply_that_arrives_late_is_told_beside_the_newest(store: Store, clock: SettableClock) -> None:
    article, other = await store.add_article(story("a")), await store.add_article(story("b"))
    ann = await answer(store, None, article, "Ann", 1)
    await store.follow_replies(KEY, ann.id)
    await store.follow_replies(OTHER, ann.id, thread=True)
    held = [
        await add_reply(store, reply(of, name, FOUNDED + 2 * MINUTE, parent_id=parent, status=CommentStatus.PENDING))
        for of, name, parent in ((article, "Held", ann.id), (article, "Beside", None), (other, "Elsewhere", None))
    ]
    await answer(store, ann, article, "Bob", 3)
    arrived = clock.advance(days=1)
    for comment in held:
        await moderate(store, comment, CommentStatus.APPROVED)

    async def late(since: datetime, limit: int = 1) -> Late[CommentEntry]:
        found = await store.read_replies(KEY, limit=limit, late_since=since)
        assert found is not None
        assert [entry.comment.author_name for entry in found.replies.comments] == ["Bob", "Held"][:limit]
        return found.replies.late

    found = await late(FOUNDED)
    assert ([entry.comment.author_name for entry in found.entries], found.first_at) == (["Held"], arrived)
    assert (await late(FOUNDED, limit=2)).entries == (), "it stands among the newest"
    assert await late(arrived) == Late(last_past_at=arrived), "its week is over"
    assert (await read(store, OTHER, limit=1)).replies.late == Late(), "nobody asked"
    await moderate(store, held[0], CommentStatus.SPAM)
    gone = await late(FOUNDED)
    assert (gone.entries, [stone.guid for stone in gone.tombstones]) == ((), [held[0].guid])


async def test_every_step_dates_it_later(store: Store, clock: SettableClock) -> None:
    article = await store.add_article(story("a"))
    kept = [await answer(store, None, article, name, 1) for name in ("Ann", "Bob", "Cid")]
    clock.advance(days=-1)
    dates = [(await store.follow_replies(KEY, comment.id)).changed_at for comment in (*kept, kept[-1])]
    assert dates[0] < dates[1] < dates[2] == dates[3], "nothing new is no step"
    assert (await read(store)).feed.changed_at == dates[-1]


async def test_one_that_was_ended_is_gone_for_good(store: Store) -> None:
    article = await store.add_article(story("a"))
    ann = await answer(store, None, article, "Ann", 1)
    await answer(store, ann, article, "Bob", 2)
    await store.follow_replies(KEY, ann.id)
    await store.follow_replies(OTHER, ann.id)
    for _ in range(2):
        await store.end_reply_feed(KEY)
    assert ((await read(store)).feed.ended, await shown(store), await shown(store, OTHER)) == (True, [], ["Bob"])
    with pytest.raises(Conflict):
        await store.follow_replies(KEY, ann.id)
    for text in ("c" * 64, "\x00", "\ud800"):
        with pytest.raises(NotFound):
            await store.end_reply_feed(text)
        assert await store.read_replies(text, limit=5) is None
    with pytest.raises(NotFound):
        await store.follow_replies(OTHER, 999)


async def test_who_is_forgotten_follows_nothing(store: Store) -> None:
    article = await store.add_article(story("a"))
    ann = await add_reply(store, reply(article, "Ann", author_email="ann@mail.example"))
    await answer(store, ann, article, "Bob", 2)
    await store.follow_replies(KEY, ann.id)
    await store.forget_comments("ann@mail.example", alias="Nobody", erase=False, list_after=LIST_AFTER, limit=5)
    assert await shown(store) == []


async def test_any_thread_is_shown_as_a_plain_walk_finds_it(store: Store) -> None:
    """Trees at random, circles among them, which an import may bring."""
    random = Random(20260101)
    for number in range(6):
        article = await store.add_article(story(f"a{number}", guid=f"urn:a{number}"))
        ids = range(100 * number + 1, 100 * number + 16)
        parents = {id_: random.choice([None, *ids]) for id_ in ids}
        comments = [
            reply(article, str(id_), FOUNDED + id_ * MINUTE, id=id_, guid=f"urn:c{id_}", parent_id=parent)
            for id_, parent in parents.items()
        ]
        await store.import_articles([record(article, *comments)])
        kept = {comment.author_name: comment for comment in await store.list_comments(article_id=article.id, limit=50)}
        parents = {comment.id: comment.parent_id for comment in kept.values()}
        own = random.sample(sorted(kept), 3)
        thread = {name: random.random() < 0.5 for name in own}
        key = f"{number}" * 64
        for name in own:
            await store.follow_replies(key, kept[name].id, thread=thread[name])

        def line(id_: int | None, parents: dict[int, int | None] = parents) -> list[int]:
            found: list[int] = []
            while id_ is not None and id_ not in found:
                found.append(id_)
                id_ = parents[id_]
            return found

        expected = {
            name
            for name, comment in kept.items()
            if name not in own
            and any(
                line(kept[mine].id)[-1] in line(comment.parent_id)
                if thread[mine]
                else comment.parent_id == kept[mine].id
                for mine in own
            )
        }
        assert set(await shown(store, key)) == expected
