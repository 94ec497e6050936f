"""What subscribers are sent: a feed as it is now, made once, whoever it is for."""

import asyncio
from collections import OrderedDict
from collections.abc import Coroutine, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from feeds import paths
from feeds.delivery.entitling import admitted_to
from feeds.http.negotiation import Coding
from feeds.kinds.base import NoSuchFeed
from feeds.making import fetch_bytes, make_changes, subscription_links
from feeds.newsroom.partners.form import Entitled
from feeds.site import SiteState
from feeds.topics import Topic, kept_topic
from storage.model import Change, PushContent, Subscription

_KEPT = 32
"""Bodies that are kept at most."""


@dataclass(frozen=True, slots=True)
class Message:
    """A feed, or what changed in it."""

    body: bytes
    """As it is sent, in no coding: a subscriber computes its signature of these bytes."""
    seq: int
    """It shows every Change up to this one."""
    digest: str
    """Of the whole feed, uncompressed."""
    fields: Mapping[str, str]
    """Content-Type and Link (WebSub, section 7)."""


_Key = tuple[str, str, int | None]
"""A topic's target; for whom it is, as in the cache's keys; and, of what changed alone, the Change since which."""


class Present:
    """Messages by topic, kept until anything changes.

    They are never older than what was asked for; whatever a subscriber lacks of one is on its way to it already.
    """

    def __init__(self, site: SiteState) -> None:
        self._site = site
        self._kept: OrderedDict[_Key, asyncio.Task[Message]] = OrderedDict()
        site.follower.on_changes.append(self._forget)
        site.follower.on_another_log.append(self._kept.clear)

    def close(self) -> None:
        """Hear of no more Changes."""
        self._site.follower.on_changes.remove(self._forget)
        self._site.follower.on_another_log.remove(self._kept.clear)

    async def of(self, subscription: Subscription) -> Message:
        """What this subscriber is to be sent, of the Change that it is to get, or of a later one; of a partner's feed, within the
        terms that are in force when this returns.

        Raises NoSuchFeed, FeedGone, FeedMoved, BadDate, where there is no such feed any more; Denied, NotYet; and Unavailable.
        """
        topic = kept_topic(subscription.path)
        if topic is None:
            raise NoSuchFeed(f"there is no feed at {subscription.path}")
        entitled = await self._entitled(topic)
        while True:
            message = await self._message(topic, subscription, entitled)
            now_entitled = await self._entitled(topic)
            if now_entitled == entitled:
                return message
            entitled = now_entitled

    async def _entitled(self, topic: Topic) -> Entitled | None:
        admitted = await admitted_to(self._site, topic)
        return admitted.entitled if admitted else None

    async def _message(self, topic: Topic, subscription: Subscription, entitled: Entitled | None) -> Message:
        # Partners have the whole: what they lack since terms became others, no sequence tells.
        by_changes = subscription.content is PushContent.CHANGES and entitled is None
        since = subscription.delivered if by_changes else None
        key = (topic.target, entitled.name if entitled else "", since)
        making = self._kept.get(key)
        message = await asyncio.shield(making) if making is not None else None
        if message is None or message.seq < subscription.wanted:
            making = self._begin(key, self._make(topic, entitled, since, subscription.wanted))
            message = await asyncio.shield(making)
        return message

    def _begin(self, key: _Key, make: Coroutine[None, None, Message]) -> asyncio.Task[Message]:
        making = self._kept[key] = asyncio.create_task(make)
        making.add_done_callback(partial(self._made, key))
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return making

    def _made(self, key: _Key, making: asyncio.Task[Message]) -> None:
        # Looked at, for perhaps nobody waits any more.
        if (making.cancelled() or making.exception() is not None) and self._kept.get(key) is making:
            del self._kept[key]

    async def _make(self, topic: Topic, entitled: Entitled | None, since: int | None, wanted: int) -> Message:
        feed = None if since is None else await make_changes(self._site, topic, since)
        if feed is not None:
            body = feed.bodies[Coding.IDENTITY]
        else:
            feed, body = await fetch_bytes(self._site, topic, entitled)
        # What is kept is older than the last Change where that did not reach it.
        return Message(body, max(feed.seq, wanted), feed.digest, self._fields(topic))

    def _fields(self, topic: Topic) -> Mapping[str, str]:
        urls = self._site.urls
        links = subscription_links(urls.base + topic.target, [urls.of(paths.HUB)])
        return {"Content-Type": topic.format.media_type, "Link": links}

    def _forget(self, _changes: Iterable[Change]) -> None:
        self._kept.clear()
