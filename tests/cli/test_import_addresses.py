"""`dateline import`: what is told of the old site's addresses."""

import sqlite3
from contextlib import closing

from tests.cli.conftest import CommandLine
from tests.web.former_site import Old


def sites(dateline: CommandLine) -> list[tuple[str, ...]]:
    with closing(sqlite3.connect(dateline.folder / "var" / "dateline.db")) as db:
        return db.execute("SELECT * FROM former_sites ORDER BY address").fetchall()


def test_what_an_export_says_of_them_is_shown_and_kept(dateline: CommandLine) -> None:
    (dateline.folder / "blog.xml").write_text(Old("/archives/%post_id%", "/blog").export(), encoding="utf-8")
    ran = dateline("import", "blog.xml")
    assert (ran.code, ran.err) == (0, "")
    assert "  old site       old.example/blog, articles at /archives/%post_id%/\n" in ran.out
    assert sites(dateline) == [("old.example/blog", "/blog", "/archives/%post_id%/", "", "", "")]


def test_what_is_told_of_them_is_kept(dateline: CommandLine) -> None:
    (dateline.folder / "copy.xml").write_text(Old("").export(), encoding="utf-8")
    told = {
        "--site-path": "/blog/",
        "--permalinks": "%year%/%postname%",
        "--category-base": "/topics/all/",
        "--tag-base": " themes ",
        "--author-base": "staff",
    }
    ran = dateline("import", "copy.xml", *(part for pair in told.items() for part in pair))
    assert (ran.code, ran.err) == (0, "")
    assert sites(dateline) == [("old.example", "/blog", "/%year%/%postname%", "topics/all", "themes", "staff")]
    assert dateline("import", "copy.xml", "--category-base", "/").code == 0
    assert sites(dateline)[0][3:] == ("/", "themes", "staff")
    assert sites(dateline)[0][1] == "/blog"
