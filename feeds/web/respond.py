"""From a kept or freshly made representation to the bytes on the wire."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Protocol

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from feeds.cache.cache import Make, RepresentationCache
from feeds.http.conditional import Unmet
from feeds.http.decision import Asked, Decision, decide
from feeds.http.delta import Base
from feeds.http.headers import asked_of
from feeds.http.negotiation import Coding
from feeds.http.representation import Answer, CacheKey, Representation
from feeds.http.stale import stale_answer
from feeds.site import SiteState
from feeds.urls import encode_path
from storage.errors import Unavailable

UNSENT = "unsent"
"""In a scope."""


class MakeDelta(Protocol):
    """Makes a feed with only what changed after a sequence."""

    def __call__(self, *, since: int) -> Awaitable[Representation]: ...


class Answered:
    """An Answer as an ASGI response; to HEAD it sends the head alone (RFC 9110, section 9.3.2).

    `of` is what it is of, in which coding: what it spares is left in the scope, for the figures.
    """

    def __init__(self, answer: Answer, of: Representation | None = None, coding: Coding = Coding.IDENTITY) -> None:
        self._answer = answer
        self._of = of
        self._coding = coding

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        status, fields, body = self._answer
        if self._of is not None and scope["method"] != "HEAD":
            scope[UNSENT] = self._of.unsent(status, self._coding, len(body or b"")).bytes
        await send({"type": "http.response.start", "status": status, "headers": fields})
        await send({"type": "http.response.body", "body": b"" if body is None or scope["method"] == "HEAD" else body})


async def respond(
    request: Request,
    make: Make,
    make_delta: MakeDelta | None = None,
    *,
    query: str = "",
    entitlements: str = "",
    aside: bool = False,
    noted: Callable[[Decision, Asked], None] | None = None,
) -> Answered:
    """Answer a GET or HEAD for a representation from the cache, or made now.

    `query` is what of the request's names another document; `entitlements` as in `CacheKey`. `aside`: it is kept in the side cache,
    as what has a query is.
    `noted` is told what is answered from what is kept.
    Raises what `make` raises, HTTPException 406 for a client that refuses every coding, and Unmet.
    """
    site: SiteState = request.app.state.site
    asked = _asked(request)
    # The decoded path written one way: other spellings of it must not fill the cache with copies.
    path = encode_path(request.scope["path"])
    key = CacheKey(f"{path}?{query}" if query else path, entitlements)
    cache = site.side_cache if query or aside else site.cache
    try:
        representation = await cache.fetch(key, make)
    except Unavailable:
        stale = await _stale(site, cache, key, asked)
        if stale is None:
            raise
        return Answered(stale, cache.get(key), asked.coding)
    decision = decide(representation, asked if make_delta else asked._replace(since=None), site.clock())
    if decision.status is HTTPStatus.PRECONDITION_FAILED:
        raise Unmet
    if noted is not None:
        noted(decision, asked)
    if decision.status is HTTPStatus.IM_USED and asked.since is not None and make_delta is not None:
        delta = await _delta(site, key, make_delta, asked.coding, asked.since)
        if delta is not None:
            return Answered(delta.answer_delta(asked.coding, site.clock()), representation, asked.coding)
        decision = decision._replace(status=HTTPStatus.OK)
    answer = decision.answer(asked.coding, site.clock())
    if answer is None:
        await cache.body(key, representation, asked.coding)
        answer = decision.answer(asked.coding, site.clock())
        assert answer is not None, "the body is at hand now"
    return Answered(answer, representation, asked.coding)


async def respond_alone(request: Request, make: Callable[[], Awaitable[Representation]]) -> Answered:
    """The same for what one reader alone may have: made each time, and kept by nobody here.

    Raises what `make` raises, HTTPException 406 for a client that refuses every coding, and Unmet.
    """
    site: SiteState = request.app.state.site
    asked = _asked(request)
    representation = await make()
    decision = decide(representation, asked._replace(since=None), site.clock())
    if decision.status is HTTPStatus.PRECONDITION_FAILED:
        raise Unmet
    await site.side_cache.body(CacheKey(""), representation, asked.coding)
    answer = decision.answer(asked.coding, site.clock())
    assert answer is not None, "the body is at hand"
    return Answered(answer, representation, asked.coding)


def _asked(request: Request) -> Asked:
    """Raises HTTPException 406 for a client that refuses every coding."""
    asked = asked_of(request.method, request.headers)
    if asked is None:
        raise HTTPException(
            406,
            "This is served as br, gzip or identity; the request's Accept-Encoding refuses them all.",
            {"Vary": "accept-encoding"},
        )
    return asked


async def _stale(site: SiteState, cache: RepresentationCache, key: CacheKey, asked: Asked) -> Answer | None:
    """What is kept, while the store cannot say whether it is still so; None where that may not be served.

    It may for as long as the settings say, unless it is for some readers alone, or changes with the clock meanwhile. What was known
    to be withdrawn, or otherwise another, is not kept any more.
    """
    now = site.clock()
    known_until = site.known_until(now)
    kept = cache.get(key) if known_until is not None and not key.entitlements else None
    if known_until is None or kept is None:
        return None
    # The whole of it: whether the changes alone are all of them cannot be told.
    decision = decide(kept, asked._replace(since=None), now)
    if decision.status is HTTPStatus.OK and kept.bodies:
        await cache.body(key, kept, asked.coding)
    return stale_answer(decision, asked.coding, known_until, now)


async def _delta(site: SiteState, key: CacheKey, make: MakeDelta, coding: Coding, base: Base) -> Representation | None:
    """The changes alone; None where the feed has changed meanwhile, so that its changes do not make it whole any more."""
    key = key._replace(since=base.seq)
    delta = await site.side_cache.fetch(key, lambda _before: make(since=base.seq))
    await site.side_cache.body(key, delta, coding)
    return delta if delta.gives_changes_since(base) else None
