"""A comparison, told: to a person in lines, to a browser as a page, to a program as JSON."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from feeds.clean.text import one_line, xml_safe
from feeds.comparing.gathered import Rows
from feeds.comparing.results import Led, Results, Verdict

_NAMED, _ENTRIES_NAMED = 20, 5
"""Feeds or addresses that lines name, and entries of each."""
_IN_PAGE = 2_000
"""Rows of each table of the page."""
_LED = {
    Led.SAME: "answered",
    Led.MOVED: "led on",
    Led.AWAY: "led to another site",
    Led.LOST: "led nowhere",
    Led.NEVER: "led nowhere there, either",
    Led.PROTECTED: "that need a password there",
    Led.UNREAD: "could not be read",
}

_ENVIRONMENT = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)


def report_lines(results: Results) -> Iterator[str]:
    """Counts, what is not the same, and at the end the verdict."""
    verdict = results.verdict
    yield f"Compared {results.old} with {results.here}:"
    for label, what in counts(verdict):
        yield f"  {label:<12}{what}"
    not_same = list(islice(_not_same(results.odd_feeds), _NAMED))
    if not_same:
        yield f"  not the same ({verdict.feeds - verdict.same:,}):"
    for row in not_same:
        yield f"    {row['url']}: {one_line(row['reason']) or _of_feed(row)}"
        entries = [("new", entry) for entry in row["new"]] + [("missing", entry) for entry in row["missing"]]
        for label, entry in entries[:_ENTRIES_NAMED]:
            yield f"      {label}: {one_line(entry['title'] or entry['id'])} ({one_line(entry['reason'])})"
        if len(entries) > _ENTRIES_NAMED:
            yield f"      and {len(entries) - _ENTRIES_NAMED:,} more"
    yield from _more(verdict.feeds - verdict.same)
    bad = verdict.led[Led.LOST] + verdict.led[Led.UNREAD]
    if bad:
        yield f"  addresses that lead nowhere ({bad:,}):"
    for row in islice(results.odd_addresses, _NAMED):
        yield f"    {row['url']}: {one_line(row['detail']) or row['status']}"
    yield from _more(bad)
    yield sentence(verdict)


def sentence(verdict: Verdict) -> str:
    """The verdict."""
    said = (
        f"{verdict.same:,} of {_feeds(verdict.feeds)} {'are' if verdict.feeds != 1 else 'is'} the same for subscribers"
    )
    lost = verdict.led[Led.LOST] + verdict.led[Led.UNREAD]
    if verdict.ended:
        said += f", {verdict.ended:,} of comments on pages {_ends(verdict.ended)}"
    if verdict.clean:
        said = f"Nobody is lost: {said}, and no address leads nowhere."
    elif lost:
        said += f"; {lost:,} of {verdict.addresses:,} addresses lead nowhere."
    else:
        said += "."
    if verdict.feeds_left_out or verdict.addresses_left_out:
        left_out = f"{verdict.feeds_left_out:,} feeds and {verdict.addresses_left_out:,} addresses"
        said += f" That is of a sample: {left_out} were not asked for (--sample 0 asks for all)."
    return said


def counts(verdict: Verdict) -> Iterator[tuple[str, str]]:
    """What was counted, each under its name."""
    compared, unread = f"{verdict.feeds:,} compared, {verdict.same:,} the same", f"{verdict.unread:,} could not be read"
    yield "feeds", f"{compared}, {verdict.lost:,} not here, {unread}"
    yield "entries", f"{verdict.known:,} known, {verdict.new:,} would be shown as new, {verdict.missing:,} missing"
    if verdict.written_here or verdict.withheld:
        yield "besides", f"{verdict.written_here:,} written here since, {verdict.withheld:,} that need a password there"
    if verdict.ended or verdict.left_behind:
        ended = f"{_feeds(verdict.ended)} {_ends(verdict.ended)} here, and readers are told (410)"
        yield "on pages", f"comments are not carried over: {ended}; lists are without {verdict.left_behind:,}"
    if verdict.differences:
        yield "differences", f"{verdict.differences:,}, in titles, dates or links"
    led = ", ".join(f"{verdict.led[led]:,} {said}" for led, said in _LED.items() if verdict.led[led])
    yield "addresses", f"{verdict.addresses:,} asked for: {led}" if verdict.addresses else "none"


def write_json(results: Results, path: Path) -> None:
    """Every feed and every address. Raises OSError."""
    head = {
        "old": results.old,
        "here": results.here,
        "at": results.at.isoformat(timespec="seconds"),
        "clean": results.verdict.clean,
        "verdict": sentence(results.verdict),
        "counts": asdict(results.verdict),
    }
    with path.open("w", encoding="utf-8") as file:
        file.write(json.dumps(head, indent=1)[:-2])
        for name, rows in (("feeds", results.feeds), ("addresses", results.addresses)):
            file.write(f',\n "{name}": [')
            for number, row in enumerate(rows):
                file.write(("," if number else "") + "\n  " + json.dumps(row))
            file.write("\n ]")
        file.write("\n}\n")


def write_html(results: Results, path: Path) -> None:
    """A page that needs nothing else. Raises OSError."""
    template = _ENVIRONMENT.get_template("compare.html")
    page = template.generate(
        results=results,
        verdict=results.verdict,
        sentence=sentence(results.verdict),
        counts=list(counts(results.verdict)),
        feeds=islice(results.odd_feeds, _IN_PAGE),
        more_feeds=max(0, results.odd_feeds.count - _IN_PAGE),
        addresses=islice(results.odd_addresses, _IN_PAGE),
        more_addresses=max(0, results.odd_addresses.count - _IN_PAGE),
        of_feed=_of_feed,
    )
    with path.open("w", encoding="utf-8", errors="replace") as file:
        file.writelines(map(xml_safe, page))


def _not_same(rows: Rows) -> Iterator[dict[str, Any]]:
    return (row for row in rows if not row["same"])


def _of_feed(row: dict[str, Any]) -> str:
    parts = [
        f"{len(row['new']):,} would be shown as new" if row["new"] else "",
        f"{len(row['missing']):,} missing" if row["missing"] else "",
    ]
    return ", ".join(filter(None, parts)) or "the same"


def _ends(count: int) -> str:
    return "end" if count != 1 else "ends"


def _feeds(count: int) -> str:
    return "one feed" if count == 1 else f"{count:,} feeds"


def _more(count: int) -> Iterator[str]:
    if count > _NAMED:
        yield f"    and {count - _NAMED:,} more: --html FILE and --json FILE name all"
