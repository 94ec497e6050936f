"""The files of a database are its owner's alone."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from stat import S_IMODE

import pytest

from storage.connect import exposed_file, open_store
from storage.sqlite.files import make_files
from tests.storage.newsroom import SettableClock, story

pytestmark = pytest.mark.anyio


@pytest.fixture(params=[0o022, 0o000, 0o077])
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def mode(path: Path) -> int:
    return S_IMODE(path.stat().st_mode)


@pytest.mark.usefixtures("umask")
async def test_what_is_made_is_the_owners_alone(tmp_path: Path, clock: SettableClock) -> None:
    path = tmp_path / "some" / "folder" / "a.db"
    store = await open_store(f"sqlite:///{path}", clock=clock, migrate=True)
    try:
        await store.add_article(story("a"))
        files = {file.name: mode(file) for file in path.parent.iterdir()}
        assert files == {"a.db": 0o600, "a.db-wal": 0o600, "a.db-shm": 0o600}
        assert exposed_file(f"sqlite:///{path}") == ""
    finally:
        await store.close()
    assert (mode(path.parent), mode(path.parent.parent)) == (0o700, 0o700)


async def test_what_is_there_stays_as_it_is(tmp_path: Path, clock: SettableClock) -> None:
    folder, path = tmp_path / "shared", tmp_path / "shared" / "a.db"
    folder.mkdir()
    folder.chmod(0o755)
    sqlite3.connect(path).close()
    path.touch()
    path.chmod(0o640)
    await (await open_store(f"sqlite:///{path}", clock=clock, migrate=True)).close()
    assert (mode(folder), mode(path)) == (0o755, 0o640)
    assert exposed_file(f"sqlite:///{path}") == str(path)
    assert exposed_file("postgresql://db.example/news") == ""


def test_making_the_files_of_a_store_that_is_open_here_keeps_its_locks(tmp_path: Path) -> None:
    """Closing any descriptor of a file ends the locks that its process holds on it (POSIX)."""
    path = tmp_path / "a.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        # Without the write-ahead log: there the locks are on the file itself.
        db.execute("PRAGMA journal_mode = DELETE")
        db.execute("CREATE TABLE site (id)")
        db.execute("BEGIN EXCLUSIVE")
        make_files(str(path))
        other = "import sqlite3, sys; sqlite3.connect(sys.argv[1], timeout=0).execute('SELECT 1 FROM site')"
        ran = subprocess.run([sys.executable, "-c", other, str(path)], capture_output=True, text=True, check=False)
        assert "locked" in ran.stderr
