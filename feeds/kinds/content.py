"""What stands in an article's text, as feeds carry it and its page shows it."""

from datetime import datetime

from feeds.clean.html import absolute_html
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
        correction=correction_of(article, publication),
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


def correction_of(article: Article, publication: Publication) -> Correction | None:
    if not article.correction:
        return None
    return Correction(label=_label(article.corrected_at, publication), text=article.correction)


def _label(at: datetime | None, publication: Publication) -> str:
    """'Correction, 22 March 2023', by the newsroom's calendar."""
    wording = publication.wording
    if at is None:
        return wording.gettext("Correction")
    day = wording.dates.long(at.astimezone(publication.zone).date())
    return wording.gettext("Correction, %(date)s", date=day)
