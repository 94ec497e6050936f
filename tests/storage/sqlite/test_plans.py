"""No statement scans or sorts a table: what a read costs does not grow with the newsroom."""

import asyncio
import re
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from storage import scopes
from storage.errors import Pruned
from storage.model import (
    ArticleRecord,
    ArticleStatus,
    Author,
    CommentStatus,
    Position,
    Rest,
    SearchIn,
    Section,
    Span,
    Tag,
    Token,
)
from storage.sql import filters
from storage.sql.exports import export_page
from storage.sql.store import SQLStore
from storage.sqlite.connection import READERS, Database
from storage.sqlite.functions import add_functions
from storage.sqlite.schema import migrate
from tests.storage.filtering import every_filter
from tests.storage.hub import use_all
from tests.storage.newsroom import (
    FOUNDED,
    LIST_AFTER,
    SettableClock,
    add_reply,
    draft,
    edit,
    history_of,
    moderate,
    prune,
    reply,
    sections,
    story,
    take_in_and_back,
    use_bans,
    use_members,
    use_views,
    withdraw,
)

pytestmark = pytest.mark.anyio

HARMLESS = {
    "SCAN wanted VIRTUAL TABLE INDEX 1:",  # the values asked for
    "SCAN thread",  # a recursive query's own rows
    "SCAN CONSTANT ROW",  # a SELECT without a table
    "SCAN sqlite_master",  # how a table was made: a row for each table
    "SCAN sections",  # every read wants all sections, by path
    "SCAN tokens",  # as many as an operator has made, by name
    "SCAN few",  # rows counted, up to a limit
    "SCAN cursors",  # one for each cache in front
    "SCAN walked",  # rows counted, up to a limit
    "SCAN beyond",  # rows counted, up to a limit
    "SCAN term_sets",  # as many as there are different terms
    "SCAN term_sets USING INDEX term_sets_to_fill",
    "SCAN partner_webhooks USING INDEX partner_webhooks_live",  # one or few of a partner
    "SCAN withheld_sources",  # as many as an operator has named
    "SCAN sqlite_sequence",  # a row for each table whose numbers are never given twice
    "SCAN last_writes",  # one for each process
    "SCAN push_topics USING INDEX push_topics_to_spread",  # those that are being spread
    "SCAN main.article_words_config",  # a row of FTS5's own
    "SCAN main.comment_words_config",
    "SCAN main.article_search_config",
    "SCAN main.comment_search_config",
    "SCAN article_search_docsize",  # whether an earlier release's index has anything: one row
    "SCAN comment_search_docsize",
}


def _is_harmless(step: str) -> bool:
    # What is asked of the full text index comes after the colon: a rowid, or words; with nothing there it would be read whole.
    return (
        step in HARMLESS
        or re.fullmatch(r"SCAN (?:article|comment)_(?:words|search) VIRTUAL TABLE INDEX \d+:\S+", step) is not None
    )


class Observed:
    """A store, and the statements it runs."""

    def __init__(self, path: Path, clock: SettableClock, database: Database) -> None:
        self.path = path
        self.store = SQLStore(database, clock)
        self.statements: list[str] = []

    def observe(self, db: sqlite3.Connection) -> None:
        db.set_trace_callback(self.statements.append)

    def plans(self) -> dict[str, list[str]]:
        """The steps of the plan of each statement that has one."""
        found: dict[str, list[str]] = {}
        with closing(sqlite3.connect(self.path)) as db:
            add_functions(db)
            for statement in self.statements:
                if statement.lstrip().startswith(("SELECT", "WITH", "INSERT", "UPDATE", "DELETE")):
                    rows = db.execute(f"EXPLAIN QUERY PLAN {statement}").fetchall()
                    found[statement] = [detail for *_, detail in rows]
        return found

    def scans(self) -> dict[str, list[str]]:
        """The statements that read more than they need, with what is wrong."""
        wrong = {
            statement: [step for step in plan if ("SCAN" in step or "TEMP B-TREE" in step) and not _is_harmless(step)]
            for statement, plan in self.plans().items()
        }
        return {statement: steps for statement, steps in wrong.items() if steps}


@pytest.fixture
async def observed(tmp_path: Path, clock: SettableClock) -> AsyncIterator[Observed]:
    path = tmp_path / "dateline.db"
    database = await Database.open(
        str(path), create=True, synchronous="NORMAL", busy_timeout=1, prepare=lambda db: migrate(db, clock)
    )
    observed = Observed(path, clock, database)
    try:
        await observed.store.import_sections(sections())
        # Side by side, so that each takes a reader of its own.
        await asyncio.gather(
            database.write(observed.observe), *(database.read(observed.observe) for _ in range(READERS))
        )
        yield observed
    finally:
        await database.close()


async def fill(store: SQLStore) -> None:
    for number in range(4):
        article = await store.add_article(
            story(
                f"a{number}",
                FOUNDED - timedelta(days=number),
                sections=("world/africa",),
                authors=(Author(slug="x", name="X"),),
                tags=(Tag(slug="t", name="T"),),
            )
        )
        parent = await add_reply(store, reply(article, "Ann", ip_hash="feed"))
        await add_reply(store, reply(article, "Bob", parent_id=parent.id))
    await withdraw(store, article)
    await moderate(store, parent, CommentStatus.SPAM)


async def test_public_lists_are_one_range_each(observed: Observed) -> None:
    store = observed.store
    await fill(store)
    await add_reply(store, reply(await store.get_article(1), "Late", FOUNDED - timedelta(hours=3)))
    observed.statements.clear()
    for scope in (
        "home", "day:2023-03-01", "month:2023-03", "year:2023", "section:world", "section:world/africa", "tag:t", "author:x",
    ):  # fmt: skip
        found = await store.read_articles(scope, limit=2, also=("site",))
        assert found.articles, scope
    await store.read_articles("day:2023-03-01", limit=None)
    for span in (None, Rest(1), *(Span(Position(FOUNDED, 2), newer) for newer in (False, True))):
        await store.read_day(FOUNDED.date(), limit=1, today=FOUNDED.date(), span=span, also=("site",))
    for scope in ("month:2023-03", "year:2023"):
        assert (await store.read_period(scope, limit=1, also=("site",))).parts, scope
    for since in (FOUNDED, FOUNDED - timedelta(days=30)):
        await store.read_current(limit=1, day=FOUNDED.date(), late_since=since, also=("site",))
    week_ago = FOUNDED - timedelta(days=7)
    assert (await store.read_articles("section:world", limit=0, late_since=week_ago)).late.entries
    assert (await store.read_comments("comments:section:world", limit=0, late_since=week_ago)).late.entries
    for newer in (False, True):
        span = Span(Position(FOUNDED - timedelta(days=1), 2), newer)
        await store.read_articles("home", limit=1, span=span)
        await store.read_comments("comments", limit=1, span=span)
    for scope in ("comments", "comments:section:world", "comments:article:1"):
        assert (await store.read_comments(scope, limit=1)).comments, scope
    assert observed.scans() == {}
    # And the order is that of the range: the plan finds the entries by the list's key, and each row by its own.
    plans = {tuple(plan) for statement, plan in observed.plans().items() if "ORDER BY listings.at" in statement
             and "gone = 0" in statement and "article_listings" in statement}  # fmt: skip
    assert {plan[0] for plan in plans} == {
        f"SEARCH listings USING PRIMARY KEY (scope_id=? AND gone=? AND (at,item_id){compared}(?,?))"
        for compared in "<>"
    }
    assert all("SEARCH articles USING INTEGER PRIMARY KEY (rowid=?)" in plan for plan in plans)
    late = {statement: plan for statement, plan in observed.plans().items() if "_arrivals" in statement}
    for what in ("article", "comment"):
        ranges = {
            plan[0] for statement, plan in late.items() if f"SELECT item_id, at FROM {what}_arrivals" in statement
        }
        assert ranges == {"SEARCH arrivals USING PRIMARY KEY (scope_id=? AND gone=? AND at>?)"}


async def test_a_page_of_the_sitemap_is_one_range_of_ids(observed: Observed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scopes, "LOCATIONS", 2)
    store = observed.store
    await fill(store)
    observed.statements.clear()
    assert [page.number for page in (await store.location_pages(limit=9)).pages] == [1, 2]
    assert len((await store.read_locations(2)).locations) == 1
    assert len((await store.read_news(FOUNDED - timedelta(days=2), limit=9)).articles) == 2
    assert observed.scans() == {}
    plans = [plan for statement, plan in observed.plans().items() if "FROM articles" in statement]
    assert plans[-1] == ["SEARCH articles USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"]
    assert {tuple(plan) for plan in plans[:-1]} == {("SEARCH articles USING INTEGER PRIMARY KEY (rowid>?)",)}


async def test_no_other_read_scans(observed: Observed, monkeypatch: pytest.MonkeyPatch) -> None:
    store = observed.store
    await fill(store)
    observed.statements.clear()
    for page, around in ((None, None), (1, None), (None, 1)):
        await store.view_article("/2023/03/01/a0/", size=1, page=page, around=around, also=("site",))
    await store.view_comments("/2023/03/01/a0/", limit=1, also=("site",))
    await store.find_path("/section/world/")
    await store.find_paths(["/nothing/", "/?p=1", "/tag/nato/", "/section/world/"])
    await store.search_articles('a1 "a 2" b*', limit=2)
    assert (await store.search_articles("a*", limit=1, late_since=FOUNDED - timedelta(days=9))).late.entries
    assert len((await store.read_names(among=2, limit=9, also=("site",))).tags) == 1
    await store.get_article(1)
    for status in (None, ArticleStatus.PUBLISHED):
        await store.list_articles(status=status, before_id=3, limit=2)
    for walked in (1000, 2):
        monkeypatch.setattr(filters, "WALKED", walked)
        for wanted in every_filter("world", "t", "x", FOUNDED):
            await store.filter_articles(wanted, before_id=9, limit=2)
    for verdict in (None, CommentStatus.APPROVED):
        for article_id in (None, 1):
            await store.list_comments(status=verdict, article_id=article_id, before_id=9, limit=2)
    await history_of(store, reply(await store.get_article(1), "Ann", ip_hash="feed", parent_id=2))
    await store.get_comment(1)
    for verdict in (None, CommentStatus.APPROVED):
        await store.list_comments(status=verdict, after_id=1, limit=5)
        await store.read_queue(verdict, limit=2)
        await store.read_queue(verdict, before_id=3, limit=2)
        await store.read_queue(verdict, after_id=1, limit=2)
        for among in SearchIn:
            await store.search_comments("ann*", among=among, status=verdict, limit=2)
    await store.count_comments(at_most=3)
    await store.read_thread(1, around=1, limit=2)
    await store.latest_decisions(before_id=9, limit=2)
    await store.list_waiting(after=Position(FOUNDED, 1), limit=2)
    await store.get_sections()
    await store.changes_since(3, limit=9)
    await store.last_seq()
    await store.get_site()
    await store.find_token("ab")
    await store.find_session("ab")
    assert await store.list_tokens() == ()
    await store.run_due()
    await prune(store, timedelta(days=1), timedelta(days=1))
    for public_only in (False, True):
        await store._read(partial(export_page, after=1, limit=50, public_only=public_only))
    [known] = [
        plan for statement, plan in observed.plans().items() if "author_key = " in statement and "SELECT 1" in statement
    ]
    assert known == ["SEARCH comments USING INDEX comments_by_author (email_key=? AND author_key=?)"]
    assert len(observed.statements) > 40
    assert observed.scans() == {}


async def test_replies_to_somebody_are_found_without_a_scan(observed: Observed) -> None:
    """They stand in no list, and are sorted: they are as few as answers to one person are."""
    store = observed.store
    await fill(store)
    observed.statements.clear()
    for number in (1, 2):
        await store.follow_replies("key", number, thread=number == 2)
    assert await store.read_replies("key", limit=5, also=("site",)) is not None
    await store.end_reply_feed("key")
    harmless = {"SCAN answers", "USE TEMP B-TREE FOR ORDER BY"}
    assert {step for steps in observed.scans().values() for step in steps} <= harmless
    found = [plan for sql, plan in observed.plans().items() if "answers" in sql]
    assert len(found) == 2
    assert all("SEARCH comments USING COVERING INDEX comments_by_parent (parent_id=?)" in plan for plan in found)


async def test_no_write_scans(observed: Observed, clock: SettableClock) -> None:
    store = observed.store
    await fill(store)
    scheduled = await store.add_article(story("scheduled", FOUNDED + timedelta(hours=1)))
    await edit(store, scheduled, slug="other")
    article = await store.get_article(1)
    for name in ("Cid", "Dan"):
        await store.add_comment(reply(article, name, ip_hash="beef"), list_after=LIST_AFTER)
    decided = await store.moderate([1, 2], CommentStatus.TRASH, by="desk:ann", list_after=LIST_AFTER)
    await store.undo_decisions(decided[0].id, decided[-1].id, by="desk:ann", list_after=LIST_AFTER)
    await edit(store, article, sections=("business",), published_at=FOUNDED - timedelta(days=2))
    await withdraw(store, article)
    await edit(store, article, status=ArticleStatus.PUBLISHED)
    clock.advance(days=40)
    await store.run_due()
    await prune(store, timedelta(days=1), timedelta(days=1))
    with pytest.raises(Pruned):
        await store.changes_since(0, limit=1)
    await use_bans(store, await store.get_article(2), clock())
    sport = Section(path="sport", title="Sport", created_at=FOUNDED)
    await store.add_section(sport)
    await store.update_section(replace(sport, title="Sports"))
    await store.delete_section("sport")
    await store.announce_rendering("1")
    await store.add_token(Token(name="a", hash="ab", scopes=frozenset(), created_at=FOUNDED))
    await store.note_token_use("a", FOUNDED)
    for hash in ("1", "2"):
        await store.begin_session(hash, token="a", ends_at=FOUNDED)
    await store.end_session("1")
    await store.revoke_token("a")
    imported = draft("imported", gone_at=FOUNDED, published_at=FOUNDED, day=FOUNDED.date())
    records = [ArticleRecord(article=imported, comments=(reply(imported, "Eve", id=3),), old_paths=("/?p=1",))]
    for _ in range(2):
        await store.import_articles(records)
    await take_in_and_back(store)
    assert len(observed.statements) > 200
    assert observed.scans() == {}


async def test_no_step_of_the_hub_scans(observed: Observed, clock: SettableClock) -> None:
    store = observed.store

    async def publish(slug: str) -> None:
        await store.add_article(story(slug, sections=("world",)))

    await use_all(store, publish, clock)
    pushed = [statement for statement in observed.statements if "subscription" in statement or "push_" in statement]
    assert len(pushed) > 100
    assert observed.scans() == {}


async def test_no_step_of_what_sets_of_terms_see_scans(observed: Observed, clock: SettableClock) -> None:
    store = observed.store
    await fill(store)
    observed.statements.clear()
    await use_views(store, clock)
    assert len([statement for statement in observed.statements if "entitled" in statement]) > 50
    assert observed.scans() == {}


async def test_members_are_found_by_their_keys_and_no_step_reads_all_of_them(
    observed: Observed, clock: SettableClock
) -> None:
    await use_members(observed.store, clock)
    assert len([statement for statement in observed.statements if "member" in statement]) > 50
    assert observed.scans() == {}


async def test_reading_many_takes_as_many_statements_as_reading_one(observed: Observed) -> None:
    store = observed.store
    await fill(store)
    counts = []
    for limit in (1, 3):
        observed.statements.clear()
        assert len((await store.read_articles("home", limit=limit)).articles) == limit
        assert len((await store.read_comments("comments", limit=limit)).comments) == limit
        counts.append(len(observed.statements))
    assert counts[0] == counts[1]
