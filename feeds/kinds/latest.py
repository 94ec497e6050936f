"""The newest articles of the whole newsroom: the current document of its archive (RFC 5005, section 4).

Its documents, which are the finished days and the pages of today, are read once: what came or was corrected late is shown here.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from feeds import paths
from feeds.document import FeedDocument
from feeds.kinds.base import NOTHING_MADE, Kind, Made, Params, Publication
from feeds.kinds.dated import day_feed, midnight
from feeds.kinds.documents import Heading, articles_document
from feeds.kinds.late import LATE_SHOWN
from feeds.kinds.listing import Group, Listing
from feeds.kinds.paging import BEFORE, FEED_PAGES, canonical_cursor, cursor_of, span_of
from feeds.validity import Validity
from storage.lifecycle import LATE
from storage.model import CurrentList, NameList, Position
from storage.protocol import Articles
from storage.scopes import DAYS, HOME, SITE

_DAY = timedelta(days=1)


async def build(
    store: Articles, publication: Publication, params: Params, now: datetime, made: Made = NOTHING_MADE
) -> FeedDocument:
    span = span_of(params, publication.feed_items)
    if span is not None:
        listed = await store.read_articles(HOME, limit=publication.feed_items, span=span, also=(SITE,))
        heading = Heading(title=publication.title, path=paths.HOME(), query=canonical_cursor(params))
        return await articles_document(listed, publication, heading, made)

    today = now.astimezone(publication.zone).date()
    current = await store.read_current(
        limit=publication.feed_items, day=today, late_since=now - LATE_SHOWN, also=(SITE,)
    )
    # What changes it unwritten: days that begin, and the link that leads on from them.
    began, ends = midnight(today, publication.zone), midnight(today + _DAY, publication.zone)
    heading = Heading(
        title=publication.title,
        path=paths.HOME(),
        previous_archive=_previous_archive(current, publication, now),
        validity=Validity.turning(now, began, began + LATE, ends),
    )
    return await articles_document(current.newest, publication, heading, made)


def _previous_archive(current: CurrentList, publication: Publication, now: datetime) -> str:
    """What today has more than is shown, else the day before.

    A day that ended less than an hour ago is named by the cursor of its end: what comes within that hour is not late, and a reader
    that knows documents by their addresses shall read the day's once no more comes.
    """
    today = now.astimezone(publication.zone).date()
    began = midnight(today, publication.zone)
    if current.day_goes_on:
        last = current.newest.articles[-1]
        assert last.published_at is not None, "a public article has a date"
        return day_feed(publication, today, {BEFORE: cursor_of(Position(last.published_at, last.id))})
    previous = current.newest.beside.previous
    if previous is None:
        return ""
    just_ended = previous == today - _DAY and now < began + LATE
    return day_feed(publication, previous, {BEFORE: cursor_of(Position(began, 0))} if just_ended else {})


def latest_listing(publication: Publication) -> Listing:
    return Listing(
        group=Group.NEWSROOM,
        page=paths.HOME(),
        title=publication.title,
        description=publication.description,
        label=publication.title,
        about=publication.wording.gettext("Every new article, whatever its section."),
    )


def _listings(publication: Publication, _names: NameList) -> Iterator[Listing]:
    yield latest_listing(publication)


LATEST = Kind(
    name="latest",
    page=paths.HOME,
    build=build,
    query=FEED_PAGES,
    scopes=lambda _: (HOME, DAYS),
    listings=_listings,
    in_sitemap=True,
)
