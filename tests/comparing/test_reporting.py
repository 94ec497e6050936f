"""The report as a page and as JSON, whatever stands in titles and addresses."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import html

from feeds.comparing.entries import Entry
from feeds.comparing.judging import Difference, Finding, Judgement
from feeds.comparing.reasons import SENTENCES, Differs, Why
from feeds.comparing.reporting import report_lines, write_html, write_json
from feeds.comparing.results import AddressResult, FeedResult, Led, Results

SCRIPT = "<script>alert('x')</script>&\x0c\ud800"
ENTRY = Entry(id=SCRIPT, title=SCRIPT, link=f"https://old.example/{SCRIPT}", at=None)
DOCS = Path(__file__).parent.parent.parent / "docs"


@pytest.fixture
def results(tmp_path: Path) -> Iterator[Results]:
    at = datetime(2022, 6, 1, tzinfo=UTC)
    results = Results(tmp_path, old="https://old.example/", here="http://127.0.0.1:8000/", at=at)
    yield results
    results.close()


def test_markup_in_titles_is_text(results: Results, tmp_path: Path) -> None:
    judgement = Judgement(
        new=(Finding(ENTRY, Why.ANOTHER_ID, SCRIPT),),
        missing=(Finding(ENTRY, Why.DRAFT),),
        differences=(Difference(ENTRY, Differs.TITLE, SCRIPT, SCRIPT),),
    )
    results.add_feed(FeedResult(url="https://old.example/a/feed/", kind="tag", leads_to=SCRIPT, judgement=judgement))
    results.add_feed(FeedResult(url="https://old.example/b/feed/", kind="tag", why=Why.NO_FEED, detail=SCRIPT))
    results.add_address(AddressResult(url="https://old.example/a/", led=Led.UNREAD, status=0, detail=SCRIPT))
    write_html(results, tmp_path / "report.html")
    page = (tmp_path / "report.html").read_bytes()
    assert b"<script" not in page
    assert b"\x0c" not in page
    shown = str(html.document_fromstring(page).xpath("string()"))
    assert shown.count("<script>alert('x')</script>&") == 8
    lines = list(report_lines(results))
    assert not [line for line in lines if "\n" in line or "\x0c" in line]
    assert "\n".join(lines).encode()
    write_json(results, tmp_path / "report.json")
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["feeds"][0]["new"][0]["title"] == SCRIPT
    assert (report["feeds"][1]["reason"], report["clean"]) == (f"what is here is no feed: {SCRIPT}", False)


def test_of_many_the_lines_name_some_and_say_how_many_more(results: Results, tmp_path: Path) -> None:
    missing = tuple(Finding(ENTRY, Why.DRAFT) for _ in range(9))
    for number in range(30):
        judgement = Judgement(known=1, missing=missing)
        results.add_feed(FeedResult(url=f"https://old.example/{number}/feed/", kind="tag", judgement=judgement))
        results.add_feed(
            FeedResult(url=f"https://old.example/ok-{number}/feed/", kind="tag", judgement=Judgement(known=1))
        )
        results.add_address(AddressResult(url=f"https://old.example/{number}/", led=Led.LOST, status=404))
    lines = list(report_lines(results))
    assert lines.count("    and 10 more: --html FILE and --json FILE name all") == 2
    assert lines.count("      and 4 more") == 20
    assert lines[-1] == "30 of 60 feeds are the same for subscribers; 30 of 30 addresses lead nowhere."
    write_html(results, tmp_path / "report.html")
    assert (tmp_path / "report.html").read_text().count("<h3>") == 30


def test_nothing_at_all_is_well_formed(results: Results, tmp_path: Path) -> None:
    write_json(results, tmp_path / "report.json")
    report = json.loads((tmp_path / "report.json").read_text())
    assert (report["feeds"], report["addresses"], report["at"]) == ([], [], "2022-06-01T00:00:00+00:00")
    write_html(results, tmp_path / "report.html")
    assert "</html>" in (tmp_path / "report.html").read_text()


def test_every_reason_has_a_sentence_and_docs_say_what_to_do() -> None:
    assert set(SENTENCES) == set(Why)
    moving = (DOCS / "moving.md").read_text()
    for why in Why:
        assert f"`{why}`" in moving, why
        assert SENTENCES[why] in moving, why
