"""The home feed of a day, a month or a year in the newsroom's time zone."""

from dataclasses import dataclass, replace
from datetime import MAXYEAR, UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from feeds.document import FeedDocument
from feeds.kinds.base import BadDate, Kind, NoSuchFeed, Params, Publication
from feeds.kinds.documents import Heading, articles_document
from feeds.kinds.paging import FEED_PAGES, PAGED, canonical_cursor, span_of
from feeds.text import MONTHS
from storage.model import DaysBeside
from storage.protocol import Articles
from storage.scopes import DAYS, SITE, day_scope, month_scope, year_scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A day, a month or a year. `first` is its first day, `after` the first day that is not in it."""

    scope: str
    label: str
    path: str
    first: date
    after: date
    whole: bool
    """Its feed shows all of it: a day's; the others show their newest."""

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
            raise NoSuchFeed(f"{year} has not begun")
        if "day" in params:
            return Period(
                scope=day_scope(first),
                label=f"{first.day} {MONTHS[month - 1]} {year}",
                path=f"/{year:04d}/{month:02d}/{day:02d}/",
                first=first,
                after=first + timedelta(days=1),
                whole=True,
            )
        if "month" in params:
            return Period(
                scope=month_scope(year, month),
                label=f"{MONTHS[month - 1]} {year}",
                path=f"/{year:04d}/{month:02d}/",
                first=first,
                after=date(year + month // 12, month % 12 + 1, 1),
                whole=False,
            )
        return Period(
            scope=year_scope(year),
            label=f"{year}",
            path=f"/{year:04d}/",
            first=first,
            after=date(year + 1, 1, 1),
            whole=False,
        )
    except ValueError:
        written = "-".join(params[part] for part in ("year", "month", "day") if part in params)
        raise BadDate(f"{written} is not in the calendar") from None


def day_path(day: date) -> str:
    return f"/{day.year:04d}/{day.month:02d}/{day.day:02d}/"


async def build(store: Articles, publication: Publication, params: Params, now: datetime) -> FeedDocument:
    """A period that has not begun has no feed yet; one that is over is marked `finished`.

    The finished days are the newsroom's archive (RFC 5005, section 4), chained past those without articles.
    """
    asked = period(params)
    if now < asked.begins(publication.zone):
        raise NoSuchFeed(f"{asked.label} has not begun")
    ends = asked.ends(publication.zone)
    heading = Heading(
        title=f"{asked.label} – {publication.title}",
        path=asked.path,
        valid_until=ends if now < ends else None,
        finished=now >= ends,
        whole=asked.whole,
    )
    if asked.whole:
        if canonical_cursor(params):
            raise NoSuchFeed(f"{asked.label} is a feed of one page")
        listed = await store.read_articles(asked.scope, limit=None, beside=asked.first, also=(SITE, DAYS))
        return await articles_document(listed, publication, _in_archive(heading, listed.beside, publication, now))
    listed = await store.read_articles(
        asked.scope, limit=publication.feed_items, span=span_of(params, publication.feed_items), also=(SITE,)
    )
    return await articles_document(listed, publication, replace(heading, query=canonical_cursor(params)))


def _in_archive(heading: Heading, beside: DaysBeside, publication: Publication, now: datetime) -> Heading:
    """A day's place in the chain. The next day joins it at its own end, which changes this one unwritten."""
    over = midnight(beside.next + timedelta(days=1), publication.zone) if beside.next else None
    joined = over is not None and now >= over
    known = [instant for instant in (heading.valid_until, None if joined else over) if instant is not None]
    return replace(
        heading,
        archive=heading.finished,
        previous_archive=day_path(beside.previous) if beside.previous else "",
        next_archive=day_path(beside.next) if beside.next and joined else "",
        valid_until=min(known, default=None),
        changed_at=over if joined else None,
    )


DAY = Kind(name="day", path="/{year:year}/{month:twodigits}/{day:twodigits}/", build=build, query=(PAGED,))
MONTH = Kind(name="month", path="/{year:year}/{month:twodigits}/", build=build, query=FEED_PAGES)
YEAR = Kind(name="year", path="/{year:year}/", build=build, query=FEED_PAGES)
