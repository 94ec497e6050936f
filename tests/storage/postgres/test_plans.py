"""No statement scans or sorts a table that grows, whether it is planned for its values or, once it is prepared, for any."""

import json
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import psycopg
import pytest
from psycopg.sql import SQL, Literal

from storage.clock import utc_now
from storage.connect import open_store
from storage.model import (
    ArticleRecord,
    ArticleStatus,
    CommentStatus,
    Partner,
    Position,
    Rest,
    Section,
    Span,
    Token,
)
from storage.postgres.transaction import PLANS
from storage.postgres.units import UnitConnection, numbered
from storage.sql import filters
from storage.sql.exports import export_page
from storage.sql.store import SQLStore
from tests.bench.copying import copy_to_postgres
from tests.bench.generate import generate
from tests.bench.newsroom import NEWEST, TINY, path
from tests.postgres.databases import Databases
from tests.storage.filtering import every_filter
from tests.storage.hub import use_all
from tests.storage.newsroom import (
    LIST_AFTER,
    add_reply,
    draft,
    edit,
    history_of,
    moderate,
    prune,
    reply,
    story,
    take_in_and_back,
    use_bans,
    use_members,
    use_views,
    withdraw,
)

pytestmark = pytest.mark.anyio

COUNT = 3000
FEW = {
    "site",
    "schema_migrations",
    "sessions",  # one for each moderator who is signed in
    "tokens",  # as many as an operator has made
    "sections",  # where all of them are wanted
    "cursors",  # one for each cache in front
    "term_sets",  # as many as there are different terms
    "partner_webhooks",  # one or few of a partner
    "held_webhooks",  # as many as an operator has made
    "withheld_sources",  # as many as an operator has named
    "partners",
    "last_writes",  # one for each process
}
"""Tables that do not grow with what is published."""
MANY = """
    INSERT INTO authors SELECT 'a-' || n, 'A', '' FROM generate_series(1, 3000) AS n;
    INSERT INTO tags SELECT 't-' || n, 'T' FROM generate_series(1, 3000) AS n;
    INSERT INTO sections SELECT 's-' || n, 'S', '', 0 FROM generate_series(1, 3000) AS n;
    INSERT INTO aliases SELECT '/?p=' || n, '/' FROM generate_series(1, 3000) AS n;
    INSERT INTO feed_sources SELECT 'https://' || n, '', '', '' FROM generate_series(1, 3000) AS n;
    INSERT INTO import_sources (seed, site, whole) SELECT 'https://' || n, 's-' || n, n % 2 FROM generate_series(1, 2000) AS n;
    INSERT INTO import_source_names SELECT n % 2, 'https://' || n, n, 0 FROM generate_series(1, 2000) AS n;
    INSERT INTO imports (run, at, kind, name, counts) SELECT 'run-' || n, 0, 'feed', 'x', '{}' FROM generate_series(1, 2000) AS n;
    INSERT INTO imported_entries SELECT 'urn:' || n, n % 2000 + 1, n, '', '', n % 2000 FROM generate_series(1, 2000) AS n;
    INSERT INTO imported_comments SELECT n, n % 2000 + 1, '', '', 0 FROM generate_series(1, 2000) AS n;
    INSERT INTO import_changes SELECT 'article', n::text, n, '{}' FROM generate_series(1, 2000) AS n;
    INSERT INTO import_memory SELECT n % 2000 + 1, 'a ' || n, n % 2000, '', n % 3 FROM generate_series(1, 2000) AS n;
    INSERT INTO article_names SELECT n, n FROM generate_series(1, 2000) AS n;
    INSERT INTO comment_names SELECT n, n FROM generate_series(1, 2000) AS n;
    INSERT INTO decisions (comment_id, before, after, at, by)
        SELECT n, 'pending', 'approved', 0, 'desk' FROM generate_series(1, 3000) AS n;
    INSERT INTO bans (kind, key, shown, note, by, created_at, ends_at)
        SELECT 'name', 'name:n-' || n, 'N', '', 'cli', 0, CASE WHEN n % 9 = 0 THEN 4000000000000000 + n END
        FROM generate_series(1, 3000) AS n;
    INSERT INTO tokens SELECT 'of-' || n, n, '[]', 0 FROM generate_series(1, 3000) AS n;
    INSERT INTO sessions SELECT n, 'of-' || n, 0 FROM generate_series(1, 3000) AS n;
    INSERT INTO article_arrivals SELECT scope_id, 0, at, item_id FROM article_listings WHERE item_id > 2000;
    INSERT INTO comment_arrivals SELECT scope_id, 0, at, item_id FROM comment_listings WHERE item_id > 2000;
    INSERT INTO push_topics (path, raised, looked, digest, content, attempts, claim)
        SELECT '/tag/t-' || n || '/feed.rss', 0, 0, 'x', 0, 0, '' FROM generate_series(1, 3000) AS n;
    INSERT INTO push_topic_scopes SELECT 'tag:t-' || n, n FROM generate_series(1, 3000) AS n;
    INSERT INTO subscriptions (topic_id, callback, asked, secret, algorithm, content, created_at, verified_at, expires_at, wanted,
            delivered, digest, due_at, attempts, claim, last_error)
        SELECT 1 + n % 3000, 'https://s-' || n, 'x', '', 'sha256', 'full', 0, 0, 4000000000000000, 0, 0, 'x',
            CASE WHEN n % 9 = 0 THEN CAST(extract(epoch FROM now()) AS BIGINT) * 1000000 + 600000000 END, 0, '',
            CASE WHEN n % 9 = 1 THEN 'x' ELSE '' END
        FROM generate_series(1, 6000) AS n;
    INSERT INTO subscription_requests (callback, callback_host, asked, path, mode, lease, secret, client, reason, seq, asked_at,
            due_at, attempts, claim)
        SELECT 'https://s-' || n, 's-' || n % 50, 'x', 'x', 'subscribe', 0, '',
            CASE WHEN n % 97 = 0 THEN 'c-' || n % 7 ELSE '' END, '', 0, 4000000000000000,
            CAST(extract(epoch FROM now()) AS BIGINT) * 1000000 + 600000000, 0, '' FROM generate_series(1, 3000) AS n;
    UPDATE comments SET email_key = 'reader-' || id % 2000;
    UPDATE comments SET status = 'pending' WHERE id % 97 = 0;
    UPDATE comments SET ip_hash = 'of-' || id % 40 WHERE id % 97 = 2;
    UPDATE comments SET ip_hash = 'beef' WHERE id % 997 = 1;
    UPDATE articles SET status = 'draft' WHERE id % 97 = 0;
    UPDATE articles SET publish_at = 4000000000000000 WHERE id % 97 = 0;
    UPDATE articles SET count_due_at = 4000000000000000 + id WHERE id % 97 = 1;
    ANALYZE;
"""
"""Of what the generated newsroom has none, or too little for an index to be worth it."""
MANY_MEMBERS = """
    INSERT INTO members (partner_id, member, hash, created_at, flagged_at, networks)
        SELECT partners.id, 'm-' || n, 'h-' || n, 0, CASE WHEN n % 9 = 0 THEN 0 END, 0
        FROM partners CROSS JOIN generate_series(1, 3000) AS n WHERE name = 'all';
    INSERT INTO member_networks SELECT n % 3, n, n FROM generate_series(1, 3000) AS n;
    INSERT INTO ended_keys SELECT 'e-' || n, id, 0 FROM partners CROSS JOIN generate_series(1, 3000) AS n WHERE name = 'all';
    INSERT INTO partner_keys (partner_id, name, hash, created_at)
        SELECT id, 'n-' || n, 'p-' || n, 0 FROM partners CROSS JOIN generate_series(1, 3000) AS n WHERE name = 'all';
    ANALYZE members, member_networks, ended_keys, partner_keys;
"""

Statement = tuple[str, tuple[object, ...]]


class Statements:
    """What the store's connections run, and how the server plans it."""

    def __init__(self, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self.url = url
        self.run: dict[str, tuple[object, ...]] = {}
        """With the first parameters of each."""
        execute, executemany = UnitConnection.execute, UnitConnection.executemany

        def noted(db: UnitConnection, sql: str, parameters: Sequence[object] = (), /) -> object:
            self.run.setdefault(sql, tuple(parameters))
            return execute(db, sql, parameters)

        def all_noted(db: UnitConnection, sql: str, rows: Any, /) -> None:
            given = list(rows)
            if given:
                self.run.setdefault(sql, tuple(given[0]))
            executemany(db, sql, given)

        monkeypatch.setattr(UnitConnection, "execute", noted)
        monkeypatch.setattr(UnitConnection, "executemany", all_noted)

    def wrong(self) -> dict[tuple[str, str], list[str]]:
        """By statement and kind of plan, the steps that read more than they need."""
        found = {}
        with psycopg.connect(self.url, autocommit=True) as db:
            for sql, parameters in self.run.items():
                if not sql.lstrip().startswith(("SELECT", "WITH", "INSERT", "UPDATE", "DELETE")):
                    continue
                for mode in ("force_custom_plan", "force_generic_plan"):
                    steps = [step for step in self._steps(db, sql, parameters, mode) if _is_harmful(step)]
                    if steps:
                        found[" ".join(sql.split()), mode] = [_shown(step) for step in steps]
        return found

    def _steps(
        self, db: psycopg.Connection, sql: str, parameters: tuple[object, ...], mode: str
    ) -> list[Mapping[str, Any]]:
        db.execute(PLANS.replace("LOCAL ", "").encode())
        db.execute(f"SET plan_cache_mode = {mode}".encode())
        types = f"({', '.join(map(_type_of, parameters))})" if parameters else ""
        db.execute(f"PREPARE looked_at {types} AS {numbered(sql)}".encode())
        values = SQL("({})").format(SQL(", ").join(map(Literal, parameters))) if parameters else SQL("")
        row = db.execute(SQL("EXPLAIN (FORMAT JSON) EXECUTE looked_at") + values).fetchone()
        db.execute("DEALLOCATE looked_at")
        assert row is not None
        [whole] = row[0] if not isinstance(row[0], str) else json.loads(row[0])
        return list(_walk(whole["Plan"]))


def _type_of(value: object) -> str:
    match value:
        case bool() | int():
            return "bigint"
        case [int(), *_]:
            return "bigint[]"
        case [str(), *_]:
            return "text[]"
        case bytes():
            return "bytea"
    return "unknown"


def _walk(plan: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield plan
    for inner in plan.get("Plans", ()):
        # The first rows of an index, or its last, are no whole one.
        yield from _walk({"Index Cond": "limited", **inner} if plan["Node Type"] == "Limit" else inner)


def _is_harmful(step: Mapping[str, Any]) -> bool:
    kind = step["Node Type"]
    is_whole = kind == "Seq Scan" or (kind in ("Index Scan", "Index Only Scan") and "Index Cond" not in step)
    return (is_whole and step["Relation Name"] not in FEW) or "Sort" in kind


def _shown(step: Mapping[str, Any]) -> str:
    return f"{step['Node Type']} {step.get('Relation Name', step.get('Sort Key'))}"


@pytest.fixture(scope="module")
async def generated(tmp_path_factory: pytest.TempPathFactory, postgres: Databases) -> AsyncIterator[str]:
    """The URL of a database with many rows in every table that grows; nobody is connected to it."""
    file = tmp_path_factory.mktemp("generated") / "generated.db"
    await generate(file, COUNT, replace(TINY, comments=3))
    with postgres.empty() as url:
        await copy_to_postgres(file, url)
        with psycopg.connect(url, autocommit=True) as db:
            db.execute(MANY)
        yield url


@pytest.fixture
async def store(generated: str, postgres: Databases, monkeypatch: pytest.MonkeyPatch) -> Any:
    with postgres.copied(generated) as url:
        statements = Statements(url, monkeypatch)
        store = await open_store(url)
        statements.run.clear()
        try:
            yield store, statements
        finally:
            await store.close()


async def test_no_read_scans_or_sorts(store: tuple[SQLStore, Statements], monkeypatch: pytest.MonkeyPatch) -> None:
    room, statements = store
    newest = await room.get_article(COUNT)
    day, week_ago = NEWEST.date() - timedelta(days=9), NEWEST - timedelta(days=7)
    at = newest.published_at
    assert at is not None
    spans = (None, Rest(5), *(Span(Position(at - timedelta(days=3), 9), newer) for newer in (False, True)))
    for scope in ("home", f"day:{day}", f"month:{day:%Y-%m}", "section:world", "tag:harbour", "author:author-3"):
        for span in spans:
            found = await room.read_articles(scope, limit=5, span=span, also=("site",), late_since=week_ago)
            assert found.articles or span, scope
    for span in spans:
        await room.read_day(day, limit=5, today=NEWEST.date(), span=span, also=("site",))
        await room.read_comments("comments", limit=5, span=span, late_since=week_ago)
    await room.read_period(f"year:{day:%Y}", limit=5, also=("site",))
    await room.read_current(limit=5, day=day, late_since=week_ago, also=("site",))
    page = path(COUNT, COUNT - 100)
    await room.view_comments(page, limit=5, also=("site",), late_since=week_ago)
    for number, around in ((None, None), (1, None), (None, 8)):
        await room.view_article(page, size=2, page=number, around=around)
    await room.find_path("/section/world/")
    await room.find_path("/nothing/")
    await room.find_paths(["/nothing/", "/?p=1", "/tag/nato/", "/section/world/"])
    await room.location_pages(limit=5)
    await room.read_locations(1)
    await room.read_news(week_ago, limit=9)
    await room.read_names(among=100, limit=9)
    for status in (None, *ArticleStatus):
        await room.list_articles(status=status, before_id=100, limit=5)
    for walked in (1000, 2):
        monkeypatch.setattr(filters, "WALKED", walked)
        for wanted in every_filter("world", "harbour", "author-3", newest.modified_at or at):
            await room.filter_articles(wanted, before_id=2000, limit=2)
    for verdict in (None, *CommentStatus):
        for article_id in (None, 7):
            await room.list_comments(status=verdict, article_id=article_id, before_id=100, limit=5)
        await room.list_comments(status=verdict, after_id=1, limit=5)
        await room.read_queue(verdict, limit=5)
        await room.read_queue(verdict, before_id=500, limit=5)
        await room.read_queue(verdict, after_id=500, limit=5)
    await history_of(room, reply(newest, "Ann", ip_hash="beef", parent_id=COUNT * 3))
    await room.count_comments(at_most=3)
    await room.read_thread(30, around=30, limit=5)
    await room.latest_decisions(before_id=900, limit=5)
    await room.list_waiting(after=Position(NEWEST, 1), limit=5)
    await room.changes_since(100, limit=9)
    await room.last_seq()
    await room.view_page("/about/team/", also=("pages",))
    await room.list_pages(limit=9)
    await room.find_redirect(["/a/", "/b/"])
    await room.list_redirects(limit=9)
    await room.read_sections(pages=9)
    await room.find_token("ab")
    await room.find_session("ab")
    await room.next_due()
    for public_only in (False, True):
        await room._read(partial(export_page, after=1, limit=50, public_only=public_only))
    assert len(statements.run) > 60
    assert statements.wrong() == {}


async def test_replies_to_somebody_are_found_without_a_scan(store: tuple[SQLStore, Statements]) -> None:
    """They stand in no list, and are sorted: they are as few as answers to one person are."""
    room, statements = store
    for number, thread in ((5, False), (9, True)):
        await room.follow_replies("key", number, thread=thread)
    assert await room.read_replies("key", limit=5, also=("site",)) is not None
    await room.end_reply_feed("key")
    wrong = {sql: [step for step in steps if "Sort" not in step] for (sql, _), steps in statements.wrong().items()}
    assert {sql: steps for sql, steps in wrong.items() if steps} == {}


async def test_no_step_of_the_hub_scans_or_sorts(store: tuple[SQLStore, Statements]) -> None:
    room, statements = store

    async def publish(slug: str) -> None:
        await room.add_article(story(slug, utc_now(), sections=("world",)))

    await use_all(room, publish, utc_now)
    assert len([sql for sql in statements.run if "subscription" in sql or "push_" in sql]) > 50
    assert statements.wrong() == {}


async def test_members_are_found_by_their_keys_and_no_step_reads_all_of_them(
    store: tuple[SQLStore, Statements],
) -> None:
    room, statements = store
    await room.add_partner(Partner(name="all"))
    with psycopg.connect(statements.url) as db:
        db.execute(MANY_MEMBERS.encode())
    await use_members(room, utc_now)
    assert len([sql for sql in statements.run if "member" in sql]) > 15
    assert statements.wrong() == {}


async def test_no_step_of_what_sets_of_terms_see_scans_or_sorts(store: tuple[SQLStore, Statements]) -> None:
    room, statements = store
    await use_views(room, utc_now)
    assert len([sql for sql in statements.run if "entitled" in sql]) > 15
    # How words are looked for is another test's.
    assert {sql: steps for sql, steps in statements.wrong().items() if "article_words" not in sql[0]} == {}


async def test_no_write_scans_or_sorts(store: tuple[SQLStore, Statements]) -> None:
    room, statements = store
    now = utc_now()
    new = await room.add_article(story("new", now, sections=("world",)))
    await edit(room, new, slug="other", sections=("business",), published_at=now - timedelta(days=2))
    scheduled = await room.add_article(story("scheduled", now + timedelta(days=1)))
    await edit(room, scheduled, headline="Another")
    replied = await add_reply(room, reply(new, "Ann", now, ip_hash="beef"))
    await moderate(room, replied, CommentStatus.SPAM)
    decided = await room.moderate([replied.id], CommentStatus.APPROVED, by="desk", list_after=LIST_AFTER)
    await room.undo_decisions(decided[0].id, decided[-1].id, by="desk", list_after=LIST_AFTER)
    for number in (COUNT - 10, new.id):
        withdrawn = await withdraw(room, await room.get_article(number))
        await edit(room, withdrawn, status=ArticleStatus.PUBLISHED)
    await withdraw(room, await room.get_article(COUNT - 20))
    await room.run_due()
    await prune(room, timedelta(0), timedelta(0))
    await room.settle_dates()
    await room.forget_comments("reader-1@readers.example", alias="A", erase=False, list_after=LIST_AFTER, limit=2)
    sport = Section(path="games", title="Games", created_at=now)
    await room.add_section(sport)
    await room.update_section(replace(sport, title="Sports"))
    await room.delete_section("games")
    await room.announce_rendering("1")
    await use_bans(room, new, now)
    await room.add_token(Token(name="a", hash="ab", scopes=frozenset(), created_at=now))
    await room.note_token_use("a", now)
    for hash in ("x1", "x2"):
        await room.begin_session(hash, token="a", ends_at=now)
    await room.end_session("x1")
    await room.revoke_token("a")
    await room.claim_cursor("purge", holder="me", lease=timedelta(seconds=5))
    await room.move_cursor("purge", 9, holder="me", done=True)
    imported = draft("imported", gone_at=now, published_at=now, day=now.date())
    records = [ArticleRecord(article=imported, comments=(reply(imported, "Eve", id=9),), old_paths=("/?p=1",))]
    for _ in range(2):
        await room.import_articles(records)
    await take_in_and_back(room)
    assert len(statements.run) > 60
    assert statements.wrong() == {}
