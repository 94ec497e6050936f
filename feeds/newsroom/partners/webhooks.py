"""Webhooks of partners, as they are made: each with a secret of its own, told once, and a place from which it is told."""

from base64 import b64encode
from collections.abc import Mapping
from secrets import token_bytes
from typing import Annotated

import httpx2
from pydantic import Field

from feeds.aside import aside
from feeds.clean.fields import Fields, read
from feeds.newsroom.partners.telling import end_of
from feeds.newsroom.sealing import Sealing
from feeds.outbound import Forbidden, Guard, Networks
from feeds.outbound.guard import NOT_OF_THE_WEB
from feeds.outbound.resolving import written_address
from feeds.outbound.target import read_target
from storage.errors import Invalid
from storage.model import Webhook
from storage.protocol import Store

SECRET_PREFIX = "whsec_"
"""Of secrets as they are told (Standard Webhooks, "Symmetric": base64 of 24 to 64 random bytes)."""
_SECRET = 32
"""Bytes."""


def owner_of(url: str) -> str:
    """Of the secret of a webhook, as it is sealed."""
    return f"webhook {url}"


class NewWebhook(Fields):
    url: Annotated[str, Field(min_length=1, max_length=2_000)]
    """Where it is told: http or https, on the public Internet."""


def new_secret() -> str:
    """One that nobody guesses."""
    return SECRET_PREFIX + b64encode(token_bytes(_SECRET)).decode()


async def create_webhook(
    store: Store, name: str, data: Mapping[str, object], *, sealing: Sealing, networks: Networks
) -> tuple[Webhook, str]:
    """A webhook of a partner, made of `NewWebhook`'s fields, told what comes from now on; and its secret, which nobody can tell
    again.

    `networks`: those that may be reached beside the public Internet. Raises NotFound, Invalid for a URL that cannot be, Conflict if
    there is one of that URL, or no key of the partner opens anything.
    """
    url = (await aside(read, NewWebhook, data, None)).url
    await require_place(url, networks)
    partner = await store.get_partner(name)
    end = await end_of(store, partner.set_id)
    secret = new_secret()
    made = await store.add_webhook(
        name,
        url=url,
        secret=sealing.seal(secret, owner_of(url)),
        cursor=str(end),
        set_id=end.point.set_id,
        number=end.point.number,
    )
    return made, secret


async def require_place(url: str, networks: Networks) -> None:
    """A name is judged each time that something is sent there. Raises Invalid."""
    try:
        target = read_target(url)
    except (Forbidden, ValueError):
        raise Invalid({"url": "Give an absolute http or https URL, percent-encoded."}) from None
    if "#" in url:
        raise Invalid({"url": "Leave out the fragment, from the # on."})
    if target.origin[2] in NOT_OF_THE_WEB:
        raise Invalid({"url": f"At port {target.origin[2]} there is no web server."})
    try:
        await Guard(networks, resolve=written_address).present_addresses(httpx2.URL(target.url))
    except Forbidden:
        raise Invalid({"url": "It leads to an address that is not on the public Internet."}) from None
    except OSError:
        # A name.
        pass
