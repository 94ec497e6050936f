"""No command shows a password that stands in a setting."""

from pathlib import Path
from typing import Any

import pytest

from feeds.settings import Settings
from tests.cli.conftest import CommandLine

COMMANDS = [
    ("serve", "--port", "0"),
    ("migrate",),
    ("check",),
    ("sample",),
    ("import", "-"),
    ("import", "http://127.0.0.1:1/feed"),
    ("export",),
    ("forget", "reader@readers.example"),
    ("copy", "postgresql://desk:Hunter-2@db.invalid/news", "sqlite:///var/copied.db"),
    ("undo-import", "1"),
    ("compare", "http://127.0.0.1:1/"),
    ("redirect", "add", "/old/", "/new/"),
    ("redirect", "list"),
    ("redirect", "remove", "/old/"),
    ("redirect", "import", "-"),
    ("media", "add", "photo.png"),
    ("ban", "add", "name", "Troll"),
    ("ban", "list"),
    ("ban", "lift", "1"),
    ("held-webhook", "add", "https://chat.news.example/held"),
    ("held-webhook", "list"),
    ("held-webhook", "remove", "1"),
    ("worker",),
    ("withdraw", "1", "--reason", "Wrong"),
    ("partner", "add", "Rome"),
    ("partner", "list"),
    ("partner", "show", "Rome"),
    ("partner", "set", "Rome", "--rate", "60"),
    ("partner", "remove", "Rome"),
    ("partner", "key", "Rome", "first"),
    ("partner", "revoke", "Rome", "first"),
    ("partner", "source", "Xinhua", "--withhold"),
    ("partner", "members", "Rome"),
    ("partner", "lint", "Rome"),
    ("partner", "account", "Rome"),
    ("partner", "webhook", "Rome", "https://rome.example/"),
    ("partner", "webhooks", "Rome"),
    ("partner", "remove-webhook", "Rome", "1"),
    ("subscriptions", "list"),
    ("subscriptions", "show", "1"),
    ("subscriptions", "add", "https://reader.example/callback", "/feed.rss"),
    ("subscriptions", "set", "1", "--content", "changes"),
    ("subscriptions", "remove", "1"),
    ("subscriptions", "check"),
    ("token", "create", "desk", "--scope", "admin"),
    ("token", "list"),
    ("token", "revoke", "desk"),
]
URLS = [
    "postgresql://desk:Hunter-2@db.invalid/news",
    "postgresql://desk:x@Hunter-2/y@db.invalid/news",
    "postgresql://db.invalid/news?user=desk&password=Hunter-2",
    "postgresql:/desk:Hunter-2@db.invalid/news",
    "desk:Hunter-2@db.invalid",
    "postgresql://desk:Hunter-2",
    "sqlite://desk:Hunter-2@news.db",
]


def test_every_command_is_among_them() -> None:
    from typer.main import get_command

    from feeds.cli.app import COMMANDS as HOUSE
    from feeds.cli.app import app

    group: Any = get_command(app)
    named: set[tuple[str, ...]] = set()
    for name in HOUSE:
        command = group.get_command(None, name)
        named |= {(name, inner) for inner in command.commands} if hasattr(command, "commands") else {(name,)}
    assert named == {
        arguments[
            : 2
            if arguments[0] in ("token", "redirect", "subscriptions", "partner", "media", "ban", "held-webhook")
            else 1
        ]
        for arguments in COMMANDS
    }


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_no_command_shows_the_password_of_the_store(dateline: CommandLine, arguments: tuple[str, ...]) -> None:
    url = URLS[COMMANDS.index(arguments) % len(URLS)]
    for variable in ("DATELINE_DATABASE_URL", "DATABASE_URL"):
        ran = dateline.with_(**{variable: url, "DATELINE_BASE_URL": "https://news.example"})(*arguments)
        # A URL that is none is a wrong setting; a server that is not there may be there later.
        assert ran.code in (1, 2)
        # `copy` is given its databases, and `media` has none.
        assert arguments[0] in ("copy", "media") or "DATELINE_DATABASE_URL" in ran.out + ran.err
        assert "Hunter-2" not in ran.out + ran.err
        if arguments[0] == "copy":
            continue  # It is told of both stores, and reads no setting.
        wrong = dateline.with_(**{variable: url, "DATELINE_MAX_AGE": "Hunter-2", "DATELINE_BASE_URL": url})(*arguments)
        assert wrong.code == 2
        assert "DATELINE_MAX_AGE" in wrong.fault
        assert "Hunter-2" not in wrong.out + wrong.err


@pytest.mark.parametrize("url", URLS)
def test_no_url_of_a_store_is_shown_with_its_password(dateline: CommandLine, url: str) -> None:
    ran = dateline.with_(DATELINE_DATABASE_URL=url)("check")
    assert ran.code in (1, 2)
    assert "Hunter-2" not in ran.out + ran.err


def test_settings_do_not_show_what_they_hold() -> None:
    settings = Settings(database_url=URLS[0])
    assert settings.database_url == URLS[0]
    assert "Hunter-2" not in repr(settings) + str(settings)
    with pytest.raises(ValueError) as wrong:
        Settings(max_age="Hunter-2", base_url=URLS[0])
    assert "Hunter-2" not in str(wrong.value)


def test_a_name_with_a_password_is_no_base_url(dateline: CommandLine) -> None:
    ran = dateline.with_(DATELINE_BASE_URL="https://desk:Hunter-2@news.example")("check")
    assert ran.code == 2
    assert "DATELINE_BASE_URL" in ran.fault
    assert "Hunter-2" not in ran.fault


def test_nor_does_a_process_of_its_own(tmp_path: Path) -> None:
    """At whose end there may be more to say."""
    ran = CommandLine(tmp_path, {"DATELINE_DATABASE_URL": URLS[4]})("export")
    assert ran.code == 2
    assert "Hunter-2" not in ran.out + ran.err
