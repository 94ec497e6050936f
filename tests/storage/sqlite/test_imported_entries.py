"""What an earlier release imported is adopted by the first source that names its guid; what was written here is nobody's."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from storage.model import ArticleRecord, ImportSource, Outcome
from storage.model import Source as Agency
from storage.sql.store import SQLStore
from storage.sqlite.schema import MIGRATIONS
from tests.storage.newsroom import FOUNDED, SettableClock, edit, record, reply, story
from tests.storage.sqlite.opening import open_sqlite

pytestmark = pytest.mark.anyio

NUMBER = next(migration.number for migration in MIGRATIONS if migration.name.endswith("_import_sources"))
FEED = ImportSource(names=("https://agency.example/feed",), site="https://agency.example")
EXPORT = ImportSource(names=("https://old.example",), site="https://old.example", whole=True)
PLANET = ImportSource(names=("https://planet.example/feed",), site="https://planet.example")
AGENCY = Agency(name="Agency", url="https://agency.example/")
THREAD = [
    reply(story("post"), name, guid=f"https://old.example/?p=7#comment-{id_}", id=id_)
    for id_, name in ((1, "A"), (2, "B"))
]
ENTRY = record(story("entry", guid="1001", source=AGENCY))
POST = replace(record(story("post", guid="https://old.example/?p=7"), *THREAD, old_paths=("/?p=7",)), all_comments=True)
OURS = record(story("ours"))
_BACK = """
    DROP TABLE import_memory;
    DROP TABLE navigation; DROP TABLE pinned; ALTER TABLE authors DROP COLUMN about;
    DROP TABLE imported_entries; DROP TABLE imported_comments; DROP TABLE import_changes; DROP TABLE imports;
    DROP TABLE import_source_names; DROP TABLE import_sources;
    DROP TABLE pages; DROP TABLE page_origins; DROP INDEX aliases_by_page; DROP TABLE former_sites;
    DROP TABLE hub_checks; DROP TABLE webhook_events; DROP TABLE partner_webhooks;
    DROP TABLE subscription_requests; DROP TABLE subscriptions; DROP TABLE push_topic_scopes; DROP TABLE push_topics;
    DROP TABLE entitled_log; DROP TABLE entitled; DROP TABLE withheld_sources; DROP TABLE partner_reads; DROP TABLE partner_keys;
    DROP TABLE member_networks; DROP TABLE members; DROP TABLE ended_keys;
    DROP TABLE partner_pickups; DROP TABLE partner_lists; DROP TABLE partner_visits; DROP TABLE partner_silences;
    DROP TABLE partners;
    DROP TABLE term_sets;
    DROP TABLE reply_feed_comments; DROP TABLE reply_feeds; DROP INDEX comments_by_parent;
    ALTER TABLE articles DROP COLUMN digital_source_type; ALTER TABLE articles DROP COLUMN credit_line;
    ALTER TABLE articles DROP COLUMN republish_until;
    DROP TABLE bans; DROP TABLE held_feeds; DROP TABLE held_webhooks; ALTER TABLE comments DROP COLUMN network_hash;
    ALTER TABLE comments DROP COLUMN held_why; ALTER TABLE comments DROP COLUMN newsroom;
    DROP TABLE article_facets; DROP INDEX articles_by_modified; DROP TABLE kept_answers;
    CREATE TABLE article_sections (section TEXT, article_id INTEGER, PRIMARY KEY (section, article_id)) STRICT, WITHOUT ROWID;
    CREATE TABLE imported_entries (article_id INTEGER PRIMARY KEY REFERENCES articles, digest TEXT NOT NULL) STRICT;
    INSERT INTO imported_entries SELECT id, 'of an earlier release' FROM articles WHERE guid = '1001';
"""


@pytest.fixture
async def path(tmp_path: Path, clock: SettableClock) -> Path:
    """A database of the release before, with an entry of a feed, a post of an export, and an article that was written here."""
    path = tmp_path / "a.db"
    store = await open_sqlite(str(path), clock=clock, migrate=True)
    await store.import_articles([ENTRY, POST, OURS])
    await store.close()
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.executescript(_BACK + f"PRAGMA user_version = {NUMBER - 1};")
    return path


async def take(store: SQLStore, source: ImportSource, *records: ArticleRecord) -> list[Outcome]:
    intake = await store.take_in([replace(one, source=source) for one in records])
    return [kept.outcome for kept in intake.kept]


async def test_it_is_adopted_once(path: Path, clock: SettableClock) -> None:
    store = await open_sqlite(str(path), clock=clock, migrate=True)
    try:
        before = await store.list_articles(limit=9)
        mine = replace(OURS, article=replace(OURS.article, headline="Lie"))
        assert await take(store, PLANET, ENTRY, POST, mine) == [Outcome.ADDED] * 3
        assert set(before) <= set(await store.list_articles(limit=9))
    finally:
        await store.close()


async def test_its_own_source_goes_on(path: Path, clock: SettableClock) -> None:
    store = await open_sqlite(str(path), clock=clock, migrate=True)
    try:
        by_slug = {article.slug: article for article in await store.list_articles(limit=9)}
        await edit(store, by_slug["entry"], headline="Ours")
        await store.set_comment_status(1, "spam", by="desk", list_after=timedelta())  # type: ignore[arg-type]
        # Nobody knows what it said: what is here stays, unless by its own word it was edited later.
        assert await take(store, FEED, ENTRY) == await take(store, EXPORT, POST) == [Outcome.UNCHANGED]
        assert await take(store, PLANET, ENTRY) == [Outcome.ADDED]
        later = FOUNDED + timedelta(days=9)
        edited = [
            replace(one, article=replace(one.article, headline="Theirs", updated_at=later), comments=one.comments[:1])
            for one in (ENTRY, POST)
        ]
        assert await take(store, FEED, edited[0]) == await take(store, EXPORT, edited[1]) == [Outcome.CHANGED]
        by_id = {article.id: article.headline for article in await store.list_articles(limit=9)}
        assert by_id[by_slug["entry"].id] == by_id[by_slug["post"].id] == "Theirs"
        assert {one.id: str(one.status) for one in await store.list_comments(limit=9)} == {1: "spam", 2: "trash"}
    finally:
        await store.close()
