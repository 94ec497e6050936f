"""A standby that streams from another server."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests.postgres.cluster import Cluster, hand_over
from tests.postgres.programs import programs
from tests.postgres.reaper import reaped_folder


class Standby(Cluster):
    """Of a primary that runs; it applies what comes until `pause`."""

    def __init__(self, folder: Path, primary: Cluster) -> None:
        self.folder = folder
        self._data = folder / "data"
        self._log = folder / "server.log"
        self._programs = programs(folder)
        hand_over(folder)
        self._run(
            "pg_basebackup", "--write-recovery-conf", "--checkpoint=fast", f"--dbname={primary.url('', 'postgres')}"
        )
        # That of the primary's socket, which lies beside its data.
        (self._data / ".s.PGSQL.5432.lock").unlink(missing_ok=True)
        with (self._data / "postgresql.conf").open("a") as file:
            file.write(f"unix_socket_directories = '{self._data}'\nhot_standby_feedback = on\n")

    def _ask(self, query: str) -> object:
        with psycopg.connect(self.url("postgres", user="postgres"), autocommit=True) as db:
            cursor = db.execute(query.encode())
            row = cursor.fetchone() if cursor.description else None
        return row and row[0]

    def pause(self) -> None:
        """Returns when nothing more is applied."""
        self._ask("SELECT pg_wal_replay_pause()")
        while self._ask("SELECT pg_get_wal_replay_pause_state()") != "paused":
            pass

    def resume(self) -> None:
        self._ask("SELECT pg_wal_replay_resume()")

    def cut_off(self) -> None:
        """Returns when nothing comes from the primary any more."""
        self._ask("ALTER SYSTEM SET primary_conninfo = ''")
        self._ask("SELECT pg_reload_conf()")
        while self._ask("SELECT count(*) FROM pg_stat_wal_receiver"):
            pass

    def promote(self) -> None:
        """Returns when it can be written to."""
        self._ask("SELECT pg_promote()")


@contextmanager
def standby_of(primary: Cluster) -> Iterator[Standby]:
    with reaped_folder() as folder:
        standby = Standby(folder, primary)
        standby.start()
        yield standby
