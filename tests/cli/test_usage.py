"""Help, versions and errors: what every command has in common."""

import re
import subprocess

import pytest

import feeds
from tests.cli.conftest import CommandLine

COMMANDS = (
    "serve", "worker", "migrate", "check", "sample", "import", "compare", "export", "copy", "forget", "withdraw", "partner",
    "media", "redirect", "ban", "held-webhook", "undo-import",
    "subscriptions", "token",
)  # fmt: skip


@pytest.mark.parametrize("arguments", [(), ("--help",), ("-h",)])
def test_help_names_every_command(dateline: CommandLine, arguments: tuple[str, ...]) -> None:
    shown = dateline(*arguments)
    assert (shown.code, shown.err) == (0, "")
    listed = re.findall(r"^  ([a-z-]+)  +\S", shown.out.partition("Commands:\n")[2], re.M)
    assert sorted(listed) == sorted(COMMANDS)
    assert "..." not in shown.out.partition("Commands:")[2], "a summary is cut short"


@pytest.mark.parametrize(
    "command",
    [(name,) for name in COMMANDS]
    + [("token", name) for name in ("create", "list", "revoke")]
    + [("media", "add")]
    + [("ban", name) for name in ("add", "list", "lift")]
    + [("subscriptions", name) for name in ("list", "show", "add", "set", "remove", "check")],
)
def test_every_command_has_help(dateline: CommandLine, command: tuple[str, ...]) -> None:
    shown = dateline(*command, "--help")
    assert (shown.code, shown.err) == (0, "")
    assert shown.out.startswith(f"Usage: dateline {' '.join(command)}")
    assert max(map(len, shown.out.splitlines())) <= 80


def test_version(dateline: CommandLine) -> None:
    shown = dateline("--version")
    assert (shown.code, shown.out, shown.err) == (0, f"dateline {feeds.__version__}\n", "")


@pytest.mark.parametrize(
    ("arguments", "about"),
    [
        (("bogus",), "bogus"),
        (("serve", "--wat"), "--wat"),
        (("serve", "--port", "http"), "--port"),
        (("serve", "--port", "70000"), "--port"),
        (("serve", "--workers", "0"), "--workers"),
        (("check", "twice"), "twice"),
        (("import",), "FILE"),
        (("import", "file.xml", "--media", "nowhere"), "nowhere"),
        (("import", "file.xml", "--category-map", "World"), "--category-map"),
        (("import", "file.xml", "--category-map", "=world"), "--category-map"),
        (("import", "file.xml", "--category-map", "World=/"), "--category-map"),
        (("import", "file.xml", "--site-path", "blog"), "--site-path"),
        (("import", "file.xml", "--site-path", "//old.example/blog"), "--site-path"),
        (("import", "file.xml", "--permalinks", "/%year%/"), "--permalinks"),
        (("import", "file.xml", "--permalinks", "/%slug%/"), "--permalinks"),
        (("import", "file.xml", "--tag-base", "/"), "--tag-base"),
        (("import", "https://old.example/feed/", "--site-path", "/blog"), "FILE"),
        (("forget",), "EMAIL"),
        (("forget", "nobody"), "EMAIL"),
        (("media",), "command"),
        (("ban", "add", "fax", "1"), "fax"),
        (("ban", "lift", "0"), "NUMBER"),
        (("media", "add"), "FILE"),
        (("token",), "command"),
        (("token", "create"), "NAME"),
        (("token", "revoke"), "NAME"),
        (("token", "list", "all"), "all"),
        (("token", "create", "desk"), "--scope"),
        (("token", "create", "desk", "--scope", "everything"), "everything"),
        (("token", "create", " \t", "--scope", "admin"), "NAME"),
    ],
)
def test_wrong_usage_is_one_line_and_2(dateline: CommandLine, arguments: tuple[str, ...], about: str) -> None:
    ran = dateline(*arguments)
    assert ran.code == 2
    assert about in ran.fault
    assert "--help` tells more" in ran.fault
    assert not list(dateline.folder.iterdir())


def test_a_wrong_port_in_the_environment_is_wrong_usage(dateline: CommandLine) -> None:
    ran = dateline.with_(PORT="http")("serve")
    assert ran.code == 2
    assert "PORT" in ran.fault


@pytest.mark.parametrize(
    "arguments",
    [
        ("serve", "--port", "0"),
        ("migrate",),
        ("check",),
        ("sample",),
        ("import", "file.xml"),
        ("export",),
        ("forget", "reader@readers.example"),
        ("token", "create", "desk", "--scope", "admin"),
        ("token", "list"),
        ("token", "revoke", "desk"),
    ],
)
def test_wrong_settings_are_named_in_one_line_and_2(dateline: CommandLine, arguments: tuple[str, ...]) -> None:
    ran = dateline.with_(DATELINE_TIMEZONE="Mars/Base", DATELINE_MAX_AGE="soon")(*arguments)
    assert ran.code == 2
    assert "DATELINE_TIMEZONE" in ran.fault
    assert "DATELINE_MAX_AGE" in ran.fault


@pytest.mark.parametrize("command", ["migrate", "check"])
def test_a_store_of_an_unknown_kind_is_a_wrong_setting(dateline: CommandLine, command: str) -> None:
    ran = dateline.with_(DATABASE_URL="mysql://db.example/news")(command)
    assert ran.code == 2
    assert "DATELINE_DATABASE_URL" in ran.fault


def test_settings_are_read_from_a_file_too(dateline: CommandLine) -> None:
    (dateline.folder / ".env").write_text("DATELINE_TIMEZONE=Mars/Base\n")
    assert "DATELINE_TIMEZONE" in dateline("check").fault


def test_help_waits_for_nothing_heavy(dateline: CommandLine) -> None:
    done = subprocess.run(
        [dateline.command[0], "-X", "importtime", *dateline.command[1:], "--help"],
        cwd=dateline.folder, env=dateline.environment, capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()}
    assert "typer" in imported
    assert not imported & {"pydantic", "starlette", "uvicorn", "lxml", "jinja2", "rich", "nh3", "aiosqlite", "psycopg"}
