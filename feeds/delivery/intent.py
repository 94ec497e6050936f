"""Verification of intent: a subscriber is asked whether it wants what was requested in its name (WebSub, section 5.3)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Protocol

from feeds.delivery.admission import NO_ROOM, has_room, scopes_of
from feeds.delivery.entitling import Denied, NotYet
from feeds.delivery.messages import denial, verification
from feeds.delivery.sending import NO_FEED
from feeds.outbound import Answer, Busy, Forbidden, OutboundError, Resting
from feeds.site import SiteState
from feeds.topics import kept_topic
from storage.model import ClaimedRequest, RequestMode

ATTEMPTS = (timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=5))
"""Pauses before the second attempt and those after it. Whoever cannot be reached by then is not subscribed."""
_BUSY = timedelta(seconds=1)
_IN_TROUBLE = frozenset({429, 500, 502, 503, 504})
"""Answers that say nothing of whether it is wanted."""


class Get(Protocol):
    """As `feeds.outbound.Callbacks.get`."""

    async def __call__(self, url: str, headers: dict[str, str], /) -> Answer: ...


class Verifier:
    """Asks subscribers, and tells the store what they say."""

    def __init__(self, site: SiteState, get: Get, challenge: Callable[[], str]) -> None:
        """`challenge`: a new one each time, that nobody can guess."""
        self._site = site
        self._store = site.store
        self._get = get
        self._clock = site.clock
        self._challenge = challenge

    async def verify(self, claimed: ClaimedRequest) -> None:
        """Ask or tell, once; where the callback cannot be reached, later again. Raises Unavailable."""
        request = claimed.request
        try:
            if request.mode is RequestMode.DENIED:
                await self._tell(request.callback, request.asked, request.reason)
                await self._store.drop_request(claimed)
            else:
                await self._ask(claimed)
        except (Busy, Resting) as error:
            pause = timedelta(seconds=error.seconds) if isinstance(error, Resting) else _BUSY
            await self._put_off(claimed, pause if claimed.attempt <= len(ATTEMPTS) else None)
        except Forbidden:
            await self._store.drop_request(claimed)
        except OutboundError:
            await self._put_off(claimed, _pause_after(claimed.attempt))

    async def _ask(self, claimed: ClaimedRequest) -> None:
        request = claimed.request
        is_new = request.mode is RequestMode.SUBSCRIBE
        challenge = self._challenge()
        url = verification(
            request.callback,
            mode=request.mode,
            topic=request.asked,
            challenge=challenge,
            lease_seconds=int(request.lease.total_seconds()) if is_new else None,
        )
        answer = await self._get(url, {})
        if answer.status in _IN_TROUBLE:
            await self._put_off(claimed, _pause_after(claimed.attempt))
        elif not 200 <= answer.status < 300 or answer.body.strip() != challenge.encode():
            await self._store.drop_request(claimed)
        elif is_new:
            await self._subscribe(claimed)
        else:
            await self._store.confirm_unsubscription(claimed)

    async def _subscribe(self, claimed: ClaimedRequest) -> None:
        request = claimed.request
        topic = kept_topic(request.path)
        denied = "there is no such feed"
        try:
            scopes = await scopes_of(self._site, topic) if topic is not None else ()
            if topic is not None and not await has_room(self._site, topic):
                topic, denied = None, NO_ROOM
        except NO_FEED:
            topic, scopes = None, ()
        except Denied as error:
            topic, scopes, denied = None, (), str(error)
        except NotYet:
            await self._put_off(claimed, _BUSY)
            return
        if topic is None:
            await self._store.drop_request(claimed)
            await self._tell(request.callback, request.asked, denied)
        else:
            await self._store.confirm_subscription(claimed, path=topic.path, scopes=scopes)

    async def _tell(self, callback: str, topic: str, reason: str) -> None:
        """Whatever it answers, it is told."""
        await self._get(denial(callback, topic=topic, reason=reason), {})

    async def _put_off(self, claimed: ClaimedRequest, pause: timedelta | None) -> None:
        if pause is None:
            await self._store.drop_request(claimed)
        else:
            await self._store.put_off_request(claimed, due_at=self._clock() + pause)


def _pause_after(attempt: int) -> timedelta | None:
    return ATTEMPTS[attempt - 1] if attempt <= len(ATTEMPTS) else None
