"""A partner's changes: told as they are asked for, waited for, or as Server-Sent Events (HTML standard, section 9.2)."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http import HTTPStatus
from secrets import randbelow

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from feeds import paths
from feeds.aside import AT_ONCE, aside
from feeds.delivery.events import HEARTBEAT
from feeds.http.headers import READ_METHODS
from feeds.http.negotiation import Coding, choose_coding, encode
from feeds.http.partner_refusals import refused
from feeds.newsroom.partners.access import Admitted, Claim, Refusal
from feeds.newsroom.partners.cursors import BadCursor, Cursor, Signing
from feeds.newsroom.partners.notices import Notice, TooManyWait
from feeds.newsroom.partners.shown import article_for
from feeds.newsroom.partners.telling import NotKept, Telling, restart_of, tell
from feeds.site import SiteState
from feeds.urls import Urls
from feeds.web.partner.entry import admitted
from feeds.web.problems import MEDIA_TYPE
from feeds.web.respond import Answered
from storage.errors import NotFound, StoreError, Unavailable
from storage.model import Action, PartnerAccess, Terms
from storage.scopes import partner_scope, terms_scope

_LIMIT, _MOST = 100, 500
"""Changes of one answer."""
_LONGEST = 30.0
"""Seconds that an answer is waited for."""
PATIENCE = 20.0
"""Seconds that the views of a newsroom may take to be brought up."""
_HEARTBEAT = 15.0
"""Seconds without an event after which a comment is sent."""
_AGAIN = (2_000, 3_000)
"""Milliseconds after which a client comes again, and how many more at most: after a restart not all come at once."""
_AT_ONCE = 500
"""The same after a withdrawal was told."""
_FULL_FOR = "30"
"""Seconds that a client is asked to wait where as many wait as may."""
_FIELDS = {"Cache-Control": "private, no-store", "Vary": "accept, accept-encoding, authorization"}
_STREAM_FIELDS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    *((name.lower().encode(), value.encode()) for name, value in _FIELDS.items()),
    # nginx hands on what comes, rather than wait for more.
    (b"x-accel-buffering", b"no"),
]


class _Ended(Exception):
    """The key opens nothing any more, or not by the way that it came."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.why)
        self.refusal = refusal


class _Reader:
    """A partner's key, and how far what it is shown is known to it."""

    def __init__(self, site: SiteState, admitted: Admitted, since: str, limit: int) -> None:
        self._site = site
        self._admitted = admitted
        self._claim = Claim(admitted.access.key.hash, None, in_path=not admitted.links)
        self._signing = Signing(site.site.secret)
        self.since, self._is_ours = self._signing.open(since)
        self._limit = limit

    @property
    def access(self) -> PartnerAccess:
        return self._admitted.access

    @property
    def scopes(self) -> tuple[str, str]:
        """Whatever changes what it is told raises one of them; of its partner, then of its terms."""
        return partner_scope(self.access.partner.id), terms_scope(self.access.partner.set_id)

    async def begin(self) -> tuple[Telling, list[bytes]]:
        """What is to be told first. What the client has is noted, by its cursor: what was sent to it proves nothing.

        Raises as `read` does.
        """
        await self._bring_up()
        await self._require_given()
        telling, items = await self.read_with_others()
        if self._is_ours or not self.since:
            # Whoever made one up need not have anything.
            self._site.pickups.note_read(self.access.partner, self.since, telling)
        return telling, items

    async def _require_given(self) -> None:
        """What was given before there were signatures is as good, where it names no other terms. Raises BadCursor, NotKept."""
        set_id = self.access.partner.set_id
        if not self._is_ours and self.since and not Cursor.of(self.since).is_within(set_id):
            raise await restart_of(self._site.store, set_id)

    def signed(self, cursor: Cursor) -> str:
        return self._signing.sign(cursor)

    async def read(self) -> tuple[Telling, list[bytes]]:
        """What is to be told, and the JSON of each change. Raises BadCursor, NotKept."""
        site, partner = self._site, self.access.partner
        await self._bring_up()
        telling = await tell(site.store, partner.set_id, self.since, limit=self._limit)
        return telling, await aside(self._rendered, telling, partner.terms, site.urls) if telling.changes else []

    def _rendered(self, telling: Telling, terms: Terms, urls: Urls) -> list[bytes]:
        return [
            json.dumps(
                {
                    "cursor": self.signed(told.cursor),
                    "action": told.action,
                    "guid": told.guid,
                    "article": told.article and article_for(told.article, terms, urls),
                },
                ensure_ascii=False,
            ).encode("utf-8", "replace")
            for told in telling.changes
        ]

    async def read_with_others(self) -> tuple[Telling, list[bytes]]:
        """The same, made once for all who are at one place of one log: most are at its end."""
        try:
            return await self._read_at()
        except NotFound:
            # Its terms are others since it was let in, and nobody has those before any more.
            await self.judge_again()
            return await self._read_at()

    async def _read_at(self) -> tuple[Telling, list[bytes]]:
        at = (self.access.partner.set_id, self.since, self._limit)
        return await self._site.notices.share(at, self.read, keep=lambda read: not read[1])

    async def judge_again(self) -> None:
        """As at the door: whatever is refused there from now on ends here, too, for the same reason. Raises _Ended."""
        judged = await self._site.partners.find(self._claim)
        if isinstance(judged, Refusal):
            raise _Ended(judged)
        self._admitted = judged

    async def _bring_up(self) -> None:
        """Raises Unavailable."""
        if not await self._site.partner_views.catch_up(patience=PATIENCE):
            # Of a view that is half filled, what is not in it yet would be told as withdrawn.
            raise Unavailable("What you see is being put together: come again.")

    async def news(self, notice: Notice, seconds: float) -> bool:
        """Whether there may be anything to tell, by now or within so many seconds; what it says after other terms is of these.

        Raises _Ended.
        """
        raised = await notice.wait(min(seconds, self._seconds_left()))
        if self.scopes[0] in raised or not self._seconds_left():
            await self.judge_again()
            self._site.notices.watch(notice, self.scopes)
        return bool(raised)

    def _seconds_left(self) -> float:
        """Until the key opens nothing any more."""
        left = (self._admitted.until - self._site.clock()).total_seconds()
        return min(max(left, 0.0), _LONGEST)


async def changes(scope: Scope, receive: Receive, send: Send) -> None:
    """`GET /partner/changes`: an answer, or a stream for who accepts that. Raises HTTPException 400, 405 and 503."""
    request = Request(scope, receive)
    if request.method not in READ_METHODS:
        raise HTTPException(HTTPStatus.METHOD_NOT_ALLOWED, "This takes GET, HEAD.", {"Allow": "GET, HEAD"})
    site: SiteState = request.app.state.site
    asked = request.query_params
    is_stream = "text/event-stream" in request.headers.get("accept", "").lower()
    last_id = request.headers.get("last-event-id", "") if is_stream else ""
    reader = _Reader(
        site,
        admitted(request),
        last_id or asked.get("since", ""),
        min(_number(asked.get("limit", ""), "limit", _LIMIT), _MOST) or _LIMIT,
    )
    wait = _number(asked.get("wait", ""), "wait", 0) if request.method == "GET" else 0
    try:
        if is_stream:
            await _Stream(site, reader)(scope, receive, send)
            return
        answer: ASGIApp = await _answer(site, reader, request, min(float(wait), _LONGEST))
    except NotKept as error:
        answer = _restart(error, site.urls)
    except BadCursor as error:
        raise HTTPException(HTTPStatus.BAD_REQUEST, str(error)) from None
    except _Ended as error:
        answer = Answered(refused(error.refusal.status, error.refusal.why))
    except NotFound:
        raise Unavailable("Your terms have just become others: come again.") from None
    except TooManyWait as error:
        raise HTTPException(HTTPStatus.SERVICE_UNAVAILABLE, str(error), {"Retry-After": _FULL_FOR}) from None
    await answer(scope, receive, send)


def _number(text: str, name: str, default: int) -> int:
    """Raises HTTPException 400."""
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise HTTPException(HTTPStatus.BAD_REQUEST, f"`{name}` is a number, as in {name}=30.")
    return int(text)


async def _answer(site: SiteState, reader: _Reader, request: Request, wait: float) -> Response:
    telling, items = await reader.begin()
    if wait and not items:
        telling, items = await _awaited(site, reader, request.receive, wait)
    body = b'{"items": [%s], "next": %s}' % (b", ".join(items), json.dumps(reader.signed(telling.next)).encode())
    coding = Coding.GZIP if choose_coding(request.headers.get("accept-encoding")) is Coding.GZIP else Coding.IDENTITY
    coded = {} if coding is Coding.IDENTITY else {"Content-Encoding": coding.value}
    encoded = encode(body, coding) if len(body) <= AT_ONCE else await aside(encode, body, coding)
    return Response(encoded, headers={**_FIELDS, **coded}, media_type="application/json")


async def _awaited(site: SiteState, reader: _Reader, receive: Receive, wait: float) -> tuple[Telling, list[bytes]]:
    """What there is to tell as soon as there is anything; nothing after so many seconds, and where the server is about to end or
    nobody waits for the answer.
    """
    clock = asyncio.get_running_loop().time
    end = clock() + wait
    with site.notices.waiting(reader.access.partner.id) as notice, _client(receive, notice) as leaving:
        site.notices.watch(notice, reader.scopes)
        # What came between the look at the log and the place among those who wait: other terms, too.
        await reader.judge_again()
        site.notices.watch(notice, reader.scopes)
        telling, items = await reader.begin()
        site.notices.watch(notice, reader.scopes)
        while not items and clock() < end and not site.ending.is_set() and not leaving.done():
            reader.since = str(telling.next)
            if await reader.news(notice, end - clock()):
                telling, items = await reader.read_with_others()
    return telling, items


@contextmanager
def _client(receive: Receive, notice: Notice) -> Iterator[asyncio.Task[None]]:
    """A task that is done when the client has gone; then the notice is given, too."""

    async def left() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    leaving = asyncio.create_task(left())
    leaving.add_done_callback(lambda _: notice.give())
    try:
        yield leaving
    finally:
        leaving.cancel()


def _restart(error: NotKept, urls: Urls) -> Response:
    document = {
        "type": "about:blank",
        "title": HTTPStatus.GONE.phrase,
        "status": HTTPStatus.GONE,
        "detail": f"{error} Go on from `restart`, which tells of all that you may show; once an answer has no items, drop what was "
        "not among them.",
        "restart": error.restart,
    }
    link = f'<{urls.of(paths.PARTNER_CHANGES)}?since={error.restart}>; rel="start"'
    return Response(json.dumps(document).encode(), HTTPStatus.GONE, {**_FIELDS, "Link": link}, media_type=MEDIA_TYPE)


class _Stream:
    """An answer that goes on until its client, its key or the server is gone, or until all of a withdrawal is told: then the client
    comes again at once with `Last-Event-ID`, and so it is known that it has it.
    """

    def __init__(self, site: SiteState, reader: _Reader) -> None:
        self._site = site
        self._reader = reader
        self._withdrew = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Raises BadCursor, NotKept and TooManyWait before anything is sent."""
        site, reader = self._site, self._reader
        if site.ending.is_set():
            raise TooManyWait("This server is about to end: come again.")
        with site.notices.waiting(reader.access.partner.id) as notice, _client(receive, notice) as leaving:
            site.notices.watch(notice, reader.scopes)
            piece = b"retry: %d\n" % (_AGAIN[0] + randbelow(_AGAIN[1])) + self._piece(*await reader.begin())
            await send({"type": "http.response.start", "status": HTTPStatus.OK, "headers": _STREAM_FIELDS})
            # Who has begun to read is not told otherwise than by the end what is wrong: it comes again, and asks.
            with suppress(_Ended, NotKept, BadCursor, StoreError):
                while piece and scope["method"] == "GET" and not leaving.done() and not site.ending.is_set():
                    await send({"type": "http.response.body", "body": piece, "more_body": True})
                    piece = await self._next(notice)
            await send({"type": "http.response.body", "body": b""})

    async def _next(self, notice: Notice) -> bytes:
        """Empty where the stream ends."""
        # What was sent is no proof that it is had; that somebody is there it is.
        self._site.pickups.note_visit(self._reader.access.partner, self._site.clock())
        telling, items = await self._reader.read_with_others()
        if not items and self._withdrew:
            return b""
        if not items and not await self._reader.news(notice, _HEARTBEAT):
            return HEARTBEAT
        return self._piece(telling, items)

    def _piece(self, telling: Telling, items: list[bytes]) -> bytes:
        events = [
            b"id: %s\nevent: %s\ndata: %s\n\n" % (self._reader.signed(told.cursor).encode(), told.action.encode(), item)
            for told, item in zip(telling.changes, items, strict=True)
        ]
        self._reader.since = str(telling.next)
        if any(told.action is Action.WITHDRAW for told in telling.changes):
            self._withdrew = True
            events.append(b"retry: %d\n\n" % randbelow(_AT_ONCE))
        # From where it goes on, although nothing was told yet: nobody hears of an event without data.
        return b"".join((*events, b"id: %s\n\n" % self._reader.signed(telling.next).encode()))
