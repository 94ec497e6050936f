"""The lists that public articles stand in, and the tombstones of those that stood there."""

from datetime import UTC, date, datetime, timedelta

import pytest

from storage.connect import open_store
from storage.lifecycle import AHEAD
from storage.model import ArticleStatus, ArticleView, Author, Section, Tag, Tombstone
from storage.protocol import Store
from tests.storage.newsroom import (
    FOUNDED,
    SettableClock,
    draft,
    edit,
    graves,
    raised_by,
    sections,
    slugs,
    story,
    versions,
    withdraw,
)

pytestmark = pytest.mark.anyio

HOUR = timedelta(hours=1)


async def test_lists_are_newest_first_and_ties_go_to_the_larger_id(store: Store) -> None:
    for slug, hours in [("a", 2), ("b", 3), ("c", 1), ("d", 3), ("e", 2)]:
        await store.add_article(story(slug, FOUNDED - hours * HOUR))
    assert await slugs(store, "home") == ["c", "e", "a", "d", "b"]
    assert await slugs(store, "home", 3) == ["c", "e", "a"]
    assert await slugs(store, "home", 0) == []
    assert await slugs(store, "home", 99) == ["c", "e", "a", "d", "b"]


async def test_an_article_stands_in_each_of_its_lists(store: Store) -> None:
    kept = await store.add_article(
        story(
            "a",
            sections=("world/africa", "business"),
            authors=(Author(slug="ann", name="Ann"),),
            tags=(Tag(slug="nato", name="NATO"),),
        )
    )
    for scope in (
        "home", "day:2023-03-01", "month:2023-03", "year:2023", "section:world/africa", "section:world",
        "section:business", "tag:nato", "author:ann",
    ):  # fmt: skip
        found = await store.read_articles(scope, limit=5)
        assert found.articles == (kept,), scope
    for scope in ("day:2023-03-02", "section:sport", "tag:other", "author:bob", "comments", f"article:{kept.id}", ""):
        assert await slugs(store, scope) == [], scope


async def test_an_unknown_scope_is_an_empty_list(store: Store) -> None:
    found = await store.read_articles("section:nowhere", limit=5)
    assert (found.articles, found.tombstones) == ((), ())
    state = found.snapshot.scopes["section:nowhere"]
    assert (state.version, state.modified_at) == (0, FOUNDED)


async def test_a_list_comes_with_the_sections_it_names_and_the_uppermost(store: Store) -> None:
    await store.add_section(Section(path="arts", title="Arts", created_at=FOUNDED))
    found = await store.read_articles("home", limit=5)
    assert [section.path for section in found.sections] == ["arts", "business", "world"]
    await store.add_article(story("a", sections=("world/africa",)))
    found = await store.read_articles("home", limit=5)
    assert [section.path for section in found.sections] == ["arts", "business", "world", "world/africa"]
    assert set(sections()) < set(found.sections)
    for scope in ("section:world", "comments:section:world", "section:world/africa", "comments:section:world/africa"):
        read = store.read_comments if scope.startswith("comments") else store.read_articles
        assert "world/africa" in [section.path for section in (await read(scope, limit=0)).sections], scope
    assert (await store.read_sections()).sections == await store.get_sections()


async def test_of_thousands_of_sections_a_list_brings_few(store: Store) -> None:
    def many(prefix: str) -> list[Section]:
        return [Section(path=f"{prefix}{number:04}", title="Many", created_at=FOUNDED) for number in range(300)]

    await store.import_sections([*many("a"), *many("world/"), *many("world/0000/")])
    await store.add_article(story("a", sections=("world/0299", "world/0000/0299")))
    home, world = [await store.read_articles(scope, limit=5) for scope in ("home", "section:world")]
    view = await store.view_article("/2023/03/01/a/", size=50)
    assert isinstance(view, ArticleView)
    named = {"world", "world/0299", "world/0000", "world/0000/0299"}
    assert {section.path for section in home.sections} == named | {f"a{number:04}" for number in range(50)}
    assert view.sections == home.sections
    inside = {section.path for section in world.sections if section.parent == "world"}
    assert inside == {f"world/{number:04}" for number in range(200)} | {"world/0299"}
    assert {section.path for section in world.sections} == named | inside | {f"a{number:04}" for number in range(50)}


async def test_a_snapshot_holds_the_scopes_asked_for(store: Store, clock: SettableClock) -> None:
    clock.advance(minutes=1)
    await store.add_article(story("a", sections=("business",)))
    clock.advance(minutes=1)
    await store.add_article(story("b"))
    snapshot = (await store.read_articles("section:business", limit=5, also=("site", "home"))).snapshot
    assert snapshot.seq == await store.last_seq() == 5
    assert {name: (state.version, state.modified_at - FOUNDED) for name, state in snapshot.scopes.items()} == {
        "section:business": (4, timedelta(minutes=1) + AHEAD),
        "home": (5, timedelta(minutes=2) + AHEAD),
        "site": (3, AHEAD),
    }
    assert snapshot.modified_at == FOUNDED + timedelta(minutes=2) + AHEAD


async def test_modified_at_never_goes_back(store: Store, url: str, clock: SettableClock) -> None:
    clock.advance(minutes=5)
    await store.add_article(story("a"))
    # Whoever has not seen what the clock showed before.
    clock.advance(minutes=-3)
    other = await open_store(url, clock=clock)
    await other.add_article(story("b"))
    clock.advance(days=-30)
    await other.close()
    other = await open_store(url, clock=clock)
    await other.add_article(story("c", clock.now))
    await other.close()
    states = (await store.read_articles("home", limit=5, also=("day:2023-01-30",))).snapshot.scopes
    assert states["home"].version == await store.last_seq()
    # A date that was given out never names two states: a second more for each write of a clock that was put back.
    assert states["home"].modified_at == FOUNDED + timedelta(minutes=5, seconds=2) + AHEAD
    # Nor is what is new older than what was shown: a document may depend on both.
    assert states["day:2023-01-30"].modified_at == states["home"].modified_at


async def test_who_leaves_without_a_tombstone_is_noted(store: Store) -> None:
    """Whoever knows a list as it was up to some Change can tell whether an older entry may have come into its window."""

    async def moved(*scopes: str) -> list[int]:
        states = (await store.read_articles("home", limit=1, also=scopes)).snapshot.scopes
        return [states[scope].moved for scope in scopes]

    kept = await store.add_article(story("a", sections=("world/africa",)))
    kept = await edit(store, kept, headline="Other")
    assert await moved("home", "section:world", "section:world/africa") == [0, 0, 0]
    away = await edit(store, kept, sections=("world",))
    assert await moved("home", "section:world", "section:world/africa") == [0, 0, away.seq]
    redated = await edit(store, away, published_at=FOUNDED - HOUR)
    assert await moved("home", "section:world") == [redated.seq, redated.seq]
    gone = await withdraw(store, redated)
    await edit(store, gone, status=ArticleStatus.PUBLISHED)
    assert await moved("home", "section:world", "section:world/africa") == [redated.seq, redated.seq, away.seq]


async def test_what_is_withdrawn_leaves_a_tombstone_in_each_list(store: Store, clock: SettableClock) -> None:
    kept = await store.add_article(story("a", sections=("world/africa",), tags=(Tag(slug="t", name="T"),)))
    clock.advance(minutes=7)
    gone = await withdraw(store, kept)
    assert gone.gone_at == clock.now
    stone = Tombstone(guid=kept.guid, gone_at=clock.now, seq=await store.last_seq())
    for scope in (
        "home",
        "day:2023-03-01",
        "month:2023-03",
        "year:2023",
        "section:world/africa",
        "section:world",
        "tag:t",
    ):
        found = await store.read_articles(scope, limit=5)
        assert (found.articles, found.tombstones) == ((), (stone,)), scope


@pytest.mark.parametrize("status", [ArticleStatus.WITHDRAWN, ArticleStatus.DRAFT])
async def test_whatever_makes_it_go(store: Store, clock: SettableClock, status: ArticleStatus) -> None:
    kept = await store.add_article(story("a"))
    clock.advance(hours=1)
    gone = await edit(store, kept, status=status)
    assert (gone.public, gone.gone_at, gone.due_at) == (False, clock.now, None)
    assert await graves(store, "home") == ["a"]


async def test_a_publication_put_off_is_a_going(store: Store, clock: SettableClock) -> None:
    kept = await store.add_article(story("a"))
    clock.advance(hours=1)
    put_off = await edit(store, kept, embargoed_until=clock.now + HOUR)
    assert (put_off.public, put_off.gone_at, put_off.due_at) == (False, clock.now, clock.now + HOUR)
    assert (await slugs(store, "home"), await graves(store, "home")) == ([], ["a"])


async def test_what_was_never_public_leaves_none(store: Store) -> None:
    kept = await store.add_article(story("a", FOUNDED + HOUR))
    gone = await withdraw(store, kept)
    assert gone.gone_at is None
    assert await graves(store, "home") == []


async def test_a_tombstone_is_as_old_as_its_entry(store: Store, clock: SettableClock) -> None:
    """It stands while the entry would be in the window."""
    stories = {
        slug: await store.add_article(story(slug, FOUNDED - hours * HOUR)) for hours, slug in enumerate("abcdef")
    }
    clock.advance(hours=1)
    for slug in "ebd":
        clock.advance(minutes=1)
        await withdraw(store, stories[slug])
    assert await slugs(store, "home") == ["a", "c", "f"]
    # Newest first as entries, whenever they went.
    assert await graves(store, "home") == ["b", "d", "e"]
    assert await graves(store, "home", 4) == ["b", "d", "e"]
    assert await graves(store, "home", 3) == ["b", "d", "e"]
    # The second entry shown is c: what is older is out of the window.
    assert await graves(store, "home", 2) == ["b"]
    assert await graves(store, "home", 1) == []
    assert await graves(store, "home", 0) == []


async def test_at_one_instant_the_id_decides_whether_a_tombstone_is_in_the_window(store: Store) -> None:
    older, shown, newer = [await store.add_article(story(slug)) for slug in "abc"]
    await withdraw(store, older)
    await withdraw(store, newer)
    assert (await slugs(store, "home", 1), await graves(store, "home", 1)) == ([shown.slug], ["c"])
    assert await graves(store, "home", 2) == ["c", "a"]


async def test_tombstones_are_no_more_than_entries(store: Store) -> None:
    for slug in "abcd":
        await withdraw(store, await store.add_article(story(slug)))
    assert await graves(store, "home", 2) == ["d", "c"]
    assert await graves(store, "home") == ["d", "c", "b", "a"]


async def test_a_move_leaves_no_tombstone(store: Store) -> None:
    kept = await store.add_article(story("a", sections=("business",)))
    day = FOUNDED - timedelta(days=40)
    moved = await edit(store, kept, sections=("world",), published_at=day, day=day.date(), slug="b")
    for scope in ("section:business", "day:2023-03-01", "month:2023-03"):
        found = await store.read_articles(scope, limit=5)
        assert (found.articles, found.tombstones) == ((), ()), scope
    for scope in ("section:world", "day:2023-01-20", "month:2023-01", "year:2023", "home"):
        assert (await store.read_articles(scope, limit=5)).articles == (moved,), scope
    await withdraw(store, moved)
    assert await graves(store, "section:business") == []
    assert await graves(store, "section:world") == ["a"]


async def test_a_move_raises_the_old_and_the_new(store: Store) -> None:
    kept = await store.add_article(story("a", sections=("business",), tags=(Tag(slug="old", name="Old"),)))
    raised = await raised_by(store, edit(store, kept, sections=("world/africa",), tags=(Tag(slug="new", name="New"),)))
    assert {"section:business", "section:world", "section:world/africa", "tag:old", "tag:new", "home"} < raised


async def test_a_new_date_moves_an_article_within_its_lists(store: Store) -> None:
    first = await store.add_article(story("a", FOUNDED - 3 * HOUR))
    await store.add_article(story("b", FOUNDED - 2 * HOUR))
    assert await slugs(store, "home") == ["b", "a"]
    await edit(store, first, published_at=FOUNDED - HOUR)
    assert await slugs(store, "home") == ["a", "b"]


async def test_what_is_public_again_has_no_tombstone_and_is_newer_than_it(store: Store, clock: SettableClock) -> None:
    kept = await store.add_article(story("a", tags=(Tag(slug="t", name="T"),)))
    gone_at = clock.advance(minutes=1, milliseconds=250)
    await withdraw(store, kept)
    clock.advance(milliseconds=100)
    back = await edit(store, kept, status=ArticleStatus.PUBLISHED)
    assert (back.public, back.gone_at) == (True, None)
    # Feeds show whole seconds.
    assert back.updated_at is not None
    assert back.updated_at.replace(microsecond=0) > gone_at.replace(microsecond=0)
    assert (await slugs(store, "tag:t"), await graves(store, "tag:t")) == (["a"], [])
    again = await withdraw(store, kept)
    assert again.gone_at is not None
    assert again.gone_at >= back.updated_at
    assert await graves(store, "home") == ["a"]


async def test_what_is_long_back_keeps_its_updated(store: Store, clock: SettableClock) -> None:
    kept = await store.add_article(story("a"))
    await withdraw(store, kept)
    clock.advance(days=3)
    back = await edit(store, kept, status=ArticleStatus.PUBLISHED, updated_at=clock.now)
    assert back.updated_at == clock.now


async def test_a_tombstone_stays_where_its_entry_stood(store: Store) -> None:
    """Whoever saw the entry there looks there; back in public elsewhere, it leaves nothing behind."""
    kept = await store.add_article(story("a", sections=("business",)))
    await withdraw(store, kept)
    other_day = FOUNDED - timedelta(days=40)
    before = await versions(store, ["section:business", "section:world"])
    await edit(store, kept, sections=("world",), published_at=other_day, day=other_day.date())
    assert (await graves(store, "section:business"), await graves(store, "section:world")) == (["a"], [])
    assert await versions(store, before) == before
    raised = await raised_by(store, edit(store, kept, status=ArticleStatus.PUBLISHED))
    assert (await graves(store, "section:business"), await slugs(store, "section:world")) == ([], ["a"])
    assert {"section:business", "day:2023-03-01", "section:world", "day:2023-01-20"} < raised


async def test_drafts_and_what_is_scheduled_are_in_no_list(store: Store) -> None:
    await store.add_article(draft("a", sections=("world",)))
    await store.add_article(story("b", FOUNDED + HOUR, sections=("world",)))
    for scope in ("home", "section:world", "day:2023-03-01"):
        found = await store.read_articles(scope, limit=5)
        assert (found.articles, found.tombstones) == ((), ())


async def test_the_first_day_is_of_the_oldest_article_that_ever_was_public(store: Store) -> None:
    assert await store.first_day() is None
    await store.add_article(draft("draft"))
    assert await store.first_day() is None
    await store.add_article(story("new"))
    assert await store.first_day() == FOUNDED.date()
    old = await store.add_article(story("old", datetime(999, 5, 1, 12, tzinfo=UTC)))
    assert await store.first_day() == date(999, 5, 1)
    beside = (await store.read_day(FOUNDED.date(), limit=1, today=FOUNDED.date())).beside
    assert beside.previous == date(999, 5, 1)
    await withdraw(store, old)
    assert await store.first_day() == date(999, 5, 1)
