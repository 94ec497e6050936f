"""The server that all processes of a test run share."""

import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from tests.postgres.cluster import FAST, started
from tests.postgres.reaper import URL, new_folder, reap_databases, reap_folder


@dataclass(frozen=True, slots=True)
class Server:
    url: str
    """Of a database to connect to, by a role that may create others."""
    prefix: str
    """Begins the names of the run's databases: those of them that are left are dropped at its end."""


@contextmanager
def shared_server(folder: Path) -> Iterator[Server]:
    """The server of a run whose processes share a folder. The first to ask starts it; it stops when none of them is left.

    Raises RuntimeError if it does not start.
    """
    with (folder / "postgres-users").open("a+") as users:
        with (folder / "postgres-start").open("w") as start:
            fcntl.flock(start, fcntl.LOCK_EX)
            fcntl.flock(users, fcntl.LOCK_SH)
            users.seek(0)
            if not (told := users.read()):
                told = json.dumps(asdict(_server(users)))
                users.write(told)
                users.flush()
        yield Server(**json.loads(told))


def _server(users: IO[str]) -> Server:
    prefix = f"dateline_test_{secrets.token_hex(4)}_"
    if given := os.environ.get(URL):
        reap_databases(users, prefix)
        return Server(given, prefix)
    folder = new_folder()
    reap_folder(users, folder)
    return Server(started(folder, **FAST).url(), prefix)
