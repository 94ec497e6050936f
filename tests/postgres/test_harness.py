"""The server that tests of PostgreSQL stand on: it is there, its databases are independent, and it leaves nothing behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from tests.postgres.cluster import running
from tests.postgres.databases import Databases
from tests.postgres.reaper import URL


def ask(url: str, query: str) -> object:
    with psycopg.connect(url) as db:
        row = db.execute(query.encode()).fetchone()
    assert row is not None
    return row[0]


def wait_until(condition: Callable[[], bool]) -> None:
    while not condition():
        time.sleep(0.01)


def test_it_is_a_server_for_a_newsroom_s_own_role(postgres_url: str) -> None:
    assert ask(postgres_url, "SHOW server_encoding") == "UTF8"
    assert int(str(ask(postgres_url, "SHOW server_version_num"))) >= 150000
    assert ask(postgres_url, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False


def test_databases_are_independent(postgres: Databases) -> None:
    with postgres.empty() as one, postgres.empty() as other:
        with psycopg.connect(one) as db:
            db.execute("CREATE TABLE words (word text)")
        with psycopg.connect(other) as db:
            db.execute("CREATE TABLE words (word bigint)")
        assert ask(one, "SELECT data_type FROM information_schema.columns WHERE table_name = 'words'") == "text"
        assert ask(other, "SELECT data_type FROM information_schema.columns WHERE table_name = 'words'") == "bigint"


def test_a_database_goes_though_a_connection_was_left_open(postgres: Databases) -> None:
    with postgres.empty() as url:
        left = psycopg.connect(url)
        left.execute("SELECT 1")
    with pytest.raises(psycopg.OperationalError):
        left.execute("SELECT 1")
    left.close()
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        ask(url, "SELECT 1")


def test_a_server_of_one_s_own_survives_its_crash() -> None:
    with running() as cluster:
        url = cluster.url()
        with psycopg.connect(url, autocommit=True) as db:
            db.execute("CREATE TABLE words (word text)")
        cluster.stop("immediate")
        with pytest.raises(psycopg.OperationalError):
            ask(url, "SELECT 1")
        cluster.start()
        assert ask(url, "SELECT count(*) FROM words") == 0
    with pytest.raises(psycopg.OperationalError):
        ask(url, "SELECT 1")


USER = """
import sys
from pathlib import Path
from tests.postgres.databases import databases
from tests.postgres.shared import shared_server

with shared_server(Path(sys.argv[1])) as server, databases(server) as made, made.empty() as url:
    print(url, flush=True)
    sys.stdin.read()
"""


def user(folder: Path, **environment: str) -> subprocess.Popen[str]:
    """A process of a run that shares a server."""
    return subprocess.Popen(
        [sys.executable, "-c", USER, folder],
        env={name: value for name, value in os.environ.items() if name != URL} | environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def told(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def kill(process: subprocess.Popen[str]) -> None:
    with process:
        os.killpg(process.pid, signal.SIGKILL)


def test_processes_of_a_run_share_a_server_until_the_last_is_killed(tmp_path: Path) -> None:
    users = [user(tmp_path) for _ in range(2)]
    urls = [told(process) for process in users]
    [folder] = {Path(url.partition("host=")[2]).parent for url in urls}
    assert folder.is_dir()
    kill(users[0])
    # The other is not done.
    assert ask(urls[1], "SELECT 1") == 1
    kill(users[1])
    wait_until(lambda: not folder.exists())
    with pytest.raises(psycopg.OperationalError):
        ask(urls[0], "SELECT 1")

    # Whoever comes after the last one has a server again.
    later = user(tmp_path)
    assert ask(told(later), "SELECT 1") == 1
    later.communicate()
    assert later.returncode == 0


def test_in_a_given_server_a_killed_run_leaves_no_database(tmp_path: Path, postgres: Databases) -> None:
    killed = user(tmp_path, **{URL: postgres.server.url})
    url = told(killed)
    assert ask(url, "SELECT 1") == 1
    name = ask(url, "SELECT current_database()")
    kill(killed)
    wait_until(lambda: not ask(postgres.server.url, f"SELECT count(*) FROM pg_database WHERE datname = '{name}'"))
    assert ask(postgres.server.url, "SELECT 1") == 1
