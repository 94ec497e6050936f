"""What readers ask in a day that obey the fields of answers, and how late they have the news: simulated by the server's rules."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from random import Random

from feeds.http.freshness import CachePolicy, Freshness
from feeds.settings import Settings
from tests.bench.report import Report, percentile

READERS = 1_000
DAY = timedelta(days=1)
BEGINS = datetime(2026, 3, 2, tzinfo=UTC)
BY_DAY, BY_NIGHT = 45, 5
"""Articles from 7 to 22 h, and in the other hours, at times by chance."""
FALLBACK = timedelta(hours=6)
"""How often a subscriber asks nevertheless, in case that a delivery was lost."""
PUSHED = timedelta(seconds=1)
"""Until a subscriber has what was pushed: more than the part `push` shows."""


def report_budget(report: Report) -> None:
    settings = Settings()
    least, most = settings.max_age, settings.max_age_most
    published = [*_published(Random(1))]
    constant = _polls(published, CachePolicy.of(least))
    adaptive = _polls(published, CachePolicy.of(least, most=most))
    pushed = [PUSHED] * (READERS * sum(at >= BEGINS for at in published))
    asks = READERS * (DAY // FALLBACK)
    report.note(
        f"{READERS:,} readers of a feed with {BY_DAY + BY_NIGHT} articles a day: polls each a day", "late: median / p99"
    )
    for name, count, late in (
        (f"  max-age={least} always", *constant),
        (f"  max-age from {least} to {most}, as it is quiet", *adaptive),
        (
            f"  the hub, taken to need {PUSHED.seconds} s, and a poll in {FALLBACK // timedelta(hours=1)} hours",
            asks,
            pushed,
        ),
    ):
        report.note(name, f"{count / READERS:,.0f}", _shown(late))


def _published(random: Random) -> Iterator[datetime]:
    """Of the day before, and of the day."""
    for day in (BEGINS - DAY, BEGINS):
        night = [random.uniform(-2, 7) % 24 for _ in range(BY_NIGHT)]
        hours = sorted([*night, *(random.uniform(7, 22) for _ in range(BY_DAY))])
        yield from (day + timedelta(hours=hour) for hour in hours)


def _polls(published: Sequence[datetime], policy: CachePolicy) -> tuple[int, list[timedelta]]:
    """How many polls all readers make in the day, and how late each of them has each article."""
    random, count, late = Random(2), 0, []
    states = [Freshness(modified_at=at, valid_until=None, policy=policy) for at in published]
    for _ in range(READERS):
        now = BEGINS + timedelta(seconds=random.uniform(0, policy.max_ages[0]))
        while now < BEGINS + DAY:
            known = bisect_right(published, now)
            then = now + timedelta(seconds=states[known - 1].at(now).max_age)
            late += [then - at for at in published[known : bisect_right(published, then)]]
            count, now = count + 1, then
    return count, late


def _shown(late: Sequence[timedelta]) -> str:
    seconds = [one.total_seconds() for one in late]
    return f"{percentile(seconds, 50):.0f} / {percentile(seconds, 99):.0f} s"
