"""Whoever applies what it is told has what its terms grant: whatever is written, and however often the terms change meanwhile."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st

from feeds.newsroom.partners.cursors import BadCursor
from feeds.newsroom.partners.telling import NotKept, tell
from storage.clock import Clock
from storage.connect import copy_store, open_store
from storage.errors import NotFound
from storage.model import Article, ArticleStatus, Partner, Source, Terms
from storage.protocol import Store
from tests.storage.newsroom import FOUNDED, SettableClock, draft, edit, sections, story, withdraw
from tests.stores import ANY_ENGINE, Stores

pytestmark = [pytest.mark.anyio, pytest.mark.both_engines]

REUTERS = Source(name="Reuters")
TERMS = (
    Terms(),
    Terms(sections=("world",)),
    Terms(embargoed=True),
    Terms(delay=3600, days=2),
    Terms(sources=("",)),
    Terms(sections=("world",), full_text=False),
)
NAME = "partner"


@dataclass
class Mirror:
    """A partner that applies what it is told, as the documents say."""

    cursor: str = ""
    shown: dict[str, Article] = field(default_factory=dict)
    untold: set[str] = field(default_factory=set)
    """What it has from before it began anew, and was not told of since."""
    is_anew: bool = False
    answers: int = 0

    async def read(self, store: Store, *, limit: int) -> bool:
        """One answer; whether it told of anything."""
        set_id = (await store.get_partner(NAME)).set_id
        await store.expand_views()
        try:
            telling = await tell(store, set_id, self.cursor, limit=limit)
        except NotKept as gone:
            if gone.restart == self.cursor:
                raise AssertionError("in a circle") from None
            self.cursor, self.untold, self.is_anew = gone.restart, {*self.shown}, True
            return True
        self.answers += 1
        assert len(telling.changes) <= limit
        for told in telling.changes:
            assert (told.article is None) == (told.action == "withdraw")
            self.untold.discard(told.guid)
            if told.article is None:
                self.shown.pop(told.guid, None)
            else:
                assert told.article.guid == told.guid
                self.shown[told.guid] = told.article
        if self.is_anew and not telling.changes:
            for guid in self.untold:
                del self.shown[guid]
            self.untold, self.is_anew = set(), False
        self.cursor = str(telling.next)
        return bool(telling.changes)

    async def read_all(self, store: Store, *, limit: int = 3) -> None:
        while await self.read(store, limit=limit):
            assert self.answers < 10_000, "it comes to an end"


async def require_equal(store: Store, mirror: Mirror) -> None:
    set_id = (await store.get_partner(NAME)).set_id
    seen = await store.entitled_list(set_id, after_id=0, limit=1000)
    assert {guid: said(article) for guid, article in mirror.shown.items()} == {one.guid: said(one) for one in seen}


def said(article: Article) -> tuple[object, ...]:
    return article.headline, article.body_html, article.sections, article.source, article.public


async def take(store: Store, terms: Terms) -> None:
    partner = await store.get_partner(NAME)
    await store.update_partner(replace(partner, terms=terms), if_version=partner.version)


class Newsroom:
    """What may happen, by numbers that are drawn."""

    def __init__(self, store: Store, clock: Clock, advance: Callable[..., datetime]) -> None:
        self.store = store
        self.clock = clock
        self._advance = advance
        self.articles: list[int] = []

    async def publish(self, number: int) -> None:
        at = self.clock() - timedelta(hours=number % 60)
        section = ("world", "business")[number % 2]
        source = REUTERS if number % 3 == 0 else None
        article = story(f"story-{len(self.articles)}", at, sections=(section,), source=source)
        self.articles.append((await self.store.add_article(article)).id)

    async def hold(self, number: int) -> None:
        until = self.clock() + timedelta(hours=1 + number % 5)
        article = story(f"story-{len(self.articles)}", until, sections=("world",), embargoed_until=until)
        self.articles.append((await self.store.add_article(article)).id)

    async def write(self, number: int) -> None:
        if article := await self._one(number):
            await edit(self.store, article, headline=f"Headline {number}", body_html=f"<p>{number}</p>")

    async def move(self, number: int) -> None:
        if article := await self._one(number):
            section = "business" if article.sections[0] == "world" else "world"
            await edit(self.store, article, sections=(section,))

    async def withdraw(self, number: int) -> None:
        if article := await self._one(number):
            await withdraw(self.store, article)

    async def return_(self, number: int) -> None:
        if article := await self._one(number):
            await edit(self.store, article, status=ArticleStatus.PUBLISHED)

    async def wait(self, number: int) -> None:
        self._advance(minutes=7 * number)
        await self.store.run_due()

    async def terms(self, number: int) -> None:
        await take(self.store, TERMS[number % len(TERMS)])

    async def withhold(self, number: int) -> None:
        if number % 2:
            await self.store.withhold_source("reuters")
        elif await self.store.withheld_sources():
            await self.store.pass_on_source("REUTERS")

    async def prune(self, number: int) -> None:
        self._advance(seconds=1)
        await self.store.prune_sets(keep_log=number % 3 * 600, keep_unused=number % 2 * 86_400)

    async def _one(self, number: int) -> Article | None:
        return await self.store.get_article(self.articles[number % len(self.articles)]) if self.articles else None


EVENTS = tuple(name for name in vars(Newsroom) if not name.startswith("_"))
STEPS = st.lists(
    st.tuples(st.sampled_from((*EVENTS, "publish", "write", "read", "read", "read", "read_all")), st.integers(0, 99)),
    max_size=40,
)


async def play(url: str, steps: list[tuple[str, int]]) -> None:
    clock = SettableClock(FOUNDED)
    store = await open_store(url, clock=clock, migrate=True)
    try:
        await store.import_sections(sections())
        await store.add_partner(Partner(name=NAME, terms=TERMS[0]))
        newsroom, mirror = Newsroom(store, clock, clock.advance), Mirror()
        for name, number in steps:
            if name == "read":
                await mirror.read(store, limit=1 + number % 4)
            elif name == "read_all":
                await mirror.read_all(store)
                await require_equal(store, mirror)
            else:
                await getattr(newsroom, name)(number)
        await mirror.read_all(store)
        await require_equal(store, mirror)
    finally:
        await store.close()


def test_whoever_applies_what_it_is_told_has_what_its_terms_grant(stores: Stores) -> None:
    stores.play_any(play, examples=20, steps=STEPS)


@pytest.fixture
async def told(store_url: str) -> Any:
    store = await open_store(store_url, clock=SettableClock(FOUNDED), migrate=True)
    await store.import_sections(sections())
    await store.add_partner(Partner(name=NAME, terms=TERMS[0]))
    yield store
    await store.close()


async def test_what_was_withdrawn_unread_is_told_after_other_terms(told: Store) -> None:
    article = await told.add_article(story("one", sections=("world",)))
    mirror = Mirror()
    await mirror.read_all(told)
    await withdraw(told, article)
    await told.expand_views()
    await take(told, TERMS[1])
    await mirror.read_all(told)
    assert mirror.shown == {}


async def test_what_leaves_former_terms_on_the_way_to_other_ones_is_told(told: Store) -> None:
    articles = [await told.add_article(story(f"story-{number}", sections=("business",))) for number in range(6)]
    other = await told.add_partner(Partner(name="other", terms=TERMS[0]))
    mirror = Mirror()
    await mirror.read_all(told)
    await take(told, TERMS[1])
    await mirror.read(told, limit=2)
    assert len(mirror.shown) == 4
    # Of a set that somebody else has still, and which moves on.
    await withdraw(told, articles[-1])
    assert other.set_id
    await mirror.read_all(told)
    assert mirror.shown == {}


async def test_each_change_is_told_in_order(told: Store) -> None:
    article = await told.add_article(story("one", sections=("world",)))
    set_id = (await told.get_partner(NAME)).set_id
    await told.expand_views()
    begun = await tell(told, set_id, "", limit=10)
    assert [(one.action, one.guid) for one in begun.changes] == [("insert", article.guid)]
    article = await edit(told, article, headline="Corrected")
    await told.expand_views()
    await withdraw(told, article)
    await told.expand_views()
    telling = await tell(told, set_id, str(begun.next), limit=10)
    # As it is now, whatever was told when it was edited.
    assert [(one.action, one.article) for one in telling.changes] == [("withdraw", None)] * 2
    assert len({str(one.cursor) for one in telling.changes}) == 2
    assert (await tell(told, set_id, str(telling.next), limit=10)).changes == ()


@pytest.mark.parametrize(
    "wrong",
    [lambda end: end.replace("-1-", "-2-"), lambda end: end[:-8] + "00000000", lambda _: "999-1", lambda _: "1-7"],
)
async def test_a_cursor_of_another_log_begins_anew(told: Store, wrong: Callable[[str], str]) -> None:
    await told.add_article(story("one", sections=("world",)))
    set_id = (await told.get_partner(NAME)).set_id
    await told.expand_views()
    end = str((await tell(told, set_id, str((await tell(told, set_id, "", limit=10)).next), limit=10)).next)
    assert end.startswith(f"{set_id}-1-")
    with pytest.raises(NotKept) as gone:
        await tell(told, set_id, wrong(end), limit=10)
    assert len((await tell(told, set_id, gone.value.restart, limit=10)).changes) == 1


async def test_what_was_told_of_before_its_own_entry_is_told_anew_after_a_backup_was_put_back(
    told: Store, store_url: str, tmp_path: Path
) -> None:
    """Articles are told as they are: who stopped on the way has of some what the log says further down only."""
    first, second = [await told.add_article(story(name, sections=("world",))) for name in ("first", "second")]
    mirror = Mirror()
    await mirror.read_all(told)
    first = await edit(told, first, headline="Corrected")
    await told.expand_views()
    await edit(told, second, headline="Corrected, too")
    await told.expand_views()
    backup = f"sqlite:///{tmp_path}/backup.db"
    await copy_store(store_url, backup, lambda _done, _total: None)
    await edit(told, first, headline="Not in the backup")
    await mirror.read(told, limit=1)
    assert mirror.shown[first.guid].headline == "Not in the backup"
    store = await open_store(backup, clock=SettableClock(FOUNDED), migrate=True)
    try:
        await mirror.read_all(store)
        await require_equal(store, mirror)
    finally:
        await store.close()


@ANY_ENGINE
@pytest.mark.nightly
async def test_a_move_to_the_other_engine_and_back_keeps_cursors(
    told: Store, store_url: str, postgres_url: str, tmp_path: Path
) -> None:
    clock = SettableClock(FOUNDED)
    articles = [await told.add_article(story(f"story-{number}", sections=("world",))) for number in range(4)]
    read, begun = Mirror(), Mirror()
    await read.read_all(told)
    await begun.read(told, limit=2)
    here = store_url
    for there, gone in ((postgres_url, articles[0]), (f"sqlite:///{tmp_path}/moved.db", articles[1])):
        await copy_store(here, there, lambda _done, _total: None)
        here, store = there, await open_store(there, clock=clock, migrate=True)
        try:
            await withdraw(store, gone)
            for mirror in (read, begun):
                await mirror.read(store, limit=2)
                assert not mirror.is_anew
            await read.read_all(store)
            await require_equal(store, read)
        finally:
            await store.close()
    store = await open_store(here, clock=clock, migrate=True)
    await begun.read_all(store)
    await require_equal(store, begun)
    await store.close()


async def test_drafts_are_told_to_nobody(told: Store) -> None:
    await told.add_article(draft("draft"))
    mirror = Mirror()
    await mirror.read_all(told)
    assert mirror.shown == {}


async def test_what_is_no_cursor_is_said_to_be_none(told: Store) -> None:
    with pytest.raises(BadCursor):
        await tell(told, (await told.get_partner(NAME)).set_id, "yesterday", limit=10)
    with pytest.raises(NotFound):
        await tell(told, 999, "", limit=10)
