"""What `dateline import` says at the end: a summary as plain text, to be read by a person."""

from collections.abc import Iterator, Sequence

from feeds.clean.text import one_line
from feeds.importers import Met, Notes, Summary


def report_lines(summary: Summary, *, rehearsal: bool = False) -> Iterator[str]:
    """Counts in two columns, then what did not come over as it was, each with its reason. `rehearsal`: nothing was kept."""
    comments = [f"{count} {status.value}" for status, count in summary.comments.items() if count]
    pages = [f"{count} {outcome.value}" for outcome, count in summary.pages.items() if count]
    rows = [
        ("articles", f"{summary.added} added, {summary.changed} changed, {summary.unchanged} unchanged"),
        ("of these", f"{summary.drafts} drafts, {summary.scheduled} scheduled{_withdrawn(summary.withdrawn)}"),
        *([("pages", ", ".join(pages)), ("of these", f"{summary.page_drafts} drafts")] if pages else []),
        ("comments", ", ".join(comments) or "none"),
        ("of these", _comments(summary)),
        *(
            [("left behind", f"{summary.comments_left} more, on pages: none can stand there")]
            if summary.comments_left
            else []
        ),
        ("sections", f"{summary.sections} added"),
        *(
            [("navigation", f"of {len(summary.front.navigation)} sections, as there")]
            if summary.front.navigation
            else []
        ),
        *([("pinned", f"{len(summary.front.pinned)} articles, as there")] if summary.front.pinned else []),
        *([("bans", f"{summary.bans} added")] if summary.bans else []),
        ("old addresses", f"{summary.redirects} lead to where they led"),
        *(("old site", one_line(site)) for site in summary.former_sites),
        (
            "pictures",
            f"{summary.pictures_copied} copied, {summary.pictures_missing} missing{_named(summary.pictures_missing)}",
        ),
    ]
    yield f"Read a {summary.source}:"
    for label, what in rows:
        yield f"  {label:<15}{what}"
    yield from _notes("completed by what other files lacked", summary.completed)
    yield from _notes("called otherwise by now, as at the source", summary.named)
    yield from _notes("kept as drafts", summary.made_drafts)
    yield from _notes("cut", summary.cut)
    yield from _notes("left out", summary.left_out)
    yield from _notes("refused", summary.refused)
    yield from _notes("conflicts, settled as here (--theirs takes the source's)", summary.conflicts)
    yield from _met("stripped", summary.stripped)
    yield from _met("not understood, and left as it is", summary.not_understood)
    if summary.absent:
        yield f"  {_articles(summary.absent)} that earlier imports of this site brought are not in this file: they stay."
    if rehearsal:
        yield "  Nothing was written: this is what the import would do."
    elif summary.import_id:
        yield f"  This is import {summary.import_id}: `dateline undo-import {summary.import_id}` takes it back."
    for warning in summary.warnings:
        yield f"  Mind: {one_line(warning)}"


def _comments(summary: Summary) -> str:
    changed = f"{summary.comments_changed} changed"
    if summary.comments_trashed:
        changed += f" ({summary.comments_trashed} to the trash)"
    return f"{summary.comments_added} added, {changed}"


def _withdrawn(count: int) -> str:
    return f", {count} withdrawn" if count else ""


def _articles(count: int) -> str:
    return "one article" if count == 1 else f"{count} articles"


def _named(missing: int) -> str:
    return " (--report FILE.json names them)" if missing else ""


def _notes(label: str, notes: Notes) -> Iterator[str]:
    if not notes:
        return
    yield f"  {label} ({len(notes)}):"
    for reason in notes.reasons:
        why, titles = one_line(reason.why), "; ".join(map(one_line, reason.examples))
        if reason.count == 1:
            yield f"    {titles}: {why}"
        else:
            more = "; ..." if reason.count > len(reason.examples) else ""
            yield f"    {reason.count} {why}: {titles}{more}"
    told = sum(reason.count for reason in notes.reasons)
    if told < len(notes):
        yield f"    and {len(notes) - told} more"


def _met(label: str, found: Sequence[Met]) -> Iterator[str]:
    if found:
        yield f"  {label}:"
    for met in found:
        yield f"    {one_line(met.name)}: in {_articles(met.articles)}, as in {one_line(met.example)}"
