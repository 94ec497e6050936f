"""Comments within what a set of terms sees: whatever is written, who polls a list has just what it shows, and hears what went."""

from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

import pytest

from storage.model import Article, ArticleStatus, Comment, CommentList, CommentStatus, Partner, Terms
from storage.protocol import Store
from storage.scopes import COMMENTS, HOME, section_comments_scope
from tests.storage.newsroom import SettableClock, add_reply, edit, moderate, reply, story, withdraw

pytestmark = pytest.mark.anyio

WEEK = timedelta(days=7)
LISTS = (COMMENTS, section_comments_scope("world"), section_comments_scope("business"))
STATUSES = (CommentStatus.APPROVED, CommentStatus.APPROVED, CommentStatus.SPAM, CommentStatus.PENDING)


@dataclass
class Poller:
    """Who takes a list again and again, and does as it says: an entry is there until its tombstone comes."""

    has: set[str] = field(default_factory=set)
    buried: set[str] = field(default_factory=set)
    moves: bool = True
    """Whether articles move out of the list with their comments: that leaves no tombstone, and all of the list is to be taken."""
    seq: int = 0

    def take(self, listed: CommentList) -> None:
        if self.moves and listed.left > self.seq:
            self.has = set()
        self.seq = listed.snapshot.seq
        shown = {entry.comment.guid for entry in (*listed.comments, *listed.late.entries)}
        gone = {stone.guid for stone in (*listed.tombstones, *listed.late.tombstones)}
        assert shown.isdisjoint(gone)
        self.has = (self.has | shown) - gone
        self.buried |= gone


class Room:
    """A newsroom with articles in two sections, of which the set sees one, and comments on them."""

    def __init__(self, store: Store, clock: SettableClock, chance: Random) -> None:
        self.store, self.clock, self.chance = store, clock, chance
        self.articles: list[Article] = []
        self.comments: list[Comment] = []

    async def step(self) -> None:
        self.clock.advance(minutes=self.chance.randrange(1, 200))
        await self.chance.choice(
            (self.comment, self.comment, self.comment, self.judge, self.judge, self.move, self.turn)
        )()

    async def publish(self, section: str) -> None:
        self.articles.append(
            await self.store.add_article(story(f"a{len(self.articles)}", self.clock(), sections=(section,)))
        )

    async def comment(self) -> None:
        """One that may be dated far back."""
        article = self.chance.choice(self.articles)
        at = self.clock() - timedelta(hours=self.chance.choice((0, 0, 5)))
        status = self.chance.choice(STATUSES)
        self.comments.append(await add_reply(self.store, reply(article, f"c{len(self.comments)}", at, status=status)))

    async def judge(self) -> None:
        if self.comments:
            await moderate(self.store, self.chance.choice(self.comments), self.chance.choice(STATUSES))

    async def move(self) -> None:
        section = self.chance.choice(("world", "world", "business"))
        await edit(self.store, self.chance.choice(self.articles), sections=(section,))

    async def turn(self) -> None:
        article = await self.store.get_article(self.chance.choice(self.articles).id)
        if article.public:
            await withdraw(self.store, article)
        else:
            await edit(self.store, article, status=ArticleStatus.PUBLISHED)

    async def seen(self, scope: str) -> set[str]:
        """The guids that a list has within what the set sees, whatever it shows of them."""
        section = scope.rpartition("section:")[2] if scope != COMMENTS else "world"
        articles = {article.id: await self.store.get_article(article.id) for article in self.articles}
        found = {comment.guid: await self.store.get_comment(comment.id) for comment in self.comments}
        return {
            guid
            for guid, comment in found.items()
            if comment.status is CommentStatus.APPROVED
            and (article := articles[comment.article_id]).public
            and {"world", section} == {"world", *article.sections} and "world" in article.sections
        }  # fmt: skip


@pytest.mark.parametrize("seed", range(2))
async def test_who_polls_within_a_view_has_what_it_shows_and_hears_what_went(
    store: Store, clock: SettableClock, seed: int
) -> None:
    room = Room(store, clock, Random(seed))
    for section in ("world", "world", "business", "business"):
        await room.publish(section)
    set_id = (await store.add_partner(Partner(name="partner", terms=Terms(sections=("world",), comments=True)))).set_id
    view, pollers, ever = store.within(set_id), {scope: Poller(moves=scope != COMMENTS) for scope in LISTS}, set[str]()
    for _ in range(60):
        await room.step()
        await store.expand_views()
        ever |= {article.guid for article in (await view.read_articles(HOME, limit=9)).articles}
        for scope, poller in pollers.items():
            wanted = await room.seen(scope)
            # Of all there is, and of a window so small that what comes late stands below it.
            whole = await view.read_comments(scope, limit=100, late_since=clock() - WEEK)
            assert {entry.comment.guid for entry in whole.comments} == wanted
            assert whole.late.entries == ()
            poller.take(await view.read_comments(scope, limit=3, late_since=clock() - WEEK))
            poller.take(whole)
            assert poller.has == wanted, scope
            assert {guid.rpartition(":")[0] for guid in poller.buried} <= ever, "of what it never saw nothing is told"


async def test_what_is_late_is_told_within_a_view_as_to_the_public(store: Store, clock: SettableClock) -> None:
    seen, other = [await store.add_article(story(name, sections=(name,))) for name in ("world", "business")]
    set_id = (await store.add_partner(Partner(name="partner", terms=Terms(sections=("world",), comments=True)))).set_id
    await store.expand_views()
    held = [
        await add_reply(store, reply(article, "Held", clock(), status=CommentStatus.PENDING))
        for article in (seen, other)
    ]
    clock.advance(hours=3)
    for article in (seen, other):
        await add_reply(store, reply(article, "New", clock()))
    clock.advance(hours=1)
    for comment in held:
        await moderate(store, comment, CommentStatus.APPROVED)
    view, since = store.within(set_id), clock() - WEEK
    for scope in (COMMENTS, section_comments_scope("world")):
        late = (await view.read_comments(scope, limit=1, late_since=since)).late
        assert [entry.comment.guid for entry in late.entries] == [held[0].guid]
        assert late.first_at == clock()
    thread = await view.view_comments(seen.path, limit=1, late_since=since)
    assert isinstance(thread, CommentList)
    assert [entry.comment.guid for entry in thread.late.entries] == [held[0].guid]
    before = await view.read_comments(COMMENTS, limit=1, late_since=since)
    clock.advance(minutes=1)
    await edit(store, seen, sections=("business",))
    await store.expand_views()
    gone = await view.read_comments(COMMENTS, limit=1, late_since=since)
    assert (gone.comments, gone.late.entries) == ((), ())
    assert held[0].guid in {stone.guid for stone in gone.late.tombstones}
    assert gone.left > before.snapshot.seq, "who has the list is sent all of it"
