"""Where partners are told of changes, what they are to be told, and that they were. Secrets stand in no `repr`."""

from dataclasses import dataclass, field
from datetime import datetime

from storage.model.changes import Action
from storage.model.partners import Partner


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    id: int
    """Never given twice."""
    url: str
    secret: str = field(repr=False)
    """As it is kept: encrypted."""
    created_at: datetime
    ended_at: datetime | None
    ended_why: str
    """A sentence; '' as long as it has not ended."""
    cursor: str
    """How far its events are queued of what its partner is told."""
    due_at: datetime | None
    """When something is to be sent, or while it is being sent, when the claim runs out; None: there is nothing to send."""
    attempts: int
    """That failed in a row, with the one under way."""
    last_error: str
    last_error_at: datetime | None
    waiting: int
    """Events."""
    acknowledged_at: datetime | None
    """When the last one was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookBehind:
    """A webhook of whose partner's changes some are not queued."""

    webhook: Webhook
    set_id: int
    """Of the partner's present terms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEvent:
    """A change, to be queued."""

    message: str
    """By which it is known to be the same when it comes again."""
    action: Action
    article_id: int
    guid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookDelivery:
    """An event in the hands of a worker, to be sent until its claim runs out."""

    webhook: Webhook
    """`attempts` counts this one."""
    partner: Partner
    """As it was when this was claimed."""
    is_entitled: bool
    """Whether any key of the partner opened anything then."""
    event_id: int
    message: str
    action: Action
    article_id: int
    guid: str
    queued_at: datetime
    claim: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The last change that a partner acknowledged by a webhook."""

    webhook_id: int
    message: str
    action: Action
    article_id: int
    guid: str
    set_id: int
    number: int
    """Of the entry of the set's log that it has at least."""
    at: datetime
