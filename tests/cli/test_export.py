"""`dateline export`: what a person, a file or a pipe gets of it."""

import json
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import CalledHere, CommandLine


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    """A newsroom with the sample edition, which no test changes."""
    dateline = CalledHere(tmp_path_factory.mktemp("newsroom"))
    assert dateline("sample").code == 0
    return dateline


def test_a_newsroom_comes_back_the_same(filled: CommandLine) -> None:
    exported = filled("export", "--private")
    assert (exported.code, exported.err) == (0, "")
    (filled.folder / "newsroom.jsonl").write_text(exported.out)
    other = filled.with_(DATELINE_DATABASE_URL="sqlite:///other.db")
    assert " 0 changed, 0 unchanged" in other("import", "newsroom.jsonl").out
    assert other("export", "--private").out == exported.out


def test_bans_come_along_and_what_does_not_is_named(dateline: CommandLine) -> None:
    dateline("migrate")
    dateline("ban", "add", "email", "zoe@troll.example", "--note", "Floods")
    for ban in (("network", "203.0.113.0/24"), ("address", "203.0.113.7")):
        assert dateline("ban", "add", *ban).code == 0
    secret = dateline("token", "create", "desk", "--scope", "admin").out.strip()
    exported = dateline("export", "--private")
    assert exported.err == "not in it: 1 token, 1 ban known by its hash alone; `dateline copy` takes them along\n"
    assert secret not in exported.out
    assert "ban" not in (public := dateline("export")).out + public.err
    (dateline.folder / "newsroom.jsonl").write_text(exported.out)
    other = dateline.with_(DATELINE_DATABASE_URL="sqlite:///other.db")
    imported = other("import", "newsroom.jsonl").out
    assert "  bans           2 added\n" in imported
    assert "  bans " not in other("import", "newsroom.jsonl").out
    listed = other("ban", "list").out
    assert [line.split("\t")[1:] for line in listed.splitlines()] == [
        ["network", "203.0.113.0/24", "until it is lifted", "cli"],
        ["email", "zoe@troll.example", "until it is lifted", "cli", "Floods"],
    ]
    assert other("export", "--private").out == exported.out
    assert "  bans           2 lifted\n" in other("undo-import", "1").out
    assert other("ban", "list").out == ""


def test_without_private_there_is_only_what_readers_see(filled: CommandLine) -> None:
    exported = filled("export")
    assert (exported.code, exported.err) == (0, "")
    first, *lines = [json.loads(line) for line in exported.out.splitlines()]
    assert first["format"] == "dateline"
    articles = [line["article"] for line in lines if "article" in line]
    assert {article["status"] for article in articles} == {"published"}
    comments = [comment for line in lines for comment in line.get("comments", ())]
    assert {comment["status"] for comment in comments} == {"approved"}
    assert not [comment for comment in comments if "author_email" in comment or "ip_hash" in comment]
    everything = filled("export", "--private").out
    assert everything.count("author_email") > len(comments)
    assert everything.count('"article":{') > len(articles)


def test_an_empty_newsroom_is_one_line(dateline: CommandLine) -> None:
    dateline("migrate")
    exported = dateline("export")
    assert (exported.code, exported.err) == (0, "")
    assert exported.out.count("\n") == 1


def test_a_reader_who_has_had_enough_is_left_in_peace(filled: CommandLine) -> None:
    with subprocess.Popen(
        [*filled.command, "export"],
        cwd=filled.folder, env=filled.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stderr is not None
        # More follows than fits into a pipe and the reader's buffer.
        assert process.stdout.read(1) == b"{"
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
def test_a_full_disk_is_one_line_and_1(filled: CommandLine) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*filled.command, "export"],
            cwd=filled.folder, env=filled.environment, stdout=full, stderr=subprocess.PIPE, timeout=60, check=False,
        )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.decode() == "dateline: cannot write to standard output: No space left on device\n"


def test_what_is_damaged_is_named_and_the_rest_is_written(dateline: CommandLine) -> None:
    assert dateline("sample").code == 0
    whole = dateline("export", "--private")
    with closing(sqlite3.connect(dateline.folder / "var" / "dateline.db")) as db, db:
        db.execute("UPDATE articles SET headline = CAST(x'736563726574ff' AS TEXT) WHERE id = 2")
    exported = dateline("export", "--private")
    assert exported.code == 1
    assert exported.out.count("\n") == whole.out.count("\n") - 1
    assert exported.err.splitlines() == [
        "left out, for it is damaged: article 2",
        "dateline: 1 rows of the database are damaged; all others were written",
    ]
