"""Who decided what."""

from datetime import timedelta

import pytest

from storage.errors import NotFound
from storage.model import Comment, CommentPage, CommentStatus, Decision, Position, SearchIn
from storage.protocol import Store
from tests.storage.newsroom import FOUNDED, LIST_AFTER, SettableClock, add_reply, moderate, reply, story

pytestmark = pytest.mark.anyio


async def test_a_change_of_status_is_noted_and_no_other(store: Store, clock: SettableClock) -> None:
    article = await store.add_article(story("a"))
    comment = await add_reply(store, reply(article, "Ann", status=CommentStatus.PENDING))
    first = clock.advance(minutes=1)
    await store.set_comment_status(comment.id, CommentStatus.SPAM, by="desk:ann", list_after=LIST_AFTER)
    await store.set_comment_status(comment.id, CommentStatus.SPAM, by="desk:bob", list_after=LIST_AFTER)
    second = clock.advance(minutes=1)
    await store.set_comment_status(comment.id, CommentStatus.APPROVED, by="api:bot", list_after=LIST_AFTER)
    [newest, oldest] = [found.decision for found in (await store.latest_decisions(limit=9)).decisions]
    assert newest.id > oldest.id
    assert [newest, oldest] == [
        Decision(
            id=newest.id, comment_id=comment.id, before=CommentStatus.SPAM, after=CommentStatus.APPROVED,
            at=second, by="api:bot",
        ),
        Decision(
            id=oldest.id, comment_id=comment.id, before=CommentStatus.PENDING, after=CommentStatus.SPAM,
            at=first, by="desk:ann",
        ),
    ]  # fmt: skip


async def held(store: Store, *names: str, body: str = "<p>Hm.</p>") -> list[Comment]:
    article = await store.add_article(story(names[0].lower()))
    return [
        await add_reply(store, reply(article, name, status=CommentStatus.PENDING, body_html=body)) for name in names
    ]


def ids(page: CommentPage) -> list[int]:
    return [found.comment.id for found in page.comments]


async def test_several_are_one_write_and_are_undone_by_whom_alone(store: Store) -> None:
    first, second, third = await held(store, "A", "B", "C")
    await moderate(store, second, CommentStatus.SPAM)
    since = await store.last_seq()
    wanted = [first.id, second.id, third.id, 99, first.id]
    decided = await store.moderate(wanted, CommentStatus.SPAM, by="desk:bob", list_after=LIST_AFTER)
    assert {decision.comment_id for decision in decided} == {first.id, third.id}
    assert len(await store.changes_since(since, limit=9)) == 2
    span = (decided[0].id, decided[-1].id)
    assert await store.undo_decisions(*span, by="desk:ann", list_after=LIST_AFTER) == ()
    # What was decided again since stays as it is.
    await moderate(store, third, CommentStatus.APPROVED)
    undone = await store.undo_decisions(*span, by="desk:bob", list_after=LIST_AFTER)
    assert [(found.comment_id, found.before, found.after) for found in undone] == [
        (first.id, CommentStatus.SPAM, CommentStatus.PENDING)
    ]
    assert (await store.get_comment(third.id)).status is CommentStatus.APPROVED
    # To undo that is to do it again; and it is undone once.
    assert await store.undo_decisions(*span, by="desk:bob", list_after=LIST_AFTER) == ()
    [again] = await store.undo_decisions(undone[0].id, undone[0].id, by="desk:bob", list_after=LIST_AFTER)
    assert again.after is CommentStatus.SPAM


async def test_the_queue_goes_both_ways(store: Store) -> None:
    kept = [comment.id for comment in await held(store, *"ABCDE")]
    newest = await store.read_queue(CommentStatus.PENDING, limit=2)
    assert (ids(newest), newest.newer, newest.older) == ([kept[4], kept[3]], None, kept[3])
    middle = await store.read_queue(CommentStatus.PENDING, before_id=newest.older, limit=2)
    assert (ids(middle), middle.newer, middle.older) == ([kept[2], kept[1]], kept[2], kept[1])
    last = await store.read_queue(None, before_id=middle.older, limit=2)
    assert (ids(last), last.newer, last.older) == ([kept[0]], kept[0], None)
    back = await store.read_queue(CommentStatus.PENDING, after_id=middle.newer, limit=2)
    assert (ids(back), back.newer) == ([kept[4], kept[3]], None)
    assert ids(await store.read_queue(CommentStatus.SPAM, limit=2)) == []
    assert ids(await store.read_queue(None, before_id=10**30, limit=1)) == [kept[4]]


async def test_the_oldest_first_goes_both_ways_too(store: Store) -> None:
    kept = [comment.id for comment in await held(store, *"ABCDE")]
    first = await store.read_queue(CommentStatus.PENDING, oldest_first=True, limit=2)
    assert (ids(first), first.newer, first.older) == (kept[:2], kept[1], None)
    await store.moderate(kept[1:3], CommentStatus.SPAM, by="desk:ann", list_after=LIST_AFTER)
    second = await store.read_queue(CommentStatus.PENDING, after_id=first.newer, oldest_first=True, limit=2)
    assert (ids(second), second.newer, second.older) == (kept[3:], None, kept[3])
    back = await store.read_queue(CommentStatus.PENDING, before_id=second.older, oldest_first=True, limit=2)
    assert (ids(back), back.newer, back.older) == (kept[:1], kept[0], None)
    listed = [comment.id for comment in await store.list_comments(status=CommentStatus.PENDING, after_id=0, limit=9)]
    assert listed == [kept[0], *kept[3:]]
    assert await store.list_comments(after_id=10**30, limit=9) == ()


async def test_counts_stop_at_their_limit(store: Store) -> None:
    await held(store, *"ABC")
    assert (await store.count_comments(at_most=2))[CommentStatus.PENDING] == 2
    assert await store.count_comments(at_most=9) == {
        CommentStatus.PENDING: 3, CommentStatus.APPROVED: 0, CommentStatus.SPAM: 0, CommentStatus.TRASH: 0
    }  # fmt: skip


@pytest.mark.parametrize(
    ("words", "among", "found"),
    [
        ("zoe", SearchIn.WORDS, "Zoë"),
        ("zoe", SearchIn.AUTHOR, "Zoë"),
        ("zo*", SearchIn.AUTHOR, ""),
        ("casino", SearchIn.AUTHOR, ""),
        ("CASINO.example", SearchIn.WORDS, "Ann Zoë"),
        ("ann casino", SearchIn.WORDS, "Ann"),
        ("Ann@secret", SearchIn.EMAIL, "Ann"),
        ("nn@secret", SearchIn.EMAIL, ""),
        (" ", SearchIn.EMAIL, ""),
        ("%", SearchIn.EMAIL, ""),
        ('" OR *', SearchIn.WORDS, ""),
        ("secret", SearchIn.WORDS, ""),
    ],
)
async def test_search(store: Store, words: str, among: SearchIn, found: str) -> None:
    kept = await held(store, "Zoë", "Ann", body='<p>Look: <a href="https://casino.example/">win</a></p>')
    await moderate(store, kept[1], CommentStatus.SPAM)
    page = await store.search_comments(words, among=among, limit=9)
    assert " ".join(hit.comment.author_name for hit in page.comments) == found
    spam = await store.search_comments(words, among=among, status=CommentStatus.SPAM, limit=9)
    assert " ".join(hit.comment.author_name for hit in spam.comments) == ("Ann" if "Ann" in found else "")


async def test_search_goes_on_where_it_ended(store: Store) -> None:
    kept = [comment.id for comment in await held(store, *"ABCD", body="<p>same</p>")]
    for among, words in ((SearchIn.WORDS, "same"), (SearchIn.EMAIL, "c")):
        page = await store.search_comments(words, among=among, limit=1)
        assert len(page.comments) == 1
        assert page.older == (kept[3] if among is SearchIn.WORDS else None)
    rest = await store.search_comments("same", among=SearchIn.WORDS, before_id=kept[2], limit=2)
    assert (ids(rest), rest.older, rest.cut) == ([kept[1], kept[0]], None, False)


async def test_a_thread_has_every_status_and_what_it_answers(store: Store) -> None:
    kept = await held(store, *"ABCDE")
    await moderate(store, kept[0], CommentStatus.TRASH)
    article = await store.get_article(kept[0].article_id)
    child = await add_reply(store, reply(article, "F", parent_id=kept[0].id))
    thread = await store.read_thread(article.id, limit=9)
    assert thread.article == await store.get_article(article.id)
    assert [found.comment.id for found in thread.comments] == [*(comment.id for comment in kept), child.id]
    answered = thread.comments[-1].parent
    assert answered is not None
    assert (answered.id, answered.status) == (kept[0].id, CommentStatus.TRASH)
    assert [decision.after for decision in thread.comments[0].decisions] == [CommentStatus.TRASH]
    part = await store.read_thread(article.id, around=kept[2].id, limit=2)
    assert [found.comment.id for found in part.comments] == [kept[2].id, kept[3].id]
    assert (part.earlier, part.later) == (kept[2].id, kept[3].id)
    with pytest.raises(NotFound):
        await store.read_thread(99, limit=2)


async def test_what_waits_is_in_the_order_of_its_coming(store: Store) -> None:
    for slug, hours in (("late", 5), ("soon", 1), ("now", 0)):
        await store.add_article(story(slug, FOUNDED + timedelta(hours=hours)))
    await store.add_article(story("embargoed", embargoed_until=FOUNDED + timedelta(hours=2)))
    assert [article.slug for article in await store.list_waiting(limit=9)] == ["soon", "embargoed", "late"]
    [soon] = await store.list_waiting(limit=1)
    assert soon.public_at is not None
    rest = await store.list_waiting(after=Position(soon.public_at, soon.id), limit=1)
    assert [article.slug for article in rest] == ["embargoed"]


async def test_what_was_erased_is_passed_over_and_stays_in_the_trash(store: Store) -> None:
    kept = await held(store, "A", "B")
    decided = await store.moderate(
        [comment.id for comment in kept], CommentStatus.SPAM, by="desk:ann", list_after=LIST_AFTER
    )
    await store.forget_comments("a@secret.example", alias="A reader", erase=True, list_after=LIST_AFTER, limit=9)
    erased = (await store.latest_decisions(limit=1)).decisions[0].decision
    assert (erased.comment_id, erased.after, erased.by) == (kept[0].id, CommentStatus.TRASH, "forget")
    undone = await store.undo_decisions(decided[0].id, decided[-1].id, by="desk:ann", list_after=LIST_AFTER)
    assert [decision.comment_id for decision in undone] == [kept[1].id]
    again = await store.moderate(
        [comment.id for comment in kept], CommentStatus.APPROVED, by="desk:ann", list_after=LIST_AFTER
    )
    assert [decision.comment_id for decision in again] == [kept[1].id]
