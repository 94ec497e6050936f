"""`dateline export`."""

import asyncio
import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from feeds.cli.outcome import CommandFailed, say
from feeds.cli.store import opened_store, read_settings

if TYPE_CHECKING:
    from feeds.settings import Settings


def export(
    private: Annotated[
        bool, typer.Option("--private", help="Include what readers never see: drafts, held comments, emails.")
    ] = False,
) -> None:
    """Write the newsroom to standard output.

    As JSON lines that import reads back: all of it with --private, else what readers may see. What is damaged is left out and
    named on standard error; then the exit code is 1.
    """
    unreadable: list[str] = []
    try:
        asyncio.run(_export(read_settings(), private, unreadable.append))
        sys.stdout.flush()
    except OSError as error:
        # What is still buffered has no way out: Python would try once more at its end, and complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            raise typer.Exit(1) from None
        raise CommandFailed(f"cannot write to standard output: {error.strerror}") from None
    for name in unreadable:
        say(f"left out, for it is damaged: {name}")
    if unreadable:
        raise CommandFailed(f"{len(unreadable)} rows of the database are damaged; all others were written")


async def _export(settings: "Settings", private: bool, unreadable: Callable[[str], None]) -> None:
    from feeds.importers.jsonlines.reader import export_lines

    async with opened_store(settings, migrate=False) as store:
        async for line in export_lines(store, private=private, unreadable=unreadable):
            sys.stdout.buffer.write(line)
