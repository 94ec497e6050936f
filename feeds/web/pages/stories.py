"""Articles as they stand in lists."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from feeds.clean.html import excerpt
from feeds.content.datelines import not_in
from feeds.content.opening import HEAD, opening_of
from feeds.content.parts import BAR
from feeds.kinds.items import title_of
from feeds.urls import encode_path
from feeds.web.pages.display import Moment, moment
from feeds.web.pages.layout import Link, section_link
from feeds.wording import Wording
from storage.model import Article, Image

EXCERPT = 30
"""Words shown of an article without a summary."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    url: str
    """Path, percent-encoded."""
    title: str
    summary: str
    language: str
    """RFC 5646 tag; '' where the newsroom gave none."""
    photo: Image | None
    byline: str
    """Place and agency, as far as the summary does not begin with them: 'Brussels, Belgium | Xinhua'."""
    section: Link | None
    day: date
    """As in its path."""
    published: Moment
    comments: int
    """As listed: the count that feeds show."""


def story(article: Article, titles: Mapping[str, str], zone: ZoneInfo, wording: Wording) -> Story:
    """`titles`: of the sections, by path."""
    assert article.published_at is not None, "a public article has a date"
    assert article.day is not None, "a public article has a day"
    first = next(iter(article.sections), None)
    return Story(
        url=encode_path(article.path),
        title=title_of(article, wording),
        summary=article.summary or excerpt(article.body_html, EXCERPT),
        language=article.language,
        photo=article.image,
        byline=_byline(article),
        section=section_link(first, titles.get(first, first)) if first else None,
        day=article.day,
        published=moment(article.published_at, zone, wording),
        comments=article.listed_comment_count,
    )


def _byline(article: Article) -> str:
    place, agency = article.dateline, article.source.name if article.source else ""
    if not (place or agency):
        return ""
    heads = (article.summary[:HEAD],) if article.summary else opening_of(article.body_html).heads
    return BAR.join(not_in(heads, place, agency))
