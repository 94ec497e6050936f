"""What an import tells of what it met."""

import json
from pathlib import Path

from feeds.cli.import_cases import opened_cases
from feeds.cli.import_report import report_lines
from feeds.importers.media import Media
from feeds.importers.report import NAMED, REASONS, Met, Reason, Report


def test_what_is_met_is_counted_by_name_once_an_article(tmp_path: Path) -> None:
    report = Report()
    for name, title in (("[form]", "Ferry"), ("[form]", "Ferry"), ("[map]", "Ferry"), ("[form]", "Harbour")):
        report.not_understood.add(name, title)
    report.stripped.add("sticky", "Ferry")
    for article in (1, 1, 2):
        report.stripped.add("block acme/alert", "Weather", article)
    report.warnings.append("the site's clock differs")

    summary = report.summary("a file", Media(None, tmp_path))

    assert summary.not_understood == (Met("[form]", 2, "Ferry"), Met("[map]", 1, "Ferry"))
    assert summary.stripped == (Met("block acme/alert", 2, "Weather"), Met("sticky", 1, "Ferry"))
    lines = list(report_lines(summary))
    assert "    [form]: in 2 articles, as in Ferry" in lines
    assert "    [map]: in one article, as in Ferry" in lines
    assert "  Mind: the site's clock differs" in lines


def test_reasons_are_counted_however_many_things_have_them() -> None:
    taker = Report().left_out
    for number in range(250):
        taker.add(f"Menu {number}", "nav_menu_item")
    taker.add("Ferry", "page")
    notes = taker.notes()
    assert len(notes) == 251
    assert notes.reasons == (
        Reason("nav_menu_item", 250, ("Menu 0", "Menu 1", "Menu 2")),
        Reason("page", 1, ("Ferry",)),
    )


def test_memory_is_bounded_where_each_thing_has_a_reason_of_its_own(tmp_path: Path) -> None:
    report = Report()
    for number in range(1000):
        report.refused.add(f"Article {number}", f"{number} bytes too many")
        report.not_understood.add(f"[code{number}]", f"Article {number}")
    summary = report.summary("a file", Media(None, tmp_path))
    assert len(summary.refused) == 1000
    assert len(summary.refused.named) == NAMED
    assert len(summary.refused.reasons) == REASONS
    assert summary.not_understood[0] == Met("others", 1000 - REASONS, f"Article {REASONS}")
    assert f"    and {1000 - REASONS} more" in list(report_lines(summary))


def test_every_case_stands_in_the_file(tmp_path: Path) -> None:
    with opened_cases() as cases:
        report = Report(cases.tell)
        for number in range(300):
            report.refused.add(f'Article "{number}"\n\ud800', "too large")
        report.stripped.add("[form]", "Fähre")
        summary = report.summary("a file", Media(None, tmp_path))
        cases.write(tmp_path / "report.json", summary)
    told = json.loads((tmp_path / "report.json").read_text())
    assert (told["source"], told["added"], told["warnings"]) == ("a file", 0, [])
    assert told["cases"][299] == {"kind": "refused", "title": 'Article "299"\n\ud800', "what": "too large"}
    assert told["cases"][300] == {"kind": "stripped", "title": "Fähre", "what": "[form]"}
    assert "refused" not in told


def test_a_file_without_cases_is_json_too(tmp_path: Path) -> None:
    with opened_cases() as cases:
        cases.write(tmp_path / "report.json", Report(cases.tell).summary("a file", Media(None, tmp_path)))
    assert json.loads((tmp_path / "report.json").read_text())["cases"] == []
