"""What `dateline import` says at the end: a summary as plain text, to be read by a person."""

from collections.abc import Iterator

from feeds.clean.text import one_line
from feeds.importers import Notes, Summary


def report_lines(summary: Summary) -> Iterator[str]:
    """Counts in two columns, then what did not come over as it was, each with its reason."""
    comments = [f"{count} {status.value}" for status, count in summary.comments.items() if count]
    rows = [
        ("articles", f"{summary.added} added, {summary.changed} changed, {summary.unchanged} unchanged"),
        ("of these", f"{summary.drafts} drafts, {summary.scheduled} scheduled"),
        ("comments", ", ".join(comments) or "none"),
        ("sections", f"{summary.sections} added"),
        ("old addresses", f"{summary.redirects} lead to where they led"),
        ("pictures", f"{summary.pictures_copied} copied, {summary.pictures_missing} missing"),
    ]
    yield f"Read a {summary.source}:"
    for label, what in rows:
        yield f"  {label:<15}{what}"
    yield from _notes("kept as drafts", summary.made_drafts)
    yield from _notes("cut", summary.cut)
    yield from _notes("left out", summary.left_out)
    yield from _notes("refused", summary.refused)


def _notes(label: str, notes: Notes) -> Iterator[str]:
    if not notes:
        return
    yield f"  {label} ({len(notes)}):"
    for note in notes.named:
        yield f"    {one_line(note.title)}: {one_line(note.why)}"
    if notes.more:
        yield f"    and {notes.more} more"
