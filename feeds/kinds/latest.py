"""The newest articles of the whole newsroom."""

from datetime import datetime

from feeds.document import FeedDocument
from feeds.kinds.base import Kind, Params, Publication
from feeds.kinds.documents import articles_document
from storage.protocol import Articles
from storage.scopes import HOME, SITE


async def build(store: Articles, publication: Publication, _params: Params, _now: datetime) -> FeedDocument:
    listed = await store.read_articles(HOME, limit=publication.feed_items, also=(SITE,))
    return await articles_document(listed, publication, title=publication.title, path="/")


LATEST = Kind(name="latest", path="/", build=build)
