"""`dateline undo-import`, and what an import says of its second time."""

import sqlite3
from contextlib import closing

from tests.cli.conftest import CommandLine
from tests.cli.test_import import WXR
from tests.importers.wxr_files import author, category, post, wxr


def take(here: CommandLine, export: str, *options: str) -> str:
    ran = here("import", "-", *options, stdin=export.encode())
    assert (ran.code, ran.err) == (0, "")
    return ran.out


def headline(here: CommandLine) -> tuple[str, str]:
    with closing(sqlite3.connect(here.folder / "var" / "dateline.db")) as db:
        [row] = db.execute("SELECT headline, status FROM articles").fetchall()
        return tuple(row)


def write_here(here: CommandLine, text: str) -> None:
    """As an editor does, but behind the server's back."""
    with closing(sqlite3.connect(here.folder / "var" / "dateline.db", isolation_level=None)) as db:
        db.execute("UPDATE articles SET headline = ?", (text,))


def test_it_is_taken_back_by_its_number(called_here: CommandLine) -> None:
    assert "This is import 1: `dateline undo-import 1` takes it back." in take(called_here, WXR)
    assert "undo-import" not in take(called_here, WXR)
    edited = take(called_here, WXR.replace("A boat came in", "Two boats came in"))
    assert "This is import 2" in edited
    ran = called_here("undo-import", "2")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("Import 2 is taken back:")
    assert "0 withdrawn, 1 as they were" in ran.out
    assert headline(called_here) == ("A boat came in", "published")
    assert "1 withdrawn, 0 as they were" in called_here("undo-import", "1").out
    assert headline(called_here) == ("A boat came in", "withdrawn")
    assert "1 added, 0 changed, 0 unchanged" in take(called_here, WXR)
    assert headline(called_here) == ("A boat came in", "published")


def test_what_was_edited_here_is_named(called_here: CommandLine) -> None:
    take(called_here, WXR)
    write_here(called_here, "Ours")
    ran = called_here("undo-import", "1")
    assert "    Ours: edited here since" in ran.out.splitlines()
    changed = WXR.replace("A boat came in", "Two boats came in")
    shown = take(called_here, changed)
    assert "  conflicts" in shown
    assert "headline: changed here and at the source" in shown
    assert headline(called_here)[0] == "Ours"
    assert "conflicts" not in take(called_here, changed, "--theirs")
    assert headline(called_here)[0] == "Two boats came in"


def test_an_unknown_number_is_one_line_with_those_there_are(called_here: CommandLine) -> None:
    called_here("migrate")
    assert "Nothing was imported yet." in called_here("undo-import", "7").fault
    take(called_here, WXR)
    fault = called_here("undo-import", "7").fault
    assert "There is no import 7. The last ones are 1, of " in fault


def test_what_led_here_from_its_site_goes_with_it(called_here: CommandLine) -> None:
    def known() -> list[int]:
        with closing(sqlite3.connect(called_here.folder / "var" / "dateline.db")) as db:
            tables = ("aliases", "former_sites")
            return [count for table in tables for (count,) in db.execute(f"SELECT count(*) FROM {table}")]

    heads = [category("world", "World", term_id=7), author("jdoe", "Jane Doe", author_id=3)]
    take(called_here, wxr(post(1, categories={"world": "World"}), before=heads))
    assert known() == [2, 1]
    take(called_here, wxr(post(2, categories={"world": "World"}), before=heads))
    assert "old addresses  0" not in called_here("undo-import", "1").out
    assert known() == [2, 1]
    assert "  old addresses  3 removed, or as they were" in called_here("undo-import", "2").out.splitlines()
    assert known() == [0, 0]
