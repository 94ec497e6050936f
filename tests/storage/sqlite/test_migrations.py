"""The schema of a database file: numbered migrations, applied forward."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from storage.connect import open_store
from storage.errors import Unavailable
from storage.migrations import Migration, read_migrations
from storage.sqlite.schema import MIGRATIONS, migrate, schema_version
from tests.storage.newsroom import SettableClock, sections
from tests.storage.sqlite.dump import SCHEMA, dump, migrated

MIGRATE = """
import asyncio, sys
from storage.connect import open_store

async def main():
    sys.stdin.readline()
    store = await open_store(sys.argv[1], migrate=True)
    print((await store.get_site()).secret.hex(), *await store.check())
    await store.close()

asyncio.run(main())
"""


def test_the_schema_is_all_migrations_applied() -> None:
    with closing(migrated()) as db:
        assert SCHEMA.read_text(encoding="utf-8") == dump(db), "run python -m tests.storage.sqlite.dump"


def test_the_schema_can_be_run() -> None:
    with closing(sqlite3.connect(":memory:")) as db:
        db.executescript(SCHEMA.read_text(encoding="utf-8"))
        assert dump(db) == SCHEMA.read_text(encoding="utf-8")


def test_every_table_is_strict() -> None:
    with closing(migrated()) as db:
        rows = db.execute("SELECT name FROM pragma_table_list WHERE type = 'table' AND NOT strict").fetchall()
    assert {name for (name,) in rows if not name.startswith("sqlite_")} == set()


def test_each_migration_is_applied_once_and_recorded() -> None:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        more = [*MIGRATIONS, Migration(len(MIGRATIONS) + 1, "more", "CREATE TABLE more (id INTEGER) STRICT;")]
        migrate(db, SettableClock())
        assert schema_version(db) == len(MIGRATIONS)
        secret = db.execute("SELECT secret FROM site").fetchall()
        for _ in range(2):
            migrate(db, SettableClock(), more)
            assert schema_version(db) == len(more)
        assert db.execute("SELECT secret FROM site").fetchall() == secret


def test_a_migration_that_fails_leaves_the_one_before() -> None:
    broken = Migration(
        len(MIGRATIONS) + 1, "broken", "CREATE TABLE more (id INTEGER) STRICT;\nINSERT INTO less VALUES (1);"
    )
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        with pytest.raises(sqlite3.OperationalError, match="less"):
            migrate(db, SettableClock(), [*MIGRATIONS, broken])
        assert schema_version(db) == len(MIGRATIONS)
        assert db.execute("SELECT 1 FROM sqlite_master WHERE name = 'more'").fetchone() is None
        assert not db.in_transaction


def test_a_migration_may_hold_what_sql_may_hold() -> None:
    odd = Migration(
        len(MIGRATIONS) + 1,
        "odd",
        """
        -- A comment; with a semicolon.
        CREATE TABLE more (id INTEGER, told TEXT DEFAULT ';') STRICT;
        CREATE TRIGGER tell AFTER INSERT ON more BEGIN
            UPDATE more SET told = 'once;' WHERE id = new.id;
            UPDATE more SET told = told || 'twice' WHERE id = new.id;
        END;
        INSERT INTO more (id)
            VALUES (1) -- the last has no semicolon
        """,
    )
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        migrate(db, SettableClock(), [*MIGRATIONS, odd])
        assert db.execute("SELECT told FROM more").fetchall() == [("once;twice",)]


def test_addresses_that_may_hold_a_secret_are_not_kept_on() -> None:
    number = next(migration.number for migration in MIGRATIONS if migration.name.endswith("_sessions"))
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        migrate(db, SettableClock(), MIGRATIONS[: number - 1])
        for url in ("https://a.example/feed", "https://a.example/feed?token=hidden"):
            db.execute("INSERT INTO feed_sources VALUES (?, '1', '', '')", (url,))
        migrate(db, SettableClock())
        assert db.execute("SELECT url FROM feed_sources").fetchall() == [("https://a.example/feed",)]


def test_pages_of_the_sitemap_changed_when_what_they_list_did() -> None:
    number = next(migration.number for migration in MIGRATIONS if migration.name.endswith("_edits"))
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        migrate(db, SettableClock(), MIGRATIONS[: number - 1])
        columns = {name: (0 if type == "INTEGER" else "") for _, name, type, needed, default, _ in
                   db.execute("PRAGMA table_info(articles)") if needed and default is None}  # fmt: skip
        for id_, public, dates in ((1, 1, {}), (49_999, 1, {"corrected_at": 30}), (50_000, 0, {"updated_at": 99}),
                                   (50_001, 1, {"updated_at": 20}), (150_000, 1, {})):  # fmt: skip
            row = columns | {"id": id_, "guid": str(id_), "public": public, "published_at": 10} | dates
            db.execute(f"INSERT INTO articles ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", [*row.values()])
        migrate(db, SettableClock())
        scopes = db.execute("SELECT name, version, modified_at FROM scopes").fetchall()
        assert scopes == [("locations:1", 0, 30), ("locations:2", 0, 20), ("locations:3", 0, 10)]
        assert db.execute("SELECT DISTINCT edited_at FROM articles").fetchall() == [(None,)]


def test_authors_who_wrote_before_are_known_by_their_names() -> None:
    number = next(migration.number for migration in MIGRATIONS if migration.name.endswith("_authors"))
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        migrate(db, SettableClock(), MIGRATIONS[: number - 1])
        db.execute("PRAGMA foreign_keys = OFF")
        columns = {name: (0 if type == "INTEGER" else "") for _, name, type, needed, default, _ in
                   db.execute("PRAGMA table_info(comments)") if needed and default is None}  # fmt: skip
        for name in ("Ümit  Ærø", "Ann"):
            row = columns | {"guid": name, "author_name": name, "email_key": "a@b.example", "status": "approved"}
            db.execute(f"INSERT INTO comments ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", [*row.values()])
        migrate(db, SettableClock())
        assert db.execute("SELECT author_key FROM comments ORDER BY id").fetchall() == [("ümit ærø",), ("ann",)]


def test_what_was_late_in_the_list_of_all_is_late_there_still() -> None:
    number = next(migration.number for migration in MIGRATIONS if migration.name.endswith("_arrivals_of_lists"))
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        migrate(db, SettableClock(), MIGRATIONS[: number - 1])
        db.execute("PRAGMA foreign_keys = OFF")
        db.execute(
            "INSERT INTO scopes (id, name, version, modified_at) VALUES (7, 'home', 1, 1), (8, 'arrivals', 1, 1)"
        )
        rows = [(7, 0, 20, 1), (7, 0, 10, 2), (8, 0, 30, 2), (8, 1, 40, 3)]
        db.executemany("INSERT INTO article_listings (scope_id, gone, at, item_id) VALUES (?, ?, ?, ?)", rows)
        migrate(db, SettableClock())
        late = db.execute("SELECT scope_id, gone, at, item_id FROM article_arrivals").fetchall()
        assert late == [(7, 0, 30, 2), (7, 1, 40, 3)]
        assert db.execute("SELECT scope_id, gone, at, item_id FROM article_listings").fetchall() == rows[:2]
        assert db.execute("SELECT name FROM scopes").fetchall() == [("home",)]


@pytest.mark.parametrize("names", [["0002_b.sql"], ["0001_a.sql", "0003_c.sql"], ["0001_a.sql", "0001_b.sql"]])
def test_numbers_have_no_gaps(tmp_path: Path, names: list[str]) -> None:
    for name in names:
        (tmp_path / name).write_text("SELECT 1;")
    with pytest.raises(ValueError, match="not numbered"):
        read_migrations(tmp_path)


def test_migrations_come_by_number(tmp_path: Path) -> None:
    for name in ("0002_b.sql", "0001_a.sql", "README.md"):
        (tmp_path / name).write_text(f"-- {name}")
    assert read_migrations(tmp_path) == (
        Migration(1, "0001_a", "-- 0001_a.sql"),
        Migration(2, "0002_b", "-- 0002_b.sql"),
    )


@pytest.mark.anyio
async def test_a_newer_schema_is_refused(tmp_path: Path, clock: SettableClock) -> None:
    path = tmp_path / "newer.db"
    await (await open_store(f"sqlite:///{path}", clock=clock, migrate=True)).close()
    with closing(sqlite3.connect(path)) as db:
        db.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    for wanted in (True, False):
        with pytest.raises(Unavailable, match="newer release"):
            await open_store(f"sqlite:///{path}", clock=clock, migrate=wanted)


@pytest.mark.anyio
async def test_a_process_of_the_release_before_writes_nothing_more_but_reads_on(
    tmp_path: Path, clock: SettableClock
) -> None:
    path = tmp_path / "beside.db"
    store = await open_store(f"sqlite:///{path}", clock=clock, migrate=True)
    try:
        world, sport = sections()[:2]
        await store.add_section(world)
        with closing(sqlite3.connect(path, isolation_level=None)) as db:
            migrate(
                db,
                clock,
                [*MIGRATIONS, Migration(len(MIGRATIONS) + 1, "more", "CREATE TABLE more (id INTEGER) STRICT;")],
            )
        with pytest.raises(Unavailable, match="newer release"):
            await store.add_section(sport)
        assert [section.path for section in await store.get_sections()] == [world.path]
    finally:
        await store.close()


@pytest.mark.anyio
async def test_an_older_schema_is_not_current(tmp_path: Path, clock: SettableClock) -> None:
    path = tmp_path / "older.db"
    sqlite3.connect(path).close()
    path.touch()
    with pytest.raises(Unavailable, match="dateline migrate"):
        await open_store(f"sqlite:///{path}", clock=clock)
    await (await open_store(f"sqlite:///{path}", clock=clock, migrate=True)).close()
    await (await open_store(f"sqlite:///{path}", clock=clock)).close()


@pytest.mark.anyio
async def test_another_programs_database_is_left_alone(tmp_path: Path, clock: SettableClock) -> None:
    path = tmp_path / "theirs.db"
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE theirs (id)")
    for wanted in (True, False):
        with pytest.raises(Unavailable, match="another program"):
            await open_store(f"sqlite:///{path}", clock=clock, migrate=wanted)
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT name FROM sqlite_master").fetchall() == [("theirs",)]


def test_processes_that_migrate_at_once_all_succeed(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/new.db"
    arguments = [sys.executable, "-c", MIGRATE, url]
    workers = [
        subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    answers = [worker.communicate(timeout=60) for worker in workers]
    assert [error for _, error in answers] == [""] * 4
    assert len({answer for answer, _ in answers}) == 1
    assert len(answers[0][0].split()) == 1
