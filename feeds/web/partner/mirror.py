"""The certificate of a mirror: a partner says what it shows, and is told what of it is not as it should be."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
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
from storage.model import Article, Partner, Terms

_AT_ONCE = 200
"""Articles."""


@dataclass(frozen=True, slots=True)
class _Shown:
    """What a mirror says of itself."""

    digest: str | None
    """Of all of it; None: `items` says of each."""
    items: Mapping[str, str]
    after: str
    """These are the articles whose guids come after this one, in the order of their bytes, ..."""
    until: str
    """... up to this one; '' for both where these are all."""

    @property
    def is_whole(self) -> bool:
        return not (self.after or self.until)

    def covers(self, guid: str) -> bool:
        return self.after < guid and (not self.until or guid <= self.until)


async def certify(scope: Scope, receive: Receive, send: Send) -> None:
    """`POST /partner/mirror`: `{"digest": ...}` of all that is shown, or `{"items": {guid: digest}}`, maybe of a part.

    Raises HTTPException 400, 405 and 415, Invalid, and Unavailable.
    """
    request = Request(scope, receive)
    if request.method != "POST":
        raise HTTPException(HTTPStatus.METHOD_NOT_ALLOWED, "This takes POST.", {"Allow": "POST"})
    site: SiteState = request.app.state.site
    partner = admitted(request).access.partner
    shown = _read(await read_object(request))
    if not await site.partner_views.catch_up(patience=PATIENCE):
        raise Unavailable("What you see is being put together: come again.")
    # Made once for all parts of a mirror, and for all partners with these terms, until something changes.
    number, right = await site.notices.share(("mirror", partner.set_id), partial(_digests, site, partner))
    told = await aside(_compared, right, shown)
    if told["identical"] and shown.is_whole:
        site.pickups.note_whole(partner, number)
    await _answer(told)(scope, receive, send)


def _read(body: Mapping[str, object]) -> _Shown:
    """Raises Invalid."""
    digest, items = body.get("digest"), body.get("items")
    after, until = body.get("after", ""), body.get("until", "")
    if not (isinstance(after, str) and isinstance(until, str)):
        raise Invalid({"after" if isinstance(until, str) else "until": "Send the guid of an article."})
    if isinstance(digest, str) and items is None:
        return _Shown(digest.lower(), {}, after, until)
    if digest is None and isinstance(items, dict) and all(isinstance(one, str) for one in items.values()):
        return _Shown(None, {guid: one.lower() for guid, one in items.items()}, after, until)
    why = "Send the digest of all that you show, or `items`: an object with the digest of each article by its guid."
    raise Invalid({"items" if digest is None else "digest": why})


async def _digests(site: SiteState, partner: Partner) -> tuple[int, dict[str, str]]:
    """Of all that a partner sees, by guid; with the number of the newest entry of its log before it was read."""
    digests: dict[str, str] = {}
    after_id = 0
    async with site.mirrors:
        number = await site.store.entitled_number(partner.set_id)
        while articles := await site.store.entitled_list(partner.set_id, after_id=after_id, limit=_AT_ONCE):
            digests |= await aside(_of_articles, articles, partner.terms, site.urls)
            after_id = articles[-1].id
    return number, digests


def _of_articles(articles: tuple[Article, ...], terms: Terms, urls: Urls) -> dict[str, str]:
    return {article.guid: digest_of(article_for(article, terms, urls)) for article in articles}


def _compared(right: Mapping[str, str], shown: _Shown) -> dict[str, Any]:
    if shown.digest is not None:
        return {"identical": shown.digest == digest_of_all(right.items())}
    items, covered = shown.items, {guid for guid in right if shown.covers(guid)}
    missing, withdrawn = covered - items.keys(), items.keys() - right.keys()
    different = {guid for guid in right.keys() & items.keys() if right[guid] != items[guid]}
    return {
        "identical": not (missing or different or withdrawn),
        "missing": sorted(missing),
        "different": sorted(different),
        "withdrawn": sorted(withdrawn),
    }


def _answer(told: Mapping[str, Any]) -> Response:
    return Response(
        json.dumps(told, ensure_ascii=False).encode("utf-8", "replace"),
        headers={"Cache-Control": "private, no-store"},
        media_type="application/json",
    )
