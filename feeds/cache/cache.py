"""The rendered-representation cache: one render per key at a time, bounded in bytes, forgetful by the change log."""

import asyncio
from collections import OrderedDict, defaultdict
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace

from feeds.cache.follower import Follower
from feeds.http.negotiation import Coding, decode, encode
from feeds.http.representation import CacheKey, Representation
from feeds.metrics.histogram import Histogram
from storage.clock import Clock
from storage.model import Change

OVERHEAD = 2048
"""Bytes that a representation takes besides its bodies: its validators, its fields, its places in the dictionaries."""
_MAX_HEADS = 4096
"""Representations kept without their bodies: enough to answer 304."""
_LONGEST_KEY = 2048
"""Characters: what paths of ours and their cursors have at most. A longer one is somebody's own, and is made each time."""
_SMALL = 16_384
"""Bytes of a body that is compressed at once, in 0.2 ms: handing it to a thread costs as much."""

Make = Callable[[Representation | None], Awaitable[Representation]]
"""Takes its snapshot when it is called. It is given what was kept under the key and has become doubtful, with its bodies: where
nothing but its validators would be another, these need not be made again.
"""


class RepresentationCache:
    """What was rendered, by the key that names one representation but for its coding.

    `max_bytes` bounds the bodies in all their codings, and what keeping them takes; `max_heads` is how many are kept without.
    """

    def __init__(self, follower: Follower, clock: Clock, *, max_bytes: int, max_heads: int = _MAX_HEADS) -> None:
        self._follower = follower
        self._clock = clock
        self._max_bytes = max_bytes
        self._max_heads = max_heads
        self._bytes = 0
        self._whole: OrderedDict[CacheKey, Representation] = OrderedDict()
        """Also what a change has made doubtful: most changes do not reach the bytes, and then its bodies need not be made again."""
        self._heads: OrderedDict[CacheKey, Representation] = OrderedDict()
        """Those whose bodies were evicted. In both, the oldest are first; who was asked for gets another turn before it goes
        (the clock algorithm), which costs a poll less than keeping the order of use."""
        self._keys: defaultdict[str, set[CacheKey]] = defaultdict(set)
        """The keys that depend on a scope."""
        self.hits = 0
        """Answers from what was kept, but for those of the fast path."""
        self.rendering = Histogram()
        """How long what was not kept took to be made."""
        self._renders: dict[CacheKey, asyncio.Future[Representation]] = {}
        self._encodings: dict[tuple[Representation, Coding], asyncio.Task[bytes]] = {}
        follower.on_changes.append(self._forget)
        follower.on_another_log.append(self._forget_all)

    def get(self, key: CacheKey) -> Representation | None:
        """What is kept under the key and still valid, perhaps without bodies. Only ask while the follower is current."""
        kept = self._whole.get(key) or self._heads.get(key)
        if kept is None or not kept.is_kept:
            return None
        if kept.freshness.valid_until is not None and not kept.freshness.is_valid(self._clock()):
            return None
        kept.was_asked = True
        return kept

    async def fetch(self, key: CacheKey, make: Make) -> Representation:
        """What is kept under the key, or what `make` makes now, with its bodies: never older than this call.

        What `make` raises goes to its caller, and the next one tries anew.
        Raises Unavailable if the change log cannot be read.
        """
        waited = False
        while True:
            await self._follower.catch_up()
            kept = self.get(key)
            if kept is not None and kept.bodies:
                self.hits += 1
                return kept
            rendering = self._renders.get(key)
            if rendering is None:
                break
            await asyncio.wait({rendering})
            # The first may have begun before a change that this caller must see; one after it has not.
            if waited and not rendering.cancelled():
                return rendering.result()
            waited = True
        log = self._follower.log
        made = await self._render(key, make)
        self._take_over(key, made)
        # The fill race: a change that came during the render has found nothing to forget, nor has another log.
        is_untouched = log == self._follower.log and self._follower.untouched_since(made.seq, made.scopes)
        if is_untouched and self._may_keep(key, made):
            self._keep(key, made)
        return made

    @property
    def size(self) -> int:
        """Bytes of `max_bytes` that are taken."""
        return self._bytes

    @property
    def entries(self) -> tuple[int, int]:
        """How many representations are kept with their bodies, and without."""
        return len(self._whole), len(self._heads)

    def _may_keep(self, key: CacheKey, made: Representation) -> bool:
        """Not what is for some readers alone where anybody finds it, nor the reverse."""
        return (
            len(key.target) <= _LONGEST_KEY
            and made.freshness.policy.private is bool(key.entitlements)
            and made.freshness.is_valid(self._clock())
        )

    def _take_over(self, key: CacheKey, made: Representation) -> None:
        """The bodies of what was kept under the key, if it was the same: of a change that did not reach the bytes.

        The tag tells, but of the changes alone: theirs is the whole feed's.
        """
        before = self._whole.get(key)
        if before is not None and before.tag == made.tag and key.since is None:
            made.bodies = dict(before.bodies)
            made.sizes = before.sizes

    async def _render(self, key: CacheKey, make: Make) -> Representation:
        rendering = self._renders[key] = asyncio.get_running_loop().create_future()
        try:
            with self.rendering.timing():
                made = await make(self._whole.get(key))
            rendering.set_result(made)
        except Exception as error:
            rendering.set_exception(error)
            # Looked at, for perhaps nobody waits: asyncio complains of errors that nobody sees.
            rendering.exception()
            raise
        finally:
            del self._renders[key]
            # Without an outcome it was the caller that went away: somebody else has to render.
            rendering.cancel()
        return made

    async def body(self, key: CacheKey, representation: Representation, coding: Coding) -> bytes:
        """The bytes of what `fetch` returned, in a coding: made once, aside from the loop unless they are few."""
        body = representation.bodies.get(coding)
        if body is not None:
            return body
        known, source = next(iter(representation.bodies.items()))
        if known is Coding.IDENTITY and len(source) <= _SMALL:
            return self._add(key, representation, coding, encode(source, coding))
        encoding = self._encodings.get((representation, coding))
        if encoding is None:
            encoding = asyncio.create_task(self._encode(key, representation, coding, known, source))
            self._encodings[representation, coding] = encoding
        return await asyncio.shield(encoding)

    async def _encode(
        self, key: CacheKey, representation: Representation, coding: Coding, known: Coding, source: bytes
    ) -> bytes:
        try:
            body = await asyncio.to_thread(lambda: encode(decode(source, known), coding))
        finally:
            del self._encodings[representation, coding]
        return self._add(key, representation, coding, body)

    def _add(self, key: CacheKey, representation: Representation, coding: Coding, body: bytes) -> bytes:
        before = _size(representation)
        if representation.bodies.keys() == {Coding.IDENTITY}:
            # Hardly anybody asks for it uncompressed. Who does has it made again, and from then on it is kept.
            representation.bodies.clear()
            representation.tails.clear()
        representation.bodies[coding] = body
        representation.size_in(coding).bytes = len(body)
        if self._whole.get(key) is representation:
            self._bytes += _size(representation) - before
            self._evict()
        return body

    def _keep(self, key: CacheKey, made: Representation) -> None:
        self._drop(key)
        made.is_kept = True
        self._whole[key] = made
        for scope in made.scopes:
            self._keys[scope].add(key)
        self._bytes += _size(made)
        self._evict()

    def _drop(self, key: CacheKey) -> None:
        kept = self._whole.pop(key, None)
        if kept is not None:
            self._bytes -= _size(kept)
        else:
            kept = self._heads.pop(key, None)
        if kept is not None:
            self._let_go(key, kept)

    def _let_go(self, key: CacheKey, kept: Representation) -> None:
        """Of what is answered no more."""
        if not kept.is_kept:
            return
        kept.is_kept = False
        for scope in kept.scopes:
            keys = self._keys[scope]
            keys.discard(key)
            if not keys:
                del self._keys[scope]

    def _evict(self) -> None:
        while self._bytes > self._max_bytes:
            key, oldest = _take_oldest(self._whole)
            self._bytes -= _size(oldest)
            if oldest.is_kept:
                oldest.is_kept = False
                # A copy: whoever holds the old one still has its bytes to send.
                self._heads[key] = replace(oldest, bodies={}, tails={}, is_kept=True)
        while len(self._heads) > self._max_heads:
            self._let_go(*_take_oldest(self._heads))

    def _forget_all(self) -> None:
        for key in (*self._whole, *self._heads):
            self._drop(key)

    def _forget(self, changes: Iterable[Change]) -> None:
        """Let go of what depends on a scope that a change raised, unless it was made after that change; but not of its bodies."""
        for change in changes:
            for scope in self._keys.keys() & change.scopes:
                # With the scope before it, all that depended on this one may have gone.
                for key in tuple(self._keys.get(scope, ())):
                    kept = self._whole.get(key) or self._heads[key]
                    if kept.seq < change.seq:
                        self._heads.pop(key, None)
                        self._let_go(key, kept)


def _take_oldest(shelf: OrderedDict[CacheKey, Representation]) -> tuple[CacheKey, Representation]:
    """Off the shelf: the first that was not asked for since the last look."""
    while True:
        key, oldest = shelf.popitem(last=False)
        if not oldest.was_asked:
            return key, oldest
        oldest.was_asked = False
        shelf[key] = oldest


def _size(representation: Representation) -> int:
    return OVERHEAD + sum(map(len, representation.bodies.values()))
