"""From a kept or freshly made representation to the bytes on the wire."""

from collections.abc import Awaitable, Callable
from functools import partial
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from feeds.http.delta import Base, delta_base
from feeds.http.headers import field_value, is_unmodified
from feeds.http.negotiation import Coding, choose_coding
from feeds.http.representation import Answer, Representation, answer, delta_answer
from feeds.site import SiteState
from feeds.urls import encode_path

READ_METHODS = ("GET", "HEAD")


class Answered:
    """An Answer as an ASGI response; to HEAD it sends the head alone (RFC 9110, section 9.3.2)."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        status, fields, body = self._answer
        await send({"type": "http.response.start", "status": status, "headers": fields})
        await send({"type": "http.response.body", "body": b"" if body is None or scope["method"] == "HEAD" else body})


async def respond(
    request: Request,
    make: Callable[[], Awaitable[Representation]],
    make_delta: Callable[[int], Awaitable[Representation]] | None = None,
    *,
    query: str = "",
    aside: bool = False,
) -> Answered:
    """Answer a GET or HEAD for a representation from the cache, or made now.

    `make_delta` makes a feed with only what changed after a sequence; `query` is what of the request's names another document.
    `aside`: it is kept in the side cache, as what has a query is.
    Raises what `make` raises, HTTPException 406 for a client that refuses every coding, and Unmet.
    """
    site: SiteState = request.app.state.site
    coding = wanted_coding(request.headers)
    if coding is None:
        raise HTTPException(
            406,
            "This is served as br, gzip or identity; the request's Accept-Encoding refuses them all.",
            {"Vary": "accept-encoding"},
        )
    # The decoded path written one way: other spellings of it must not fill the cache with copies.
    key = encode_path(request.scope["path"])
    if query:
        key = f"{key}?{query}"
    cache = site.side_cache if query or aside else site.cache
    representation = await cache.fetch(key, make)
    # For the sake of Unmet: whether the answer is a 304 is asked below, of what is kept in the coding.
    is_unmodified(
        request.headers,
        etag=representation.etag(coding),
        modified_at=representation.modified_at,
        now=site.clock(),
    )
    answered = conditional_answer(site, representation, coding, request.headers)
    since = delta_since(request.method, request.headers, representation)
    if since is not None and make_delta is not None and (answered is None or answered.status == HTTPStatus.OK):
        delta = await _delta(site, f"{key} {since.seq}", partial(make_delta, since.seq), coding)
        # The feed may have changed meanwhile, so that its changes since then do not make it whole any more.
        if delta.gives_changes_since(since):
            return Answered(delta_answer(delta, coding, now=site.clock()))
    if answered is None:
        await cache.body(key, representation, coding)
        answered = conditional_answer(site, representation, coding, request.headers)
        assert answered is not None, "the body is at hand now"
    return Answered(answered)


async def _delta(
    site: SiteState, key: str, make: Callable[[], Awaitable[Representation]], coding: Coding
) -> Representation:
    delta = await site.side_cache.fetch(key, make)
    await site.side_cache.body(key, delta, coding)
    return delta


def delta_since(method: str, headers: Headers, kept: Representation) -> Base | None:
    """Since when a GET asks for the changes, where they make its feed whole; None if it is to have all of it."""
    if method != "GET":
        return None
    since = delta_base(
        field_value(headers, "a-im"), field_value(headers, "if-none-match"), field_value(headers, "user-agent")
    )
    return since if since is not None and kept.gives_changes_since(since) else None


def wanted_coding(headers: Headers) -> Coding | None:
    return choose_coding(field_value(headers, "accept-encoding"))


def conditional_answer(site: SiteState, kept: Representation, coding: Coding, headers: Headers) -> Answer | None:
    return answer(
        kept,
        coding,
        if_none_match=field_value(headers, "if-none-match"),
        if_modified_since=field_value(headers, "if-modified-since"),
        now=site.clock(),
    )
