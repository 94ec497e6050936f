"""The newest articles of the whole newsroom."""

from datetime import datetime

from feeds.document import FeedDocument
from feeds.kinds.base import Kind, Params, Publication
from feeds.kinds.documents import Heading, articles_document
from feeds.kinds.paging import CURSORS, canonical_cursor, span_of
from storage.protocol import Articles
from storage.scopes import HOME, SITE


async def build(store: Articles, publication: Publication, params: Params, _now: datetime) -> FeedDocument:
    listed = await store.read_articles(HOME, limit=publication.feed_items, span=span_of(params), also=(SITE,))
    return await articles_document(
        listed, publication, Heading(title=publication.title, path="/", query=canonical_cursor(params))
    )


LATEST = Kind(name="latest", path="/", build=build, query=CURSORS)
