"""`dateline migrate`."""

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from feeds.cli.store import opened_store, read_settings

if TYPE_CHECKING:
    from feeds.settings import Settings


def migrate(
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing; exit with 1, and say why, unless the schema is up to date.")
    ] = False,
) -> None:
    """Bring the store's schema up to date.

    Makes the store, and the site's secret, if there is none.
    """
    print(asyncio.run(_check(read_settings()) if check else _migrate(read_settings())))


async def _check(settings: "Settings") -> str:
    """Raises Unavailable, which says what is missing."""
    async with opened_store(settings, migrate=False):
        return "The schema is up to date."


async def _migrate(settings: "Settings") -> str:
    from storage.errors import NotMigrated

    try:
        async with opened_store(settings, migrate=False):
            return "The schema was up to date already."
    except NotMigrated:
        async with opened_store(settings, migrate=True):
            return "The schema is up to date now."
