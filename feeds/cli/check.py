"""`dateline check`."""

import asyncio

import typer

from feeds.cli.outcome import say
from feeds.cli.store import read_settings


def check() -> None:
    """Look for faults in settings and store.

    Prints one line for each and exits with 1, or prints 'ok'. Notes on what may be meant so go to stderr.
    """
    from feeds.cli.checkup import check_up

    findings = asyncio.run(check_up(read_settings()))
    for note in findings.notes:
        say(f"note: {note}")
    print("\n".join(findings.faults) or "ok")
    if findings.faults:
        raise typer.Exit(1)
