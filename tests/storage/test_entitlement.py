"""What sets of terms see: whatever was written, their lists and logs say just what the terms grant."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import strategies as st

from storage.connect import open_store
from storage.entitlement import entitle
from storage.errors import NotFound, Pruned
from storage.model import Action, Article, ArticleStatus, Partner, Source, Tag, Terms, Unseen
from storage.protocol import Store
from storage.scopes import HOME, SITE, day_scope, lists_of_article, section_scope, tag_scope
from storage.sql.store import SQLStore
from tests.storage.newsroom import FOUNDED, SettableClock, draft, edit, prune, sections, story, withdraw
from tests.stores import Stores

pytestmark = pytest.mark.anyio

REUTERS, AGENCE = Source(name="Reuters"), Source(name="Agence")
TERMS = (
    Terms(),
    Terms(sections=("world",), without_sections=("world/africa",)),
    Terms(tags=("nato",), embargoed=True),
    Terms(delay=3600, days=2),
    Terms(sources=("reuters", ""), languages=("fr", "")),
)


async def add(store: Store, terms: Terms, name: str = "partner") -> int:
    return (await store.add_partner(Partner(name=name, terms=terms))).set_id


async def replay(store: Store, set_id: int) -> dict[int, Action]:
    """What whoever has read the whole log has, by article; it is checked on the way."""
    seen: dict[int, Action] = {}
    number = 0
    while entries := await store.entitled_changes(set_id, number, limit=7):
        for entry in entries:
            number += 1
            assert entry.number == number, "without a gap"
            assert (entry.article_id in seen) == (entry.action is not Action.INSERT), (
                "inserted before all else, and once"
            )
            if entry.action is Action.WITHDRAW:
                del seen[entry.article_id]
            else:
                seen[entry.article_id] = entry.action
    assert number == await store.entitled_number(set_id)
    return seen


async def everything(store: Store) -> list[Article]:
    return list(await store.list_articles(limit=1000))


async def require_right(store: Store, clock: SettableClock, sets: dict[int, Terms]) -> None:
    await store.expand_views()
    articles = await everything(store)
    withheld = await store.withheld_sources()
    for set_id, terms in sets.items():
        wanted = {one.id: one for one in articles if entitle(terms, one, withheld, clock()).seen}
        assert (await replay(store, set_id)).keys() == wanted.keys()
        assert {one.id for one in await store.entitled_list(set_id, after_id=0, limit=1000)} == wanted.keys()
        scopes = {scope for one in wanted.values() for scope in lists_of_article(one)} | {HOME}
        for scope in sorted(scopes):
            listed = await store.within(set_id).read_articles(scope, limit=None, also=(SITE,))
            ids = [one.id for one in wanted.values() if scope in lists_of_article(one)]
            in_order = sorted(ids, key=lambda id_: (wanted[id_].published_at, id_), reverse=True)
            assert [one.id for one in listed.articles] == in_order, scope
            gone = {stone.guid for stone in listed.tombstones}
            assert gone.isdisjoint(one.guid for one in listed.articles)
        before = await store.last_seq()
        await store.expand_views()
        assert await store.last_seq() == before, "nothing is left to do"


async def public_state(store: Store) -> list[Any]:
    """All that a reader could tell, by lists, their versions and dates."""
    days = [FOUNDED.date() + timedelta(days=step) for step in range(-3, 4)]
    scopes = [HOME, *(section_scope(path) for path in ("world", "world/africa", "business")), tag_scope("nato")]
    lists = [await store.read_articles(scope, limit=5, also=(SITE,)) for scope in [*scopes, *map(day_scope, days)]]
    lists.append(await store.search_articles("secret", limit=5))
    names = await store.read_names(among=9, limit=9)
    return [
        *(replace(one, snapshot=replace(one.snapshot, seq=0)) for one in lists),
        replace(names, snapshot=replace(names.snapshot, seq=0)),
        await store.first_day(),
    ]


# fmt: off
MOVES = st.one_of(
    st.tuples(st.just("publish"), st.integers(0, 3), st.integers(-60, 3)),
    st.tuples(st.just("embargo"), st.integers(0, 3), st.integers(1, 30)),
    st.tuples(st.just("lift"), st.integers(0, 3), st.just(0)),
    st.tuples(st.just("withdraw"), st.integers(0, 3), st.just(0)),
    st.tuples(st.just("draft"), st.integers(0, 3), st.just(0)),
    st.tuples(st.just("section"), st.integers(0, 3), st.integers(0, 2)),
    st.tuples(st.just("tag"), st.integers(0, 3), st.integers(0, 1)),
    st.tuples(st.just("source"), st.integers(0, 3), st.integers(0, 2)),
    st.tuples(st.just("edit"), st.integers(0, 3), st.integers(0, 9)),
    st.tuples(st.just("licence"), st.integers(0, 3), st.integers(-1, 60)),
    st.tuples(st.just("wait"), st.just(0), st.integers(1, 40)),
    st.tuples(st.just("due"), st.just(0), st.just(0)),
    st.tuples(st.just("expand"), st.just(0), st.integers(0, 1)),
    st.tuples(st.just("expand"), st.just(0), st.integers(0, 1)),
    st.tuples(st.sampled_from(["parts", "forget", "restart"]), st.just(0), st.just(0)),
    st.tuples(st.just("withhold"), st.just(0), st.integers(0, 1)),
    st.tuples(st.just("set"), st.just(0), st.integers(0, len(TERMS) - 1)),
    st.tuples(st.just("leave"), st.just(0), st.integers(0, len(TERMS) - 1)),
)
# fmt: on


class Reader:
    """Who keeps a list of a view by what changed in it, as feeds with deltas tell: a list of 3."""

    def __init__(self, set_id: int, scope: str) -> None:
        self.set_id, self.scope = set_id, scope
        self.has: dict[int, Article] = {}
        self.seq: int | None = None

    async def read(self, store: Store) -> None:
        listed = await store.within(self.set_id).read_articles(self.scope, limit=3, also=(SITE,))
        now = {one.id: one for one in listed.articles}
        moved = max(state.moved for state in listed.snapshot.scopes.values())
        if self.seq is None or self.seq < max(moved, min((one.seq for one in now.values()), default=0)):
            self.has = now
        else:
            gone = {stone.guid for stone in listed.tombstones if stone.seq > self.seq}
            changed = {one.id: one for one in now.values() if one.seq > self.seq}
            self.has = {id_: one for id_, one in self.has.items() if one.guid not in gone} | changed
        if len(now) < 3 and not listed.older:
            assert self.has.keys() == now.keys(), self.scope
        else:
            assert self.has.keys() >= now.keys(), self.scope
        assert all(told(self.has[id_]) == told(one) for id_, one in now.items()), self.scope
        shown = [*(one.seq for one in now.values()), *(stone.seq for stone in listed.tombstones), listed.left]
        self.seq = max(0, min(max(shown), listed.snapshot.seq))


def told(article: Article) -> tuple[object, ...]:
    return (article.headline, article.sections, article.tags, article.published_at)


async def play(url: str, moves: Sequence[tuple[str, int, int]]) -> None:
    clock = SettableClock()
    store, other = [await open_store(url, clock=clock, migrate=True, synchronous="NORMAL") for _ in range(2)]
    readers: dict[int, list[Reader]] = {}
    try:
        await store.import_sections(sections())
        articles: dict[int, Article] = {}
        sets: dict[int, Terms] = {}
        for what, which, given in moves:
            article = articles.get(which)
            at = clock() + timedelta(hours=given)
            clock.advance(seconds=1)
            if what == "publish" and article is None:
                articles[which] = await store.add_article(story(f"a{which}", at, sections=("world",)))
            elif what == "set":
                partner = Partner(name=f"p{given}", terms=TERMS[given])
                if TERMS[given] not in sets.values():
                    sets[(await store.add_partner(partner)).set_id] = TERMS[given]
            elif what == "leave":
                if TERMS[given] in sets.values():
                    await store.remove_partner(f"p{given}")
                    sets = {set_id: terms for set_id, terms in sets.items() if terms != TERMS[given]}
            elif what == "wait":
                clock.advance(hours=given)
            elif what == "due":
                await store.run_due()
            elif what == "expand":
                await (other if given else store).expand_views()
                for set_id in sets:
                    scopes = (HOME, section_scope("world"))
                    for reader in readers.setdefault(set_id, [Reader(set_id, scope) for scope in scopes]):
                        await reader.read(other if given else store)
            elif what == "parts":
                # Two who begin at once, and end as it comes: each transaction does a part.
                await asyncio.gather(store.expand_views(), other.expand_views())
            elif what == "forget":
                await prune(store, timedelta())
            elif what == "restart":
                await other.close()
                other = await open_store(url, clock=clock, migrate=True, synchronous="NORMAL")
            elif what == "withhold":
                if given:
                    await store.withhold_source("REUTERS")
                elif await store.withheld_sources():
                    await store.pass_on_source("reuters")
            elif article is not None:
                await _edit(store, article, what, given, clock)
        await store.run_due()
        await require_right(store, clock, sets)
        for set_id in sets:
            for reader in readers.get(set_id, []):
                await reader.read(store)
    finally:
        await store.close()
        await other.close()


async def _edit(store: Store, article: Article, what: str, given: int, clock: SettableClock) -> None:
    changes: dict[str, dict[str, Any]] = {
        "publish": {"status": ArticleStatus.PUBLISHED},
        "embargo": {"embargoed_until": clock() + timedelta(hours=given), "status": ArticleStatus.PUBLISHED},
        "lift": {"embargoed_until": None},
        "withdraw": {"status": ArticleStatus.WITHDRAWN},
        "draft": {"status": ArticleStatus.DRAFT},
        "section": {"sections": (("world",), ("world/africa",), ("business",))[given % 3]},
        "tag": {"tags": (Tag(slug="nato", name="Nato"),) if given else ()},
        "source": {"source": (None, REUTERS, AGENCE)[given % 3]},
        "licence": {"republish_until": clock() + timedelta(hours=given) if given else None},
        "edit": {"headline": f"Headline {given}", "language": ("", "fr", "fr-CA")[given % 3]},
    }
    present = await store.get_article(article.id)
    await store.update_article(replace(present, **changes[what]), if_version=present.version)


Move = tuple[str, int, int]
ALL_SETS: list[Move] = [("set", 0, number) for number in range(len(TERMS))]
THREE: list[Move] = [("publish", number, -5) for number in range(3)]
PLAYED = st.tuples(
    st.sampled_from([[], ALL_SETS, [*ALL_SETS, *THREE, ("expand", 0, 0)]]), st.lists(MOVES, min_size=3, max_size=25)
).map(lambda parts: [*parts[0], *parts[1]])
KNOWN: list[list[Move]] = [
    # It leaves a list of a view by a move, and stays in the view.
    [("set", 0, 0), *THREE, ("expand", 0, 0), ("section", 0, 2), ("expand", 0, 0)],
    # What comes in by the clock is older than what readers have.
    [("set", 0, 3), ("publish", 0, 0), ("publish", 1, -10), ("expand", 0, 0), ("wait", 0, 2), ("expand", 0, 0)],
    # It leaves a view, goes from the public, and comes back for the public alone.
    [("set", 0, 1), *THREE, ("expand", 0, 0), ("withdraw", 0, 0), ("expand", 0, 0), ("section", 0, 2), ("publish", 0, 0),
     ("expand", 0, 0)],
    # A public one is under embargo anew, and some see it yet.
    [("set", 0, 2), ("publish", 0, -9), ("tag", 0, 1), ("expand", 0, 0), ("embargo", 0, 2), ("expand", 0, 0),
     ("lift", 0, 0), ("expand", 0, 0)],
    # The log is pruned while a set is filled, and nobody had it for a while.
    [("set", 0, 0), *THREE, ("expand", 0, 0), ("leave", 0, 0), ("withdraw", 1, 0), ("forget", 0, 0), ("set", 0, 0),
     ("set", 0, 1), ("parts", 0, 0)],
]  # fmt: skip


def test_any_writes_are_seen_just_as_the_terms_grant(stores: Stores) -> None:
    stores.play_any(play, examples=25, known=[{"moves": moves} for moves in KNOWN], moves=PLAYED)


@pytest.mark.nightly
def test_many_writes_are_seen_just_as_the_terms_grant(stores: Stores) -> None:
    stores.play_any(play, examples=1000, moves=PLAYED)


async def test_what_is_under_embargo_is_seen_by_those_entitled_and_by_nobody_else(
    store: Store, clock: SettableClock
) -> None:
    for slug in ("one", "two"):
        await store.add_article(story(slug, sections=("world",)))
    early, late = await add(store, Terms(embargoed=True), "early"), await add(store, Terms(), "late")
    await store.expand_views()
    before = await public_state(store)
    until = clock.advance(minutes=5) + timedelta(hours=3)
    secret = await store.add_article(story("secret", clock(), embargoed_until=until, sections=("world",)))
    await edit(store, secret, headline="Secret yet")
    await store.expand_views()
    assert await public_state(store) == before
    for scope in (HOME, section_scope("world"), day_scope(FOUNDED.date())):
        assert (await store.within(early).read_articles(scope, limit=9)).articles[0].slug == "secret"
        assert "secret" not in {one.slug for one in (await store.within(late).read_articles(scope, limit=9)).articles}
    assert (await store.entitlement_of(late, secret.id)).unseen is Unseen.EMBARGO
    clock.now = until
    await store.run_due()
    await store.expand_views()
    assert (await store.within(late).read_articles(HOME, limit=9)).articles[0].slug == "secret"
    assert [entry.action for entry in await store.entitled_changes(early, 2, limit=9)] == [Action.INSERT, Action.EDIT]


async def test_a_delay_ends_and_terms_reach_back_so_far_by_the_clock_alone(store: Store, clock: SettableClock) -> None:
    set_id = await add(store, Terms(delay=600, days=1))
    article = await store.add_article(story("one"))
    await store.expand_views()
    assert await store.entitled_list(set_id, after_id=0, limit=9) == ()
    due = await store.next_view_due()
    assert due == FOUNDED + timedelta(minutes=10)
    clock.now = due
    await store.expand_views()
    assert [one.id for one in await store.entitled_list(set_id, after_id=0, limit=9)] == [article.id]
    due = await store.next_view_due()
    assert due == FOUNDED + timedelta(days=1)
    clock.now = due
    await store.expand_views()
    assert await replay(store, set_id) == {}
    assert await store.next_view_due() is None
    assert (await store.within(set_id).read_articles(HOME, limit=9)).tombstones[0].guid == article.guid


async def test_a_licence_ends_by_the_clock_alone_and_readers_see_the_article_yet(
    store: Store, clock: SettableClock
) -> None:
    set_id = await add(store, Terms(days=9))
    end = FOUNDED + timedelta(days=2)
    article = await store.add_article(story("one", republish_until=end))
    await store.expand_views()
    assert (await replay(store, set_id)).keys() == {article.id}
    assert await store.next_view_due() == end
    clock.now = end
    await store.expand_views()
    assert await replay(store, set_id) == {}
    assert (await store.entitlement_of(set_id, article.id)).unseen is Unseen.LICENCE
    assert [one.id for one in (await store.read_articles(HOME, limit=9)).articles] == [article.id]
    await edit(store, article, republish_until=end + timedelta(days=30))
    await store.expand_views()
    assert (await replay(store, set_id)).keys() == {article.id}
    assert await store.next_view_due() == FOUNDED + timedelta(days=9), "what ends first"


async def test_what_leaves_a_view_has_a_tombstone_there_and_is_read_by_everybody_else(
    store: Store, clock: SettableClock
) -> None:
    article = await store.add_article(story("one", sections=("world",)))
    world = await add(store, Terms(sections=("world",)))
    await store.expand_views()
    view = await store.within(world).read_articles(HOME, limit=9, also=(SITE,))
    assert [one.id for one in view.articles] == [article.id]
    clock.advance(minutes=5)
    await edit(store, article, sections=("business",))
    await store.expand_views()
    left = await store.within(world).read_articles(HOME, limit=9, also=(SITE,))
    assert left.articles == ()
    assert [stone.guid for stone in left.tombstones] == [article.guid]
    assert left.snapshot.modified_at > view.snapshot.modified_at
    assert left.snapshot.scopes[HOME].moved > 0, "who has the list needs all of it"
    assert (await store.read_articles(HOME, limit=9)).tombstones == ()
    assert (await store.entitlement_of(world, article.id)).unseen is Unseen.SECTION
    await edit(store, article, sections=("world",))
    await store.expand_views()
    back = await store.within(world).read_articles(HOME, limit=9)
    assert ([one.id for one in back.articles], back.tombstones) == ([article.id], ())


async def test_a_view_has_its_own_days_names_words_and_threads(store: Store, clock: SettableClock) -> None:
    nato = (Tag(slug="nato", name="Nato"),)
    ours = await store.add_article(story("ours", tags=nato, body_html="<p>secret words</p>"))
    clock.advance(days=1)
    await store.add_article(story("others", clock(), body_html="<p>secret words</p>"))
    set_id = await add(store, Terms(tags=("nato",)))
    await store.expand_views()
    view = store.within(set_id)
    assert (await view.search_articles("secret", limit=9, also=(SITE,))).articles == (await store.get_article(ours.id),)
    names = await view.read_names(among=9, limit=9)
    assert (names.last_day, [tag.slug for tag in names.tags]) == (FOUNDED.date(), ["nato"])
    day = await view.read_day(FOUNDED.date(), limit=9, today=clock().date())
    assert (len(day.articles), day.beside.next) == (1, None)
    assert (await view.read_period("month:2023-03", limit=9)).parts == (date(2023, 3, 1),)
    assert await view.view_comments("/2023/03/02/others/", limit=9) is None
    assert await view.view_comments("/2023/03/01/ours/", limit=9) is not None
    assert (await view.read_comments("comments", limit=9)).comments == ()
    current = await view.read_current(limit=9, day=clock().date(), late_since=FOUNDED)
    assert (len(current.newest.articles), current.newest.beside.previous) == (1, FOUNDED.date())


async def test_the_difference_of_two_sets_leads_from_one_to_the_other(store: Store) -> None:
    for number in range(7):
        await store.add_article(
            story(f"a{number}", sections=(("world",), ("business",), ("world", "business"))[number % 3])
        )
    world, business = (
        await add(store, Terms(sections=("world",)), "w"),
        await add(store, Terms(sections=("business",)), "b"),
    )
    await store.expand_views()
    seen = {one.id for one in await store.entitled_list(world, after_id=0, limit=99)}
    after: int | None = 0
    while after is not None:
        entries, after = await store.view_difference(world, business, after_id=after, limit=2)
        for entry in entries:
            assert (entry.article_id in seen) == (entry.action is not Action.INSERT)
            seen = seen - {entry.article_id} if entry.action is Action.WITHDRAW else seen | {entry.article_id}
    assert seen == {one.id for one in await store.entitled_list(business, after_id=0, limit=99)}


async def test_old_entries_of_a_log_and_sets_that_nobody_has_are_let_go(store: Store, clock: SettableClock) -> None:
    article = await store.add_article(story("one"))
    set_id = await add(store, Terms())
    await store.expand_views()
    clock.advance(days=31)
    await edit(store, article, headline="Another")
    await store.expand_views()
    await store.prune_sets(keep_log=30 * 86_400, keep_unused=30 * 86_400)
    with pytest.raises(Pruned):
        await store.entitled_changes(set_id, 0, limit=9)
    assert [entry.action for entry in await store.entitled_changes(set_id, 1, limit=9)] == [Action.EDIT]
    await store.remove_partner("partner")
    clock.advance(days=31)
    await store.prune_sets(keep_log=30 * 86_400, keep_unused=30 * 86_400)
    with pytest.raises(NotFound):
        await store.entitled_number(set_id)
    assert await rows_of_views(store) == 0
    assert await add(store, Terms()) != set_id


async def rows_of_views(store: Store) -> int:
    assert isinstance(store, SQLStore)
    return await store._read(lambda db: db.execute(_ROWS_OF_VIEWS).fetchall()[0][0])


_ROWS_OF_VIEWS = """
    SELECT (SELECT count(*) FROM entitled) + (SELECT count(*) FROM entitled_log)
        + (SELECT count(*) FROM scopes WHERE name LIKE 'terms:%')
        + (SELECT count(*) FROM article_listings JOIN scopes ON scopes.id = scope_id WHERE name LIKE 'terms:%')
"""


async def test_what_cannot_be_read_holds_nothing_up_and_is_seen_once_it_can(store: Store, clock: SettableClock) -> None:
    set_id = await add(store, Terms(delay=600))
    damaged, sound = [await store.add_article(story(slug)) for slug in ("damaged", "sound")]
    await store.expand_views()
    assert isinstance(store, SQLStore)
    await store._write(
        lambda write: write.db.execute("UPDATE articles SET tags = '{' WHERE id = ?", (damaged.id,)).close()
    )
    clock.advance(minutes=10)
    await store.expand_views()
    assert [one.id for one in await store.entitled_list(set_id, after_id=0, limit=9)] == [sound.id]
    await store._write(
        lambda write: write.db.execute("UPDATE articles SET tags = '[]' WHERE id = ?", (damaged.id,)).close()
    )
    due = await store.next_view_due()
    assert due is not None
    clock.now = due
    await store.expand_views()
    assert len(await store.entitled_list(set_id, after_id=0, limit=9)) == 2


async def test_what_arrived_late_in_a_view_and_left_it_has_a_tombstone_there(
    store: Store, clock: SettableClock
) -> None:
    set_id = await add(store, Terms(sections=("world",)))
    await store.expand_views()
    clock.advance(days=3)
    for number in range(3):
        await store.add_article(story(f"a{number}", clock(), sections=("world",)))
    late = await store.add_article(story("late", sections=("world",)))
    await store.expand_views()
    since = clock() - timedelta(days=2)
    listed = await store.within(set_id).read_articles(HOME, limit=2, late_since=since)
    assert [one.id for one in listed.late.entries] == [late.id]
    await edit(store, late, sections=("business",))
    await store.expand_views()
    listed = await store.within(set_id).read_articles(HOME, limit=2, late_since=since)
    assert (listed.late.entries, [stone.guid for stone in listed.late.tombstones]) == ((), [late.guid])
    # What the public does with it changes nothing of that.
    await edit(store, await withdraw(store, late), status=ArticleStatus.PUBLISHED)
    await store.expand_views()
    listed = await store.within(set_id).read_articles(HOME, limit=2, late_since=since)
    assert [stone.guid for stone in listed.late.tombstones] == [late.guid]
    await edit(store, late, sections=("world",))
    await store.expand_views()
    listed = await store.within(set_id).read_articles(HOME, limit=2, late_since=since)
    assert ([one.id for one in listed.late.entries], listed.late.tombstones) == ([late.id], ())


async def test_nobody_is_shown_what_is_public_no_more_and_not_yet_taken_from_a_view(store: Store) -> None:
    sets = [await add(store, terms, f"p{number}") for number, terms in enumerate((Terms(), Terms(embargoed=True)))]
    article = await store.add_article(story("one"))
    await store.expand_views()
    await edit(store, article, status=ArticleStatus.DRAFT, headline="Not for anybody")
    for set_id in sets:
        assert (await store.within(set_id).read_articles(HOME, limit=9)).articles == ()
        assert await store.entitled_articles(set_id, [article.id]) == {}
        assert await store.entitled_list(set_id, after_id=0, limit=9) == ()


async def test_without_a_set_nothing_is_written(store: Store) -> None:
    await store.add_article(draft("one"))
    await store.expand_views()
    assert await store.last_seq() == 1 + len(sections())
    await prune(store, None)
    assert await store.read_cursor("views") == 0
    assert (await withdraw(store, await store.add_article(story("two")))).gone_at is not None
