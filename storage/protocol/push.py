"""Who subscribes to feeds, and what is to be sent to them."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from storage.model import (
    Algorithm,
    ClaimedRequest,
    ClaimedTopic,
    Delivery,
    DeliveryOutcome,
    PushContent,
    PushCounts,
    Subscription,
    SubscriptionRequest,
)

PUT_OFF_AT_MOST = timedelta(days=1)
"""What is to be done later is done within this time: a later time that a call names is cut to it."""


class Push(Protocol):
    """Subscriptions to feeds, and the durable outbox of what they are to be sent (WebSub). No call appends a Change.

    From a Change to its delivery there are four steps, each a short transaction; any number of workers, on any hosts, may do each:

    1. `expand_changes` reads the log on from a durable place, and raises the topics whose scopes a Change raised;
    2. `claim_topics` gives those to be looked at, `looked_at` says what their document is now;
    3. `spread_topics` makes a new document due for its subscriptions, so many at a time;
    4. `claim_deliveries` gives what is due, `report_deliveries` says what became of it.

    A claim lasts for its `lease`; then what was claimed is due again, and another worker may have it. Whoever reports with a claim
    that ran out and was given to somebody else, or for a row that is not there any more, changes nothing, and is not told. So of
    each request, topic and subscription at most one worker's word counts at a time, and a worker that dies loses nothing.

    Every subscription that lives on ends with a document that shows every Change since it was asked for that reaches the bytes
    of its feed: updates that come while another is under way are coalesced to the newest.

    Times are compared with the store's clock. Where that is put back, what was due waits until it has caught up, or for
    PUT_OFF_AT_MOST, whichever is less. `limit` is how many rows at most; one or more.
    No step costs more for the number of subscriptions that have nothing due.
    """

    # Requests: what was asked of the hub.

    async def request_subscription(
        self, request: SubscriptionRequest, *, most: int, most_per_host: int, most_per_client: int
    ) -> None:
        """Keep what was asked, due at once, in the place of what was asked before of the same callback and `asked`: whoever is
        verifying that has lost the claim.

        `most` requests may wait at a time, so many of a callback's host and of a client ('' is nobody's). DENIED ones do not count.
        Raises TooMany for the first of these bounds that would be passed (one that takes another's place does not), Invalid for
        a callback or an `asked` longer than 1,300 bytes, a path longer than 2,000, or text that no database keeps.
        """

    async def claim_requests(self, *, limit: int, lease: timedelta) -> tuple[ClaimedRequest, ...]:
        """The requests that are due, longest first, each claimed and its attempt counted."""

    async def confirm_subscription(
        self, claimed: ClaimedRequest, *, path: str, scopes: Collection[str]
    ) -> Subscription | None:
        """The subscriber meant it (SUBSCRIBE): end the request, and make its subscription, or renew it; return it. None if the
        claim was lost.

        `path` is that of the feed as it is now, `scopes` are those that its kind names ('site' may be left out). It lasts from now
        on for the request's lease. What a renewal does not name stays; what is to be sent stays due, and if it was given up, is
        due at once. One that has expired, or led to another feed, begins anew: with what changed since it was asked for.
        """

    async def confirm_unsubscription(self, claimed: ClaimedRequest) -> bool:
        """The subscriber meant it (UNSUBSCRIBE): end the request and its subscription, if there is one. False if the claim was
        lost.

        From here on nobody claims a delivery for it; one that is under way is held no more (`are_held`).
        """

    async def drop_request(self, claimed: ClaimedRequest) -> None:
        """It is not meant, or is told (DENIED): end the request. A subscription that is there stays as it is."""

    async def put_off_request(self, claimed: ClaimedRequest, *, due_at: datetime) -> None:
        """Try it again at that time."""

    async def has_room(self, path: str, *, scope: str, most: int) -> bool:
        """Whether somebody subscribes to the feed of this path already, or fewer than `most` feeds that depend on the scope have a
        subscriber.
        """

    # Topics: what the Changes mean for the feeds that somebody subscribes to.

    async def expand_changes(self, *, limit: int) -> int:
        """Read up to `limit` Changes and raise the topics that depend on them, in the transaction that notes how far was read.
        Returns how many were read: 0 at the end of the log, and where there is no topic. Then nothing was written.

        Where Changes were let go unread, or cannot be read, each topic is raised that one of its scopes says was.
        """

    async def claim_topics(self, *, limit: int, lease: timedelta) -> tuple[ClaimedTopic, ...]:
        """Topics that were raised since somebody looked, or at which nobody ever did, longest due first; none that is being
        spread.
        """

    async def looked_at(
        self, claimed: ClaimedTopic, *, seq: int, digest: str, scopes: Collection[str] | None = None
    ) -> None:
        """Its document is that of this digest (of the uncompressed bytes), of this seq: that of the snapshot that it was made from,
        or a later one up to which none of the topic's scopes was raised.

        Where it is another document than before, it begins to be spread to all subscriptions that have another one, or asked before
        the newest Change in it; where it is the same, to those of them that are new, or were sent one nobody had looked at. A
        document older than the last look is passed over. One older than `raised`, as it is by now, is to be looked at again, in a
        second. `scopes`: on which it depends from now on; None: on those as before.
        """

    async def put_off_topic(self, claimed: ClaimedTopic, *, due_at: datetime) -> None:
        """It cannot be looked at now: try again at that time."""

    async def move_topic(self, claimed: ClaimedTopic, *, path: str, scopes: Collection[str]) -> bool:
        """The feed is at another path now, with these scopes: so is the topic, to be looked at at once. Where there is a topic of
        that path, its subscriptions go there, a thousand a call, and are sent that one's document; it goes when none is left.

        Returns whether that is done: while it is not, call again. True, too, where the claim was lost.
        Raises Invalid for a path longer than 2,000 bytes.
        """

    async def end_topic(self, claimed: ClaimedTopic, *, reason: str) -> bool:
        """The feed is no more: end its subscriptions, a thousand a call, each with a DENIED request, due at once, with this reason;
        the topic goes when none is left. One for which something else is asked already gets none.

        Returns whether that is done: while it is not, call again. True, too, where the claim was lost.
        """

    async def spread_topics(self, *, limit: int) -> int:
        """Make the new document of a topic due for up to `limit` of its subscriptions: at once, or when a failed one is tried
        again. Returns how many subscriptions were looked at, or 1 at the end of a topic; 0 where nothing is to be spread.
        """

    # Deliveries: what is to be sent.

    async def claim_deliveries(self, *, limit: int, lease: timedelta) -> tuple[Delivery, ...]:
        """What is due, longest first, each claimed and its attempt counted. No subscription that has expired is claimed; those that
        are met are ended.

        Each is to be sent a document of its `wanted` or a later seq, before the claim runs out.
        """

    async def are_held(self, deliveries: Collection[Delivery]) -> frozenset[int]:
        """The ids of the subscriptions among these whose claim still holds and is not over: the others have unsubscribed, expired
        or were given to somebody else, and are not to be sent anything.
        """

    async def report_deliveries(self, outcomes: Sequence[DeliveryOutcome]) -> None:
        """What became of deliveries, in one transaction. Where a document was sent that is older than the one that somebody has
        looked at by now, that one is due at once. Of one that is denied to its subscriber, a DENIED request is, with the reason.
        """

    async def is_push_used(self) -> bool:
        """Whether anybody subscribes to anything, or asks to: where nobody does, there will be nothing to deliver."""

    async def next_push_at(self) -> datetime | None:
        """When the next step of any kind is due, which may be in the past; None: nothing is, before a Change or a request comes."""

    # For people.

    async def add_subscription(self, request: SubscriptionRequest, *, scopes: Collection[str]) -> Subscription:
        """Keep a subscription that needs no verification, as `confirm_subscription` does, asked for now. Raises Invalid, as
        `request_subscription` does.
        """

    async def get_subscription(self, id: int) -> Subscription:
        """One that has expired, too, while it is still there. Raises NotFound."""

    async def list_subscriptions(
        self, *, path: str | None = None, failing: bool = False, after: int = 0, limit: int
    ) -> tuple[Subscription, ...]:
        """By id ascending, those after an id; of one feed, or of those whose last attempt failed, or both. Expired ones that are
        still there are among them.
        """

    async def set_subscription(
        self, id: int, *, content: PushContent | None = None, algorithm: Algorithm | None = None
    ) -> Subscription:
        """Change what is not None; return it as it is now. Raises NotFound."""

    async def remove_subscription(self, id: int) -> None:
        """End it without a word to its subscriber. Raises NotFound."""

    async def expire_subscriptions(self, *, limit: int) -> int:
        """End subscriptions that have expired, requests that nobody has verified for PUT_OFF_AT_MOST, and trials of the hub that
        are over; return how many of the first two went, up to `limit` of each. Also makes due what a clock that was put back has
        left further ahead than PUT_OFF_AT_MOST.
        """

    async def push_counts(self) -> PushCounts:
        """Walks the index of subscriptions: for metrics, not for each request."""
