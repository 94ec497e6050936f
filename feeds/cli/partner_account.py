"""`dateline partner account`."""

import asyncio
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from feeds.cli.outcome import CommandFailed, say
from feeds.cli.partner_shown import print_table, told
from feeds.cli.store import opened_store, read_settings

if TYPE_CHECKING:
    from feeds.newsroom.partners.account import Account
    from feeds.settings import Settings


def account(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="As `dateline partner list` shows it, whatever the case.")
    ],
    days: Annotated[int, typer.Option("--days", metavar="N", help="How far back.", min=1, max=366)] = 7,
    as_csv: Annotated[bool, typer.Option("--csv", help="All that it was told, as CSV.")] = False,
) -> None:
    """Show what a partner took, and what it has not yet.

    How fresh it was when it took it, and which corrections and withdrawals it does not have yet: by its requests alone, for what
    proves it. Times are in UTC.
    """
    from feeds.newsroom.partners.account_csv import account_csv

    found = asyncio.run(_read(read_settings(), name, days))
    if as_csv:
        # Lines end as they are, on every system.
        sys.stdout.reconfigure(newline="")  # type: ignore[union-attr]
        print(account_csv(found), end="")
    else:
        _show(found, days)


async def _read(settings: "Settings", name: str, days: int) -> "Account":
    from feeds.newsroom.partners.account import read_account
    from storage.errors import NotFound

    async with opened_store(settings, migrate=False) as store:
        try:
            partner = await store.get_partner(name)
        except NotFound as error:
            raise CommandFailed(f"{error} `dateline partner list` names all.") from None
        return await read_account(store, partner, now=store.now(), days=days)


def _show(account: "Account", days: int) -> None:
    from feeds.newsroom.partners.told import told_freshness

    for label, value in (
        ("name", account.partner.name),
        ("last here", told(account.visited_at)),
        ("first pick-up", told(account.since)),
        ("taken", f"{len(account.taken)} in {days} days"),
        ("freshness", told_freshness(account) or "not known"),
        ("outstanding", str(len(account.outstanding))),
    ):
        print(f"{label:<18}{value}".rstrip())
    rows = [("TOLD", "ACTION", "ARTICLE", "HEADLINE")]
    rows += [
        (told(one.change.at), one.change.action.value, str(one.change.article_id), one.headline or one.change.guid)
        for one in account.outstanding
    ]
    print_table(rows)
    if not account.whole:
        say("note: it was told more than is looked at: of that, the newest part is shown")
