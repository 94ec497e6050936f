"""`dateline undo-import`."""

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from feeds.cli.outcome import CommandFailed
from feeds.cli.store import opened_store, read_settings

if TYPE_CHECKING:
    from feeds.settings import Settings
    from storage.model import Undone
    from storage.protocol import Store

_NAMED = 100
"""How much that stays is named; the rest is counted."""
_PAUSE = 0.1
"""Seconds between two transactions: other writers wait meanwhile."""
_LISTED = 10


def undo_import(
    import_id: Annotated[int, typer.Argument(metavar="ID", help="The number that the import's summary gave.")],
) -> None:
    """Take an import back.

    What it added is withdrawn, what it changed is as it was, and the sections that it made go if they are empty. What was edited
    here since, or by a later import, stays and is named. One that was interrupted goes on when it is run again; the same import
    brings everything back under the same addresses.
    """
    asyncio.run(_undo(read_settings(), import_id))


async def _undo(settings: "Settings", import_id: int) -> None:
    from datetime import timedelta

    from storage.errors import NotFound

    counts = {
        "withdrawn": 0,
        "restored": 0,
        "comments": 0,
        "sections": 0,
        "pages": 0,
        "addresses": 0,
        "bans": 0,
        "front": 0,
    }
    kept: list[tuple[str, str]] = []
    more = 0
    async with opened_store(settings, migrate=False) as store:
        onward = None
        list_after = timedelta(seconds=settings.comment_count_interval)
        while True:
            try:
                step: Undone = await store.undo_import(import_id, list_after=list_after, onward=onward)
            except NotFound as error:
                raise CommandFailed(f"{error} {await _last(store)}") from None
            for name in counts:
                counts[name] += getattr(step, name)
            more += max(0, len(kept) + len(step.kept) - _NAMED)
            kept = [*kept, *step.kept][:_NAMED]
            onward = step.onward
            if onward is None:
                break
            await asyncio.sleep(_PAUSE)
    print(f"Import {import_id} is taken back:")
    print(f"  articles       {counts['withdrawn']} withdrawn, {counts['restored']} as they were")
    print(f"  comments       {counts['comments']} in the trash, or as they were")
    print(f"  sections       {counts['sections']} removed")
    if counts["pages"]:
        print(f"  pages          {counts['pages']} removed, or as they were")
    if counts["addresses"]:
        print(f"  old addresses  {counts['addresses']} removed, or as they were")
    if counts["bans"]:
        print(f"  bans           {counts['bans']} lifted")
    if counts["front"]:
        print("  front page     the navigation and what is pinned as they were")
    if kept:
        print(f"  left as it is ({len(kept) + more}):")
        for name, why in kept:
            print(f"    {' '.join(name.split())}: {why}")
        if more:
            print(f"    and {more} more")


async def _last(store: "Store") -> str:
    """The imports that there are."""
    found = await store.list_imports(limit=_LISTED)
    if not found:
        return "Nothing was imported yet."
    named = "; ".join(f"{one.id}, of {one.name} ({one.at:%Y-%m-%d %H:%M} UTC)" for one in found)
    return f"The last ones are {named}."
