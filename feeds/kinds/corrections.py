"""How a correction is shown: the same words, under the body, in feeds and on the page."""

from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from feeds.text import MONTHS
from storage.model import Article


def correction_label(at: datetime | None, zone: ZoneInfo) -> str:
    """'Correction, 22 March 2023', by the newsroom's calendar."""
    if at is None:
        return "Correction"
    day = at.astimezone(zone).date()
    return f"Correction, {day.day} {MONTHS[day.month - 1]} {day.year}"


def body_with_correction(article: Article, zone: ZoneInfo) -> str:
    """The body as feeds carry it."""
    if not article.correction:
        return article.body_html
    label = correction_label(article.corrected_at, zone)
    words = escape(article.correction, quote=False).replace("\n", "<br>")
    return f"{article.body_html}<p><strong>{label}:</strong> {words}</p>"
