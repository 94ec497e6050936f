"""`dateline held-webhook`: its secret is told once, and kept encrypted."""

import sqlite3
from base64 import b64decode
from contextlib import closing

from tests.cli.conftest import CommandLine

URL = "https://chat.news.example/hook?token=guessme"


def test_a_webhook_is_made_listed_and_forgotten(dateline: CommandLine) -> None:
    ran = dateline("held-webhook", "add", URL)
    secret = ran.out.removesuffix("\n")
    assert len(b64decode(secret.removeprefix("whsec_"))) == 32, "stdout is the secret alone"
    assert ran.err == "Webhook 1. Keep the secret now: it cannot be shown again.\n"
    with closing(sqlite3.connect(dateline.folder / "var" / "dateline.db")) as file:
        assert secret not in "\n".join(file.iterdump())
    for again in (URL, "http://127.0.0.1/", "chat"):
        refused = dateline("held-webhook", "add", again)
        assert (refused.code, refused.fault.count("guessme")) == (1, 0)
    listed = dateline("held-webhook", "list")
    heading, row = listed.out.splitlines()
    assert heading.split("  ")[0] == "ID"
    assert row.split() == ["1", "https://chat.news.example/hook?token=***", "0", "never"]
    assert secret not in listed.out + listed.err
    exported = dateline("export", "--private")
    assert "1 webhook of held comments" in exported.err
    assert "chat.news.example" not in exported.out + exported.err
    assert dateline("held-webhook", "remove", "1").code == 0
    assert "`dateline held-webhook list`" in dateline("held-webhook", "remove", "1").fault
    listed = dateline("held-webhook", "list")
    assert (listed.code, listed.out, "held-webhook add" in listed.err) == (0, "", True)
