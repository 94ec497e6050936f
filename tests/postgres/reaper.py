"""Removes what tests started, whatever became of them: a process of its own that outlives a run that is killed.

It waits for the lock of a file that every process of the run shares; the system gives it when the last of them has ended.
"""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

URL = "DATELINE_TEST_POSTGRES_URL"
"""Names a server to use instead of one of the run's own, with a role that may create databases."""


def new_folder() -> Path:
    # Root's own temporary folder may be closed to the user that the server runs as. A socket's path has to be short.
    return Path(tempfile.mkdtemp(prefix="dateline-pg-", dir="/tmp" if os.geteuid() == 0 else None))


def reap_folder(users: IO[str], folder: Path) -> None:
    """When nobody shares the lock of `users` any more: stop the server of a folder and remove it."""
    _begin(users, "folder", str(folder))


def reap_databases(users: IO[str], prefix: str) -> None:
    """When nobody shares the lock of `users` any more: drop what was made in the server that is not ours."""
    _begin(users, "databases", prefix)


@contextmanager
def reaped_folder() -> Iterator[Path]:
    """An empty folder that is gone afterwards, with the server that was started in it."""
    folder = new_folder()
    with (folder / "users").open("w") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        reap_folder(users, folder)
        yield folder
    while folder.exists():
        time.sleep(0.01)


def _begin(users: IO[str], *left: str) -> None:
    # In a session of its own: no signal to the run's group reaches it. It returns when the process stands by itself.
    subprocess.run(
        [sys.executable, "-P", __file__, users.name, *left],
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        check=True,
    )


def main(users: str, kind: str, name: str) -> None:
    reap: Callable[[str], None] = {"folder": _remove_folder, "databases": _drop_databases}[kind]
    with open(users, "r+") as file:
        if os.fork():
            os._exit(0)
        fcntl.flock(file, fcntl.LOCK_EX)
        # Whoever comes by now starts anew.
        file.truncate()
    reap(name)


def _remove_folder(name: str) -> None:
    folder = Path(name)
    _stop(folder / "data" / "postmaster.pid")
    for _ in range(100):
        # Of a run that was killed while it made the folder, a program may still write.
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(0.1)


def _stop(lock: Path) -> None:
    with suppress(FileNotFoundError, ProcessLookupError):
        # The server removes the file as it ends; of one that was killed it stays.
        process = int(lock.read_text().splitlines()[0])
        os.kill(process, signal.SIGQUIT)
        while lock.exists():
            os.kill(process, 0)
            time.sleep(0.01)


def _drop_databases(prefix: str) -> None:
    import psycopg
    from psycopg.sql import SQL, Identifier

    with psycopg.connect(os.environ[URL], autocommit=True) as db:
        for (name,) in db.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", (prefix,)):
            db.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))


if __name__ == "__main__":
    main(*sys.argv[1:])
