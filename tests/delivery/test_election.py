"""Of the processes that share an embedded store one delivers, and another does once it is gone."""

import stat
import subprocess
import sys
from pathlib import Path

from feeds.delivery.election import Everybody, election_of

HOLDS = """
import sys
from feeds.delivery.election import election_of
print(election_of(sys.argv[1]).hold(), flush=True)
sys.stdin.read()
"""


def test_one_holds_it_until_it_lets_go(tmp_path: Path) -> None:
    one, other = (election_of(str(tmp_path / "dateline.db")) for _ in range(2))
    assert one.hold()
    assert one.hold(), "it does already"
    assert not other.hold()
    one.let_go()
    assert other.hold()
    assert not one.hold()
    other.let_go()


def test_a_store_by_another_name_is_the_same(tmp_path: Path) -> None:
    (tmp_path / "dateline.db").touch()
    (tmp_path / "link.db").symlink_to("dateline.db")
    one, other = (election_of(str(tmp_path / name)) for name in ("dateline.db", "link.db"))
    assert one.hold()
    assert not other.hold()
    one.let_go()


def test_it_is_nobody_elses_file(tmp_path: Path) -> None:
    election = election_of(str(tmp_path / "dateline.db"))
    assert election.hold()
    [file] = tmp_path.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    election.let_go()


def test_a_process_that_is_killed_holds_nothing(tmp_path: Path) -> None:
    store = str(tmp_path / "dateline.db")
    election = election_of(store)
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS, store], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline().strip() == "True"
        assert not election.hold()
        holder.kill()
        holder.wait()
    assert election.hold()
    election.let_go()


def test_on_a_database_server_anybody_does() -> None:
    assert isinstance(election_of(""), Everybody)
    assert election_of("").hold()
