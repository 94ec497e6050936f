"""The home feed of a day, a month or a year in the newsroom's time zone."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from feeds.document import FeedDocument
from feeds.kinds.base import BadDate, Kind, NoSuchFeed, Params, Publication
from feeds.kinds.documents import Heading, articles_document
from feeds.kinds.paging import CURSORS, canonical_cursor, span_of
from storage.protocol import Articles
from storage.scopes import SITE, day_scope, month_scope, year_scope

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


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

    Raises BadDate for one that is not in the calendar.
    """
    year, month, day = int(params["year"]), int(params.get("month", 1)), int(params.get("day", 1))
    try:
        first = date(year, month, day)
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
    except (ValueError, OverflowError):
        written = "-".join(params[part] for part in ("year", "month", "day") if part in params)
        raise BadDate(f"{written} is not in the calendar") from None


async def build(store: Articles, publication: Publication, params: Params, now: datetime) -> FeedDocument:
    """A period that has not begun has no feed yet; one that is over is marked `finished`."""
    asked = period(params)
    if now < asked.begins(publication.zone):
        raise NoSuchFeed(f"{asked.label} has not begun")
    limit, span = (None, None) if asked.whole else (publication.feed_items, span_of(params))
    listed = await store.read_articles(asked.scope, limit=limit, span=span, also=(SITE,))
    ends = asked.ends(publication.zone)
    return await articles_document(
        listed,
        publication,
        Heading(
            title=f"{asked.label} – {publication.title}",
            path=asked.path,
            valid_until=ends if now < ends else None,
            finished=now >= ends,
            whole=asked.whole,
            query={} if asked.whole else canonical_cursor(params),
        ),
    )


DAY = Kind(name="day", path="/{year:year}/{month:twodigits}/{day:twodigits}/", build=build)
MONTH = Kind(name="month", path="/{year:year}/{month:twodigits}/", build=build, query=CURSORS)
YEAR = Kind(name="year", path="/{year:year}/", build=build, query=CURSORS)
