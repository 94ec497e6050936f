"""What an import tells of what it met."""

from pathlib import Path

from feeds.cli.import_report import report_lines
from feeds.importers.media import Media
from feeds.importers.report import Met, Report


def test_what_is_met_is_counted_by_name_once_an_article(tmp_path: Path) -> None:
    report = Report()
    for name, title in (("[form]", "Ferry"), ("[form]", "Ferry"), ("[map]", "Ferry"), ("[form]", "Harbour")):
        report.not_understood.add(name, title)
    report.stripped.add("sticky", "Ferry")
    report.warnings.append("the site's clock differs")

    summary = report.summary("a file", Media(None, tmp_path))

    assert summary.not_understood == (Met("[form]", 2, "Ferry"), Met("[map]", 1, "Ferry"))
    assert summary.stripped == (Met("sticky", 1, "Ferry"),)
    lines = list(report_lines(summary))
    assert "    [form]: in 2 articles, as in Ferry" in lines
    assert "    [map]: in one article, as in Ferry" in lines
    assert "  Mind: the site's clock differs" in lines
