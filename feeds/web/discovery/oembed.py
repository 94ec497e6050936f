"""oEmbed 1.0 (oembed.com): what a site that links to an article shows in the link's place.

It is of type `link`: who embeds makes a card of the title, the author and the photo, and runs nothing of ours. WordPress and
Mastodon show nothing of a `rich` one without an iframe.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import unquote, urlsplit

from starlette.exceptions import HTTPException

from feeds.kinds.base import FeedGone, Params, Publication
from feeds.kinds.items import title_of
from feeds.origins import origin_of
from feeds.site import SiteState
from feeds.urls import Urls
from feeds.web.discovery.document import XML, Document, escaped
from feeds.web.legacy_urls import find_moved
from feeds.web.queries import number_of
from storage.errors import NotFound
from storage.model import Article, ArticleView, PathTarget
from storage.scopes import SITE

QUERY = ("url", "format", "maxwidth", "maxheight")

_MEDIA_TYPES = {"json": "application/json; charset=utf-8", "xml": "text/xml; charset=utf-8"}
_MOVES = 3
"""Former addresses followed, one after another."""


async def build_oembed(site: SiteState, params: Params, _now: datetime) -> Document:
    """Raises NotFound for what is no article's address here, FeedGone where it was withdrawn, HTTPException 400, 501."""
    format = params.get("format", "json")
    if format not in _MEDIA_TYPES:
        raise HTTPException(501, f"oEmbed comes as {' or '.join(_MEDIA_TYPES)} here.")
    if "url" not in params:
        raise HTTPException(400, "Name the article: ?url= and the address of its page, percent-encoded.")
    view = await _find(site, params["url"])
    members = dict(_members(view.article, site.publication, _limits(params)))
    return Document(
        body=_json(members) if format == "json" else _xml(members),
        media_type=_MEDIA_TYPES[format],
        snapshot=view.snapshot,
    )


async def _find(site: SiteState, url: str) -> ArticleView:
    path, query = _own_path(site.urls, url)
    for _ in range(_MOVES):
        view = await site.store.view_article(path, size=1, also=(SITE,))
        if isinstance(view, ArticleView):
            return view
        if isinstance(view, PathTarget):
            if view.gone:
                raise FeedGone(f"the article at {path} was withdrawn")
            path, query = view.path, b""
        else:
            moved = await find_moved(site.store, path, query, sites=await site.former_sites.get())
            if moved is None:
                break
            path, query = unquote(moved.location.partition("?")[0]), b""
    raise NotFound("no article of this newsroom has that address")


def _own_path(urls: Urls, url: str) -> tuple[str, bytes]:
    """The decoded path, with its last slash, and the query of an address of this site, whether by http or https.

    Raises NotFound for any other.
    """
    try:
        is_here = _host_of(url) == _host_of(urls.base)
        _, _, path, query, _ = urlsplit(url.strip())
        path, asked = unquote(path, errors="strict"), query.encode()
    except ValueError:
        is_here, path, asked = False, "", b""
    if not is_here:
        raise NotFound("that is no address of this newsroom")
    return path if path.endswith("/") else f"{path}/", asked


def _host_of(url: str) -> str:
    """With its port, where it is not the scheme's own. Raises ValueError."""
    return origin_of(url).partition("://")[2]


def _limits(params: Params) -> tuple[int | None, int | None]:
    """The greatest width and height of what is shown, in pixels; None for none, or for what is no number."""
    return number_of(params.get("maxwidth")), number_of(params.get("maxheight"))


def _members(
    article: Article, site: Publication, limits: tuple[int | None, int | None]
) -> Iterator[tuple[str, str | int]]:
    authors = article.authors
    yield "version", "1.0"
    yield "type", "link"
    yield "title", title_of(article, site.wording)
    yield "author_name", ", ".join(author.name for author in authors) or site.title
    yield "author_url", _author_url(article, site)
    yield "provider_name", site.title
    yield "provider_url", site.urls.home
    photo = article.image
    url = site.urls.linked(photo.url) if photo else ""
    # A photo is there as it is, in no other size: where it does not keep within the limits, or nobody knows, it is left out.
    if photo and url and photo.width and photo.height and _within((photo.width, photo.height), limits):
        yield "thumbnail_url", url
        yield "thumbnail_width", photo.width
        yield "thumbnail_height", photo.height


def _author_url(article: Article, site: Publication) -> str:
    if len(article.authors) != 1:
        return site.urls.home
    [author] = article.authors
    return site.urls.author(author.slug, author.url)


def _within(sides: tuple[int, int], limits: tuple[int | None, int | None]) -> bool:
    return all(limit is None or side <= limit for side, limit in zip(sides, limits, strict=True))


def _json(members: dict[str, str | int]) -> bytes:
    return json.dumps(members, ensure_ascii=False, separators=(",", ":")).encode()


def _xml(members: dict[str, str | int]) -> bytes:
    lines = (f"  <{name}>{escaped(str(value))}</{name}>" for name, value in members.items())
    return "\n".join((f"{XML}<oembed>", *lines, "</oembed>\n")).encode()
