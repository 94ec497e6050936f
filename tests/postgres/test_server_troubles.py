"""What a server may say or do: retried where that is safe, else said in a sentence; and everything works again by itself."""

import asyncio
import traceback
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress

import psycopg
import pytest

from storage.connect import open_store
from storage.errors import Conflict, OutcomeUnknown, Unavailable
from storage.postgres.connecting import Servers
from storage.postgres.engine import open_engine
from storage.postgres.units import UnitConnection
from storage.protocol import Store
from storage.sql.store import SQLStore
from tests.postgres.cluster import Cluster, running
from tests.storage.newsroom import all_slugs, story, until

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Store]:
    store = await open_store(url, migrate=True)
    try:
        yield store
    finally:
        await store.close()


def admin(url: str) -> psycopg.Connection:
    return psycopg.connect(url.replace("dateline@", "postgres@"), autocommit=True)


@pytest.mark.parametrize("state", ["40001", "40P01"])
async def test_what_the_server_gives_up_for_another_s_sake_is_done_again(postgres_url: str, state: str) -> None:
    async with opened(postgres_url) as store:
        with psycopg.connect(postgres_url, autocommit=True) as db:
            db.execute("CREATE SEQUENCE tries")
            db.execute(
                f"""
                CREATE FUNCTION give_up() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                    IF nextval('tries') < 3 THEN RAISE EXCEPTION 'given up' USING ERRCODE = '{state}'; END IF;
                    RETURN NEW;
                END $$
                """
            )
            db.execute("CREATE TRIGGER give_up BEFORE INSERT ON articles FOR EACH ROW EXECUTE FUNCTION give_up()")
        await store.add_article(story("harbour"))
        assert await all_slugs(store) == ["harbour"]
        with psycopg.connect(postgres_url, autocommit=True) as db:
            assert db.execute("SELECT last_value FROM tries").fetchone() == (3,)
            db.execute("SELECT setval('tries', 1, false)")
            db.execute(
                "CREATE OR REPLACE FUNCTION give_up() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN RAISE EXCEPTION 'given up' USING ERRCODE = '{state}'; END $$"
            )
        with pytest.raises(Unavailable, match="for another's sake: try again"):
            await store.add_article(story("another"))
        assert await all_slugs(store) == ["harbour"]


SAID = {
    "53100": "no space left on its disk",
    "53200": "no memory left",
    "57014": "took longer for a statement than it may",
    "42501": "see its grants",
    "55P03": "busy with other writes",
    "25006": "it is a standby",
}


@pytest.mark.parametrize("state", SAID)
async def test_what_keeps_a_write_from_being_kept_is_said(postgres_url: str, state: str) -> None:
    async with opened(postgres_url) as store:
        with psycopg.connect(postgres_url, autocommit=True) as db:
            db.execute(
                "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN RAISE EXCEPTION 'it failed' USING ERRCODE = '{state}'; END $$"
            )
            db.execute("CREATE TRIGGER fail BEFORE INSERT ON articles FOR EACH ROW EXECUTE FUNCTION fail()")
        with pytest.raises(Unavailable, match=SAID[state]) as raised:
            await store.add_article(story("harbour"))
        assert "it failed" not in str(raised.value)
        with psycopg.connect(postgres_url, autocommit=True) as db:
            db.execute("DROP TRIGGER fail ON articles")
        await store.add_article(story("harbour"))
        with pytest.raises(Conflict):
            await store.add_article(story("harbour"))
        assert await all_slugs(store) == ["harbour"]


async def test_what_is_terminated_from_outside_is_done_again(postgres_url: str) -> None:
    """An administrator, or a server's idle_session_timeout, ends connections."""
    async with opened(postgres_url) as store:
        for number in range(3):
            await store.add_article(story(f"n{number}"))
            await asyncio.gather(*(store.last_seq() for _ in range(20)))
            with psycopg.connect(postgres_url, autocommit=True) as db:
                db.execute(
                    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name = 'dateline'"
                )
            await asyncio.gather(*(store.last_seq() for _ in range(20)))
        assert await all_slugs(store) == ["n0", "n1", "n2"]


async def test_a_server_with_other_habits_is_read_the_same(postgres_url: str) -> None:
    with psycopg.connect(postgres_url, autocommit=True) as db:
        name = db.info.dbname
        for setting in (
            "timezone = 'Asia/Kolkata'",
            "datestyle = 'German'",
            "intervalstyle = 'iso_8601'",
            "default_transaction_isolation = 'serializable'",
            "client_encoding = 'LATIN1'",
            "bytea_output = 'escape'",
        ):
            db.execute(f"ALTER DATABASE {name} SET {setting}".encode())
    async with opened(postgres_url) as store:
        article = await store.add_article(story("büro-ελ", headline="Überall ελ 漢字"))
        assert (await store.get_article(article.id)).headline == "Überall ελ 漢字"
        [change] = await store.changes_since(0, limit=10)
        assert abs((store.now() - change.at).total_seconds()) < 600
        assert len((await store.get_site()).secret) == 32


async def test_a_server_that_compiles_what_it_takes_for_dear_compiles_nothing_of_a_store(postgres_url: str) -> None:
    async with opened(postgres_url) as store:
        assert isinstance(store, SQLStore)
        assert await store._read(lambda db: db.execute("SHOW jit").fetchall()) == [("off",)]
        assert await store._write(lambda write: write.db.execute("SHOW jit").fetchall()) == [("off",)]


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with running(max_connections="12", superuser_reserved_connections="3") as cluster:
        yield cluster


async def test_a_server_that_crashes_in_the_midst_of_reads_and_writes_loses_nothing_that_was_acknowledged(
    cluster: Cluster,
) -> None:
    with admin(cluster.url()) as db:
        db.execute("CREATE DATABASE crashes OWNER dateline")
    async with opened(cluster.url("crashes")) as store:
        acknowledged: list[str] = []
        failed: list[str] = []
        unexpected: list[Exception] = []
        stop = asyncio.Event()

        async def write() -> None:
            number = 0
            while not stop.is_set():
                number += 1
                try:
                    await store.add_article(story(f"n{number}"))
                    acknowledged.append(f"n{number}")
                except OutcomeUnknown:
                    # As it says: it may have been kept.
                    pass
                except Unavailable:
                    failed.append(f"n{number}")
                except Exception as error:
                    unexpected.append(error)

        async def read() -> None:
            while not stop.is_set():
                try:
                    await store.list_articles(limit=5)
                except Unavailable:
                    pass
                except Exception as error:
                    unexpected.append(error)

        tasks = [asyncio.create_task(each) for each in (write(), *(read() for _ in range(6)))]

        async def thirty_more() -> None:
            wanted = len(acknowledged) + 30
            await until(lambda: len(acknowledged) >= wanted)

        for _ in range(2):
            await thirty_more()
            await asyncio.to_thread(cluster.stop, "immediate")
            await asyncio.to_thread(cluster.start)
            await thirty_more()
        stop.set()
        await asyncio.gather(*tasks)
        assert not unexpected
        kept = await all_slugs(store)
        assert sorted(acknowledged) == [slug for slug in kept if slug in set(acknowledged)]
        assert not set(kept) & set(failed)
        await until(lambda: store.fault() is None)


async def test_a_server_without_a_connection_left_says_so_and_is_used_again(cluster: Cluster) -> None:
    with admin(cluster.url()) as db:
        db.execute("CREATE DATABASE full_house OWNER dateline")
        # A process of the store waits for one of its own, when others have the rest.
        async with opened(cluster.url("full_house")) as store:
            others: list[psycopg.Connection] = []
            with suppress(psycopg.OperationalError):
                while True:
                    others.append(psycopg.connect(cluster.url("full_house")))
            assert await asyncio.gather(*(store.last_seq() for _ in range(20))) == [0] * 20
            await store.add_article(story("harbour"))
            with pytest.raises(Unavailable, match="no connection left: raise max_connections"):
                await open_store(cluster.url("full_house"))
            for other in others:
                other.close()
        await (await open_store(cluster.url("full_house"))).close()


@pytest.fixture(scope="module")
def strict(cluster: Cluster) -> Iterator[str]:
    """The URL, but for its password, of a server that asks for one."""
    hba = cluster.folder / "data" / "pg_hba.conf"
    before = hba.read_text()
    with admin(cluster.url()) as db:
        db.execute("CREATE ROLE reporter LOGIN PASSWORD 'right-hunter2'")
        hba.write_text("local all reporter scram-sha-256\nlocal all outsider reject\n" + before)
        db.execute("SELECT pg_reload_conf()")
    yield cluster.url("dateline", user="reporter")
    hba.write_text(before)


@pytest.mark.parametrize(
    ("user", "database", "said"),
    [
        ("reporter:wrong-hunter2@", "dateline", "refuses the user or the password"),
        ("reporter@", "dateline", "refuses the user or the password"),
        ("nobody-of-that-name:wrong-hunter2@", "dateline", "refuses the user or the password"),
        ("outsider:wrong-hunter2@", "dateline", "see its pg_hba.conf"),
        ("reporter:right-hunter2@", "nowhere", "There is no such database"),
        ("reporter:right-hunter2@", "postgres", "run `dateline migrate`"),
    ],
)
async def test_who_may_not_come_in_is_told_why(
    strict: str, user: str, database: str, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    url = strict.replace("reporter@", user).replace("/dateline?", f"/{database}?")
    with pytest.raises(Unavailable, match=said) as raised:
        await open_store(url)
    assert "hunter2" not in repr(raised.value) + str(raised.value.__cause__) + caplog.text


EMAIL = "ann@reader.example"


async def test_what_a_bug_is_told_by_shows_nothing_of_a_row(postgres_url: str) -> None:
    engine = await open_engine(Servers(url=postgres_url), migrate=True)

    def without_a_body(db: UnitConnection) -> None:
        sql = "INSERT INTO comments (id, guid, article_id, author_name, author_email) VALUES (1, 'urn:1', 1, 'Ann', ?)"
        db.execute(sql, (EMAIL,))

    def of_another_type(db: UnitConnection) -> None:
        db.execute("SELECT CAST(? AS BIGINT)", (EMAIL,))

    try:
        for wrong in (without_a_body, of_another_type):
            with pytest.raises(psycopg.Error) as raised:
                await engine.write(wrong)
            assert EMAIL not in "".join(traceback.format_exception(raised.value))
    finally:
        await engine.close()
