"""The articles of an author."""

from datetime import datetime

from feeds.document import FeedDocument
from feeds.kinds.base import Kind, NoSuchFeed, Params, Publication
from feeds.kinds.documents import Heading, articles_document
from feeds.kinds.late import late_since
from feeds.kinds.paging import FEED_PAGES, canonical_cursor, span_of
from feeds.kinds.titles import feed_title
from storage.model import ArticleList
from storage.protocol import Articles
from storage.scopes import SITE, author_scope


async def build(store: Articles, publication: Publication, params: Params, now: datetime) -> FeedDocument:
    slug = params["author"]
    span = span_of(params, publication.feed_items)
    listed = await store.read_articles(
        author_scope(slug), limit=publication.feed_items, span=span, also=(SITE,), late_since=late_since(now, span)
    )
    name = author_name(listed, slug)
    return await articles_document(
        listed,
        publication,
        Heading(title=feed_title(name, publication), path=f"/author/{slug}/", query=canonical_cursor(params)),
    )


def author_name(listed: ArticleList, slug: str) -> str:
    """As in bylines; the slug, where all is withdrawn. Raises NoSuchFeed for one who never wrote in public."""
    if not listed.snapshot.scopes[author_scope(slug)].version:
        raise NoSuchFeed(f"there is no author {slug}")
    names = (author.name for article in listed.articles for author in article.authors if author.slug == slug)
    return next(names, slug)


AUTHOR = Kind(name="author", path="/author/{author}/", build=build, query=FEED_PAGES)
