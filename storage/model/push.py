"""What the hub keeps (WebSub, https://www.w3.org/TR/websub/): who subscribes to what, what was asked of it, what is to be sent.

A topic is a feed in one format that somebody subscribes to, by its present path. Seqs are those of Changes: a document is 'of' a
seq when it shows every Change up to it. Secrets stand in no `repr`.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum


class Algorithm(StrEnum):
    """With which a delivery is signed (WebSub 8), as it is named in X-Hub-Signature."""

    SHA1 = "sha1"
    SHA256 = "sha256"
    SHA384 = "sha384"
    SHA512 = "sha512"


class PushContent(StrEnum):
    """What a subscriber is sent."""

    FULL = "full"
    """The whole feed."""
    CHANGES = "changes"
    """The entries that changed since the last delivery."""


class RequestMode(StrEnum):
    """What a request is about, as hub.mode says it to the callback."""

    SUBSCRIBE = "subscribe"
    UNSUBSCRIBE = "unsubscribe"
    DENIED = "denied"
    """The hub's own: the subscription has ended, and its subscriber is to be told (WebSub 5.2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionRequest:
    """What was asked of the hub, answered with 202, and is not verified yet. There is one of a callback and an `asked`."""

    callback: str
    """Where the subscriber wants to be told: an absolute URL, 1,300 bytes at most."""
    callback_host: str
    """The callback's host, in lower case, by which requests are bounded; '' of DENIED."""
    asked: str
    """The topic's URL as the subscriber named it, 1,300 bytes at most: perhaps an old address of the feed."""
    path: str
    """The present path of the feed, unencoded, with a search's query."""
    mode: RequestMode
    lease: timedelta = timedelta(days=10)
    """How long the subscription is to last, from its verification on."""
    secret: str = field(default="", repr=False)
    """With which deliveries are signed, as it is kept: encrypted; '' = they are not."""
    algorithm: Algorithm | None = None
    """None: that of the subscription that is there, else SHA256."""
    content: PushContent | None = None
    """None: that of the subscription that is there, else FULL."""
    client: str = ""
    """A keyed hash of the IP address that it came from; kept for 30 days at most, with the request."""
    reason: str = ""
    """Of DENIED: what its subscriber is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedRequest:
    """A request in the hands of a worker, until its claim runs out."""

    id: int
    request: SubscriptionRequest
    asked_at: datetime
    attempt: int
    """1 for the first."""
    claim: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedTopic:
    """A topic that a worker is to look at, until its claim runs out."""

    id: int
    path: str
    raised: int
    """The seq of the newest Change known to have raised one of its scopes: look at a document of this seq or a later one."""
    digest: str
    """Of its document when somebody looked last; '' = nobody did."""
    attempt: int
    """1 for the first since it was looked at last."""
    claim: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """One that was verified. There is one of a callback and an `asked`."""

    id: int
    """Never given twice."""
    path: str
    """The present path of its feed."""
    callback: str
    asked: str
    secret: str = field(repr=False)
    algorithm: Algorithm
    content: PushContent
    created_at: datetime
    verified_at: datetime
    """When it was renewed last."""
    expires_at: datetime
    wanted: int
    """The seq of which it is to get a document, or of a later one; it has it where this is not greater than `delivered`."""
    delivered: int
    """The seq of the document that it got last; at first, of the newest Change when it was asked for."""
    due_at: datetime | None
    """When something is to be sent, or while it is being sent, when the claim runs out; None: there is nothing to send before
    the next update.
    """
    attempts: int
    """Since the last delivery that succeeded or was given up, the one under way included."""
    last_error: str
    """Of the last attempt; '' where it succeeded."""
    last_error_at: datetime | None
    """Of the last attempt that failed, whatever came after it."""
    last_delivered_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A subscription in the hands of a worker, to be sent the newest document of its feed, until its claim runs out."""

    subscription: Subscription
    """As it was claimed: `wanted` is the least seq of the document, `attempts` counts this one."""
    claim: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverySucceeded:
    delivery: Delivery
    seq: int
    """Of the document that was sent, or of which the entries were."""
    digest: str
    """Of that document, as `looked_at` is told it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryFailed:
    delivery: Delivery
    error: str
    """A sentence for whoever runs the server; no secret in it."""
    due_at: datetime | None
    """When it is tried again; None: with the next update."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRefused:
    """The subscription ends: the subscriber wants no more of it (410), or is denied it."""

    delivery: Delivery
    denied: str = ""
    """The reason that it is told; '' where it wants no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReturned:
    """It was not tried: this attempt is not counted."""

    delivery: Delivery
    due_at: datetime | None = None
    """When somebody may claim it; None: at once."""


DeliveryOutcome = DeliverySucceeded | DeliveryFailed | DeliveryRefused | DeliveryReturned


@dataclass(frozen=True, slots=True, kw_only=True)
class PushCounts:
    """For metrics."""

    topics: int
    subscriptions: int
    """Expired ones that are still there, too."""
    requests: int
    """Not verified yet."""
    due: int
    """Deliveries whose time has come."""
    due_since: datetime | None
    """The oldest of these."""
    failing: int
    """Subscriptions whose last attempt failed."""
    unread: int
    """Seqs of the log of Changes that topics do not know of yet."""
