"""`dateline import`: what a person sees of it."""

import os
import pty
import signal
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import CommandLine

WXR = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:wp="http://wordpress.org/export/1.2/">
<channel>
<title>The Quay</title><link>https://quay.example</link><language>en</language>
<wp:wxr_version>1.2</wp:wxr_version>
<wp:base_site_url>https://quay.example</wp:base_site_url><wp:base_blog_url>https://quay.example</wp:base_blog_url>
<wp:category><wp:term_id>1</wp:term_id><wp:category_nicename>harbour</wp:category_nicename>
<wp:category_parent></wp:category_parent><wp:cat_name>Harbour</wp:cat_name></wp:category>
<item>
<title>A boat came in</title><link>https://quay.example/a-boat-came-in/</link>
<pubDate>Sun, 22 Mar 2026 08:00:00 +0000</pubDate><dc:creator>ruth</dc:creator>
<guid isPermaLink="false">https://quay.example/?p=7</guid>
<content:encoded><![CDATA[It was on time.]]></content:encoded><excerpt:encoded><![CDATA[]]></excerpt:encoded>
<wp:post_id>7</wp:post_id><wp:post_date>2026-03-22 08:00:00</wp:post_date>
<wp:post_date_gmt>2026-03-22 08:00:00</wp:post_date_gmt><wp:comment_status>open</wp:comment_status>
<wp:post_name>a-boat-came-in</wp:post_name><wp:status>publish</wp:status><wp:post_type>post</wp:post_type>
<category domain="category" nicename="harbour"><![CDATA[Harbour]]></category>
</item>
<item>
<title>About us</title><guid isPermaLink="false">https://quay.example/?page_id=2</guid>
<content:encoded><![CDATA[We are the quay.]]></content:encoded><wp:post_id>2</wp:post_id>
<wp:post_name>about</wp:post_name><wp:status>publish</wp:status><wp:post_type>page</wp:post_type>
</item>
</channel>
</rss>
"""


@pytest.fixture
def export_file(dateline: CommandLine) -> Path:
    path = dateline.folder / "newsroom.xml"
    path.write_text(WXR)
    return path


def test_the_summary_says_what_came_and_what_did_not(dateline: CommandLine, export_file: Path) -> None:
    ran = dateline("import", export_file.name)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("Read a WordPress export")
    rows = dict(line.strip().split("  ", 1) for line in ran.out.splitlines() if "  " in line.strip())
    assert rows["articles"].strip() == "1 added, 0 changed, 0 unchanged"
    assert rows["sections"].strip() == "1 added"
    assert rows["pages"].strip() == "1 added"


def test_a_second_time_changes_nothing(dateline: CommandLine, export_file: Path) -> None:
    dateline("import", export_file.name)
    ran = dateline("import", export_file.name)
    assert (ran.code, ran.err) == (0, "")
    assert "0 added, 0 changed, 1 unchanged" in ran.out


def test_standard_input(alone: CommandLine) -> None:
    ran = alone("import", "-", stdin=WXR.encode())
    assert (ran.code, ran.err) == (0, "")
    assert "1 added" in ran.out


def test_parts_of_an_export_are_one(dateline: CommandLine, export_file: Path) -> None:
    """In whatever order, and one from standard input."""
    head, _, rest = WXR.partition("<item>")
    (dateline.folder / "late.xml").write_text(
        head.partition("<wp:category>")[0] + "<item>" + rest.replace("quay.example/?p=7", "x")
    )
    ran = dateline("import", "late.xml", "-", export_file.name, stdin=f"{head}</channel></rss>".encode())
    assert (ran.code, ran.err) == (0, "")
    assert "1 added" in ran.out


def test_a_url_is_imported_alone(dateline: CommandLine, export_file: Path) -> None:
    ran = dateline("import", export_file.name, "https://quay.example/feed/")
    assert ran.code == 2
    assert "one URL" in ran.err


@pytest.mark.parametrize(
    ("name", "content", "about"),
    [
        ("missing.xml", None, "missing.xml"),
        ("page.html", b"<html><body>no export</body></html>", "page.html"),
        ("cut.xml", WXR[: len(WXR) // 2].encode(), "cut.xml"),
        ("bomb.xml", WXR.replace("<rss", '<!DOCTYPE rss [<!ENTITY a "b">]><rss', 1).encode(), "bomb.xml"),
        ("ftp://quay.example/export.xml", None, "no http or https address"),
    ],
)
def test_what_cannot_be_imported_is_one_line_and_1(
    dateline: CommandLine, name: str, content: bytes | None, about: str
) -> None:
    if content is not None:
        (dateline.folder / name).write_bytes(content)
    ran = dateline("import", name)
    assert ran.code == 1
    assert about in ran.fault


def test_a_terminal_gets_a_progress_bar(dateline: CommandLine, export_file: Path) -> None:
    terminal, end = pty.openpty()
    with subprocess.Popen(
        [*dateline.command, "import", export_file.name],
        cwd=dateline.folder, env=dateline.environment | {"TERM": "xterm"}, stdout=subprocess.PIPE, stderr=end,
    ) as process:  # fmt: skip
        os.close(end)
        shown = b""
        try:
            while piece := os.read(terminal, 4096):
                shown += piece
        except OSError:  # Linux says so when the other end is closed.
            pass
        assert process.stdout is not None
        assert b"1 added" in process.stdout.read()
    os.close(terminal)
    assert process.returncode == 0
    assert b"importing" in shown
    assert b"kB" in shown


def test_ctrl_c_ends_it_quietly_with_130(dateline: CommandLine) -> None:
    """It waits for its input here: the store's folder, made later, is not there yet."""
    with subprocess.Popen(
        [*dateline.command, "import", "-"],
        cwd=dateline.folder, env=dateline.environment | {"TMPDIR": str(dateline.folder)},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stdin is not None
        # More than a pipe holds: part of it has arrived, and the rest is waited for, once some is in the file.
        process.stdin.write(b" " * 1_000_000)
        process.stdin.flush()
        while process.poll() is None and not any(
            path.stat().st_size for path in dateline.folder.glob("dateline-*/standard input")
        ):
            pass
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (130, b"", b"")
    assert not list(dateline.folder.iterdir())


def test_the_sample_never_stands_beside_what_is_imported(dateline: CommandLine) -> None:
    assert dateline("sample").code == 0
    (dateline.folder / "export.xml").write_text(WXR)
    ran = dateline("import", "export.xml")
    assert ran.code == 1
    assert "holds the sample edition" in ran.fault
    assert "DATELINE_DATABASE_URL" in ran.fault
    own = dateline.with_(DATELINE_DATABASE_URL="sqlite:///var/newsroom.db")
    assert own("import", "export.xml").code == 0
    assert own("import", "export.xml").code == 0
    assert own("sample").code == 1


def test_a_sample_that_was_withdrawn_is_in_nobodys_way(dateline: CommandLine) -> None:
    assert dateline("sample").code == 0
    with closing(sqlite3.connect(dateline.folder / "var" / "dateline.db")) as db, db:
        db.execute("UPDATE articles SET status = 'withdrawn' WHERE status = 'published'")
    (dateline.folder / "export.xml").write_text(WXR)
    assert dateline("import", "export.xml").code == 0


@pytest.mark.parametrize(
    ("choice", "what"), [((), "not understood, and left as it is"), (("--shortcodes", "strip"), "stripped")]
)
def test_shortcodes_of_plugins_stay_or_go_and_are_named(
    dateline: CommandLine, choice: tuple[str, ...], what: str
) -> None:
    (dateline.folder / "newsroom.xml").write_text(WXR.replace("It was on time.", "On [x_y id=1]time[/x_y]."))
    ran = dateline("import", "newsroom.xml", *choice)
    assert f"{what}:\n    shortcode [x_y]: in one article, as in A boat came in\n" in ran.out
    body = "On time." if choice else "On [x_y id=1]time[/x_y]."
    assert f'"body_html":"<p>{body}</p>"' in dateline("export").out
