"""The feed of a trial of the hub: an entry for each Change that was made to it, and nothing of the newsroom."""

from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from feeds import paths
from feeds.document import FeedDocument, FeedItem
from feeds.kinds.base import NOTHING_MADE, Kind, Made, NoSuchFeed, Params, Publication
from feeds.validity import Validity
from storage.model import HubCheck
from storage.protocol import HubChecks
from storage.scopes import hub_check_scope


def guid_of(check: HubCheck, number: int) -> str:
    """Of an entry, by its number from 1 on."""
    return uuid5(NAMESPACE_URL, f"{check.token} {number}").urn


async def build_check(
    store: HubChecks,
    publication: Publication,
    params: Params,
    now: datetime,  # noqa: ARG001
    made: Made = NOTHING_MADE,  # noqa: ARG001
) -> FeedDocument:
    check = await store.get_hub_check(params["token"])
    if check is None:
        raise NoSuchFeed("there is no such trial of the hub")
    path = paths.HUB_CHECK_PAGE(**params)
    url, seq = publication.urls.of(path), check.snapshot.scopes[hub_check_scope(check.token)].version
    items = [
        FeedItem(
            key=(HUB_CHECK.name, check.token, number),
            seq=seq,
            guid=guid_of(check, number),
            url=url,
            title=f"Trial {number}",
            summary="",
            content_html="<p>The server tells itself.</p>",
            published=check.created_at,
            updated=check.created_at,
        )
        for number in range(check.number, 0, -1)
    ]
    return FeedDocument(
        title=f"Trial of the hub of {publication.title}",
        description="",
        page_url=url,
        feed_url=publication.urls.feed(path),
        language=publication.language,
        updated=check.created_at,
        items=tuple(items),
        hubs=publication.hubs,
        snapshot=check.snapshot,
        validity=Validity(until=check.expires_at),
    )


HUB_CHECK = Kind(
    name="hub check",
    page=paths.HUB_CHECK_PAGE,
    build=build_check,
    scopes=lambda params: (hub_check_scope(params["token"]),),
    in_wordpress=False,
)
"""No list names it, no address answers with it, and it is not among KINDS: the hub alone knows it, while the trial lasts."""
