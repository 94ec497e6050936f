"""What subscribers are sent: a feed as it is now, made once, whoever it is for."""

import asyncio
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from feeds import paths
from feeds.http.negotiation import Coding
from feeds.kinds.base import NoSuchFeed
from feeds.making import fetch_bytes, make_changes, subscription_links
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


_Key = tuple[str, int | None]
"""A topic's path; and, of what changed alone, the Change since which."""


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
        """What this subscriber is to be sent, of the Change that it is to get, or of a later one.

        Raises NoSuchFeed, FeedGone, FeedMoved, BadDate, where there is no such feed any more; and Unavailable.
        """
        since = subscription.delivered if subscription.content is PushContent.CHANGES else None
        key = (subscription.path, since)
        making = self._kept.get(key)
        message = await asyncio.shield(making) if making is not None else None
        if message is None or message.seq < subscription.wanted:
            message = await asyncio.shield(self._begin(key, subscription.wanted))
        return message

    def _begin(self, key: _Key, wanted: int) -> asyncio.Task[Message]:
        making = self._kept[key] = asyncio.create_task(self._make(*key, wanted))
        making.add_done_callback(partial(self._made, key))
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return making

    def _made(self, key: _Key, making: asyncio.Task[Message]) -> None:
        # Looked at, for perhaps nobody waits any more.
        if (making.cancelled() or making.exception() is not None) and self._kept.get(key) is making:
            del self._kept[key]

    async def _make(self, path: str, since: int | None, wanted: int) -> Message:
        topic = kept_topic(path)
        if topic is None:
            raise NoSuchFeed(f"there is no feed at {path}")
        feed = None if since is None else await make_changes(self._site, topic, since)
        if feed is not None:
            body = feed.bodies[Coding.IDENTITY]
        else:
            feed, body = await fetch_bytes(self._site, topic)
        # What is kept is older than the last Change where that did not reach it.
        return Message(body, max(feed.seq, wanted), feed.digest, self._fields(topic))

    def _fields(self, topic: Topic) -> Mapping[str, str]:
        urls = self._site.urls
        links = subscription_links(urls.base + topic.target, [urls.of(paths.HUB)])
        return {"Content-Type": topic.format.media_type, "Link": links}

    def _forget(self, _changes: Iterable[Change]) -> None:
        self._kept.clear()
