"""What arrives late in a list, out of its order, is told beside the newest: in every list, for as long as is asked."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from storage.lifecycle import AMONG_NEWEST, MOST_LATE
from storage.model import Article, ArticleRecord, ArticleStatus, Author, Comment, CommentList, CommentStatus, Late, Tag
from storage.protocol import Store
from storage.search import Searchable, searchable
from storage.sqlite import matching
from tests.storage.newsroom import (
    FOUNDED,
    SettableClock,
    add_reply,
    draft,
    edit,
    moderate,
    raised_by,
    reply,
    story,
    withdraw,
)

pytestmark = pytest.mark.anyio

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WEEK = timedelta(days=7)
PLACE = {
    "sections": ("world/africa",),
    "tags": (Tag(slug="nato", name="NATO"),),
    "authors": (Author(slug="ann", name="Ann"),),
}
LISTS = ("home", "month:2023-03", "year:2023", "section:world", "section:world/africa", "tag:nato", "author:ann")
THREADS = ("comments", "comments:section:world", "comments:section:world/africa")


async def late_in(store: Store, scope: str, limit: int = 1, since: datetime | None = None) -> Late[object]:
    since = since or FOUNDED - DAY
    if scope.startswith("comments"):
        return (await store.read_comments(scope, limit=limit, late_since=since)).late
    return (await store.read_articles(scope, limit=limit, late_since=since)).late


async def late(store: Store, scope: str, limit: int = 1) -> list[object]:
    """Slugs of articles, names of comments' authors."""
    entries = (await late_in(store, scope, limit)).entries
    return [one.slug if isinstance(one, Article) else one.comment.author_name for one in entries]  # type: ignore[attr-defined]


async def late_graves(store: Store, scope: str, limit: int = 1) -> list[str]:
    return [stone.guid.rpartition(":")[2] for stone in (await late_in(store, scope, limit)).tombstones]


async def publish(
    store: Store, clock: SettableClock, slug: str, ago: timedelta = timedelta(), **fields: object
) -> Article:
    return await store.add_article(story(slug, clock() - ago, **(PLACE | fields)))


async def test_an_old_date_is_late_in_every_list_but_that_of_its_day(store: Store, clock: SettableClock) -> None:
    clock.advance(days=10)
    await publish(store, clock, "new")
    old = await publish(store, clock, "old", 2 * DAY)
    for scope in LISTS:
        assert await late(store, scope) == ["old"], scope
        assert await late(store, scope, limit=2) == [], "it stands among the newest"
    for scope in ("day:2023-03-09", "day:2023-03-11", "section:business", "tag:other"):
        assert await late_in(store, scope) == Late(), scope
    assert old.updated_at == clock(), "readers see it as new"
    assert (await store.read_articles("home", limit=1)).late == Late(), "nobody asked"


async def test_it_is_told_for_as_long_as_is_asked(store: Store, clock: SettableClock) -> None:
    await publish(store, clock, "new")
    first = clock.advance(days=1)
    await publish(store, clock, "one", 2 * DAY)
    second = clock.advance(days=1)
    await publish(store, clock, "two", 9 * DAY)
    for scope in LISTS[3:]:
        found = await late_in(store, scope, since=first - timedelta(microseconds=1))
        assert ([*map(slug_of, found.entries)], found.first_at, found.last_past_at) == (["one", "two"], first, None)
        found = await late_in(store, scope, since=first)
        assert ([*map(slug_of, found.entries)], found.first_at, found.last_past_at) == (["two"], second, first)
        assert await late_in(store, scope, since=second) == Late(last_past_at=second)


def slug_of(entry: object) -> str:
    assert isinstance(entry, Article)
    return entry.slug


async def test_what_arrives_on_top_is_not_late(store: Store, clock: SettableClock) -> None:
    """But in the list of all, whose days are documents of an archive."""
    clock.advance(days=10)
    for slug, days in (("a", 5), ("b", 3), ("c", 1)):
        await publish(store, clock, slug, days * DAY)
    assert await late(store, "section:world") == []
    assert await late(store, "home") == ["b", "a"]


async def test_soon_is_not_late_unless_many_stand_before_it(store: Store, clock: SettableClock) -> None:
    for number in range(AMONG_NEWEST - 1):
        clock.advance(seconds=20)
        await publish(store, clock, f"s{number}")
    soon = await publish(store, clock, "among-them", timedelta(minutes=30))
    assert await late(store, "section:world") == []
    assert soon.updated_at == soon.published_at
    clock.advance(seconds=20)
    await publish(store, clock, "one-more")
    await publish(store, clock, "a-moment-ago", timedelta(seconds=59))
    below = await publish(store, clock, "below", timedelta(minutes=31))
    assert await late(store, "section:world") == ["below"]
    assert below.updated_at == clock()


async def test_each_list_judges_by_its_own_newest(store: Store, clock: SettableClock) -> None:
    clock.advance(days=10)
    await publish(store, clock, "new", sections=("business",))
    await publish(store, clock, "old", DAY, sections=("world",))
    assert await late(store, "section:world", limit=0) == [], "the first there"
    assert await late(store, "tag:nato") == ["old"]


async def test_where_the_clock_was_put_back_the_newest_tell_the_time(store: Store, clock: SettableClock) -> None:
    await publish(store, clock, "new")
    clock.advance(days=-2)
    await publish(store, clock, "behind")
    for scope in ("home", "section:world"):
        found = await late_in(store, scope, since=FOUNDED - timedelta(seconds=1))
        assert ([*map(slug_of, found.entries)], found.first_at) == (["behind"], FOUNDED), scope


async def test_a_move_into_a_list_is_an_arrival_there(store: Store, clock: SettableClock) -> None:
    moving = await publish(store, clock, "moving", sections=("business",))
    clock.advance(days=3)
    await publish(store, clock, "new")
    moved = await edit(store, moving, sections=("world",))
    assert await late(store, "section:world") == ["moving"]
    for scope in ("home", "tag:nato", "section:business"):
        assert await late_in(store, scope) == Late(), f"{scope}: it stood there"
    assert moved.updated_at == moving.updated_at, "who knows it need not look again"
    await edit(store, moving, sections=("business",))
    assert await late_in(store, "section:world") == Late(), "a move leaves no tombstone"


async def test_a_new_date_is_an_arrival_at_another_place(store: Store, clock: SettableClock) -> None:
    moving = await publish(store, clock, "moving")
    clock.advance(hours=2)
    await publish(store, clock, "new")
    old = FOUNDED - 400 * DAY
    await edit(store, moving, published_at=old, day=old.date())
    for scope in ("home", "section:world", "tag:nato"):
        assert await late(store, scope) == ["moving"], scope
    assert await late(store, "month:2023-03") == []
    now = clock.advance(minutes=1)
    await edit(store, moving, published_at=now, day=now.date())
    for scope in ("home", "section:world", "tag:nato", "year:2022"):
        assert await late_in(store, scope, limit=2) == Late(), scope


async def test_a_significant_edit_is_an_arrival_and_no_other_is(store: Store, clock: SettableClock) -> None:
    kept = await publish(store, clock, "kept")
    clock.advance(hours=2)
    await publish(store, clock, "new")
    await edit(store, kept, headline="Otherwise")
    assert await late(store, "section:world") == []
    await edit(store, kept, updated_at=clock())
    for scope in LISTS:
        assert await late(store, scope) == ["kept"], scope


async def test_a_withdrawal_leaves_tombstones_where_it_was_late(store: Store, clock: SettableClock) -> None:
    clock.advance(days=10)
    await publish(store, clock, "new")
    old = await publish(store, clock, "old", 2 * DAY)
    await withdraw(store, old)
    for scope in LISTS:
        assert (await late(store, scope), await late_graves(store, scope)) == ([], ["old"]), scope
    clock.advance(hours=1)
    raised = await raised_by(store, edit(store, old, status=ArticleStatus.PUBLISHED))
    assert set(LISTS) < raised
    for scope in LISTS:
        assert (await late(store, scope), await late_graves(store, scope)) == (["old"], []), scope
    again = await store.get_article(old.id)
    assert again.updated_at == clock(), "it arrived again"


async def test_the_clock_brings_in_late_what_was_under_embargo(store: Store, clock: SettableClock) -> None:
    held = await store.add_article(story("held", FOUNDED, embargoed_until=FOUNDED + 3 * DAY, **PLACE))
    clock.advance(days=2)
    await publish(store, clock, "new")
    clock.now = FOUNDED + 3 * DAY
    await store.run_due()
    assert await late(store, "section:world") == ["held"]
    assert (await store.get_article(held.id)).updated_at == clock()


async def test_of_thousands_the_last_are_late(store: Store, clock: SettableClock) -> None:
    await publish(store, clock, "new")
    clock.advance(days=1)
    for number in range(MOST_LATE + 3):
        await publish(store, clock, f"s{number}", 2 * DAY + timedelta(seconds=number))
    found = await late(store, "section:world")
    assert found == [f"s{number}" for number in range(3, MOST_LATE + 3)]


async def test_an_import_brings_nothing_late_but_what_is_fresh(store: Store, clock: SettableClock) -> None:
    await publish(store, clock, "new")
    clock.advance(days=30)
    old = story("old", FOUNDED - 40 * DAY, **PLACE)
    fresh = story("fresh", clock() - DAY, sections=("world",))
    await publish(store, clock, "newest")
    await store.import_articles(
        [ArticleRecord(article=one, comments=(reply(one, one.slug, FOUNDED),)) for one in (old, fresh)]
    )
    for scope in ("home", "section:world"):
        assert await late(store, scope) == ["fresh"], scope
    for scope in ("section:world/africa", *THREADS):
        assert await late_in(store, scope) == Late(), scope
    listed = {article.slug: article for article in await store.list_articles(limit=9)}
    assert listed["old"].updated_at == old.published_at
    assert listed["fresh"].updated_at == fresh.published_at, "it is as old as its source says"
    moved = ArticleRecord(article=story("old", FOUNDED - 40 * DAY, sections=("business",)))
    await publish(store, clock, "in-business", sections=("business",))
    await store.import_articles([moved])
    assert await late_in(store, "section:business") == Late(), "nor does a later import"


async def test_an_edit_at_its_source_brings_nothing_late(store: Store, clock: SettableClock) -> None:
    await publish(store, clock, "new")
    clock.advance(days=30)
    await publish(store, clock, "newest")
    public, draft = story("old", FOUNDED - 40 * DAY, **PLACE), story("draft", FOUNDED - 41 * DAY, **PLACE)
    await store.import_articles(
        [ArticleRecord(article=one) for one in (public, replace(draft, status=ArticleStatus.DRAFT))]
    )
    clock.advance(days=1)
    edited = [replace(one, headline="Corrected", updated_at=clock()) for one in (public, draft)]
    await store.import_articles([ArticleRecord(article=one) for one in edited])
    listed = {article.slug: article for article in await store.list_articles(limit=9)}
    assert {(listed[slug].headline, listed[slug].public) for slug in ("old", "draft")} == {("Corrected", True)}
    assert listed["old"].updated_at == clock()
    for scope in ("home", "section:world", "section:world/africa"):
        assert await late_in(store, scope) == Late(), scope


async def test_a_search_tells_what_matches_of_it(store: Store, clock: SettableClock) -> None:
    clock.advance(days=10)
    for number in range(3):
        await publish(store, clock, f"s{number}", headline="Ferry")
    for slug, headline in (("old", "A ferry"), ("other", "A train")):
        await publish(store, clock, slug, 2 * DAY, headline=headline)

    async def found(limit: int, since: datetime | None) -> tuple[list[str], list[str]]:
        listed = await store.search_articles("ferry", limit=limit, late_since=since)
        return [one.slug for one in listed.articles], [one.slug for one in listed.late.entries]

    assert await found(2, FOUNDED) == (["s2", "s1"], ["old"])
    assert await found(4, FOUNDED) == (["s2", "s1", "s0", "old"], [])
    for number in range(3):
        await publish(store, clock, f"t{number}", headline="東京大学の渡し船")
    await publish(store, clock, "another", 3 * DAY, headline="東京大学")
    for words, expected in (("大学", ["another"]), ("大学 -船", []), ("大* FERRY", [])):
        listed = await store.search_articles(words, limit=1, late_since=FOUNDED)
        assert [one.slug for one in listed.late.entries] == expected, words
    assert await found(2, None) == (["s2", "s1"], [])
    assert await found(2, clock()) == (["s2", "s1"], [])
    listed = await store.search_articles("ferry", limit=2, late_since=FOUNDED)
    assert (listed.late.first_at, listed.late.last_past_at) == (clock(), None)


async def test_a_search_costs_little_however_long_what_came_late_is(
    store: Store, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.advance(days=10)
    for number in range(2):
        await publish(store, clock, f"s{number}", headline="Ferry")
    for number in range(8):
        body = f"<p>{'渡し船' * 1_000} number{number}</p>"
        await publish(store, clock, f"long-{number}", (2 + number) * DAY, headline="Ferry", body_html=body)
    indexed: list[Article] = []

    def index(article: Article) -> Searchable:
        indexed.append(article)
        return searchable(article)

    monkeypatch.setattr(matching, "searchable", index)

    async def found(words: str) -> list[str]:
        listed = await store.search_articles(words, limit=1, late_since=FOUNDED)
        return [one.slug for one in listed.late.entries]

    every = [f"long-{number}" for number in range(8)]
    for most in (100_000, 20_000):
        monkeypatch.setattr(matching, "_LITTLE", most)
        assert await found("ferry") == every
        assert await found("ferry -number3") == every[:3] + every[4:]
        assert await found("ferry -渡し船") == []
        if most == 20_000:
            assert indexed == [], "none of them is read, or indexed, for it"
        indexed.clear()


async def article_with_a_queue(store: Store, clock: SettableClock) -> tuple[Article, Comment]:
    """A comment that waits below three that do not."""
    article = await publish(store, clock, "a")
    held = await add_reply(store, reply(article, "Held", clock(), status=CommentStatus.PENDING))
    for name in ("Ann", "Bob", "Cid"):
        clock.advance(minutes=30)
        await add_reply(store, reply(article, name, clock()))
    return article, held


async def test_a_comment_approved_after_newer_ones_is_late(store: Store, clock: SettableClock) -> None:
    article, held = await article_with_a_queue(store, clock)
    approved = await moderate(store, held, CommentStatus.APPROVED)
    assert approved.updated_at == clock(), "readers see it as new"
    for scope in (*THREADS, f"comments:article:{article.id}"):
        assert await late(store, scope) == ["Held"], scope
        assert await late(store, scope, limit=4) == [], scope
    viewed = await store.view_comments(article.path, limit=1, late_since=FOUNDED)
    assert isinstance(viewed, CommentList)
    assert [entry.comment.author_name for entry in viewed.late.entries] == ["Held"]
    await moderate(store, held, CommentStatus.SPAM)
    for scope in THREADS:
        assert (await late(store, scope), await late_graves(store, scope)) == ([], ["Held"]), scope
    await moderate(store, held, CommentStatus.APPROVED)
    for scope in THREADS:
        assert (await late(store, scope), await late_graves(store, scope)) == (["Held"], []), scope


async def test_a_comment_approved_in_turn_is_not(store: Store, clock: SettableClock) -> None:
    """However long it waited: readers find it on top."""
    article = await publish(store, clock, "a")
    held = [
        await add_reply(store, reply(article, name, clock.advance(minutes=1), status=CommentStatus.PENDING))
        for name in ("Ann", "Bob", "Cid")
    ]
    clock.advance(days=2)
    for comment in held:
        assert (await moderate(store, comment, CommentStatus.APPROVED)).updated_at is None
    for scope in THREADS:
        assert await late_in(store, scope) == Late(), scope


async def test_an_edited_comment_is_seen_again(store: Store, clock: SettableClock) -> None:
    article = await publish(store, clock, "a")
    first = await add_reply(store, reply(article, "Ann", clock()))
    clock.advance(hours=2)
    await add_reply(store, reply(article, "Bob", clock()))
    for body, expected in (("<p>Ann agrees.</p>", []), ("<p>No more.</p>", ["Ann"])):
        present = await store.get_comment(first.id)
        changed = Comment(**{name: getattr(present, name) for name in present.__slots__} | {"body_html": body})
        await store.update_comment(changed, if_version=present.version)
        assert await late(store, "comments") == expected


async def test_comments_come_late_with_their_article(store: Store, clock: SettableClock) -> None:
    article, _ = await article_with_a_queue(store, clock)
    await withdraw(store, article)
    clock.advance(days=1)
    other = await publish(store, clock, "b")
    await add_reply(store, reply(other, "Zoe", clock()))
    await edit(store, article, status=ArticleStatus.PUBLISHED)
    for scope in THREADS:
        assert await late(store, scope) == ["Cid", "Bob", "Ann"], scope
    late_ones = (await store.read_comments("comments", limit=1, late_since=FOUNDED)).late.entries
    assert {entry.comment.updated_at for entry in late_ones} == {clock()}
    await withdraw(store, article)
    assert await late(store, "comments") == []
    assert await late_graves(store, "comments", 9) == ["Cid", "Bob", "Ann"]
    assert await late_graves(store, "comments", 2) == ["Cid", "Bob"], "no more than entries"


async def test_comments_move_with_their_article(store: Store, clock: SettableClock) -> None:
    article, _ = await article_with_a_queue(store, clock)
    business = await publish(store, clock, "b", sections=("business",))
    clock.advance(days=1)
    await add_reply(store, reply(business, "Zoe", clock()))
    await edit(store, article, sections=("business",))
    assert await late(store, "comments:section:business") == ["Cid", "Bob", "Ann"]
    for scope in ("comments", f"comments:article:{article.id}", *THREADS[1:]):
        assert await late_in(store, scope) == Late(), scope
    found = await store.read_comments("comments:section:business", limit=9)
    assert found.snapshot.scopes["comments:section:business"].moved == await store.last_seq(), "they are no newer by it"


async def test_a_draft_is_nowhere_late(store: Store, clock: SettableClock) -> None:
    await publish(store, clock, "new")
    await store.add_article(draft("a", **PLACE))
    await store.add_article(story("b", FOUNDED + HOUR, **PLACE))
    for scope in LISTS:
        assert await late_in(store, scope) == Late(), scope
