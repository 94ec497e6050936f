"""Where the newsroom is told of what waits for a moderator."""

from datetime import datetime, timedelta
from typing import Protocol

from storage.model import HeldDelivery, Webhook


class HeldWebhooks(Protocol):
    """The newsroom's own webhooks: one message tells of all that came to wait since the last that was taken, and the next comes a
    minute later at the earliest. No call appends a Change. Claims are as those of `Webhooks`.
    """

    async def add_held_webhook(self, *, url: str, secret: str) -> Webhook:
        """Keep one, which is told what comes to wait from now on. One of the same URL that has ended is forgotten. Raises Conflict
        if there is one of that URL, Invalid for a URL that is too long.
        """

    async def list_held_webhooks(self) -> tuple[Webhook, ...]:
        """All, by id; ended ones, too. `waiting` counts comments that it was not told of."""

    async def remove_held_webhook(self, id: int) -> None:
        """Forget one. Raises NotFound."""

    async def claim_held_webhooks(self, *, limit: int, lease: timedelta) -> tuple[HeldDelivery, ...]:
        """What is due, longest first, each claimed and its attempt counted. Each is to be sent before the claim runs out."""

    async def acknowledge_held(self, delivery: HeldDelivery) -> None:
        """It was taken."""

    async def fail_held(self, delivery: HeldDelivery, error: str, *, due_at: datetime | None) -> None:
        """It was not: try again at that time; None: with what comes to wait next."""

    async def return_held(self, delivery: HeldDelivery, *, due_at: datetime) -> None:
        """It was not tried: this attempt is not counted."""

    async def end_held_webhook(self, delivery: HeldDelivery, why: str) -> None:
        """Nothing more is sent there."""
