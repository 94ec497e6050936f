"""The sitemap for Google News: the articles of the last two days, which change with the clock."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from feeds.kinds.base import Params, Publication
from feeds.kinds.items import article_name, title_of
from feeds.site import SiteState
from feeds.validity import Validity
from feeds.web.discovery.document import XML, Document, escaped
from feeds.web.discovery.sitemap import MEDIA_TYPE, last_modified
from storage.model import Article
from storage.scopes import SITE

_SHOWN = timedelta(days=2)
_MOST = 1000
"""Both as Google demands."""

_TRADITIONAL = {"hant", "tw", "hk", "mo"}


async def build_news(site: SiteState, _params: Params, now: datetime) -> Document:
    """It lets go of each article two days after its date, unwritten."""
    found = await site.store.read_news(now - _SHOWN, limit=_MOST, also=(SITE,))
    oldest = found.articles[-1].published_at if found.articles else None
    return Document(
        body=_document(
            site.store.omissions.sift(found.articles, lambda one: [*_article(one, site.publication)], article_name)
        ),
        media_type=MEDIA_TYPE,
        snapshot=found.snapshot,
        validity=Validity(
            since=found.before + _SHOWN if found.before else None, until=oldest + _SHOWN if oldest else None
        ),
    )


def _document(articles: Iterable[Iterable[str]]) -> bytes:
    return "\n".join(
        (
            f'{XML}<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"',
            '  xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">',
            *(line for article in articles for line in article),
            "</urlset>\n",
        )
    ).encode()


def _article(article: Article, site: Publication) -> Iterator[str]:
    edited_at = article.last_edited_at
    assert article.published_at is not None, "a public article has a date"
    assert edited_at is not None, "a public article has a date"
    url = site.urls.of(article.path)
    if article.canonical_url not in ("", url):
        return
    yield f"<url><loc>{escaped(url)}</loc>{last_modified(edited_at)}<news:news>"
    yield f"  <news:publication><news:name>{escaped(site.title)}</news:name>"
    yield f"    <news:language>{_language(article.language or site.language)}</news:language></news:publication>"
    yield f"  <news:publication_date>{article.published_at.isoformat(timespec='seconds')}</news:publication_date>"
    yield f"  <news:title>{escaped(title_of(article, site.wording))}</news:title>"
    yield "</news:news></url>"


def _language(tag: str) -> str:
    """ISO 639, as Google has it: of an RFC 5646 tag the language alone, but for Chinese, whose scripts it tells apart."""
    primary, *subtags = escaped(tag.lower()).replace("_", "-").split("-")
    if primary == "zh":
        return "zh-cn" if _TRADITIONAL.isdisjoint(subtags) else "zh-tw"
    return primary
