"""The sample edition with its dates, which count back from the moment it is loaded."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from feeds.sample.manuscripts import Manuscript, Manuscripts
from storage.model import Article, ArticleRecord, Comment, Section

_LATEST = timedelta(hours=3)
"""Articles younger than this stay within the day of the load, however early in it that is: today is never empty."""


@dataclass(frozen=True, slots=True)
class Edition:
    sections: tuple[Section, ...]
    """Parents first."""
    records: tuple[ArticleRecord, ...]
    """The oldest first, with ids that count from 1."""


def date_edition(manuscripts: Manuscripts, now: datetime, zone: ZoneInfo) -> Edition:
    """The edition as a newsroom in `zone` would have it at `now` (aware, UTC). Only what is scheduled is dated later."""
    now = now.replace(microsecond=0)
    records: list[ArticleRecord] = []
    comments = 0
    for number, manuscript in enumerate(manuscripts.articles, 1):
        article = replace(_dated(manuscript, now, zone), id=number)
        records.append(ArticleRecord(article=article, comments=_thread(manuscript, article, comments, now)))
        comments += len(manuscript.thread)
    founded_at = min(record.article.published_at or now for record in records)
    sections = tuple(
        Section(path=plan.path, title=plan.title, description=plan.description, created_at=founded_at)
        for plan in manuscripts.sections
    )
    return Edition(sections, tuple(records))


def _dated(manuscript: Manuscript, now: datetime, zone: ZoneInfo) -> Article:
    if manuscript.ago is None:
        return manuscript.article
    published_at = now - manuscript.ago
    if timedelta() <= manuscript.ago < _LATEST:
        midnight = datetime.combine(now.astimezone(zone).date(), time(), zone).astimezone(UTC)
        published_at = max(published_at, midnight)
    updated_at = min(published_at + manuscript.updated, now) if manuscript.updated else None
    return replace(
        manuscript.article,
        published_at=published_at,
        day=published_at.astimezone(zone).date(),
        updated_at=updated_at,
        corrected_at=(updated_at or published_at) if manuscript.article.correction else None,
    )


def _thread(manuscript: Manuscript, article: Article, before: int, now: datetime) -> tuple[Comment, ...]:
    """Its comments, with ids that go on after `before`."""
    if not manuscript.thread:
        return ()
    assert article.published_at is not None, "only an article with a date has comments"
    return tuple(
        Comment(
            id=before + place,
            guid=reply.guid,
            article_id=article.id,
            parent_id=None if reply.reply_to is None else before + 1 + reply.reply_to,
            author_name=reply.name,
            author_email=reply.email,
            body_html=reply.body_html,
            status=reply.status,
            created_at=min(article.published_at + reply.after, now),
        )
        for place, reply in enumerate(manuscript.thread, 1)
    )
