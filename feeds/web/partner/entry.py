"""Who may ask for what is at `/partner/`: judged before any cache or route is asked."""

from http import HTTPStatus

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from feeds.http.credentials import credentials_of, is_partners, split_key
from feeds.http.decision import Asked, Decision
from feeds.http.headers import field_value
from feeds.http.partner_refusals import refused
from feeds.http.representation import Answer
from feeds.http.throttle import too_many
from feeds.making import OF_SECRET_ADDRESSES
from feeds.newsroom.partners.access import UNKNOWN, Admitted, Claim, Refusal
from feeds.site import SiteState
from feeds.web.partner.ended import Ended
from feeds.web.problems import problem
from feeds.web.respond import Answered
from storage.errors import Unavailable
from storage.model import PartnerAccess

MEMBERS_READ = "A member's key opens feeds, and nothing else."
_ADMITTED = "partner"
"""In a scope."""


class PartnerMiddleware:
    """Lets partners in, and takes the key out of the path: whatever is within never sees it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not is_partners(scope["path"]):
            await self._app(scope, receive, send)
            return
        key, raw_path = split_key(scope["raw_path"].decode("latin-1"))
        app: ASGIApp = self._app
        if key:
            send = _of_a_secret_address(send)
            # The segment of the key is the same in both: no character of it is encoded.
            _, path = split_key(scope["path"])
            # Here, not in a copy: the server writes its access log by it.
            scope.update(path=path, raw_path=raw_path.encode("latin-1"))
        try:
            judged = await _judge(scope, key)
        except Unavailable as error:
            app = problem(error)
        else:
            if isinstance(judged, Admitted):
                scope[_ADMITTED] = judged
                _note_use(scope, judged.access)
            elif isinstance(judged, Refusal):
                app = Ended(judged)
            else:
                app = Answered(judged)
        await app(scope, receive, send)


def admitted_to(scope: Scope) -> Admitted | None:
    """Who a request was let in as; None of a request for what is anybody's."""
    admitted: Admitted | None = scope.get(_ADMITTED)
    return admitted


def admitted(request: Request) -> Admitted:
    """Who a request for something at `/partner/` is from."""
    found = admitted_to(request.scope)
    assert found is not None, "nobody else comes so far"
    return found


def note_answer(scope: Scope, decision: Decision, asked: Asked) -> None:
    """What the partner has by the answer to a GET or HEAD; what one of its members was shown is not what it took."""
    site: SiteState = scope["app"].state.site
    partner = admitted_to(scope)
    if partner is not None and not partner.access.key.of_member:
        site.pickups.note_answer(
            partner.access.partner,
            decision.kept,
            asked.conditions,
            site.clock(),
            unmodified=decision.status is HTTPStatus.NOT_MODIFIED,
            head=scope["method"] == "HEAD",
        )


async def _judge(scope: Scope, key: str) -> Admitted | Refusal | Answer:
    """Who is let in; a member whose key in the path is over; or what is said to anybody else. Raises Unavailable."""
    return await _judge_fields(scope["app"].state.site, Headers(scope=scope), _client_of(scope), key)


async def judge(site: SiteState, headers: Headers, client: str, key: str) -> Admitted | Answer:
    """The partner that a request is from, by its header fields or by the key that stood in a path, '' where none did; or the answer
    that it gets: members are read to, and not told. Raises Unavailable.
    """
    judged = await _judge_fields(site, headers, client, key)
    if isinstance(judged, Refusal):
        return refused(judged.status, judged.why)
    if isinstance(judged, Admitted) and judged.access.key.of_member:
        return refused(403, MEMBERS_READ)
    return judged


async def _judge_fields(site: SiteState, headers: Headers, client: str, key: str) -> Admitted | Refusal | Answer:
    claim = _claim(headers, key)
    if claim is None:
        return refused(401, "Send your name and a key of yours by Basic, or a key alone by Bearer, in Authorization.")
    judged = await _judge_claim(site, claim, client)
    if not isinstance(judged, Admitted):
        return judged
    if judged.throttle is not None:
        wait = judged.throttle.wait(judged.asker)
        if wait:
            return too_many(wait)
        judged.throttle.take(judged.asker)
    return judged


def _claim(headers: Headers, key: str) -> Claim | None:
    if key:
        return Claim.of(key, in_path=True)
    credentials = credentials_of(field_value(headers, "authorization"))
    return Claim.of(credentials.key, name=credentials.name) if credentials else None


async def _judge_claim(site: SiteState, claim: Claim, client: str) -> Admitted | Refusal | Answer:
    if not site.follower.is_current(site.clock()):
        await site.follower.catch_up()
    judged = site.partners.judge(claim, site.clock())
    if judged is None:
        wait = site.key_guesses.wait(client)
        if wait:
            return too_many(wait)
        judged = await site.partners.find(claim)
        if judged is UNKNOWN:
            site.key_guesses.take(client)
    if isinstance(judged, Refusal):
        return judged if judged.of is not None else refused(judged.status, judged.why)
    return judged


def _note_use(scope: Scope, access: PartnerAccess) -> None:
    site: SiteState = scope["app"].state.site
    if access.key.of_member:
        site.note_member(access, _client_of(scope), site.clock())
    else:
        site.last_use.note_partner(access, site.clock())
        site.pickups.note_visit(access.partner, site.clock())


def _client_of(scope: Scope) -> str:
    """Its address; '' where it has none."""
    return scope["client"][0] if scope["client"] else ""


def _of_a_secret_address(send: Send) -> Send:
    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in OF_SECRET_ADDRESSES:
                headers.setdefault(name.decode(), value.decode())
        await send(message)

    return sent
