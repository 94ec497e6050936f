"""One delivery: what is sent to a subscriber, and what its answer means (WebSub, section 7)."""

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from typing import Protocol

from feeds.delivery.backoff import Random, pause_after, retry_after
from feeds.delivery.entitling import Denied, NotYet
from feeds.delivery.present import Message, Present
from feeds.delivery.signing import signature
from feeds.kinds.base import BadDate, FeedGone, FeedMoved, NoSuchFeed
from feeds.newsroom.sealing import Broken, Sealing, subscription_of
from feeds.outbound import Answer, BadAnswer, Busy, Forbidden, OutboundError, Resting, TooSlow
from storage.clock import Clock
from storage.model import (
    Delivery,
    DeliveryFailed,
    DeliveryOutcome,
    DeliveryRefused,
    DeliveryReturned,
    DeliverySucceeded,
    Subscription,
)

GONE = 410
NO_FEED = (NoSuchFeed, FeedGone, FeedMoved, BadDate)
"""What a kind says where there is no such feed."""
_BUSY = timedelta(seconds=1)
_REASONS: Mapping[type[OutboundError], str] = {Forbidden: "forbidden", TooSlow: "too_slow", BadAnswer: "bad_answer"}
"""Any other is 'unreachable'."""


class Post(Protocol):
    """As `feeds.outbound.Callbacks.post`."""

    async def __call__(self, url: str, body: bytes, headers: dict[str, str], /, *, patience: float) -> Answer: ...


class Sender:
    """Sends present feeds."""

    def __init__(
        self, present: Present, post: Post, sealing: Sealing, clock: Clock, random: Random, counted: Counter[str]
    ) -> None:
        """`random` spreads the next attempts of those that failed together; `counted`: attempts, by what became of them."""
        self._present = present
        self._sealing = sealing
        self._post = post
        self._clock = clock
        self._random = random
        self._counted = counted

    async def send(self, delivery: Delivery) -> DeliveryOutcome:
        """Send the feed as it is now. Raises Unavailable where the store cannot say how that is; then nothing was sent."""
        subscription = delivery.subscription
        try:
            message = await self._present.of(subscription)
        except NO_FEED:
            # Whoever looks at the topic sees to it that it is moved, or ended.
            self._counted["no_feed"] += 1
            return self.failed(delivery, "there is no such feed any more")
        except Denied as denied:
            self._counted["denied"] += 1
            return DeliveryRefused(delivery=delivery, denied=str(denied))
        except NotYet:
            return DeliveryReturned(delivery=delivery, due_at=self._clock() + _BUSY)
        try:
            fields = fields_of(subscription, message, self._sealing)
            answer = await self._post(subscription.callback, message.body, fields, patience=0.0)
        except Broken as error:
            self.note_error()
            return self.failed(delivery, str(error))
        except Busy:
            # Others of this process are sent there.
            return DeliveryReturned(delivery=delivery, due_at=self._clock() + _BUSY)
        except Resting as error:
            self._counted["resting"] += 1
            return self._put_off(delivery, error)
        except OutboundError as error:
            self._counted[reason_of(error)] += 1
            return self.failed(delivery, str(error))
        self._counted[outcome_of(answer.status)] += 1
        if answer.status == GONE:
            return DeliveryRefused(delivery=delivery)
        if 200 <= answer.status < 300:
            return DeliverySucceeded(delivery=delivery, seq=message.seq, digest=message.digest)
        asked = retry_after(answer.headers.get("retry-after"), self._clock())
        return self.failed(delivery, f"the callback answers {answer.status}", asked)

    def _put_off(self, delivery: Delivery, error: Resting) -> DeliveryOutcome:
        """Its host is left alone: no failure of this subscriber's, whose pauses stay as short as they are. It is told once."""
        due_at = self._clock() + timedelta(seconds=error.seconds * (1 + self._random() / 4))
        if delivery.subscription.last_error:
            return DeliveryReturned(delivery=delivery, due_at=due_at)
        return DeliveryFailed(delivery=delivery, error=str(error), due_at=due_at)

    def note_error(self) -> None:
        """An attempt failed by an error of the server's own."""
        self._counted["error"] += 1

    def failed(self, delivery: Delivery, error: str, asked: timedelta | None = None) -> DeliveryFailed:
        """The outcome where a sentence says what went wrong; `asked` as in `pause_after`."""
        pause = pause_after(delivery.subscription.attempts, self._random, asked)
        return DeliveryFailed(delivery=delivery, error=error, due_at=None if pause is None else self._clock() + pause)


def reason_of(error: OutboundError) -> str:
    """Why nothing was answered, for figures."""
    return _REASONS.get(type(error), "unreachable")


def outcome_of(status: int) -> str:
    """What an answer means, for figures."""
    if 200 <= status < 300:
        return "sent"
    if status == GONE:
        return "gone"
    return f"status_{status // 100}xx" if 300 <= status < 600 else "bad_answer"


def fields_of(subscription: Subscription, message: Message, sealing: Sealing) -> dict[str, str]:
    """The header fields of a delivery, signed where the subscriber gave a secret. Raises Broken."""
    fields = dict(message.fields)
    if subscription.secret:
        secret = sealing.open(subscription.secret, subscription_of(subscription.callback, subscription.asked))
        fields["X-Hub-Signature"] = signature(subscription.algorithm, secret, message.body)
    return fields
