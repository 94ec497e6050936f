"""The home feed of a day, a month or a year in the newsroom's time zone."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import MAXYEAR, UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from feeds import paths
from feeds.document import FeedDocument
from feeds.kinds.base import NOTHING_MADE, BadDate, Kind, Made, NoSuchFeed, Params, Publication
from feeds.kinds.documents import Heading, articles_document
from feeds.kinds.late import late_since
from feeds.kinds.listing import Group, Listing
from feeds.kinds.paging import AFTER, BEFORE, FEED_PAGES, canonical_cursor, cursor_of, span_of, with_query
from feeds.kinds.titles import feed_title
from feeds.validity import Validity
from feeds.wording import Said, marked, saying
from feeds.wording.dates import Dates
from storage.model import ArticleList, DaysBeside, NameList, Position
from storage.protocol import Articles
from storage.scopes import DAYS, HOME, SITE, day_scope, month_scope, year_scope

_DAY, _LONGEST_MONTH = timedelta(days=1), timedelta(days=31)


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A day, a month or a year. `first` is its first day, `after` the first day that is not in it."""

    scope: str
    path: str
    first: date
    after: date

    @property
    def is_day(self) -> bool:
        return self.after == self.first + _DAY

    def label(self, dates: Dates) -> str:
        """'22 March 2023', 'March 2023' or '2023'."""
        written = dates.long if self.is_day else dates.month_of if self._is_month else dates.year
        return written(self.first)

    @property
    def _is_month(self) -> bool:
        return self.after - self.first <= _LONGEST_MONTH

    def begins(self, zone: ZoneInfo) -> datetime:
        return midnight(self.first, zone)

    def ends(self, zone: ZoneInfo) -> datetime:
        """The instant at which it is over, in UTC."""
        return midnight(self.after, zone)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The instant at which a day begins in a time zone, in UTC. Where a clock change skips midnight, the first moment after it."""
    try:
        # Where a clock change skips or repeats midnight its two readings differ; the earlier is never too late.
        start = min(datetime.combine(day, time(fold=fold), zone).astimezone(UTC) for fold in (0, 1))
    except OverflowError:
        # East of Greenwich the year 1 begins before the calendar does.
        return datetime.min.replace(tzinfo=UTC)
    while start.astimezone(zone).date() < day:
        start += timedelta(minutes=1)
    return start


def period(params: Params) -> Period:
    """The period that a path names: 'year', 'month' and 'day' in digits, the latter two perhaps absent.

    Raises BadDate for one that is not in the calendar, NoSuchFeed for one of its last year: the day after that cannot be said.
    """
    year, month, day = int(params["year"]), int(params.get("month", 1)), int(params.get("day", 1))
    try:
        first = date(year, month, day)
        if year == MAXYEAR:
            raise NoSuchFeed(_not_begun(str(year)))
        if "day" in params:
            return Period(
                scope=day_scope(first),
                path=paths.day_path(first),
                first=first,
                after=first + _DAY,
            )
        if "month" in params:
            return Period(
                scope=month_scope(year, month),
                path=paths.month_path(first),
                first=first,
                after=date(year + month // 12, month % 12 + 1, 1),
            )
        return Period(
            scope=year_scope(year),
            path=paths.year_path(first),
            first=first,
            after=date(year + 1, 1, 1),
        )
    except ValueError:
        written = "-".join(params[part] for part in ("year", "month", "day") if part in params)
        raise BadDate(saying("%(date)s is not in the calendar", date=written)) from None


def day_feed(publication: Publication, day: date, query: Mapping[str, str] | None = None) -> str:
    """The URL of a day's feed, or of one of its pages, without extension."""
    return with_query(publication.urls.feed(paths.day_path(day)), query or {})


async def build(
    store: Articles, publication: Publication, params: Params, now: datetime, made: Made = NOTHING_MADE
) -> FeedDocument:
    """The newest of a month or a year. A period that has not begun has no feed yet; one that is over is finished."""
    asked = _begun(params, publication, now)
    span = span_of(params, publication.feed_items)
    listed = await store.read_articles(
        asked.scope, limit=publication.feed_items, span=span, also=(SITE,), late_since=late_since(now, span)
    )
    await refuse_before_all(store, asked, listed, publication, now)
    heading = Heading(
        title=feed_title(asked.label(publication.wording.dates), publication),
        path=asked.path,
        query=canonical_cursor(params),
        validity=Validity.ending(now, asked.ends(publication.zone)),
    )
    return await articles_document(listed, publication, heading, made)


async def build_day(
    store: Articles, publication: Publication, params: Params, now: datetime, made: Made = NOTHING_MADE
) -> FeedDocument:
    """The newest of a day, or what is older than a cursor.

    The finished days are the newsroom's archive (RFC 5005, section 4), with all their pages, chained past the days without
    articles. So are the pages of today: what is older than an entry of today changes no more, unless it is corrected. Two
    kinds of document are none: today's own feed, and what is newer than one of its entries.
    """
    asked = _begun(params, publication, now)
    today = now.astimezone(publication.zone).date()
    listed = await store.read_day(
        asked.first,
        limit=publication.day_items,
        today=today,
        span=span_of(params, publication.day_items),
        also=(SITE,),
    )
    await refuse_before_all(store, asked, listed, publication, now)
    ends, beside, query = asked.ends(publication.zone), listed.beside, canonical_cursor(params)
    # The next day joins the archive at its own end, which changes this one unwritten, as this one's end does.
    joins = midnight(beside.next + _DAY, publication.zone) if beside.next else ends
    heading = Heading(
        title=feed_title(asked.label(publication.wording.dates), publication),
        path=asked.path,
        query=query,
        archive=now >= ends or BEFORE in query,
        previous_archive=day_feed(publication, beside.previous) if beside.previous else "",
        next_archive=_oldest_of(beside, publication) if now >= joins else "",
        chained=True,
        validity=Validity.turning(now, ends, joins, finished=now >= ends),
        limit=publication.day_items,
    )
    return await articles_document(listed, publication, heading, made)


def not_begun(asked: Period, dates: Dates) -> Said:
    return _not_begun(asked.label(dates))


def _not_begun(period: str) -> Said:
    return saying("%(period)s has not begun", period=period)


def _begun(params: Params, publication: Publication, now: datetime) -> Period:
    """Raises NoSuchFeed for a period that has not begun, and as `period` does."""
    asked = period(params)
    if now < asked.begins(publication.zone):
        raise NoSuchFeed(not_begun(asked, publication.wording.dates))
    return asked


async def refuse_before_all(
    store: Articles, asked: Period, listed: ArticleList, publication: Publication, now: datetime
) -> None:
    """Raises NoSuchFeed for a period that was over when the newsroom's first article came: there never was anything to show.

    One that ever had an article stays, and so does an empty one between others. `listed` is what was read of it.
    """
    if listed.snapshot.scopes[asked.scope].version:
        return
    today = now.astimezone(publication.zone).date()
    if asked.after <= min(await store.first_day() or today, today):
        raise NoSuchFeed(
            saying("%(period)s is before the newsroom's first article", period=asked.label(publication.wording.dates))
        )


def _oldest_of(beside: DaysBeside, publication: Publication) -> str:
    """The document of the next day that holds its oldest articles; '' where there is no next day."""
    if beside.next is None:
        return ""
    begins = Position(midnight(beside.next, publication.zone), 0)
    return day_feed(publication, beside.next, {AFTER: cursor_of(begins)} if beside.next_is_longer else {})


def _day_scopes(params: Params) -> tuple[str, ...]:
    # The document leads on to the next day's, or to the oldest page of that: any article may make it the next, or longer.
    return period(params).scope, DAYS, HOME


def _period_scopes(params: Params) -> tuple[str, ...]:
    return (period(params).scope,)


def _last(
    path_of: Callable[[date], str], label: Callable[[Dates, date], str], about: str
) -> Callable[[Publication, NameList], Iterator[Listing]]:
    """Of the last day with articles, its month or its year: the others are found from its page on."""

    def listings(publication: Publication, names: NameList) -> Iterator[Listing]:
        day = names.last_day
        if day is not None:
            page, called = path_of(day), label(publication.wording.dates, day)
            title = feed_title(called, publication)
            yield Listing(
                group=Group.DATES, page=page, title=title, label=called, about=publication.wording.gettext(about)
            )

    return listings


DAY = Kind(
    name="day",
    page=paths.DAY,
    build=build_day,
    query=FEED_PAGES,
    scopes=_day_scopes,
    listings=_last(
        paths.day_path, lambda dates, day: dates.full(day), marked("The whole of that day; each day has its own.")
    ),
)
MONTH = Kind(
    name="month",
    page=paths.MONTH,
    build=build,
    query=FEED_PAGES,
    scopes=_period_scopes,
    listings=_last(
        paths.month_path,
        lambda dates, day: dates.month_of(day),
        marked("The newest of that month; each month has its own."),
    ),
)
YEAR = Kind(
    name="year",
    page=paths.YEAR,
    build=build,
    query=FEED_PAGES,
    scopes=_period_scopes,
    listings=_last(
        paths.year_path, lambda dates, day: dates.year(day), marked("The newest of that year; each year has its own.")
    ),
)
