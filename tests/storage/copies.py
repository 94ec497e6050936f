"""What the tests of copies work with: stores of every engine, one that has rows in every table, and looks past the store."""

import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import psycopg

from storage.bans import name_ban
from storage.connect import open_store, store_file
from storage.model import (
    Action,
    Alias,
    Author,
    Ban,
    BanKind,
    CommentStatus,
    FeedSource,
    FormerSite,
    ImportRun,
    ImportSource,
    KeptAnswer,
    Member,
    MemberUse,
    NewEvent,
    Once,
    PageRecord,
    Partner,
    PartnerKey,
    PartnerNotes,
    PartnerRead,
    PartnerVisit,
    ShownArticles,
    Source,
    Tag,
    Terms,
    Token,
)
from storage.protocol import Store
from storage.scopes import HOME
from storage.sql.tables import TABLES
from tests.postgres.databases import Databases
from tests.storage.hub import ask, asks, subscribe
from tests.storage.newsroom import (
    FOUNDED,
    SettableClock,
    add_reply,
    draft,
    edit,
    moderate,
    page,
    record,
    reply,
    sections,
    story,
    withdraw,
)

NewUrl = Callable[[str], str]
"""Of an empty database of an engine."""
NewSource = Callable[[str], Awaitable[str]]
"""The URL of a newsroom with rows in every table, of an engine."""
PAIRS = [(one, other) for one in ("sqlite", "postgres") for other in ("sqlite", "postgres")]


@contextmanager
def new_urls(folder: Path, postgres: Callable[[], Databases]) -> Iterator[NewUrl]:
    numbers = count()
    with ExitStack() as made:

        def new_url(engine: str) -> str:
            if engine == "postgres":
                return made.enter_context(postgres().empty())
            return f"sqlite:///{folder}/{next(numbers)}.db"

        yield new_url


class Originals:
    """A newsroom with rows in every table on each engine, of which tests get copies: made once, as its first test asks for it.

    Copies have its identity: two of them are the same newsroom.
    """

    def __init__(self, new_url: NewUrl) -> None:
        self._new_url = new_url
        self._made: dict[str, tuple[str, datetime]] = {}

    async def of(self, engine: str, clock: SettableClock) -> str:
        """Its URL; nobody is connected to it. The clock is put to when it was done."""
        if engine not in self._made:
            url, running = self._new_url(engine), SettableClock()
            await filled(url, running)
            self._made[engine] = url, running.now
        url, clock.now = self._made[engine]
        return url


@contextmanager
def connected(url: str) -> Iterator[Callable[[str], list[tuple[Any, ...]]]]:
    """What a statement returns, past the store; what it writes is kept."""
    if path := store_file(url):
        with closing(sqlite3.connect(path, isolation_level=None)) as file:
            yield lambda sql: file.execute(sql).fetchall()
        return
    with psycopg.connect(url, autocommit=True) as db:

        def rows(sql: str) -> list[tuple[Any, ...]]:
            cursor = db.execute(sql.encode())
            return cursor.fetchall() if cursor.description else []

        yield rows


def rows_of(url: str, sql: str) -> list[tuple[Any, ...]]:
    """What one statement returns."""
    with connected(url) as rows:
        return rows(sql)


def unheard(_done: int, _total: int) -> None:
    pass


def kept(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """All rows, by table, past the store."""
    with connected(url) as rows:
        return {
            table.name: sorted(rows(f"SELECT {', '.join(table.columns)} FROM {table.name}"), key=repr)
            for table in TABLES
        }


async def opened(url: str, clock: SettableClock) -> Store:
    return await open_store(url, clock=clock, synchronous="NORMAL")


async def filled(url: str, clock: SettableClock) -> None:
    """Make a newsroom with rows in every table, and close it."""
    store = await open_store(url, clock=clock, migrate=True, synchronous="NORMAL")
    try:
        await store.import_sections(sections())
        await _articles(store, clock)
        await _newcomers(store, clock)
        await _partners(store, clock)
        await store.begin_hub_check(
            "a token", path="/hub/check/a token/feed.rss", secret="s", lasts=timedelta(minutes=1)
        )
        await store.announce_rendering("as this release renders")
    finally:
        await store.close()
    # What sets of terms were told is written by whoever makes their views.
    rows_of(
        url, "INSERT INTO entitled SELECT id, 1, 1, 'insert', 'digest', '[\"home\"]', 7, NULL, 8, 0, 9 FROM term_sets"
    )
    rows_of(url, "INSERT INTO entitled_log SELECT id, 1, 'insert', 1, 'guid ü', 9 FROM term_sets")


async def _articles(store: Store, clock: SettableClock) -> None:
    names: dict[str, Any] = {
        "authors": (Author(slug="ann", name="Ann Ünïque", url="https://ann.example/"),),
        "tags": (Tag(slug="nato", name="NATO"), Tag(slug="東京", name="東京")),
        "source": Source(name="Xinhua", url="https://xinhua.example/"),
    }
    first = await store.add_article(
        story("first", sections=("world/africa", "business"), body_html="<p>Ferry ‘🚢’ é</p>", **names)
    )
    await store.update_author(replace(await store.get_author("ann"), about="Writes on ferries, é"))
    await store.set_navigation(["world/africa", "world"])
    await store.pin_articles([first.id])
    clock.advance(minutes=5)
    ann = await add_reply(store, reply(first, "Ann", status=CommentStatus.PENDING, ip_hash="h", network_hash="n"))
    bob = await add_reply(store, reply(first, "Bob", parent_id=ann.id))
    await moderate(store, ann, CommentStatus.APPROVED)
    for number, comment in enumerate((ann, bob)):
        await store.follow_replies(f"key {number}", comment.id, thread=bool(number))
    clock.advance(hours=1)
    # Named otherwise, they leave rows in article_names and comment_names.
    present = await store.get_comment(ann.id)
    await store.update_comment(replace(present, author_name="Anna"), if_version=present.version)
    await edit(store, first, headline="First, corrected", slug="first-corrected")
    gone = await store.add_article(story("gone", clock(), sections=("world",)))
    await add_reply(store, reply(gone, "Cid", clock()))
    await withdraw(store, gone)
    await store.add_article(draft("draft"))
    await store.add_article(story("tomorrow", clock() + timedelta(days=1)))
    for number in range(30):
        await store.add_article(story(f"a{number}", clock.advance(minutes=2), sections=("world",), **names))
    # An old date, and a comment far below the newest: both come late.
    late = await store.add_article(story("late", FOUNDED - timedelta(days=3), sections=("business",), **names))
    for number in range(60):
        await add_reply(store, reply(late, f"R{number}", clock.advance(seconds=30)))
    await add_reply(store, reply(late, "Late", FOUNDED - timedelta(days=2), parent_id=bob.id + 5))


async def _partners(store: Store, clock: SettableClock) -> None:
    terms = Terms(sections=("world",), sources=("Xinhua ü",), delay=60)
    for name, asked in (("Rome Weekly", terms), ("Second", Terms())):
        await store.add_partner(Partner(name=name, contact="é", terms=asked, expires_at=clock() + timedelta(days=9)))
        await store.add_partner_key(name, PartnerKey(name="one", hash=f"key of {name}", created_at=clock()))
    await store.note_partner_use("Second", "one", clock())
    for name in ("m-1", "m-2"):
        await store.keep_member("Second", Member(name=name, hash=f"of {name}", created_at=clock()))
    await store.note_member_uses([MemberUse(hash="of m-1", day=19_000, network=7)], clock())
    await store.end_members("Second", ["m-2"])
    first, *_ = await store.list_partners()
    await store.note_partners(
        PartnerNotes(
            visits={first.id: PartnerVisit(at=clock(), set_id=first.set_id, since=clock())},
            reads={first.id: PartnerRead(set_id=first.set_id, number=1, at=clock())},
            taken=((ShownArticles(set_id=first.set_id, number=1, listed=HOME), {first.id: clock()}),),
        )
    )
    await store.update_partner(replace(first, silence=1), if_version=first.version)
    clock.advance(hours=2)
    await store.note_silences()
    hook = await store.add_webhook("Second", url="https://é.example/", secret="sealed", cursor="c", set_id=2, number=0)
    event = NewEvent(message="msg_1", action=Action.INSERT, article_id=1, guid="guid ü")
    await store.queue_events(hook, [event], cursor="d", set_id=2, number=1, of_set=2)
    await store.withhold_source("AFP")
    await store.add_held_webhook(url="https://é.example/held", secret="sealed")


async def _newcomers(store: Store, clock: SettableClock) -> None:
    for name in ("desk", "revoked"):
        await store.add_token(Token(name=name, hash=f"of {name}", scopes=frozenset({"moderate"}), created_at=clock()))
        await store.begin_session(f"session of {name}", token=name, ends_at=clock() + timedelta(hours=12))
    await store.note_token_use("desk", clock())
    answered = KeptAnswer(digest="d", status=201, fields={"Location": "/é"}, body="{}")
    await store.add_article(draft("keyed"), once=Once(token="desk", key="k", answer=lambda _: answered))
    await store.open_held_feed("desk", "of a key")
    for kind, key, ends_at in (
        (BanKind.NAME, name_ban("Ünïque"), None),
        (BanKind.ADDRESS, "address:h", clock() + timedelta(days=9)),
    ):
        ban = Ban(kind=kind, key=key, shown="Ü", note="é", by="desk:desk", created_at=clock(), ends_at=ends_at)
        await store.add_ban(ban)
    await store.revoke_token("revoked")
    await store.import_aliases([Alias(path="/?cat=7", page="/section/world/")])
    await store.import_pages(
        [PageRecord(page=page("about"), old_paths=("/?page_id=2",), origin="old 2", digest="of it")]
    )
    await store.keep_former_site(FormerSite(address="old.example/blog", path="/blog", permalinks="/%postname%/"))
    await store.keep_feed_source(FeedSource(url="https://agency.example/rss", etag='W/"1"', placement="world"))
    await store.claim_cursor("purge front", holder="one", lease=timedelta(seconds=5))
    await store.move_cursor("purge front", 3, holder="one", done=False)
    for name in ("ann", "bob"):
        await subscribe(store, name, secret="hidden ü")
    await ask(store, asks("eve", client="of an address"))
    # A thread whose replies have lower ids than what they answer.
    thread = story("imported", FOUNDED, id=5000)
    answer = reply(thread, "Answer", id=700, parent_id=900)
    question = reply(thread, "Question", id=900)
    run = ImportRun(key="r", kind="feed", name="feed.xml")
    source = ImportSource(names=("https://old.example/",), site="https://old.example/", whole=True)
    imported = replace(record(thread, question, answer, old_paths=("/?p=5000",)), source=source)
    await store.take_in([imported], run=run)
    await store.take_in([replace(imported, article=replace(thread, headline="Other"))], run=replace(run, key="s"))
    await store.remember(source, {"attachment 9": "ü", "attachment 10": "x"}, run=run)
    await store.end_import(run, {"added": 1})
    clock.advance(minutes=30)
    await store.run_due()
