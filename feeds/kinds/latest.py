"""The newest articles of the whole newsroom: the current document of its archive (RFC 5005, section 4).

Besides the newest it holds all of the day that is not over, and for a week what came or was corrected after its day was over:
the archive's documents, which are the finished days, are read once.
"""

from datetime import datetime, timedelta

from feeds.document import FeedDocument
from feeds.kinds.base import Kind, Params, Publication
from feeds.kinds.dated import day_path, midnight
from feeds.kinds.documents import Heading, articles_document
from feeds.kinds.paging import FEED_PAGES, canonical_cursor, span_of
from storage.model import Arrival
from storage.protocol import Articles
from storage.scopes import HOME, SITE

LATE_SHOWN = timedelta(days=7)
"""How long what came after its day was over is shown: whoever polls once a week misses nothing."""
_DAY = timedelta(days=1)


async def build(store: Articles, publication: Publication, params: Params, now: datetime) -> FeedDocument:
    span = span_of(params, publication.feed_items)
    if span is not None:
        listed = await store.read_articles(HOME, limit=publication.feed_items, span=span, also=(SITE,))
        heading = Heading(title=publication.title, path="/", query=canonical_cursor(params))
        return await articles_document(listed, publication, heading)

    def was_over(arrival: Arrival) -> bool:
        return arrival.at >= midnight(arrival.day + _DAY, publication.zone)

    today = now.astimezone(publication.zone).date()
    began = midnight(today, publication.zone)
    current = await store.read_current(
        limit=publication.feed_items,
        day=today,
        # What was late until some moment of today counts, too: the feed changed then, unwritten, as it did at midnight.
        since=began - LATE_SHOWN,
        is_late=lambda arrival: arrival.at > now - LATE_SHOWN and was_over(arrival),
        also=(SITE,),
    )
    ends = [arrival.at + LATE_SHOWN for arrival in current.arrivals if was_over(arrival)]
    finished = current.newest.beside.previous
    heading = Heading(
        title=publication.title,
        path="/",
        previous_archive=day_path(finished) if finished else "",
        valid_until=min([midnight(today + _DAY, publication.zone), *(end for end in ends if end > now)]),
        changed_at=max([began, *(end for end in ends if end <= now)]),
    )
    return await articles_document(
        current.newest, publication, heading, late=current.late, late_tombstones=current.late_tombstones
    )


LATEST = Kind(name="latest", path="/", build=build, query=FEED_PAGES)
