"""Feeds that somebody listens to: each change is looked at once, whoever listens."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress

from feeds.delivery.events import Listener, change_event, mark, reset_event
from feeds.document import FeedDocument
from feeds.http.addresses import subscriber_of
from feeds.http.freshness import Freshness
from feeds.http.negotiation import Coding
from feeds.kinds.base import BadDate, FeedGone, FeedMoved, NoSuchFeed
from feeds.making import fetch_feed
from feeds.site import SiteState
from feeds.topics import Topic
from storage.model import Change
from storage.scopes import SITE

LOOK = 0.02
"""Seconds between two looks at whether another process wrote, while somebody listens: microseconds each."""
_PAUSE = 0.25
"""Seconds from one look at a feed to the next, however fast it changes: what comes meanwhile is told together."""
_RESTS = 3
"""Times as long as its looks took a worker does other things: many feeds that change fast take a quarter of it at most."""
_FEEDS = 200
"""That a worker looks at: each costs time with each change, and of searches there is no end."""
_RESUMED = 16
"""Answers to who was away, that are kept until the feed changes: after a restart all come again, and ask for the same."""


class TooMany(Exception):
    """As many listen as may, in all or from one address, or to as many feeds. The message is a sentence for whoever asked."""


class _Channel:
    """A feed that somebody listens to."""

    def __init__(self, site: SiteState, topic: Topic) -> None:
        self._site = site
        self._topic = topic
        self.target = topic.target
        self._url = f"{site.urls.base}{topic.target}"
        self.scopes = {*topic.scopes, SITE}
        """Whatever changes it, the clock apart, raises one of them."""
        self.listeners: set[Listener] = set()
        self.joining = 0
        """Who is about to be among them."""
        self.is_new = True
        """Something may have changed it since the last look."""
        self._etag = ""
        """As of the last look; '' before the first."""
        self._freshness: Freshness | None = None
        self._seq = 0
        """The Change as of which all was told."""
        self._looked_at = float("-inf")
        """The loop's time of the last look."""
        self._looking = asyncio.Lock()
        self._resumed: dict[int, bytes] = {}

    def is_ripe(self) -> bool:
        """Whether it is to be looked at now."""
        has_lapsed = self._freshness is not None and not self._freshness.is_valid(self._site.clock())
        return (self.is_new or has_lapsed) and asyncio.get_running_loop().time() - self._looked_at >= _PAUSE

    async def look(self) -> None:
        """Tell all who listen what changed, if anything did.

        Raises what the feed's kind does, and Unavailable: then the next look makes up for it.
        """
        async with self._looking:
            self._looked_at = asyncio.get_running_loop().time()
            self.is_new = False
            try:
                made = await fetch_feed(self._site, self._topic)
                etag = made.etag(Coding.IDENTITY)
                if etag != self._etag:
                    await self._tell(etag)
                self._etag, self._freshness = etag, made.freshness
            except BaseException:
                self.is_new = True
                raise

    async def _tell(self, etag: str) -> None:
        # Read after what has the tag: what it holds beyond that is told now, and what follows tells it again.
        document = await self._document()
        seq = max(state.version for state in document.snapshot.scopes.values())
        if self.listeners:
            event = (
                await self._event(document, etag, seq, self._seq) if self._etag else reset_event(self._url, etag, seq)
            )
            for listener in self.listeners:
                listener.tell(event)
        self._seq = seq
        self._resumed.clear()

    async def join(self, listener: Listener, since: int | None) -> None:
        """Tell a listener what it missed since the Change that it was told of last; None: it is here for the first time.

        Raises as `look` does.
        """
        if not self._etag:
            await self.look()
        async with self._looking:
            listener.tell(mark(self._seq) if since in (None, self._seq) else await self._missed(since or 0))
            self.listeners.add(listener)

    async def _missed(self, since: int) -> bytes:
        if since > self._seq:
            # Of another log: a backup was restored. Or another host is ahead of this one, whose turn comes.
            return reset_event(self._url, self._etag, self._seq)
        if since not in self._resumed:
            missed = await self._event(await self._document(), self._etag, self._seq, since)
            if len(self._resumed) >= _RESUMED:
                return missed
            self._resumed[since] = missed
        return self._resumed[since]

    async def _event(self, document: FeedDocument, etag: str, seq: int, since: int) -> bytes:
        return await change_event(document, self._url, etag, seq, since, self._site.kept_items)

    async def _document(self) -> FeedDocument:
        site, topic = self._site, self._topic
        return await topic.kind.build(site.store, site.publication, topic.params, site.clock())

    def forget(self) -> None:
        """The log is another: nothing that was told may be so."""
        self._etag, self._freshness, self._seq = "", None, 0
        self._resumed.clear()
        self.is_new = True


class Streams:
    """All who listen to a worker. `step` is one round of a loop, which does nothing while nobody listens."""

    def __init__(self, site: SiteState) -> None:
        self._site = site
        self._channels: dict[str, _Channel] = {}
        """By the feed's target."""
        self._of_listener: dict[Listener, _Channel] = {}
        self._of_scope: defaultdict[str, set[_Channel]] = defaultdict(set)
        self._of_client: defaultdict[str, int] = defaultdict(int)
        """How many listen."""
        self._count = 0
        self._somebody = asyncio.Event()
        self._news = asyncio.Event()
        site.follower.on_changes.append(self._hear)
        site.follower.on_another_log.append(self._forget)

    def __len__(self) -> int:
        """How many listen."""
        return self._count

    def admit(self, address: str) -> Listener:
        """Room for one more from an address; `leave` gives it back. Raises TooMany."""
        client = subscriber_of(address) or address
        settings = self._site.settings
        if self._site.ending.is_set():
            raise TooMany("This server is about to end: come again.")
        if self._count >= settings.events_listeners:
            raise TooMany("As many listen as may: come again later, or poll the feed.")
        if self._of_client[client] >= settings.events_per_client:
            raise TooMany("As many listen from your address as may: close another page, or poll the feed.")
        self._count += 1
        self._of_client[client] += 1
        return Listener(client)

    async def join(self, listener: Listener, topic: Topic, since: int | None) -> None:
        """Have a listener be told of a feed's changes. Raises TooMany, what the feed's kind does, and Unavailable."""
        channel = self._channels.get(topic.target)
        if channel is None:
            if len(self._channels) >= _FEEDS:
                raise TooMany("As many feeds are listened to as may: come again later, or poll the feed.")
            channel = self._channels[topic.target] = _Channel(self._site, topic)
            for scope in channel.scopes:
                self._of_scope[scope].add(channel)
            self._somebody.set()
        channel.joining += 1
        try:
            await channel.join(listener, since)
        finally:
            channel.joining -= 1
            if listener in channel.listeners:
                self._of_listener[listener] = channel
            self._close_if_left(channel)

    def leave(self, listener: Listener) -> None:
        """It listens no more, if it did."""
        listener.end()
        self._count -= 1
        self._of_client[listener.client] -= 1
        if not self._of_client[listener.client]:
            del self._of_client[listener.client]
        channel = self._of_listener.pop(listener, None)
        if channel is not None:
            channel.listeners.discard(listener)
            self._close_if_left(channel)

    def end(self) -> None:
        """End all streams: their clients come again, to another server."""
        for channel in self._channels.values():
            _end(channel)

    async def step(self) -> float:
        """Look at what changed. Raises Unavailable, and what nobody expected of a feed, once all others were looked at."""
        await self._somebody.wait()
        self._news.clear()
        if not self._site.follower.is_current(self._site.clock()):
            await self._site.follower.catch_up()
        clock = asyncio.get_running_loop().time
        began = clock()
        failure: Exception | None = None
        for channel in [*self._channels.values()]:
            try:
                if channel.is_ripe():
                    await channel.look()
            except (BadDate, FeedGone, FeedMoved, NoSuchFeed):
                # Where it leads now, or that it is gone, is answered to whoever comes again.
                _end(channel)
            except Exception as error:
                failure = error
        if failure is not None:
            raise failure
        took = clock() - began
        if took > LOOK:
            return _RESTS * took
        with suppress(TimeoutError):
            async with asyncio.timeout(LOOK):
                await self._news.wait()
        return 0.0

    def _hear(self, changes: Iterable[Change]) -> None:
        for change in changes:
            for scope in change.scopes & self._of_scope.keys():
                for channel in self._of_scope[scope]:
                    channel.is_new = True
                    self._news.set()

    def _forget(self) -> None:
        for channel in self._channels.values():
            channel.forget()

    def _close_if_left(self, channel: _Channel) -> None:
        if channel.listeners or channel.joining or self._channels.get(channel.target) is not channel:
            return
        del self._channels[channel.target]
        for scope in channel.scopes:
            self._of_scope[scope].discard(channel)
            if not self._of_scope[scope]:
                del self._of_scope[scope]
        if not self._channels:
            self._somebody.clear()


def _end(channel: _Channel) -> None:
    for listener in channel.listeners:
        listener.end()


@asynccontextmanager
async def streaming(site: SiteState) -> AsyncIterator[Streams]:
    """Streams of a worker, which end when it does."""
    streams = Streams(site)

    async def end() -> None:
        await site.ending.wait()
        streams.end()

    running = [
        asyncio.create_task(site.loops.run_forever("telling who listens", streams.step)),
        asyncio.create_task(end()),
    ]
    try:
        yield streams
    finally:
        streams.end()
        for task in running:
            task.cancel()
        await asyncio.wait(running)
