"""`dateline forget`."""

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from feeds.cli.outcome import say
from feeds.cli.store import opened_store, read_settings

if TYPE_CHECKING:
    from feeds.settings import Settings
    from storage.model import Forgotten


def forget(
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="The address that the reader gave, in any case.")],
    erase: Annotated[
        bool, typer.Option("--erase", help="Erase approved comments too, instead of making them anonymous.")
    ] = False,
) -> None:
    """Forget a reader's comments.

    Approved ones lose name, email and URL and keep their text; all others are erased. Bans on the address, and on where the
    comments came from, are lifted. Backups and exports are yours to clean.
    """
    if "@" not in email:
        raise typer.BadParameter("give an email address, as in name@news.example", param_hint="EMAIL")
    forgotten, scrubbed = asyncio.run(_forget(read_settings(), email, erase=erase))
    if forgotten.anonymised or forgotten.erased:
        print(f"Comments by this address: {forgotten.anonymised} made anonymous, {forgotten.erased} erased.")
    else:
        print("There are no comments by this address.")
    if forgotten.lifted:
        print(f"Bans of this reader, lifted: {forgotten.lifted}.")
    for number in sorted(forgotten.named):
        say(
            f"note: ban {number} is on a name that this reader used; lift it if no other has it: dateline ban lift {number}"
        )
    if not scrubbed:
        say("note: the database's log could not be emptied, for it is being read: run this again to do so")


async def _forget(settings: "Settings", email: str, *, erase: bool) -> "tuple[Forgotten, bool]":
    from datetime import timedelta

    from feeds.newsroom.forgetting import forget

    async with opened_store(settings, migrate=False) as store:
        list_after = timedelta(seconds=settings.comment_count_interval)
        forgotten = await forget(store, email, language=settings.language, erase=erase, list_after=list_after)
        return forgotten, await store.scrub()
