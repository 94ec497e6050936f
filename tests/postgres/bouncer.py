"""A PgBouncer in transaction mode before a PostgreSQL server of the tests."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic, sleep

import psycopg
from psycopg.conninfo import conninfo_to_dict

from tests.ports import free_port
from tests.postgres.cluster import hand_over
from tests.postgres.programs import unprivileged
from tests.postgres.reaper import new_folder
from tests.server.wire import PATIENCE

CONFIG = """
[databases]
* = host={host} port={server_port} user={user}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
# Fewer than two hosts hold by themselves: a connection has to be lent to both.
default_pool_size = 3
"""


@contextmanager
def bouncer(url: str) -> Iterator[str]:
    """The URL that leads through it to the database of a URL, whose server lets in whoever comes."""
    direct = conninfo_to_dict(url)
    port = free_port()
    folder = new_folder()
    config = folder / "pgbouncer.ini"
    config.write_text(
        CONFIG.format(host=direct["host"], server_port=direct.get("port", 5432), user=direct["user"], port=port)
    )
    hand_over(folder)
    # It refuses root, as PostgreSQL does.
    user = unprivileged()
    with subprocess.Popen(
        ["pgbouncer", "-q", config],
        user=user and user.pw_uid, group=user and user.pw_gid, extra_groups=user and [], cwd=folder,
        stderr=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        try:
            through = f"postgresql://{direct['user']}@127.0.0.1:{port}/{direct['dbname']}"
            _wait_for(through)
            yield through
        finally:
            process.terminate()
            process.wait(PATIENCE)
            shutil.rmtree(folder)


def _wait_for(url: str) -> None:
    until = monotonic() + PATIENCE
    while True:
        try:
            psycopg.connect(url).close()
            return
        except psycopg.OperationalError:
            assert monotonic() < until, "it does not come up"
            sleep(0.02)
