"""`dateline held-webhook`."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from feeds.cli.outcome import CommandFailed, say
from feeds.cli.partner_shown import print_table, rows_of_webhooks
from feeds.cli.store import is_embedded, opened_store, read_settings

if TYPE_CHECKING:
    from feeds.settings import Settings
    from storage.model import Webhook


def add(url: Annotated[str, typer.Argument(metavar="URL", help="Where it takes messages: http or https.")]) -> None:
    """Tell a URL of comments that wait for a moderator.

    From now on, by messages as the Standard Webhooks specification has them. Stdout is the secret alone with which they are signed.
    """
    made, secret = asyncio.run(_add(read_settings(), url))
    print(secret)
    say(f"Webhook {made.id}. Keep the secret now: it cannot be shown again.")


def list_() -> None:
    """List the webhooks of held comments.

    A line for each: its number, its URL without what may be a secret, how many comments that wait it was not told of, when a
    message was taken last, and what is wrong. Times are in UTC.
    """
    found = asyncio.run(_list(read_settings()))
    print_table(rows_of_webhooks(found))
    if not found:
        say("There are none: `dateline held-webhook add URL` makes one.")


def remove(id: Annotated[int, typer.Argument(metavar="ID", help="As in the list.", min=1)]) -> None:
    """Tell no more there."""
    asyncio.run(_remove(read_settings(), id))
    say(f"Webhook {id} is forgotten.")


async def _add(settings: "Settings", url: str) -> "tuple[Webhook, str]":
    from feeds.newsroom.held_webhooks import create_held_webhook
    from feeds.newsroom.sealing import Sealing
    from feeds.outbound import Networks

    async with opened_store(settings, migrate=is_embedded(settings)) as store:
        sealing = Sealing((await store.get_site()).secret)
        networks = Networks.of(settings.outbound_allow)
        return await create_held_webhook(store, {"url": url}, sealing=sealing, networks=networks)


async def _list(settings: "Settings") -> "Sequence[Webhook]":
    async with opened_store(settings, migrate=False) as store:
        return await store.list_held_webhooks()


async def _remove(settings: "Settings", id: int) -> None:
    from storage.errors import NotFound

    async with opened_store(settings, migrate=False) as store:
        try:
            await store.remove_held_webhook(id)
        except NotFound:
            raise CommandFailed(f"there is no webhook {id}: `dateline held-webhook list` names all") from None


held_webhooks = typer.Typer(
    help="Where the newsroom is told of comments that wait.", add_completion=False, rich_markup_mode=None
)
held_webhooks.command()(add)
held_webhooks.command("list")(list_)
held_webhooks.command()(remove)
