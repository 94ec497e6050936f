"""What ends a token or a session ends it on every worker at the next request, and notes of their use hold nobody up."""

import re
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.cli.conftest import CommandLine
from tests.server.running import Running, before_all, running
from tests.server.wire import Wire, dial

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(sys.platform != "linux", reason="which worker answers is read from /proc"),
]

WORKERS = 2


def command_line(folder: Path) -> CommandLine:
    return CommandLine(folder, {"DATELINE_DATABASE_URL": f"sqlite:///{folder}/dateline.db"})


async def sign_in(server: Running, token: str) -> str:
    """The session's cookie."""
    form = urlencode({"key": token}).encode()
    async with dial(server.port) as wire:
        answer = await wire.ask(
            "/desk/sign-in", method="POST", body=form, Content_Type="application/x-www-form-urlencoded"
        )
    assert answer.status == 303
    found = re.search(r"dateline_desk=([^;]+)", answer.field("set-cookie") or "")
    assert found is not None
    return found[0]


async def desk(wires: dict[int, Wire], cookie: str) -> set[int]:
    return {(await wire.ask("/desk/", Cookie=cookie)).status for wire in wires.values()}


async def test_sign_out_and_revocation_hold_on_every_worker(tmp_path: Path) -> None:
    dateline = command_line(tmp_path)
    tokens = {name: dateline("token", "create", name, "--scope", "admin").out.strip() for name in ("ann", "bob")}
    with running(tmp_path, "--workers", str(WORKERS)) as server:
        first, second, other = [await sign_in(server, tokens[name]) for name in ("ann", "ann", "bob")]
        async with server.wire_to_each(WORKERS) as wires:
            for cookie in (first, second, other):
                assert await desk(wires, cookie) == {200}
            one = next(iter(wires.values()))
            page = (await one.ask("/desk/", Cookie=first)).body.decode()
            fields = urlencode({"token": re.findall(r'name="token" value="([^"]+)"', page)[0]}).encode()
            out = await one.ask(
                "/desk/sign-out", method="POST", body=fields, Cookie=first,
                Content_Type="application/x-www-form-urlencoded",
            )  # fmt: skip
            assert out.status == 303
            assert await desk(wires, first) == {303}
            assert await desk(wires, second) == {200}

            bearer = f"Bearer {tokens['ann']}"
            assert {(await wire.ask("/api/sections", Authorization=bearer)).status for wire in wires.values()} == {200}
            assert dateline("token", "revoke", "ann").code == 0
            assert {(await wire.ask("/api/sections", Authorization=bearer)).status for wire in wires.values()} == {401}
            assert await desk(wires, second) == {303}

            ended = await one.ask("/api/tokens/bob", method="DELETE", Authorization=f"Bearer {tokens['bob']}")
            assert ended.status == 204
            assert await desk(wires, other) == {303}
    with closing(sqlite3.connect(tmp_path / "dateline.db")) as db:
        assert db.execute("SELECT count(*) FROM tokens").fetchone() == (0,)
        assert db.execute("SELECT count(*) FROM sessions").fetchone() == (0,)


async def test_a_locked_store_neither_delays_nor_fails_a_request_by_the_note_of_its_token(tmp_path: Path) -> None:
    token = command_line(tmp_path)("token", "create", "ann", "--scope", "admin").out.strip()
    soon = before_all(
        tmp_path, 'from storage.sqlite import engine\nengine.open_engine.__kwdefaults__["busy_timeout"] = 1.0'
    )
    with (
        running(tmp_path, PYTHONPATH=soon) as server,
        closing(sqlite3.connect(tmp_path / "dateline.db", isolation_level=None)) as db,
    ):
        db.execute("BEGIN IMMEDIATE")
        async with dial(server.port) as wire:
            for _ in range(3):
                assert (await wire.ask("/api/sections", Authorization=f"Bearer {token}")).status == 200
            server.hear("the last use of a token could not be noted: The database is locked by another process")
            assert (await wire.ask("/api/sections", Authorization=f"Bearer {token}")).status == 200
        db.execute("ROLLBACK")
        assert db.execute("SELECT used_at FROM tokens").fetchone() == (None,)
        assert sum("could not be noted" in line for line in server.said) == 1
