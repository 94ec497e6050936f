"""The server's own callback, in a trial of its hub (`dateline subscriptions check`): a subscriber's, that notes what it is sent."""

import hmac
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response

from feeds.delivery.checking import topic_of
from feeds.delivery.own import is_token, token_of
from feeds.delivery.signing import signature
from feeds.kinds.hub_check import guid_of
from feeds.site import SiteState
from storage.model import Algorithm, HubCheck, RequestMode

_MOST = 65_536
"""Bytes of a delivery. The feed of a trial has a tenth of them."""
_FIELDS = {"cache-control": "no-store", "x-robots-tag": "noindex"}


async def check_at(site: SiteState, callback: str) -> HubCheck | None:
    """The trial whose callback it is, while that lasts; None of any other address."""
    token = token_of(site.urls, callback)
    return await site.store.get_hub_check(token) if token else None


async def answer_check(request: Request) -> Response:
    """The challenge, where the trial's own feed is asked about (WebSub, section 5.3); else 404."""
    site: SiteState = request.app.state.site
    check, asked = await _check_of(request, site), request.query_params
    topic = site.urls.base + topic_of(check.token).target if check else None
    if check is None or asked.get("hub.mode") != RequestMode.SUBSCRIBE or asked.get("hub.topic") != topic:
        return _answer(HTTPStatus.NOT_FOUND)
    await site.store.note_hub_check(check.token)
    return _answer(HTTPStatus.OK, asked.get("hub.challenge", ""))


async def receive_check(request: Request) -> Response:
    """204 for a delivery, 404 where no trial lasts; what was wrong with it is for who began the trial to say."""
    site: SiteState = request.app.state.site
    arrived_at = site.store.now()
    check = await _check_of(request, site)
    if check is None:
        return _answer(HTTPStatus.NOT_FOUND)
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > _MOST:
            return _answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    fault = _fault_of(check, bytes(body), request.headers.get("x-hub-signature", ""))
    await site.store.note_hub_check(check.token, arrived_at=arrived_at, fault=fault)
    return _answer(HTTPStatus.NO_CONTENT)


def _fault_of(check: HubCheck, body: bytes, signed: str) -> str:
    """What is wrong with a delivery, in a sentence; '' where nothing is."""
    expected = signature(Algorithm.SHA256, check.secret, body)
    if not hmac.compare_digest(expected.encode(), signed.encode()):
        return "its signature is wrong" if signed else "it came without its signature"
    return "" if guid_of(check, check.number).encode() in body else "it was not the newest of the feed"


async def _check_of(request: Request, site: SiteState) -> HubCheck | None:
    token = request.path_params["token"]
    return await site.store.get_hub_check(token) if is_token(token) else None


def _answer(status: HTTPStatus, text: str = "") -> Response:
    return Response(text or None, status, _FIELDS, media_type="text/plain")
