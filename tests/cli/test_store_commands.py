"""migrate, check, sample and token, on stores of their own."""

import asyncio
import re
import socket
import sqlite3
import subprocess
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha256
from stat import S_IMODE

import pytest

from storage.connect import open_store
from storage.model import Article, Token
from storage.postgres.connection import Database
from tests.cli.conftest import CommandLine


def find_token(dateline: CommandLine, secret: str) -> Token | None:
    async def find() -> Token | None:
        store = await open_store(f"sqlite:///{dateline.folder}/var/dateline.db")
        try:
            return await store.find_token(sha256(secret.encode()).hexdigest())
        finally:
            await store.close()

    return asyncio.run(find())


def add_article(dateline: CommandLine, article: Article) -> None:
    async def add() -> None:
        store = await open_store(f"sqlite:///{dateline.folder}/var/dateline.db", migrate=True)
        await store.add_article(article)
        await store.close()

    asyncio.run(add())


def test_migrate_makes_a_store_and_says_so(dateline: CommandLine) -> None:
    first = dateline("migrate")
    assert (first.code, first.out, first.err) == (0, "The schema is up to date now.\n", "")
    assert (dateline.folder / "var" / "dateline.db").is_file()
    again = dateline("migrate")
    assert (again.code, again.out, again.err) == (0, "The schema was up to date already.\n", "")


TOKEN = ("token", "create", "desk", "--scope", "admin")


def hang_up_on_each(listener: socket.socket, called: list[object]) -> None:
    with suppress(OSError):
        while True:
            connection, caller = listener.accept()
            connection.close()
            called.append(caller)


def test_migrate_asks_a_server_that_cannot_be_reached_once(called_here: CommandLine) -> None:
    """Whoever waits for it in vain waits once."""
    called: list[object] = []
    with ThreadPoolExecutor(1) as threads, socket.create_server(("127.0.0.1", 0)) as listener:
        threads.submit(hang_up_on_each, listener, called)
        url = f"postgresql://127.0.0.1:{listener.getsockname()[1]}/news?sslmode=disable"
        ran = called_here.with_(DATELINE_DATABASE_URL=url)("migrate")
        listener.shutdown(socket.SHUT_RDWR)
    assert ran.code == 1
    assert "cannot be reached" in ran.fault
    assert len(called) == 1


def test_migrate_check_changes_nothing_and_says_what_is_missing(dateline: CommandLine) -> None:
    missing = dateline("migrate", "--check")
    assert (missing.code, missing.out) == (1, "")
    assert "run `dateline migrate`" in missing.err
    assert not (dateline.folder / "var").exists()
    assert dateline("migrate").code == 0
    again = dateline("migrate", "--check")
    assert (again.code, again.out, again.err) == (0, "The schema is up to date.\n", "")


@pytest.mark.parametrize("command", [("migrate",), ("sample",), TOKEN])
def test_a_store_that_cannot_be_is_one_line_and_1(dateline: CommandLine, command: tuple[str, ...]) -> None:
    (dateline.folder / "file").write_text("not a folder")
    ran = dateline.with_(DATELINE_DATABASE_URL="sqlite:///file/dateline.db")(*command)
    assert ran.code == 1
    assert "file/dateline.db" in ran.fault


@pytest.mark.parametrize(
    "command", [("export",), ("check",), ("forget", "ann@readers.example"), ("token", "list"), ("token", "revoke", "x")]
)
def test_what_needs_a_store_makes_none(dateline: CommandLine, command: tuple[str, ...]) -> None:
    ran = dateline(*command)
    assert ran.code == 1
    told = ran.out if command == ("check",) else ran.fault
    for hint in ("var/dateline.db", "`dateline migrate`", "DATELINE_DATABASE_URL"):
        assert hint in told
    assert not list(dateline.folder.iterdir())


def test_check_says_ok(dateline: CommandLine) -> None:
    dateline("migrate")
    ran = dateline.with_(DATELINE_BASE_URL="https://news.example")("check")
    assert (ran.code, ran.out, ran.err) == (0, "ok\n", "")


def test_check_notes_what_may_be_meant_so(dateline: CommandLine) -> None:
    dateline("migrate")
    ran = dateline("check")
    assert (ran.code, ran.out) == (0, "ok\n")
    assert re.fullmatch(r"note: DATELINE_BASE_URL is http://127\.0\.0\.1:8000: .+\n", ran.err)
    insecure = dateline.with_(DATELINE_BASE_URL="http://news.example")("check")
    assert "https" in insecure.err


def test_check_looks_at_every_server_that_a_setting_names(
    dateline: CommandLine, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Of those that are there it has to wait for what they answer.
    monkeypatch.setattr("storage.postgres.engine.Database", Database)
    dateline = dateline.with_(DATELINE_DATABASE_URL=postgres_url, DATELINE_BASE_URL="https://news.example")
    dateline("migrate")
    others = ("DATELINE_DATABASE_DIRECT_URL", "DATELINE_DATABASE_READ_URL")
    ran = dateline.with_(**dict.fromkeys(others, postgres_url))("check")
    assert (ran.code, ran.out, ran.err) == (0, "ok\n", "")
    ran = dateline.with_(**dict.fromkeys(others, postgres_url.replace("?", "-not?")))("check")
    assert (ran.code, ran.err) == (1, "")
    assert ran.out.splitlines() == [f"{one}: There is no such database: create it, or set {one}." for one in others]


def test_check_notes_what_an_embedded_database_has_no_use_for(dateline: CommandLine) -> None:
    dateline("migrate")
    ran = dateline.with_(
        DATELINE_BASE_URL="https://news.example",
        DATELINE_DATABASE_READ_URL="postgresql://dateline:secret@standby/newsroom",
    )("check")
    assert (ran.code, ran.out) == (0, "ok\n")
    assert ran.err == (
        "note: DATELINE_DATABASE_READ_URL is set, which only PostgreSQL has a use for: the newsroom is in an embedded database\n"
    )


def test_check_notes_a_changed_time_zone(dateline: CommandLine) -> None:
    dateline("migrate")
    at = datetime(2026, 3, 22, 22, 30, tzinfo=UTC)
    add_article(dateline, Article(guid="urn:x:1", slug="late", headline="Late", published_at=at, day=at.date()))
    there = dateline.with_(DATELINE_BASE_URL="https://news.example")
    assert there("check").err == ""
    ran = there.with_(DATELINE_TIMEZONE="Africa/Kampala")("check")
    assert (ran.code, ran.out) == (0, "ok\n")
    assert re.fullmatch(r"note: DATELINE_TIMEZONE is Africa/Kampala, but 1 of .+\n", ran.err)


def test_check_notes_a_database_that_others_may_read(dateline: CommandLine) -> None:
    dateline("migrate")
    file = dateline.folder / "var" / "dateline.db"
    assert (S_IMODE(file.stat().st_mode), S_IMODE(file.parent.stat().st_mode)) == (0o600, 0o700)
    file.chmod(0o640)
    there = dateline.with_(DATELINE_BASE_URL="https://news.example")
    ran = there("check")
    assert (ran.code, ran.out) == (0, "ok\n")
    assert "var/dateline.db" in ran.err
    [command] = re.findall("`(.*)`", ran.err)
    subprocess.run(command, shell=True, cwd=dateline.folder, check=True)
    assert there("check").err == ""


def test_check_lists_every_fault(dateline: CommandLine) -> None:
    (dateline.folder / "media").write_text("a file")
    (dateline.folder / "damaged.db").write_bytes(b"this is no database" * 100)
    there = dateline.with_(DATELINE_BASE_URL="https://news.example", DATELINE_MEDIA_DIR="media")
    ran = there.with_(DATELINE_DATABASE_URL="sqlite:///damaged.db")("check")
    assert (ran.code, ran.err) == (1, "")
    media, store = ran.out.splitlines()
    assert "DATELINE_MEDIA_DIR" in media
    assert "damaged.db" in store


def test_check_finds_a_schema_that_is_not_current(dateline: CommandLine) -> None:
    sqlite3.connect(dateline.folder / "empty.db").close()
    ran = dateline.with_(DATELINE_DATABASE_URL="sqlite:///empty.db")("check")
    assert ran.code == 1
    assert "dateline migrate" in ran.out


def test_sample_fills_an_empty_newsroom_once(dateline: CommandLine) -> None:
    first = dateline("sample")
    assert (first.code, first.err) == (0, "")
    assert re.fullmatch(
        r"Added the sample edition: 4\d articles in 5 sections, \d+ comments, \d+ pictures and sounds\.\n", first.out
    )
    assert len(list((dateline.folder / "var" / "media" / "sample").glob("*.png"))) >= 40
    again = dateline("sample")
    assert (again.code, again.err) == (0, "")
    assert "already" in again.out


def test_sample_leaves_a_real_newsroom_alone(dateline: CommandLine) -> None:
    dateline("migrate")
    add_article(dateline, Article(guid="urn:x:1", slug="ours", headline="Ours"))
    ran = dateline("sample")
    assert ran.code == 1
    assert "articles of its own" in ran.fault


def test_a_token_is_printed_alone_and_kept_as_its_hash(dateline: CommandLine) -> None:
    ran = dateline("token", "create", "news desk", "--scope", "publish", "--scope", "moderate")
    assert ran.code == 0
    assert "sqlite:///var/dateline.db" in ran.err, "where it is kept, and was made if it was not there"
    assert re.fullmatch(r"dl_[A-Za-z0-9_-]{43}\n", ran.out)
    assert "Bearer" in ran.err
    assert ran.out.strip() not in ran.err
    kept = find_token(dateline, ran.out.strip())
    assert kept is not None
    assert kept.name == "news desk"
    assert kept.scopes == {"publish", "moderate"}
    assert ran.out.strip().encode() not in (dateline.folder / "var" / "dateline.db").read_bytes()


def test_a_token_name_fits_in_a_table(dateline: CommandLine) -> None:
    assert dateline("token", "create", "\u00e9" * 100, "--scope", "publish").code == 0
    ran = dateline("token", "create", "\u00e9" * 101, "--scope", "publish")
    assert (ran.code, ran.out) == (2, "")
    assert "a name has at most 100 characters" in ran.err


def test_a_token_name_is_taken_once(dateline: CommandLine) -> None:
    assert dateline(*TOKEN).code == 0
    ran = dateline("token", "create", " desk ", "--scope", "publish")
    assert ran.code == 1
    assert "choose another name" in ran.fault


def test_tokens_are_listed_without_what_opens_anything(dateline: CommandLine) -> None:
    dateline("migrate")
    empty = dateline("token", "list")
    assert (empty.code, empty.out) == (0, "")
    assert "`dateline token create`" in empty.err
    secrets = [dateline("token", "create", name, *scopes).out.strip() for name, *scopes in (
        ("news desk", "--scope", "publish", "--scope", "moderate"), ("Ops", "--scope", "admin"),
    )]  # fmt: skip
    at = datetime(2026, 3, 22, 22, 30, tzinfo=UTC)

    async def use() -> None:
        store = await open_store(f"sqlite:///{dateline.folder}/var/dateline.db")
        await store.note_token_use("Ops", at)
        await store.close()

    asyncio.run(use())
    ran = dateline("token", "list")
    assert (ran.code, ran.err) == (0, "")
    made = r"20\d\d-\d\d-\d\d \d\d:\d\d"
    heading, ops, desk = ran.out.splitlines()
    assert heading.split("  ")[0] == "NAME"
    assert re.fullmatch(rf"Ops        admin              {made}  2026-03-22 22:30", ops)
    assert re.fullmatch(rf"news desk  moderate, publish  {made}  never", desk)
    assert not any(secret in ran.out or sha256(secret.encode()).hexdigest() in ran.out for secret in secrets)
    exported = dateline("export", "--private").out
    assert "news desk" not in exported
    assert "Ops" not in exported


def test_a_token_is_revoked_by_its_name(dateline: CommandLine) -> None:
    secret = dateline("token", "create", "news desk", "--scope", "admin").out.strip()
    assert find_token(dateline, secret) is not None
    ran = dateline("token", "revoke", " news  desk")
    assert (ran.code, ran.out, ran.err) == (0, "The token 'news desk' is revoked.\n", "")
    assert find_token(dateline, secret) is None
    again = dateline("token", "revoke", "news desk")
    assert again.code == 1
    assert again.fault == "dateline: there is no token named 'news desk': `dateline token list` names all"
