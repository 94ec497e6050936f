"""One PostgreSQL server: its folder, how it starts and how it stops."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests.postgres.programs import programs, unprivileged
from tests.postgres.reaper import reaped_folder

SETTINGS = {"listen_addresses": "", "max_connections": "300", "autovacuum": "off"}
FAST = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
"""What is written need not survive the server."""

ROLE = "dateline"
"""Owns the tests' databases, the first of which has its name. It is no superuser: a newsroom's is none, either."""


class Cluster:
    """A data folder, and while it runs, a server on a socket in it."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        self._data = folder / "data"
        self._log = folder / "server.log"
        self._programs = programs(folder)
        self._data.mkdir(mode=0o700)
        hand_over(folder)
        self._initialize({**SETTINGS, **settings})

    def _initialize(self, settings: dict[str, str]) -> None:
        self._run(
            "initdb", *self._programs.locale, "--encoding=UTF8", "--username=postgres", "--auth=trust", "--no-sync"
        )
        settings = {"unix_socket_directories": str(self._data), **settings}
        with (self._data / "postgresql.conf").open("a") as file:
            file.writelines(f"{name} = '{value}'\n" for name, value in settings.items())

    def _run(self, program: str, *arguments: str) -> None:
        self._programs.run(program, f"--pgdata={self._data}", *arguments, cwd=self.folder)

    def log(self) -> str:
        return self._log.read_text()

    def url(self, database: str = ROLE, user: str = ROLE) -> str:
        return f"postgresql://{user}@/{database}?host={self._data}"

    def start(self) -> None:
        """Returns when it accepts connections. Raises RuntimeError with its log if it does not."""
        try:
            self._run("pg_ctl", "start", "--silent", f"--log={self._log}")
        except RuntimeError as failed:
            raise RuntimeError(self.log()) from failed

    def stop(self, mode: str = "fast") -> None:
        """`mode` as pg_ctl's: 'immediate' is as a crash, after which it has to recover."""
        self._run("pg_ctl", "stop", f"--mode={mode}")


def hand_over(folder: Path) -> None:
    """Give all of a folder to the user that the server runs as."""
    if user := unprivileged():
        for path in (folder, *folder.rglob("*")):
            shutil.chown(path, user.pw_uid, user.pw_gid)


def started(folder: Path, **settings: str) -> Cluster:
    """A new server in an empty folder, which whoever made it removes. Raises RuntimeError with its log if it does not start."""
    cluster = Cluster(folder, **settings)
    cluster.start()
    with psycopg.connect(cluster.url("postgres", user="postgres"), autocommit=True) as db:
        db.execute(f"CREATE ROLE {ROLE} LOGIN CREATEDB")
        db.execute(f"CREATE DATABASE {ROLE} OWNER {ROLE}")
    return cluster


@contextmanager
def running(**settings: str) -> Iterator[Cluster]:
    """A server of its own, whose commits are durable: for a test that stops it, or that needs other settings."""
    with reaped_folder() as folder:
        yield started(folder, **settings)
