"""The articles with a tag."""

from datetime import datetime

from feeds.document import FeedDocument
from feeds.kinds.base import Kind, NoSuchFeed, Params, Publication
from feeds.kinds.documents import Heading, articles_document
from feeds.kinds.late import late_since
from feeds.kinds.paging import FEED_PAGES, canonical_cursor, span_of
from feeds.kinds.titles import feed_title
from storage.model import ArticleList
from storage.protocol import Articles
from storage.scopes import SITE, tag_scope


async def build(store: Articles, publication: Publication, params: Params, now: datetime) -> FeedDocument:
    slug = params["tag"]
    span = span_of(params, publication.feed_items)
    listed = await store.read_articles(
        tag_scope(slug), limit=publication.feed_items, span=span, also=(SITE,), late_since=late_since(now, span)
    )
    return await articles_document(
        listed,
        publication,
        Heading(
            title=feed_title(tag_name(listed, slug), publication),
            path=f"/tag/{slug}/",
            query=canonical_cursor(params),
        ),
    )


def tag_name(listed: ArticleList, slug: str) -> str:
    """As its articles have it; its slug, where they are all withdrawn. Raises NoSuchFeed for a tag that no article ever had."""
    if not listed.snapshot.scopes[tag_scope(slug)].version:
        raise NoSuchFeed(f"there is no tag {slug}")
    names = (tag.name for article in listed.articles for tag in article.tags if tag.slug == slug)
    return next(names, slug)


TAG = Kind(name="tag", path="/tag/{tag}/", build=build, query=FEED_PAGES)
