"""`dateline copy`."""

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from feeds.cli.outcome import say

if TYPE_CHECKING:
    from storage.model import Copied

_SHOWN_DIGITS = 16


def copy(
    source: Annotated[
        str, typer.Argument(metavar="FROM-URL", help="sqlite:///PATH or postgresql://...: it stays as it is.")
    ],
    target: Annotated[
        str,
        typer.Argument(
            metavar="TO-URL", help="The same: a file that is made, or an empty database; or an unfinished copy."
        ),
    ],
    ahead: Annotated[
        bool,
        typer.Option(
            "--ahead",
            help="Leave the copy unfinished, while the newsroom is served from FROM-URL: the next run brings what came meanwhile.",
        ),
    ] = False,
) -> None:
    """Copy a newsroom into another database.

    All of it, as it is at one moment: readers see the same feeds, and download nothing again. Whoever writes to FROM-URL
    meanwhile writes to that alone: stop its server first, or run with --ahead before. A copy that was interrupted goes on when it
    is run again; until it is finished, nothing serves it. Exits with 1 unless both sides hold the same in the end.
    """
    copied = asyncio.run(_copy(source, target, ahead=ahead))
    print("\n".join(_lines(copied)))
    if missed := copied.seq_now - copied.seq:
        say(
            f"The source has gone on: {missed:,} Changes after {copied.seq:,} are not in the copy"
            + (", the next run brings them." if ahead else ". Stop its server before you copy.")
        )
    if ahead:
        say("The copy is unfinished: stop the source's server, and run the same command without --ahead.")


async def _copy(source: str, target: str, *, ahead: bool) -> "Copied":
    from feeds.cli.progress import shown_rows
    from storage.connect import copy_store

    with shown_rows("copying") as progress:
        try:
            return await copy_store(source, target, progress, ahead=ahead)
        except ValueError as error:
            raise typer.BadParameter(str(error)) from None


def _lines(copied: "Copied") -> list[str]:
    """A table of tables, and the moment."""
    rows = [(table.name, f"{table.rows:,}", table.digest[:_SHOWN_DIGITS]) for table in copied.tables]
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    at = f" of {copied.at:%Y-%m-%d %H:%M:%S} UTC" if copied.at else ""
    return [
        *(f"{name:<{widths[0]}}  {count:>{widths[1]}}  {digest}" for name, count, digest in rows),
        f"Both sides hold the same {sum(table.rows for table in copied.tables):,} rows, up to Change {copied.seq:,}{at}; "
        f"{copied.taken_over:,} of them were written by this run.",
    ]
