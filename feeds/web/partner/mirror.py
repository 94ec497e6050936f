"""The certificate of a mirror: a partner says what it shows, and is told what of it is not as it should be."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from feeds.aside import aside
from feeds.newsroom.partners.shown import article_for, digest_of, digest_of_all
from feeds.site import SiteState
from feeds.urls import Urls
from feeds.web.api.body import read_object
from feeds.web.partner.changes import PATIENCE
from feeds.web.partner.entry import admitted
from storage.errors import Invalid, Unavailable
from storage.model import Article, Terms
from storage.protocol import Store

_AT_ONCE = 200
"""Articles."""


async def certify(scope: Scope, receive: Receive, send: Send) -> None:
    """`POST /partner/mirror`: `{"digest": ...}` of all that is shown, or `{"items": {guid: digest}}`.

    Raises HTTPException 400, 405 and 415, Invalid, and Unavailable.
    """
    request = Request(scope, receive)
    if request.method != "POST":
        raise HTTPException(HTTPStatus.METHOD_NOT_ALLOWED, "This takes POST.", {"Allow": "POST"})
    site: SiteState = request.app.state.site
    partner = admitted(request).access.partner
    digest, items = _asked(await read_object(request))
    if not await site.partner_views.catch_up(patience=PATIENCE):
        raise Unavailable("What you see is being put together: come again.")
    # One at a time: each takes a look at all that a partner sees.
    async with site.mirrors:
        right = await _digests(site.store, site.urls, partner.set_id, partner.terms)
    told = await aside(_compared, right, digest, items)
    await _answer(told)(scope, receive, send)


def _asked(body: Mapping[str, object]) -> tuple[str | None, Mapping[str, str] | None]:
    """Raises Invalid."""
    digest, items = body.get("digest"), body.get("items")
    if isinstance(digest, str) and items is None:
        return digest.lower(), None
    if digest is None and isinstance(items, dict) and all(isinstance(one, str) for one in items.values()):
        return None, {guid: one.lower() for guid, one in items.items()}
    why = "Send the digest of all that you show, or `items`: an object with the digest of each article by its guid."
    raise Invalid({"items" if digest is None else "digest": why})


async def _digests(store: Store, urls: Urls, set_id: int, terms: Terms) -> dict[str, str]:
    """Of all that a set of terms sees, by guid."""
    digests: dict[str, str] = {}
    after_id = 0
    while articles := await store.entitled_list(set_id, after_id=after_id, limit=_AT_ONCE):
        digests |= await aside(_of_articles, articles, terms, urls)
        after_id = articles[-1].id
    return digests


def _of_articles(articles: tuple[Article, ...], terms: Terms, urls: Urls) -> dict[str, str]:
    return {article.guid: digest_of(article_for(article, terms, urls)) for article in articles}


def _compared(right: Mapping[str, str], digest: str | None, items: Mapping[str, str] | None) -> dict[str, Any]:
    if items is None:
        return {"identical": digest == digest_of_all(right.items())}
    return {
        "identical": right == items,
        "missing": sorted(right.keys() - items.keys()),
        "different": sorted(guid for guid in right.keys() & items.keys() if right[guid] != items[guid]),
        "withdrawn": sorted(items.keys() - right.keys()),
    }


def _answer(told: Mapping[str, Any]) -> Response:
    return Response(
        json.dumps(told, ensure_ascii=False).encode("utf-8", "replace"),
        headers={"Cache-Control": "private, no-store"},
        media_type="application/json",
    )
