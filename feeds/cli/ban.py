"""`dateline ban`."""

import asyncio
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from feeds.cli.outcome import CommandFailed, say
from feeds.cli.store import is_embedded, opened_store, read_settings

if TYPE_CHECKING:
    from feeds.newsroom.bans import Banned
    from feeds.settings import Settings
    from storage.model import Ban

_AT_ONCE = 500


class Kind(StrEnum):
    """As `storage.model.BanKind`, without all that its package imports."""

    EMAIL = "email"
    NAME = "name"
    ADDRESS = "address"
    NETWORK = "network"


def add(
    kind: Annotated[Kind, typer.Argument(metavar="KIND", help="email, name, address or network.")],
    value: Annotated[
        str,
        typer.Argument(
            metavar="VALUE",
            help="An email, or @host.example for all of its host; a name; an IP address; a network, as in 203.0.113.0/24.",
        ),
    ],
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="For moderators: why.")] = "",
    trash_held: Annotated[
        bool, typer.Option("--trash-held", help="Put what waits of whom it bans in the trash.")
    ] = False,
) -> None:
    """Take no more replies of a reader: they go to the trash.

    The reader is not told. What is shown already stays. The ban of an address ends after 30 days: so long its hash is kept.
    """
    fields: dict[str, object] = {"kind": kind.value, "value": value, "note": note, "trash_held": trash_held}
    banned = asyncio.run(_add(read_settings(), fields))
    known = "Banned" if banned.is_new else "It was banned already"
    print(f"{known}: {_line(banned.ban)}")
    if trash_held:
        print(f"Comments that waited, put in the trash: {banned.trashed}.")


def list_() -> None:
    """List the bans, newest first: number, kind, what is banned, until when, who said so, and why."""
    for ban in asyncio.run(_list(read_settings())):
        print(_line(ban))


def lift(number: Annotated[int, typer.Argument(metavar="NUMBER", min=1, help="As in the list.")]) -> None:
    """Lift a ban."""
    asyncio.run(_lift(read_settings(), number))
    say(f"Ban {number} is lifted.")


def _line(ban: "Ban") -> str:
    until = f"until {ban.ends_at:%Y-%m-%d}" if ban.ends_at else "until it is lifted"
    return "\t".join(
        (str(ban.id), ban.kind.value, ban.shown or "(known by its hash)", until, ban.by, ban.note)
    ).rstrip()


async def _add(settings: "Settings", fields: dict[str, object]) -> "Banned":
    from feeds.newsroom.bans import ban
    from feeds.newsroom.reply_policy import Policy

    async with opened_store(settings, migrate=is_embedded(settings)) as store:
        policy = Policy.of(settings, (await store.get_site()).secret)
        return await ban(store, fields, policy=policy, by="cli", clock=store.now)


async def _list(settings: "Settings") -> "list[Ban]":
    bans: list[Ban] = []
    async with opened_store(settings, migrate=False) as store:
        while some := await store.list_bans(before_id=bans[-1].id if bans else None, limit=_AT_ONCE):
            bans += some
    return bans


async def _lift(settings: "Settings", number: int) -> None:
    from storage.errors import NotFound

    async with opened_store(settings, migrate=False) as store:
        try:
            await store.lift_ban(number)
        except NotFound:
            raise CommandFailed(f"there is no ban {number}: `dateline ban list` names all") from None


bans = typer.Typer(help="Readers whose replies go to the trash.", add_completion=False, rich_markup_mode=None)
bans.command()(add)
bans.command("list")(list_)
bans.command()(lift)
