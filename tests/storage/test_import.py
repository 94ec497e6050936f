"""Whole newsrooms in: what an import keeps, changes and leaves alone."""

from dataclasses import replace
from datetime import timedelta

import pytest

from storage.errors import Invalid
from storage.model import (
    Action,
    ArticleStatus,
    ArticleView,
    Author,
    CommentStatus,
    Outcome,
    PathTarget,
    Subject,
    Tag,
    Tombstone,
)
from storage.protocol import Store
from tests.storage.newsroom import (
    FOUNDED,
    LIST_AFTER,
    SettableClock,
    add_reply,
    changes_of,
    comment_graves,
    draft,
    edit,
    exported,
    graves,
    moderate,
    names,
    record,
    reply,
    slugs,
    story,
    withdraw,
)

pytestmark = pytest.mark.anyio

ADDED, CHANGED, UNCHANGED = Outcome.ADDED, Outcome.CHANGED, Outcome.UNCHANGED
HOUR = timedelta(hours=1)


async def test_a_batch_has_an_outcome_for_each_record(store: Store) -> None:
    batch = [record(story("a")), record(draft("b"), reply(draft("b"), "Ann"))]
    since = await store.last_seq()
    assert await store.import_articles(batch) == (ADDED, ADDED)
    assert await store.import_articles(batch) == (UNCHANGED, UNCHANGED)
    again = [record(story("a", headline="Other")), batch[1], record(story("c"))]
    assert await store.import_articles(again) == (CHANGED, UNCHANGED, ADDED)
    changes = await store.changes_since(since, limit=10)
    assert [(change.action, change.subject) for change in changes] == [
        (action, Subject.ARTICLE) for action in (Action.INSERT, Action.INSERT, Action.EDIT, Action.INSERT)
    ]
    assert await store.import_articles([]) == ()


async def test_a_guid_may_come_twice_in_a_batch(store: Store) -> None:
    other = story("a", headline="Other", sections=("business",))
    batch = [record(story("a", sections=("world",))), record(other), record(other)]
    assert await store.import_articles(batch) == (ADDED, CHANGED, UNCHANGED)
    assert (await slugs(store, "section:business"), await slugs(store, "section:world")) == (["a"], [])


async def test_an_unknown_section_refuses_the_batch(store: Store) -> None:
    since = await store.last_seq()
    with pytest.raises(Invalid) as caught:
        await store.import_articles([record(story("a")), record(story("b", sections=("nowhere",)))])
    assert set(caught.value.fields) == {"section"}
    assert (await slugs(store, "home"), await store.last_seq()) == ([], since)


async def test_what_was_made_of_a_record_does_not_differ_from_it(store: Store, clock: SettableClock) -> None:
    """A slug that got a number, names known by others, the publication by the clock: all of it stays."""
    await store.add_article(
        story("a", authors=(Author(slug="x", name="Known"),), tags=(Tag(slug="x", name="Known"),), sections=("world",))
    )
    batch = [
        record(story("a", guid="urn:1", authors=(Author(slug="x", name="New"),), tags=(Tag(slug="x", name="New"),))),
        record(story("b", FOUNDED + HOUR, updated_at=FOUNDED, embargoed_until=FOUNDED + 2 * HOUR)),
        record(story("c", FOUNDED, updated_at=FOUNDED - HOUR, embargoed_until=FOUNDED - HOUR)),
        record(draft("d", updated_at=FOUNDED), old_paths=("/2023/03/01/a/", "/?p=4")),
        record(story("e"), reply(story("e"), "Ann", id=3), reply(story("e"), "Bob", id=4, parent_id=3)),
        record(story("f", gone_at=FOUNDED)),
        record(story("g", created_at=FOUNDED - HOUR, modified_at=FOUNDED - HOUR)),
    ]
    assert await store.import_articles(batch) == (ADDED,) * 7
    assert await store.import_articles(batch) == (UNCHANGED,) * 7
    clock.advance(hours=3)
    await store.run_due()
    assert await store.import_articles(batch) == (UNCHANGED,) * 7


async def test_what_was_published_again_here_keeps_its_updated(store: Store, clock: SettableClock) -> None:
    batch = [record(story("a", updated_at=FOUNDED))]
    await store.import_articles(batch)
    [article] = await store.list_articles(limit=1)
    clock.advance(hours=1)
    await withdraw(store, article)
    clock.advance(hours=1)
    # The import publishes it again.
    assert await store.import_articles(batch) == (CHANGED,)
    back = await store.get_article(article.id)
    assert back.updated_at == FOUNDED + HOUR + timedelta(seconds=1)
    assert await store.import_articles(batch) == (UNCHANGED,)


async def test_ids_are_kept_when_free(store: Store) -> None:
    batch = [record(story(slug, id=number)) for slug, number in [("a", 7), ("b", 7), ("c", 0), ("d", 2), ("e", 2**62)]]
    await store.import_articles(batch)
    ids = {article.slug: article.id for article in await store.list_articles(limit=10)}
    assert ids == {"a": 7, "b": 8, "c": 9, "d": 2, "e": 10}


async def test_dates_are_kept_as_given(store: Store) -> None:
    given = story("a", created_at=FOUNDED - 3 * HOUR, modified_at=FOUNDED - 2 * HOUR)
    await store.import_articles([record(given), record(story("b", FOUNDED - HOUR))])
    kept = {article.slug: (article.created_at, article.modified_at) for article in await store.list_articles(limit=2)}
    assert kept == {"a": (given.created_at, given.modified_at), "b": (FOUNDED, FOUNDED)}


async def test_a_thread_comes_under_ids_of_this_store(store: Store) -> None:
    first = await store.add_article(story("first"))
    here = await add_reply(store, reply(first, "Ann", id=5))
    article = story("a")
    thread = [
        reply(article, "Cid", id=6, parent_id=5),
        reply(article, "Bob", id=5, article_id=99),
        reply(article, "Dan", id=9, parent_id=6),
        reply(article, "Eve", id=8, parent_id=77),
    ]
    assert await store.import_articles([record(article, *thread)]) == (ADDED,)
    [kept] = [found for found in await exported(store) if found.article.slug == "a"]
    by_name = {comment.author_name: comment for comment in kept.comments}
    assert {name: comment.id for name, comment in by_name.items()} == {"Bob": 7, "Cid": 6, "Dan": 9, "Eve": 8}
    assert {name: comment.parent_id for name, comment in by_name.items()} == {
        "Bob": None,
        "Cid": 7,
        "Dan": 6,
        "Eve": None,
    }
    assert await store.get_comment(5) == here


async def test_a_thread_in_a_loop_is_cut(store: Store) -> None:
    article = story("a")
    loop = [
        reply(article, name, id=id_, parent_id=parent) for name, id_, parent in [("A", 1, 3), ("B", 2, 1), ("C", 3, 2)]
    ]
    await store.import_articles([record(article, *loop, reply(article, "D", id=4, parent_id=4))])
    [kept] = await exported(store)
    assert sum(comment.parent_id is None for comment in kept.comments) == 2
    assert len(kept.comments) == 4


async def test_comments_without_ids_have_no_parents(store: Store) -> None:
    article = story("a")
    await store.import_articles([record(article, *(reply(article, name) for name in "abc"))])
    [kept] = await exported(store)
    assert [(comment.id, comment.parent_id) for comment in kept.comments] == [(1, None), (2, None), (3, None)]


async def test_new_comments_join_those_that_are_there(store: Store, clock: SettableClock) -> None:
    article = story("a", sections=("world",))
    ann, bob, cid = (reply(article, name, id=id_) for id_, name in enumerate(("Ann", "Bob", "Cid"), 1))
    await store.import_articles([record(article, ann)])
    clock.advance(minutes=1)
    known = await store.get_comment(1)
    await moderate(store, known, CommentStatus.SPAM)
    held = replace(cid, status=CommentStatus.PENDING, parent_id=1)
    [change] = await changes_of(store, store.import_articles([record(article, ann, bob, held)]))
    assert {"comments", "comments:section:world", "home", "section:world"} < change.scopes
    assert await names(store, "comments") == ["Bob"]
    # What a moderator decided here stands, and the count shows at once.
    assert (await store.get_comment(1)).status is CommentStatus.SPAM
    [kept] = await store.list_articles(limit=1)
    assert (kept.comment_count, kept.listed_comment_count, kept.due_at, kept.seq) == (1, 1, None, change.seq)
    assert (await store.get_comment(3)).parent_id == 1
    await store.add_comment(reply(kept, "Dan"), list_after=LIST_AFTER)
    assert (await store.get_article(kept.id)).listed_comment_count == 1


async def test_a_comments_guid_known_elsewhere_is_left_there(store: Store) -> None:
    first = story("a")
    await store.import_articles([record(first, reply(first, "Ann", guid="urn:c"))])
    other = story("b")
    assert await store.import_articles([record(other, reply(other, "Bob", guid="urn:c"))]) == (ADDED,)
    assert await names(store, "comments") == ["Ann"]
    # Nor is it a parent here.
    thread = (reply(other, "Cid", guid="urn:c", id=7), reply(other, "Dan", id=8, parent_id=7))
    assert await store.import_articles([record(other, *thread)]) == (CHANGED,)
    assert (await store.get_comment(8)).parent_id is None


async def test_a_count_that_waited_shows_with_what_is_imported(store: Store) -> None:
    await store.import_articles([record(story("a"))])
    [article] = await store.list_articles(limit=1)
    for name in ("Ann", "Bob"):
        await add_reply(store, reply(article, name))
    assert (await store.get_article(article.id)).due_at == FOUNDED + LIST_AFTER
    await store.import_articles([record(story("a"), reply(article, "Cid"))])
    kept = await store.get_article(article.id)
    assert (kept.comment_count, kept.listed_comment_count, kept.due_at) == (3, 3, None)
    assert (await store.run_due()).next_at is None
    # The interval begins again.
    await add_reply(store, reply(article, "Dan"))
    assert (await store.get_article(article.id)).listed_comment_count == 3


async def test_a_changed_record_keeps_its_dates(store: Store, clock: SettableClock) -> None:
    await store.import_articles([record(story("a", created_at=FOUNDED - 3 * HOUR))])
    clock.advance(hours=9)
    changed = story("a", headline="Other", created_at=FOUNDED - 2 * HOUR, modified_at=FOUNDED + HOUR)
    assert await store.import_articles([record(changed)]) == (CHANGED,)
    [kept] = await store.list_articles(limit=1)
    assert (kept.created_at, kept.modified_at) == (FOUNDED - 3 * HOUR, FOUNDED + HOUR)
    assert await store.import_articles([record(story("a", headline="Third"))]) == (CHANGED,)
    [kept] = await store.list_articles(limit=1)
    assert kept.modified_at == clock.now


async def test_counts_are_listed_at_once(store: Store) -> None:
    article = story("a")
    held = reply(article, "Cid", status=CommentStatus.PENDING)
    await store.import_articles([record(article, reply(article, "Ann"), reply(article, "Bob"), held)])
    [kept] = await store.list_articles(limit=1)
    assert (kept.comment_count, kept.listed_comment_count, kept.due_at) == (2, 2, None)
    assert await names(store, f"comments:article:{kept.id}") == ["Bob", "Ann"]
    assert [comment.seq for comment in await store.list_comments(limit=5)] == [0, kept.seq, kept.seq]


async def test_old_paths_lead_to_the_article(store: Store) -> None:
    await store.add_article(story("taken", sections=("world",)))
    old = ("/harbour-reopens/", "/?p=123", "/2023/03/01/taken/", "/section/world/")
    await store.import_articles([record(story("a"), old_paths=old)])
    [kept] = [found for found in await exported(store) if found.article.slug == "a"]
    assert kept.old_paths == ("/?p=123", "/harbour-reopens/")
    target = PathTarget(path="/2023/03/01/a/", gone=False, article_id=kept.article.id)
    for path in kept.old_paths:
        assert await store.find_path(path) == target
        assert await store.view_article(path, size=50) == target
    assert isinstance(await store.view_article("/2023/03/01/taken/", size=50), ArticleView)
    more = (*old, "/?p=124")
    assert await store.import_articles([record(story("a"), old_paths=more)]) == (CHANGED,)
    assert await store.import_articles([record(story("a"), old_paths=more)]) == (UNCHANGED,)


async def test_old_paths_of_a_draft_lead_nowhere_until_it_is_public(store: Store) -> None:
    await store.import_articles([record(draft("a"), old_paths=("/?p=1",))])
    assert await store.find_path("/?p=1") is None
    [kept] = await store.list_articles(limit=1)
    await edit(store, kept, status=ArticleStatus.PUBLISHED, published_at=FOUNDED, day=FOUNDED.date())
    assert await store.find_path("/?p=1") == PathTarget(path="/2023/03/01/a/", gone=False, article_id=kept.id)


async def test_drafts_and_what_is_scheduled_stay_so(store: Store) -> None:
    await store.import_articles([record(draft("a")), record(story("b", FOUNDED + HOUR))])
    assert await slugs(store, "home") == []
    assert (await store.run_due()).next_at == FOUNDED + HOUR


async def test_what_is_gone_comes_with_its_tombstone(store: Store) -> None:
    gone_at = FOUNDED - HOUR
    article = story("a", FOUNDED - 2 * HOUR, gone_at=gone_at, sections=("world/africa",))
    trashed = reply(article, "Ann", gone_at=gone_at)
    [change] = await changes_of(store, store.import_articles([record(article, trashed, old_paths=("/?p=1",))]))
    [kept] = await store.list_articles(limit=1)
    assert (kept.status, kept.public, kept.gone_at) == (ArticleStatus.WITHDRAWN, False, gone_at)
    stone = Tombstone(guid=kept.guid, gone_at=gone_at, seq=change.seq)
    for scope in ("home", "section:world", "section:world/africa", "day:2023-03-01"):
        assert (await store.read_articles(scope, limit=5)).tombstones == (stone,)
        assert scope in change.scopes
    for scope in ("comments", "comments:section:world", f"comments:article:{kept.id}"):
        assert await comment_graves(store, scope) == ["Ann"]
        assert scope in change.scopes
    for path in ("/2023/03/01/a/", "/?p=1"):
        target = await store.find_path(path)
        assert target is not None
        assert target.gone


async def test_what_is_gone_at_the_source_goes_here(store: Store, clock: SettableClock) -> None:
    await store.import_articles([record(story("a"))])
    clock.advance(hours=5)
    assert await store.import_articles([record(story("a", gone_at=FOUNDED + HOUR))]) == (CHANGED,)
    assert [stone.gone_at for stone in (await store.read_articles("home", limit=5)).tombstones] == [FOUNDED + HOUR]
    assert await graves(store, "home") == ["a"]
    assert await store.import_articles([record(story("a", gone_at=FOUNDED + HOUR))]) == (UNCHANGED,)
