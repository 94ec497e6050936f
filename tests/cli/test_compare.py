"""`dateline compare`, before the switch: the old site and this server are asked where they are now."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from lxml import html

from tests.cli.conftest import CalledHere, CommandLine
from tests.comparing.old_site import OldSite, Post, old_site, posts
from tests.server.running import running

NASTY = 'Fog & "smoke": 1 < 2'


@dataclass(frozen=True)
class Moved:
    old: OldSite
    here: str
    dateline: CommandLine

    def compare(self, *arguments: str) -> "tuple[int, str]":
        ran = self.dateline("compare", self.old.url, "--here", self.here, *arguments)
        assert ran.err == ""
        return ran.code, ran.out


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Moved]:
    folder = tmp_path_factory.mktemp("moved")
    settings: dict[str, Any] = {"DATELINE_DATABASE_URL": f"sqlite:///{folder}/dateline.db", "DATELINE_FEED_ITEMS": "5"}
    dateline = CalledHere(folder).with_(DATELINE_BASE_URL="https://news.example", **settings)
    with old_site(posts(6), shown=5) as old:
        (folder / "newsroom.wxr.xml").write_text(old.export())
        assert dateline("import", "newsroom.wxr.xml").code == 0
        with running(folder, **settings) as server:
            yield Moved(old, f"http://127.0.0.1:{server.port}", dateline)


@pytest.fixture
def changed(moved: Moved) -> Iterator[Moved]:
    """One more article at the old site."""
    before = moved.old.posts
    moved.old.posts = [*before, Post(7, NASTY)]
    moved.old.publish()
    yield moved
    moved.old.posts = before
    moved.old.publish()


def test_nobody_is_lost(moved: Moved) -> None:
    code, out = moved.compare()
    assert code == 0
    assert out.splitlines()[0] == f"Compared {moved.old.url}/ with {moved.here}/:"
    assert out.splitlines()[-1] == (
        "Nobody is lost: 15 of 15 feeds are the same for subscribers, and no address leads nowhere."
    )
    assert re.search(r"^  addresses +11 asked for: \d+ answered, \d+ led on$", out, re.M)


def test_what_would_be_missed_is_named_and_the_exit_code_is_1(changed: Moved) -> None:
    code, out = changed.compare("--html", "report.html", "--json", "report.json")
    assert code == 1
    assert f"    {changed.old.url}/feed/: 1 missing\n      missing: {NASTY} (newer than the import)\n" in out
    assert f"    {changed.old.url}/story-7/: 404\n" in out
    assert re.search(r"^\d+ of \d+ feeds are the same for subscribers; 1 of 12 addresses lead nowhere\.$", out, re.M)
    folder = changed.dateline.folder
    report = json.loads((folder / "report.json").read_text())
    assert (report["clean"], report["counts"]["missing"]) == (False, 5)
    row = next(row for row in report["feeds"] if row["url"].endswith("/feed/atom/"))
    assert [(entry["title"], entry["why"]) for entry in row["missing"]] == [(NASTY, "newer-than-the-import")]
    assert len(report["feeds"]) == report["counts"]["feeds"]
    assert len(report["addresses"]) == report["counts"]["addresses"] == 12
    page = (folder / "report.html").read_text()
    shown = " ".join(str(html.document_fromstring(page).xpath("string()")).split())
    assert NASTY in shown
    assert "newer than the import" in shown
    assert f"{changed.old.url}/story-7/: 404" in shown


def test_a_sample_is_said(moved: Moved) -> None:
    code, out = moved.compare("--sample", "3", "--at-once", "2")
    assert code == 0
    assert "That is of a sample:" in out


@pytest.mark.parametrize(
    ("arguments", "about"),
    [
        (("compare",), "URL"),
        (("compare", "old.example"), "give an http or https address"),
        (("compare", "https://old.example/", "--here", "127.0.0.1:8000"), "--here"),
        (("compare", "https://old.example/", "--sample", "-1"), "--sample"),
        (("compare", "https://old.example/", "--at-once", "0"), "--at-once"),
        (("compare", "https://old.example/", "--json", "nowhere/report.json"), "there is no folder nowhere"),
        (("compare", "https://news.example/"), "https://news.example/ is the old site"),
    ],
)
def test_wrong_usage_is_2(moved: Moved, arguments: tuple[str, ...], about: str) -> None:
    ran = moved.dateline(*arguments)
    assert ran.code == 2
    assert about in ran.fault


def test_a_site_that_cannot_be_asked_is_2(moved: Moved) -> None:
    ran = moved.dateline("compare", moved.old.url + "/nothing/", "--here", moved.here)
    assert (ran.code, f"{moved.old.url}/nothing/ answers 404" in ran.fault) == (2, True)
    ran = moved.dateline("compare", moved.old.url, "--here", moved.old.url.replace("127.0.0.1", "127.0.0.2"))
    assert (ran.code, "no Dateline answers at" in ran.fault) == (2, True)


def test_a_password_is_nowhere_in_the_report(moved: Moved) -> None:
    ran = moved.dateline(
        "compare", moved.old.url.replace("//", "//ann:hunter2@"), "--here", moved.here, "--json", "r.json"
    )
    assert ran.code == 0
    assert "hunter2" not in ran.out + (moved.dateline.folder / "r.json").read_text()
