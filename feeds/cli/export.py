"""`dateline export`."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, Annotated

import typer

from feeds.cli.outcome import CommandFailed, say
from feeds.cli.store import opened_store, read_settings

if TYPE_CHECKING:
    from feeds.settings import Settings
    from storage.protocol import Store

_AT_ONCE = 500
"""Bans."""


def export(
    private: Annotated[
        bool, typer.Option("--private", help="Include what readers never see: drafts, held comments, emails.")
    ] = False,
) -> None:
    """Write the newsroom to standard output.

    As JSON lines that import reads back: all that was written here with --private, bans included, else what readers may see. What
    has secrets is not in it, nor what is this installation's own: partners and members, tokens, webhooks, subscriptions, bans of
    addresses. With --private standard error names what there is of these; `dateline copy` takes
    all of it along. What is damaged is left out and
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
        if private and (left := [one async for one in _left_behind(store)]):
            say(f"not in it: {', '.join(left)}; `dateline copy` takes them along")


async def _left_behind(store: "Store") -> AsyncIterator[str]:
    """What there is of the newsroom that an export never holds, with its number."""
    hashed, before = 0, None
    while bans := await store.list_bans(before_id=before, limit=_AT_ONCE):
        hashed += sum(not ban.shown for ban in bans)
        before = bans[-1].id
    for count, one, several in (
        (len(await store.list_partners()), "partner with its keys", "partners with their keys"),
        (len(await store.list_tokens()), "token", "tokens"),
        (len(await store.list_held_webhooks()), "webhook of held comments", "webhooks of held comments"),
        ((await store.push_counts()).subscriptions, "subscription", "subscriptions"),
        (hashed, "ban known by its hash alone", "bans known by their hash alone"),
    ):
        if count:
            yield f"{count} {one if count == 1 else several}"
