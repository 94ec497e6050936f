"""Which feeds there are within a partner's terms: for people, for readers (OPML) and for programs (JSON)."""

import asyncio
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from html import escape

from starlette.requests import Request
from starlette.routing import BaseRoute, Route

from feeds import paths
from feeds.formats import PARTNER_FORMATS
from feeds.http.freshness import CachePolicy
from feeds.http.representation import Representation, represent
from feeds.kinds import COMMENT_KINDS, KINDS, all_listings
from feeds.kinds.base import Kind, Publication
from feeds.kinds.listing import Listing
from feeds.making import for_partners
from feeds.newsroom.partners.form import Entitled, publication_of
from feeds.site import SiteState
from feeds.urls import encode_path
from feeds.validity import LASTING
from feeds.web.discovery.opml import MEDIA_TYPE as OPML
from feeds.web.discovery.opml import opml_of
from feeds.web.names import names_in_the_news
from feeds.web.pages import MEDIA_TYPE as HTML
from feeds.web.partner.entry import admitted
from feeds.web.partner.feeds import Handler, answered_here
from feeds.web.respond import Answered, respond
from storage.model import NameList, Section, Terms

_JSON = "application/json; charset=utf-8"
_PAGE_POLICY = (b"content-security-policy", b"default-src 'none'; base-uri 'none'; frame-ancestors 'none'")
Write = Callable[[Publication, NameList, Sequence[Kind]], bytes]


def directory_routes() -> list[BaseRoute]:
    written: Sequence[tuple[str, Write, str]] = (
        ("", _page, HTML),
        ("feeds.opml", opml_of, OPML),
        ("feeds.json", _list, _JSON),
    )
    return [Route(f"{paths.PARTNER}{path}", _handler(write, media_type)) for path, write, media_type in written]


def _handler(write: Write, media_type: str) -> Handler:
    async def directory(request: Request) -> Answered:
        """As `respond` raises."""
        site: SiteState = request.app.state.site
        entitled = admitted(request).entitled

        async def make(_before: Representation | None) -> Representation:
            return await _make(site, entitled, write, media_type)

        return await respond(request, make, entitlements=entitled.name)

    return answered_here(directory)


async def _make(site: SiteState, entitled: Entitled, write: Write, media_type: str) -> Representation:
    terms = entitled.terms
    listed = await names_in_the_news(site.store.within(entitled.set_id))
    listed = replace(listed, sections=tuple(section for section in listed.sections if _is_granted(section, terms)))
    kinds = [kind for kind in KINDS if terms.comments or kind not in COMMENT_KINDS]
    body = await asyncio.to_thread(write, publication_of(site.publication, entitled), listed, kinds)
    made = represent(
        body,
        media_type=media_type,
        snapshot=listed.snapshot,
        policy=CachePolicy.of(site.settings.max_age, private=True),
        validity=LASTING,
        fields=(_PAGE_POLICY,) if media_type == HTML else (),
    )
    return for_partners(made, entitled)


def _is_granted(section: Section, terms: Terms) -> bool:
    """Whether anything may be seen in it: what lies below it counts."""
    is_in = not terms.sections or any(_is_below(one, section.path) for one in terms.sections)
    is_in |= any(_is_below(section.path, one) for one in terms.sections)
    return is_in and not any(_is_below(section.path, one) for one in terms.without_sections)


def _is_below(path: str, above: str) -> bool:
    return f"{path}/".startswith(f"{above}/")


def _listings(publication: Publication, listed: NameList, kinds: Sequence[Kind]) -> Iterator[Listing]:
    for by_name in all_listings(publication, listed, kinds).values():
        for listings in by_name.values():
            yield from listings


def _list(publication: Publication, listed: NameList, kinds: Sequence[Kind]) -> bytes:
    items = [
        {
            "title": listing.title,
            "page": publication.urls.of(listing.page),
            "feeds": {extension[1:]: publication.urls.feed(listing.page, extension) for extension in PARTNER_FORMATS},
        }
        for listing in _listings(publication, listed, kinds)
    ]
    return json.dumps({"items": items}, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _page(publication: Publication, listed: NameList, kinds: Sequence[Kind]) -> bytes:
    """Its links are relative: they lead on from an address with a key in it, too."""
    title = escape(f"Feeds of {publication.title} for partners")
    lines = [
        "<!DOCTYPE html>",
        f'<html lang="{escape(publication.language)}">',
        f'<head><meta charset="utf-8"><title>{title}</title></head>',
        f"<body><h1>{title}</h1>",
        '<p>The same as a list: <a href="feeds.opml">OPML</a>, <a href="feeds.json">JSON</a>.</p>',
        "<ul>",
        *(_line(listing) for listing in _listings(publication, listed, kinds)),
        "</ul></body></html>\n",
    ]
    return "\n".join(lines).encode()


def _line(listing: Listing) -> str:
    links = " ".join(
        f'<a href="{escape(_relative(paths.feed_path(listing.page, extension)))}">{escape(format.label)}</a>'
        for extension, format in PARTNER_FORMATS.items()
    )
    return f"<li>{escape(listing.label)}: {links}</li>"


def _relative(path: str) -> str:
    return encode_path(path).removeprefix("/")
