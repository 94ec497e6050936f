"""`dateline import --dry-run` and `--report`: what an import would do, and every case of it."""

import hashlib
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import CommandLine
from tests.cli.test_import import WXR

SECOND = WXR.replace("It was on time.", "It was late.")


def files(folder: Path) -> dict[str, str]:
    """Every file with a digest of it; of a database, of all its rows: its pages may move when it is only opened."""
    return {str(path.relative_to(folder)): _digest(path) for path in folder.rglob("*") if path.is_file()}


def _digest(path: Path) -> str:
    if path.suffix != ".db":
        return hashlib.sha256(path.read_bytes()).hexdigest()
    with closing(sqlite3.connect(path)) as db:
        return hashlib.sha256("\n".join(db.iterdump()).encode()).hexdigest()


@pytest.mark.parametrize("known", [False, True], ids=["an empty newsroom", "a known export"])
def test_a_rehearsal_says_what_the_import_then_does_and_writes_nothing(
    called_here: CommandLine, *, known: bool
) -> None:
    folder = called_here.folder
    uploads = folder / "uploads" / "2026"
    uploads.mkdir(parents=True)
    (uploads / "boat.png").write_bytes(b"picture")
    shown = '<img src="https://quay.example/wp-content/uploads/2026/boat.png">'
    (folder / "first.xml").write_text(WXR)
    (folder / "newsroom.xml").write_text(SECOND.replace("It was late.", f"It was late. {shown}"))
    if known:
        assert called_here("import", "first.xml").code == 0
    before = files(folder)

    rehearsed = called_here("import", "newsroom.xml", "--media", "uploads", "--dry-run")
    assert (rehearsed.code, rehearsed.err) == (0, "")
    assert files(folder) == before
    assert "Nothing was written" in rehearsed.out

    done = called_here("import", "newsroom.xml", "--media", "uploads")
    assert "1 copied, 0 missing" in done.out
    assert _lines(rehearsed.out) == _lines(done.out)
    assert f"{int(not known)} added, {int(known)} changed" in done.out


def _lines(out: str) -> list[str]:
    return [line for line in out.splitlines() if "This is import" not in line and "Nothing was written" not in line]


def test_every_case_is_in_the_report(called_here: CommandLine) -> None:
    (called_here.folder / "newsroom.xml").write_text(
        WXR.replace("It was on time.", '<a href="https://quay.example/wp-content/uploads/2026/gone.pdf">Plan</a>')
    )
    ran = called_here("import", "newsroom.xml", "--media", ".", "--report", "report.json")
    assert (ran.code, ran.err) == (0, "")
    assert "1 missing (--report FILE.json names them)" in ran.out
    report = json.loads((called_here.folder / "report.json").read_text())
    assert report["added"] == 1
    assert {"kind": "missing", "title": "2026/gone.pdf", "what": "its file is not here"} in report["cases"]


def test_a_report_that_cannot_be_written_is_said_and_the_import_is_kept(called_here: CommandLine) -> None:
    (called_here.folder / "newsroom.xml").write_text(WXR)
    ran = called_here("import", "newsroom.xml", "--report", "nowhere/report.json")
    assert ran.code == 1
    assert "what was imported is kept" in ran.err
    assert "1 unchanged" in called_here("import", "newsroom.xml").out


def test_what_is_followed_is_not_rehearsed(called_here: CommandLine) -> None:
    ran = called_here("import", "https://old.example/", "--from", "wordpress", "--follow", "--dry-run")
    assert ran.code == 2
    assert "--follow" in ran.err


def test_a_rehearsal_in_what_is_no_database_ends_in_a_sentence(called_here: CommandLine) -> None:
    (called_here.folder / "newsroom.xml").write_text(WXR)
    ran = called_here.with_(DATELINE_DATABASE_URL="http://127.0.0.1:8090")("import", "newsroom.xml", "--dry-run")
    assert ran.code != 0
    assert ran.err.startswith("dateline: ")
    assert "names no database" in ran.err
    assert "Traceback" not in ran.err
