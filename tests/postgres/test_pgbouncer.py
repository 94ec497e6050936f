"""A pooler before the server: each transaction may be on another connection, which others had before."""

import asyncio
import os
import pwd
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest

from storage.connect import open_store
from storage.protocol import Store
from storage.scopes import HOME
from tests.bench.servers import free_port
from tests.readers.newsroom import needs
from tests.storage.newsroom import story

pytestmark = [pytest.mark.anyio, needs("pgbouncer")]

CONFIG = """
[databases]
* = host={socket}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = trust
auth_file = {users}
pool_mode = transaction
default_pool_size = 2
"""


@pytest.fixture
def pooled_url(postgres_url: str) -> Iterator[str]:
    """Leads to the database through a pooler of two connections."""
    parts, port = urlsplit(postgres_url), free_port()
    [socket] = parse_qs(parts.query)["host"]
    # The socket's folder is its user's alone.
    server = pwd.getpwuid(Path(socket).stat().st_uid)
    user = server.pw_uid if os.geteuid() == 0 else None
    with TemporaryDirectory(dir="/tmp") as folder:
        config, users = Path(folder, "pgbouncer.ini"), Path(folder, "users.txt")
        users.write_text(f'"{parts.username}" ""\n')
        config.write_text(CONFIG.format(socket=socket, port=port, users=users))
        Path(folder).chmod(0o755)
        with subprocess.Popen(["pgbouncer", "-q", config], user=user, extra_groups=[] if user else None) as process:
            try:
                yield parts._replace(netloc=f"{parts.username}@127.0.0.1:{port}", query="").geturl()
            finally:
                process.terminate()


async def opened(url: str, direct_url: str) -> Store:
    """Once the pooler listens."""
    async with asyncio.timeout(10):
        while True:
            with suppress(psycopg.OperationalError):
                psycopg.connect(url).close()
                return await open_store(url, direct_url=direct_url, read_url=url, pooled=True, migrate=True)
            await asyncio.sleep(0.01)


async def test_what_is_read_and_written_through_it_is_whole(postgres_url: str, pooled_url: str) -> None:
    stores = [await opened(pooled_url, postgres_url) for _ in range(2)]
    try:

        async def work(store: Store, name: str) -> None:
            # More often than a statement has to come to be prepared.
            for number in range(5):
                await store.add_article(story(f"{name}-{number}"))
                await store.read_articles(HOME, limit=5)

        await asyncio.gather(*(work(store, name) for store, name in zip(stores * 2, "abcd", strict=True)))
        for store in stores:
            assert len(await store.list_articles(limit=50)) == 20
            changes = await store.changes_since(0, limit=100)
            assert [change.seq for change in changes] == sorted(change.seq for change in changes)
    finally:
        for store in stores:
            await store.close()
    with psycopg.connect(postgres_url) as db:
        assert db.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'").fetchall() == [(0,)]
