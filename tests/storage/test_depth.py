"""What is written far down in a list is told to those who may show it: whatever changes a document raises one of its scopes."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import fields, is_dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import strategies as st

from storage.connect import open_store
from storage.model import Article, ArticleRecord, CommentStatus, Position, Rest, Snapshot, Span, Tag
from storage.protocol import Store
from storage.scopes import COMMENTS, HOME, NEWEST
from storage.sql.depth import Depths, Touched, What
from tests.storage.newsroom import FOUNDED, LIST_AFTER, SettableClock, edit, reply, sections, story
from tests.storage.test_any_writes import FIELDS, OPERATIONS, STATUSES, Rig, Step, feed_view, wanted
from tests.stores import Stores

pytestmark = pytest.mark.anyio

DAY = FOUNDED.date()
SINCE = FOUNDED - timedelta(days=7)
MIDDLE = Position(FOUNDED - timedelta(hours=1), 3)
LISTS = (HOME, "section:world", "section:business", "tag:t", f"day:{DAY}")
THREADS = (COMMENTS, "comments:section:world", "comments:article:1")
FEW: list[Step] = [
    *(
        ("add", 0, {"published_at": hour, "sections": ("world/africa",)}, CommentStatus.APPROVED, 0)
        for hour in (-800, -30, -2, -1, -1)
    ),
    *(("reply", number, {}, CommentStatus.APPROVED, number) for number in (0, 0, 1, 0, 2)),
]
"""More than the lists' newest, where these are three."""
STEPS = st.lists(
    st.tuples(OPERATIONS | st.just("bring"), st.integers(0, 6), FIELDS, STATUSES, st.integers(-3, 90)),
    min_size=4,
    max_size=12,
)


def documents(store: Store) -> dict[Any, Callable[[], Awaitable[Any]]]:
    """What readers are shown, of lists of which each shows more than the one before."""
    found: dict[Any, Callable[[], Awaitable[Any]]] = {
        "current": lambda: store.read_current(limit=2, day=DAY, late_since=SINCE),
        "news": lambda: store.read_news(FOUNDED - timedelta(days=2), limit=9),
        "names": lambda: store.read_names(among=9, limit=2),
        "search": lambda: store.search_articles("A", limit=9),
        "locations": lambda: store.location_pages(limit=9),
    }
    for limit in (2, 3, 9):
        found["front", limit] = partial(store.read_front, limit=limit, late_since=SINCE)
        found["day", limit] = partial(store.read_day, DAY - timedelta(days=1), limit=limit, today=DAY)
        found["period", limit] = partial(store.read_period, f"year:{DAY.year}", limit=limit)
        for part, since in ((None, SINCE), (Span(MIDDLE), None), (Rest(2), None)):
            for scope in LISTS:
                found[scope, limit, part] = partial(
                    store.read_articles, scope, limit=limit, span=part, late_since=since
                )
            for scope in THREADS:
                found[scope, limit, part] = partial(
                    store.read_comments, scope, limit=limit, span=part, late_since=since
                )
    return found


def shown(found: Any) -> Any:
    """What of it readers can see, and feeds say of it."""
    if isinstance(found, Article):
        return replace(feed_view(found), seq=found.seq)
    if isinstance(found, Snapshot):
        return None
    if isinstance(found, tuple):
        return tuple(map(shown, found))
    if is_dataclass(found):
        return type(found), tuple(shown(getattr(found, field.name)) for field in fields(found))
    return found


def snapshot_of(found: Any) -> Snapshot:
    snapshot = getattr(found, "snapshot", None)
    return snapshot or snapshot_of(getattr(found, "newest", None) or found.listed)


class Watch:
    """Documents as a cache keeps them: each until a Change names one of its scopes."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._documents = documents(store)
        self._kept: dict[Any, tuple[Any, Snapshot]] = {}
        self.spared = 0

    async def check(self) -> None:
        for name, read in self._documents.items():
            found = await read()
            if name in self._kept:
                before, snapshot = self._kept[name]
                changes = await self._store.changes_since(snapshot.seq, limit=1000)
                if all(snapshot.scopes.keys().isdisjoint(change.scopes) for change in changes):
                    assert shown(found) == before, (name, changes)
                    assert {state.version for state in snapshot.scopes.values()} == {
                        state.version for state in snapshot_of(found).scopes.values()
                    }
                    self.spared += any(change.scopes for change in changes)
                    continue
            self._kept[name] = shown(found), snapshot_of(found)


async def bring(rig: Rig, pick: int, wanted_fields: dict[str, Any], status: CommentStatus, minutes: int) -> None:
    """Import an article that is new, or a known one as its source has it by now, with comments that are new."""
    number = len(rig.replica.comments) + 10 * rig.cursor
    article = wanted(story(f"b{pick % 2}", FOUNDED - timedelta(days=9)), wanted_fields)
    replies = [
        reply(
            article,
            f"r{number}",
            FOUNDED + timedelta(minutes=minute),
            id=1,
            guid=f"urn:r{number}-{minute}",
            status=status,
        )
        for minute in (minutes, -minutes)
    ]
    await rig.store.import_articles([ArticleRecord(article=article, comments=tuple(replies))])
    await rig.put(rig.store.find_article(article.guid))
    rig.cursor = await rig.store.last_seq()


async def play(url: str, steps: list[Step]) -> None:
    clock = SettableClock()
    store = await open_store(url, clock=clock, migrate=True, synchronous="NORMAL")
    try:
        await store.import_sections(sections())
        rig = Rig(store, clock, cursor=await store.last_seq())
        for step in FEW:
            await rig.step(*step)
        watch = Watch(store)
        await watch.check()
        for step in steps:
            await (bring(rig, *step[1:]) if step[0] == "bring" else rig.step(*step))
            await watch.check()
    finally:
        await store.close()


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lists whose newest are three, however new they are."""
    monkeypatch.setattr("storage.scopes.NEWEST", 3)
    monkeypatch.setattr("storage.sql.depth.NEWEST", 3)
    monkeypatch.setattr("storage.sql.depth._RECENT", timedelta(days=-1000))


@pytest.mark.usefixtures("few")
def test_whatever_changes_a_document_raises_one_of_its_scopes(stores: Stores) -> None:
    stores.play_any(play, examples=5, steps=STEPS)


@pytest.mark.nightly
@pytest.mark.usefixtures("few")
def test_whatever_changes_a_document_raises_one_of_its_scopes_all_night(stores: Stores) -> None:
    stores.play_any(play, examples=1000, steps=STEPS)


async def filled(store: Store) -> list[Article]:
    """One more than the newest of each of their lists, the newest first; they came from elsewhere, so that none is late."""
    ages = range(NEWEST + 1)
    wanted = [
        story(f"a{n}", FOUNDED - timedelta(days=9, minutes=n), sections=("world",), guid=f"urn:a{n}") for n in ages
    ]
    await store.import_articles([ArticleRecord(article=article) for article in wanted])
    return [await store.find_article(f"urn:a{n}") for n in ages]


async def test_what_lies_below_the_newest_leaves_who_shows_them_alone(store: Store, clock: SettableClock) -> None:
    newest, *_, last, oldest = await filled(store)

    async def moved(write: Awaitable[Any]) -> set[str]:
        before = await store.read_articles(HOME, limit=NEWEST - 1)
        clock.advance(minutes=20)
        await write
        after = await store.read_articles(HOME, limit=NEWEST - 1)
        [*changes] = await store.changes_since(before.snapshot.seq, limit=9)
        raised = frozenset[str]().union(*(change.scopes for change in changes))
        assert (after.snapshot.modified_at > before.snapshot.modified_at) is (HOME in raised)
        return {scope for scope in raised if HOME in scope or "world" in scope}

    below = {"older:home", "older:section:world"}
    assert await moved(edit(store, oldest, headline="Another")) == below
    comment = reply(oldest, "Ann", FOUNDED, status=CommentStatus.APPROVED)
    assert await moved(store.add_comment(comment, list_after=LIST_AFTER)) == {*below, "comments:section:world"}
    old = story("old", FOUNDED - timedelta(days=90), sections=("world",))
    assert await moved(store.import_articles([ArticleRecord(article=old)])) == below
    assert await moved(edit(store, last, headline="Another")) == {HOME, "section:world"}
    assert await moved(edit(store, newest, published_at=oldest.published_at)) == {HOME, "section:world"}


async def test_what_an_import_reaches_is_asked_for_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    ask = Depths.ask

    def counted(depths: Depths, what: What, touched: Collection[Touched]) -> None:
        before = len(depths._asked)
        ask(depths, what, touched)
        asked.extend(depths._asked[before:])

    monkeypatch.setattr(Depths, "ask", counted)
    old = [story(f"a{n}", FOUNDED - timedelta(days=90 + n), tags=(Tag(slug=f"t{n}", name="T"),)) for n in range(20)]
    await store.import_articles([ArticleRecord(article=article) for article in old])
    assert len(asked) == 1
    await store.import_articles([ArticleRecord(article=replace(article, headline="Another")) for article in old])
    assert len(asked) == 2


async def test_what_comes_late_is_told_wherever_it_stands(store: Store, clock: SettableClock) -> None:
    await filled(store)
    clock.advance(minutes=20)
    seq = await store.last_seq()
    late = await store.add_article(story("late", FOUNDED - timedelta(days=90), sections=("world",)))
    await edit(store, late, headline="Another")
    for change in await store.changes_since(seq, limit=9):
        assert {HOME, "section:world"} <= change.scopes
