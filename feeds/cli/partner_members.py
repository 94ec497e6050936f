"""`dateline partner members`: who reads a partner's feeds with a key of its own."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from feeds.cli.outcome import say
from feeds.cli.partner import Name, run_with_partners
from feeds.cli.partner_shown import print_table, rows_of_members
from feeds.cli.store import read_settings

if TYPE_CHECKING:
    from storage.model import Member
    from storage.protocol import Store


def members(
    name: Name,
    member: Annotated[
        str | None, typer.Argument(metavar="[MEMBER]", help="The newsroom's own id of one; else all are listed.")
    ] = None,
    flagged: Annotated[bool, typer.Option("--flagged", help="Only those whose keys seem to have leaked.")] = False,
    after: Annotated[str, typer.Option(metavar="MEMBER", help="Those that come after this one.")] = "",
    limit: Annotated[int, typer.Option(metavar="N", help="So many at most.", min=1, max=1_000)] = 100,
) -> None:
    """List a partner's members.

    A line for each, by id: since when it has its key, until when, the day of its last use; and since when the key seems to have
    leaked, with the networks that it was used from on that day. They are managed by the API. Times are in UTC.
    """

    async def work(store: "Store") -> "Sequence[Member]":
        if member is not None:
            return [await store.get_member(name, member)]
        return await store.list_members(name, after=after, limit=limit + 1, flagged=flagged)

    found = run_with_partners(read_settings(), work)
    print_table(rows_of_members(found[:limit]))
    if len(found) > limit:
        say(f"There are more: go on with --after {found[limit - 1].name}")
    elif not found:
        say("There are none.")
