"""`dateline partner webhook`, and what is there of them."""

from collections.abc import Sequence
from shlex import quote
from typing import TYPE_CHECKING, Annotated

import typer

from feeds.cli.outcome import say
from feeds.cli.partner import Name, run_with_partners
from feeds.cli.partner_shown import print_table, rows_of_webhooks
from feeds.cli.store import read_settings

if TYPE_CHECKING:
    from storage.model import Webhook
    from storage.protocol import Store


def webhook(
    name: Name, url: Annotated[str, typer.Argument(metavar="URL", help="Where it takes messages: http or https.")]
) -> None:
    """Tell a partner of each change that concerns it.

    From now on, by messages as the Standard Webhooks specification has them. Stdout is the secret alone with which they are signed.
    """
    settings = read_settings()

    async def work(store: "Store") -> "tuple[Webhook, str]":
        from feeds.newsroom.partners.webhooks import create_webhook
        from feeds.newsroom.sealing import Sealing
        from feeds.outbound import Networks

        sealing = Sealing((await store.get_site()).secret)
        networks = Networks.of(settings.outbound_allow)
        return await create_webhook(store, name, {"url": url}, sealing=sealing, networks=networks)

    made, secret = run_with_partners(settings, work)
    print(secret)
    say(f"Webhook {made.id} of {name!r}. Keep the secret now: it cannot be shown again.")


def webhooks(name: Name) -> None:
    """List a partner's webhooks.

    A line for each: its number, its URL without what may be a secret, how many changes wait, when one was taken last, and what is
    wrong. Times are in UTC.
    """

    async def work(store: "Store") -> "Sequence[Webhook]":
        return await store.list_webhooks(name)

    found = run_with_partners(read_settings(), work)
    print_table(rows_of_webhooks(found))
    if not found:
        say(f"It has none: `dateline partner webhook {quote(name)} URL` makes one.")


def remove_webhook(
    name: Name, id: Annotated[int, typer.Argument(metavar="ID", help="As `dateline partner webhooks` shows it.", min=1)]
) -> None:
    """Forget a webhook, with what it was to be told."""

    async def work(store: "Store") -> None:
        await store.remove_webhook(name, id)

    run_with_partners(read_settings(), work, listed=f"webhooks {quote(name)}")
    say(f"Webhook {id} of {name!r} is forgotten.")
