"""Notice of what waits: an Atom feed at an address of each token's own, for feed readers, which cannot sign in."""

import secrets
from hashlib import blake2b, sha256
from html import escape

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from feeds import paths
from feeds.aside import aside
from feeds.document import FeedDocument, FeedItem, Person
from feeds.formats import FORMATS
from feeds.http.conditional import not_modified
from feeds.http.headers import field_value
from feeds.http.negotiation import ETAG_SUFFIX, Coding, choose_coding, encode
from feeds.kinds.base import Publication
from feeds.making import OF_SECRET_ADDRESSES
from feeds.render import render_in_turns
from feeds.site import SiteState
from feeds.web.api.access import MODERATE, holds
from feeds.web.desk.access import Form, see_other
from feeds.web.desk.comment_view import CommentView, comment_view
from feeds.web.desk.notices_page import notices_page
from feeds.web.desk.page import address
from feeds.web.desk.session import Session
from storage.errors import NotFound
from storage.model import CommentStatus, ModeratedComment, Snapshot

_ATOM = FORMATS[".atom"]
_SHOWN = 50
"""Entries: the newest that wait."""
_KEY_BYTES = 24
_DIGEST_SIZE = 12
"""Bytes."""
_FIELDS = {name.decode(): value.decode() for name, value in OF_SECRET_ADDRESSES}


async def show_notices(request: Request, session: Session) -> Response:
    """Raises nothing of its own."""
    return await notices_page(request, session)


async def open_feed(request: Request, session: Session, _form: Form) -> Response:
    """The page with the feed's new address, this once: its hash alone is kept. The one before ends. Raises NotFound."""
    site: SiteState = request.app.state.site
    key = secrets.token_urlsafe(_KEY_BYTES)
    await site.store.open_held_feed(session.token.name, _hash(key))
    return await notices_page(request, session, feed_url=site.urls.of(paths.DESK_FEED(key=key)))


async def end_feed(request: Request, session: Session, _form: Form) -> Response:
    """303 to the page. Raises nothing of its own."""
    site: SiteState = request.app.state.site
    await site.store.end_held_feed(session.token.name)
    return see_other(address(paths.DESK_NOTICES, said="ended"))


async def held_feed(request: Request) -> Response:
    """200 or 304, for whoever has the address of a feed whose token may moderate. Raises NotFound, HTTPException 406 for a client
    that refuses every coding.

    It has a strong validator and no date: when a comment was decided, the newest entry may be an older one.
    """
    site: SiteState = request.app.state.site
    token = await site.store.find_held_feed(_hash(request.path_params["key"]))
    if token is None or not holds(token, MODERATE):
        # Without the address: errors are logged.
        raise NotFound("there is no such feed of comments that wait")
    site.last_use.note(token)
    coding = choose_coding(field_value(request.headers, "accept-encoding"))
    if coding is None:
        raise HTTPException(406, "This is served as br, gzip or identity.", {"Vary": "accept-encoding"})
    found = await site.store.read_queue(CommentStatus.PENDING, limit=_SHOWN)
    document = _document(found.comments, site.publication, request.url.path)
    body, _ = await render_in_turns(_ATOM, document, site.kept_items)
    etag = f'"{blake2b(body, digest_size=_DIGEST_SIZE).hexdigest()}{ETAG_SUFFIX[coding]}"'
    now = site.clock()
    fields = {"etag": etag, "cache-control": "private, no-cache", "vary": "accept-encoding", **_FIELDS}
    if not_modified(
        field_value(request.headers, "if-none-match"), None, etag=etag, modified_at=site.publication.created_at, now=now
    ):
        return Response(None, 304, fields)
    if coding is not Coding.IDENTITY:
        fields["content-encoding"] = coding.value
    return Response(await aside(encode, body, coding), 200, fields, _ATOM.media_type)


def _document(held: tuple[ModeratedComment, ...], site: Publication, path: str) -> FeedDocument:
    items = tuple(_item(found, site) for found in held)
    return FeedDocument(
        title=f"Comments that wait – {site.title}",
        description="For moderators alone: whoever has this address reads what is here.",
        page_url=site.urls.of(paths.DESK),
        feed_url=site.urls.of(path.removesuffix(_ATOM.extension)),
        language=site.language,
        updated=max((item.updated for item in items), default=site.created_at),
        items=items,
        icon_url=site.icon_url,
        snapshot=Snapshot(seq=0, scopes={}),
    )


def _item(found: ModeratedComment, site: Publication) -> FeedItem:
    comment, view = found.comment, comment_view(found, site)
    return FeedItem(
        key=("held", comment.id, comment.version, found.article.version),
        seq=0,
        # Once it is approved, the public's feeds have an entry of the comment's own guid.
        guid=f"{comment.guid}#held",
        url=site.urls.of(paths.DESK_COMMENT(id=str(comment.id))),
        title=f"{comment.author_name} on {found.article.headline}",
        summary="",
        content_html=f"<p>{escape(_why(view))}</p>{view.body}",
        published=comment.created_at,
        updated=comment.created_at,
        authors=(Person(name=comment.author_name),),
    )


def _why(view: CommentView) -> str:
    return f"Held: {'; '.join(view.why)}" if view.why else "It waits for a moderator."


def _hash(key: str) -> str:
    return sha256(key.encode(errors="replace")).hexdigest()
