"""Asking the hub for a subscription: what was asked is kept, answered at once, and verified by a worker (`feeds.delivery`)."""

from dataclasses import replace
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from feeds.delivery.admission import NO_ROOM, has_room
from feeds.delivery.entitling import Denied, NotYet
from feeds.http.representation import Answer
from feeds.http.throttle import Throttle
from feeds.newsroom.addresses import ip_hash
from feeds.newsroom.partners.access import Admitted
from feeds.newsroom.sealing import subscription_of
from feeds.site import SiteState
from feeds.topics import ForeignTopic, GoneTopic, NoTopic, Topic
from feeds.web.errors import Fault, fault_of
from feeds.web.forms import read_fields
from feeds.web.hub.asked import PUBLISH, Asked, Fields, Unclear, mode_of, published, read_asked
from feeds.web.hub.callbacks import host_of_callback
from feeds.web.hub.checking import check_at
from feeds.web.hub.topics import PartnerFeed, find_partner_topic, find_topic, partner_feed, require_own
from feeds.web.partner.entry import judge
from feeds.web.respond import Answered
from feeds.web.same_origin import is_cross_site
from storage.errors import Invalid, TooMany
from storage.model import RequestMode, SubscriptionRequest

_MOST_FIELDS = 100
_SHARE = 10
"""Of the requests that may wait, one client, and one host of callbacks, may have this part."""
_FULL_WAIT = 3600
"""Seconds until some of the subscriptions may have ended."""
_PENDING_WAIT = 60
"""Seconds until some of what waits has been verified."""
_ALLOW = "GET, HEAD, POST, OPTIONS"
_ACCEPTED = "Accepted: the callback will be asked whether it wants this.\n"


class _NotAdmitted(Exception):
    """A partner's feed is asked for without a key that opens it."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer


async def post_hub(request: Request) -> Response | Answered:
    """202 once what was asked is kept, 204 for a publisher; else a sentence in plain text that says what to do."""
    site: SiteState = request.app.state.site
    try:
        return await _answer(request, site)
    except _NotAdmitted as refused:
        return Answered(refused.answer)
    except Exception as error:
        fault = _fault_of(error)
    return _said(fault.status, f"{fault.detail or HTTPStatus(fault.status).phrase}\n", dict(fault.headers))


async def hub_options(_request: Request) -> Response:
    return Response(None, HTTPStatus.NO_CONTENT, {"allow": _ALLOW})


async def _answer(request: Request, site: SiteState) -> Response:
    client = request.client.host if request.client else ""
    _count(site.hub_clients, client)
    if is_cross_site(request.headers, site.settings.base_url):
        # A page anywhere could have its readers ask, each from an address of their own.
        raise HTTPException(HTTPStatus.FORBIDDEN, "A page of another site may not ask this: send it from a server.")
    fields = await read_fields(request, max_fields=_MOST_FIELDS)
    if mode_of(fields) == PUBLISH:
        await _published(site, fields)
        return Response(None, HTTPStatus.NO_CONTENT, {"cache-control": "no-store"})
    asked = read_asked(fields, site.settings)
    check = await check_at(site, asked.callback)
    host = await host_of_callback(asked.callback, site.settings, is_own=check is not None)
    _count(site.hub_hosts, host)
    asked, path = await _place(site, request, asked)
    pending = site.settings.hub_pending
    await site.store.request_subscription(
        SubscriptionRequest(
            callback=asked.callback,
            callback_host=host,
            asked=asked.topic,
            path=path,
            mode=asked.mode,
            lease=min(asked.lease, check.expires_at - site.store.now()) if check else asked.lease,
            secret=site.sealing.seal(asked.secret, subscription_of(asked.callback, asked.topic)),
            content=asked.content,
            client=ip_hash(site.site.secret, client),
        ),
        most=pending,
        most_per_host=max(1, pending // _SHARE),
        most_per_client=max(1, pending // _SHARE),
    )
    site.hub_asked.set()
    return _said(HTTPStatus.ACCEPTED, _ACCEPTED, {})


async def _published(site: SiteState, fields: Fields) -> None:
    """Nothing is to be done: the hub knows of each change as it is made. Raises NoTopic for what is not ours."""
    for topic in published(fields):
        await require_own(site, topic)


async def _place(site: SiteState, request: Request, asked: Asked) -> tuple[Asked, str]:
    """What is asked for, as it is kept, and its present path. A key that stands in a topic is kept nowhere: who subscribes is asked
    about the same address without it.

    Raises NoTopic where there is no such feed, _NotAdmitted, HTTPException 503 where the hub takes no further one; who unsubscribes
    does not need the path.
    """
    feed = await partner_feed(site, asked.topic)
    if feed is not None:
        asked = replace(asked, topic=feed.url)
    if asked.mode is RequestMode.UNSUBSCRIBE:
        return asked, ""
    if feed is None:
        topic = await find_topic(site, asked.topic)
    else:
        admitted = await _admitted(site, request, feed)
        topic = await find_partner_topic(site, feed, admitted)
        until = admitted.access.until
        if until is not None:
            asked = replace(asked, lease=min(asked.lease, until - site.clock()))
    if not await _has_room(site, topic):
        raise HTTPException(HTTPStatus.SERVICE_UNAVAILABLE, NO_ROOM, {"Retry-After": str(_FULL_WAIT)})
    return asked, topic.path


async def _admitted(site: SiteState, request: Request, feed: PartnerFeed) -> Admitted:
    """Raises _NotAdmitted."""
    client = request.client.host if request.client else ""
    admitted = await judge(site, request.headers, client, feed.key)
    if not isinstance(admitted, Admitted):
        raise _NotAdmitted(admitted)
    site.last_use.note_partner(admitted.access, site.clock())
    await site.partner_views.catch_up()
    return admitted


async def _has_room(site: SiteState, topic: Topic) -> bool:
    try:
        return await has_room(site, topic)
    except (Denied, NotYet):
        return False


def _count(throttle: Throttle, name: str) -> None:
    """Raises HTTPException 429 for who asks too often."""
    wait = throttle.wait(name)
    if wait:
        raise HTTPException(
            HTTPStatus.TOO_MANY_REQUESTS,
            f"The hub was asked too often: ask again in {wait} s.",
            {"Retry-After": str(wait)},
        )
    throttle.take(name)


def _fault_of(error: Exception) -> Fault:
    if isinstance(error, Unclear):
        return Fault(status=HTTPStatus.BAD_REQUEST, detail=str(error))
    if isinstance(error, NoTopic):
        statuses = {ForeignTopic: HTTPStatus.FORBIDDEN, GoneTopic: HTTPStatus.GONE}
        return Fault(status=statuses.get(type(error), HTTPStatus.NOT_FOUND), detail=f"hub.topic: {error}")
    if isinstance(error, TooMany):
        of_all = error.bound == "most"
        status = HTTPStatus.SERVICE_UNAVAILABLE if of_all else HTTPStatus.TOO_MANY_REQUESTS
        return Fault(status=status, detail=str(error), headers={"Retry-After": str(_PENDING_WAIT)})
    if isinstance(error, Invalid):
        return Fault(status=HTTPStatus.BAD_REQUEST, detail=str(error))
    return fault_of(error)


def _said(status: int, sentence: str, headers: dict[str, str]) -> Response:
    return Response(sentence, status, {"cache-control": "no-store", **headers}, media_type="text/plain")
