"""What a member's reader is answered whose key, in its path, opens nothing any more."""

from datetime import timedelta
from hashlib import blake2b
from html import escape
from http import HTTPStatus
from uuid import NAMESPACE_URL, uuid5

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from feeds import paths
from feeds.document import FeedDocument, FeedItem
from feeds.formats import FORMATS
from feeds.formats.base import Format, render
from feeds.http.conditional import not_modified
from feeds.http.headers import READ_METHODS, field_value
from feeds.http.negotiation import ETAG_SUFFIX, Coding, choose_coding, encode
from feeds.http.partner_refusals import refused
from feeds.kinds.base import Publication
from feeds.making import PRIVATE_VARY
from feeds.newsroom.partners.access import Refusal
from feeds.site import SiteState
from feeds.web.respond import Answered
from storage.model import PartnerAccess, ScopeState, Snapshot

TOLD_FOR = timedelta(days=30)
"""After a key has ended its feeds say so, and how to go on. Readers show entries to people, and errors hardly ever."""
_FEEDS = {f"/feed{extension}": format for extension, format in FORMATS.items()}
"""By how their paths end."""


class Ended:
    """For a while, a feed with one entry that says what to do. Then 410 of a key that was ended: readers stop asking; and 403 of
    one whose time is over, which may be prolonged: nobody is to lose the address for that. Both say what to do, too.
    """

    def __init__(self, refusal: Refusal) -> None:
        assert refusal.of is not None, "it is a member's"
        self._refusal = refusal
        self._access = refusal.of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        url = self._access.partner.renewal_url
        why = f"{self._refusal.why} Go on at {url}" if url else self._refusal.why
        format = next((format for end, format in _FEEDS.items() if scope["path"].endswith(end)), None)
        site: SiteState = scope["app"].state.site
        ended_at = self._access.key.expires_at
        is_told = url and ended_at is not None and site.clock() < ended_at + TOLD_FOR
        if format is None or not is_told or scope["method"] not in READ_METHODS:
            await Answered(refused(self._refusal.status, why))(scope, receive, send)
        else:
            await _feed(Request(scope), site, format, self._access)(scope, receive, send)


def _feed(request: Request, site: SiteState, format: Format, access: PartnerAccess) -> Response:
    """Without Last-Modified: which of the feeds before and after it are newer is said by no date."""
    body = render(format, _document(site.publication, access))
    coding = choose_coding(request.headers.get("accept-encoding")) or Coding.IDENTITY
    tag = f'"{blake2b(body, digest_size=12).hexdigest()}{ETAG_SUFFIX[coding]}"'
    fields = {
        "ETag": tag,
        "Cache-Control": f"private, max-age={site.settings.finished_max_age}",
        "Vary": PRIVATE_VARY.decode(),
    }
    now = site.clock()
    if not_modified(field_value(request.headers, "if-none-match"), None, etag=tag, modified_at=now, now=now):
        return Response(None, HTTPStatus.NOT_MODIFIED, fields)
    if coding is not Coding.IDENTITY:
        fields["Content-Encoding"] = coding.value
    fields["Content-Type"] = format.media_type
    return Response(encode(body, coding), headers=fields)


def _document(publication: Publication, access: PartnerAccess) -> FeedDocument:
    """The same bytes each time."""
    key, url = access.key, escape(access.partner.renewal_url)
    assert key.expires_at is not None, "it has ended"
    title = f"Your feed of {publication.title} has ended"
    summary = "This address was yours alone. Your membership has ended, or you were given another address."
    notice = FeedItem(
        key=("ended", key.hash),
        seq=0,
        guid=uuid5(NAMESPACE_URL, f"ended {key.hash}").urn,
        url=access.partner.renewal_url,
        title=title,
        summary=summary,
        content_html=f'<p>{summary}</p><p>Go on at <a href="{url}">{url}</a>.</p>',
        published=key.expires_at,
        updated=key.expires_at,
    )
    return FeedDocument(
        title=publication.title,
        description=publication.description,
        page_url=access.partner.renewal_url,
        feed_url=publication.urls.of(f"{paths.PARTNER}feed"),
        language=publication.language,
        updated=key.expires_at,
        items=(notice,),
        icon_url=publication.icon_url,
        icon_size=publication.icon_size,
        snapshot=Snapshot(seq=0, scopes={"ended": ScopeState(version=0, modified_at=key.expires_at)}),
    )
