"""What stands in an article's text, as feeds carry it and its page shows it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from feeds.clean.html import absolute_html
from feeds.clean.text import MONTHS
from feeds.content import Content, content_of
from feeds.document import Correction, Photo
from feeds.kinds.base import Publication
from storage.model import Article


def article_content(article: Article, publication: Publication) -> Content:
    """The parts, each once; URLs are absolute. A page puts its own markup around them, and the dateline into the body by
    `Content.body_with`.
    """
    page_url = publication.urls.of(article.path)
    return content_of(
        absolute_html(article.body_html, page_url),
        page_url,
        photo=photo_of(article, publication),
        place=article.dateline,
        agency=article.source.name if article.source else "",
        correction=correction_of(article, publication.zone),
    )


def photo_of(article: Article, publication: Publication) -> Photo | None:
    """None of an article without one, or whose address is none."""
    image = article.image
    url = publication.urls.absolute(image.url) if image else ""
    if image is None or not url:
        return None
    return Photo(
        url=url,
        type=image.type,
        length=image.length,
        width=image.width,
        height=image.height,
        alt=image.alt,
        caption=image.caption,
        credit=image.credit,
    )


def correction_of(article: Article, zone: ZoneInfo) -> Correction | None:
    if not article.correction:
        return None
    return Correction(label=_label(article.corrected_at, zone), text=article.correction)


def _label(at: datetime | None, zone: ZoneInfo) -> str:
    """'Correction, 22 March 2023', by the newsroom's calendar."""
    if at is None:
        return "Correction"
    day = at.astimezone(zone).date()
    return f"Correction, {day.day} {MONTHS[day.month - 1]} {day.year}"
