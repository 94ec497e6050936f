"""Where partners are told of changes as they come."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from storage.model import NewEvent, Receipt, Webhook, WebhookBehind, WebhookDelivery


class Webhooks(Protocol):
    """Webhooks of partners, and their durable queues. No call appends a Change.

    The log of a partner's set of terms moves; `webhooks_behind` says whose events are not queued up to its end, `queue_events`
    queues them, `claim_webhooks` gives what is to be sent, one event of each at a time: what was tried least often first, of these
    withdrawals, then edits, then inserts. A claim lasts for its `lease`; whoever reports with one that was lost changes nothing.

    Of an article at most one event waits, the newest. What is acknowledged is a pick-up of the partner's, and its receipt is kept
    as long as pick-ups are.
    """

    async def add_webhook(self, name: str, *, url: str, secret: str, cursor: str, set_id: int, number: int) -> Webhook:
        """Keep a webhook of a partner, which is told what comes after the cursor, at that entry of the log of its set. One of the
        same URL that has ended is forgotten.

        Raises NotFound, Conflict if there is one of that URL, or no key of the partner opens anything; Invalid for a URL that is
        too long.
        """

    async def list_webhooks(self, name: str) -> tuple[Webhook, ...]:
        """A partner's, by id; ended ones, too. Raises NotFound."""

    async def remove_webhook(self, name: str, id: int) -> None:
        """Forget one, with what it was to be told. Raises NotFound."""

    async def webhooks_behind(self, *, limit: int) -> tuple[WebhookBehind, ...]:
        """Those of which some events are not queued."""

    async def queue_events(
        self, webhook: Webhook, events: Sequence[NewEvent], *, cursor: str, set_id: int, number: int, of_set: int
    ) -> None:
        """Queue changes of what the set `of_set` sees, due at once, and note up to where; if nobody did meanwhile. What waits of
        the same articles goes. `set_id`, `number`: the entry of the log that the cursor stands at, or 0 of none.
        """

    async def claim_webhooks(self, *, limit: int, lease: timedelta) -> tuple[WebhookDelivery, ...]:
        """What is due, longest first, each claimed and its attempt counted. Each is to be sent before the claim runs out."""

    async def acknowledge_event(self, delivery: WebhookDelivery) -> None:
        """It was taken: keep the receipt; the next is due at once."""

    async def fail_event(self, delivery: WebhookDelivery, error: str, *, due_at: datetime | None) -> None:
        """It was not: try again at that time, or with the next change. What else waits may be tried before it."""

    async def return_event(self, delivery: WebhookDelivery, *, due_at: datetime) -> None:
        """It was not tried: this attempt is not counted."""

    async def end_webhook(self, delivery: WebhookDelivery, why: str) -> None:
        """Nothing more is sent there; what waits is dropped."""

    async def last_receipts(self) -> Mapping[int, Receipt]:
        """The last change that each partner acknowledged, by the partner's id; of those that did."""
