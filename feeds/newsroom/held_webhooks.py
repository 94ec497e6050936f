"""The newsroom's own webhooks, told of what waits for a moderator, as they are made."""

from collections.abc import Mapping

from feeds.aside import aside
from feeds.clean.fields import read
from feeds.newsroom.partners.webhooks import NewWebhook, new_secret, require_place
from feeds.newsroom.sealing import Sealing
from feeds.outbound import Networks
from storage.model import Webhook
from storage.protocol import HeldWebhooks


def owner_of_held(url: str) -> str:
    """Of the secret of such a webhook, as it is sealed."""
    return f"held webhook {url}"


async def create_held_webhook(
    store: HeldWebhooks, data: Mapping[str, object], *, sealing: Sealing, networks: Networks
) -> tuple[Webhook, str]:
    """A webhook made of `NewWebhook`'s fields, told what comes to wait from now on; and its secret, which nobody can tell again.

    `networks`: those that may be reached beside the public Internet. Raises Invalid for a URL that cannot be, Conflict if there
    is one of that URL.
    """
    url = (await aside(read, NewWebhook, data, None)).url
    await require_place(url, networks)
    secret = new_secret()
    return await store.add_held_webhook(url=url, secret=sealing.seal(secret, owner_of_held(url))), secret
