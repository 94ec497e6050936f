"""Whenever and wherever the sample edition is loaded, it is dated rightly."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import example, given
from hypothesis import strategies as st

from feeds.sample.edition import Edition, date_edition
from feeds.sample.manuscripts import Manuscripts
from storage.model import ArticleStatus

ZONES = (
    "UTC",
    "Africa/Kampala",
    "Africa/Casablanca",
    "America/New_York",
    "America/St_Johns",
    "Asia/Beirut",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
)

instants = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis wants naive bounds
zones = st.sampled_from(ZONES).map(ZoneInfo)


@given(now=instants, zone=zones)
@example(
    now=datetime(2026, 3, 28, 22, 5, tzinfo=UTC), zone=ZoneInfo("Asia/Beirut")
)  # 01:05 of a day that began at 01:00
@example(now=datetime(2026, 11, 24, 21, 5, tzinfo=UTC), zone=ZoneInfo("Africa/Kampala"))  # 00:05
@example(now=datetime(2026, 11, 24, 0, 0, tzinfo=UTC), zone=ZoneInfo("UTC"))
@example(now=datetime(2026, 11, 24, 23, 59, 59, 999999, tzinfo=UTC), zone=ZoneInfo("UTC"))
def test_today_is_never_empty_and_nothing_is_in_the_future(
    manuscripts: Manuscripts, now: datetime, zone: ZoneInfo
) -> None:
    edition = date_edition(manuscripts, now, zone)
    today = now.astimezone(zone).date()
    public = [
        record.article for record in edition.records if record.article.public_at and record.article.public_at <= now
    ]
    assert sum(article.day == today for article in public) >= 3
    later = [article for article in (record.article for record in edition.records) if article not in public]
    assert sorted(article.status for article in later) == [ArticleStatus.DRAFT, ArticleStatus.PUBLISHED]
    for article in public:
        assert article.published_at is not None
        assert now - timedelta(days=14) <= article.published_at <= (article.updated_at or article.published_at) <= now
        assert article.day == article.published_at.astimezone(zone).date()


@given(now=instants, zone=zones)
def test_a_comment_follows_its_article_and_what_it_answers(
    manuscripts: Manuscripts, now: datetime, zone: ZoneInfo
) -> None:
    for record in date_edition(manuscripts, now, zone).records:
        by_id = {comment.id: comment for comment in record.comments}
        for comment in record.comments:
            assert comment.article_id == record.article.id
            assert record.article.published_at is not None
            assert record.article.published_at <= comment.created_at <= now
            if comment.parent_id is not None:
                parent = by_id[comment.parent_id]
                assert (parent.created_at, parent.id) < (comment.created_at, comment.id)


def edition_of(manuscripts: Manuscripts) -> Edition:
    return date_edition(manuscripts, datetime(2026, 11, 24, 12, tzinfo=UTC), ZoneInfo("Africa/Kampala"))


def test_ids_count_up_with_the_dates(manuscripts: Manuscripts) -> None:
    edition = edition_of(manuscripts)
    assert [record.article.id for record in edition.records] == list(range(1, len(edition.records) + 1))
    comments = [comment.id for record in edition.records for comment in record.comments]
    assert comments == list(range(1, len(comments) + 1))
    dates = [record.article.published_at for record in edition.records if record.article.published_at]
    assert all(one <= other for one, other in pairwise(dates))


def test_it_spans_two_weeks_with_something_almost_every_day(manuscripts: Manuscripts) -> None:
    days = {record.article.day for record in edition_of(manuscripts).records} - {None}
    assert len(days) >= 13


def test_sections_are_as_old_as_the_first_article(manuscripts: Manuscripts) -> None:
    edition = edition_of(manuscripts)
    assert {section.created_at for section in edition.sections} == {edition.records[0].article.published_at}
