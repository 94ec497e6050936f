"""A section's articles, those of the sections in it included."""

from datetime import datetime

from feeds.document import FeedDocument
from feeds.kinds.base import Kind, NoSuchFeed, Params, Publication
from feeds.kinds.documents import Heading, articles_document
from feeds.kinds.late import late_since
from feeds.kinds.paging import FEED_PAGES, canonical_cursor, span_of
from feeds.kinds.titles import feed_title
from storage.protocol import Articles
from storage.scopes import SITE, section_scope


async def build(store: Articles, publication: Publication, params: Params, now: datetime) -> FeedDocument:
    path = params["section"]
    span = span_of(params, publication.feed_items)
    listed = await store.read_articles(
        section_scope(path), limit=publication.feed_items, span=span, also=(SITE,), late_since=late_since(now, span)
    )
    section = next((section for section in listed.sections if section.path == path), None)
    if section is None:
        raise NoSuchFeed(f"there is no section {path}")
    return await articles_document(
        listed,
        publication,
        Heading(
            title=feed_title(section.title, publication),
            path=f"/section/{path}/",
            description=section.description,
            query=canonical_cursor(params),
        ),
    )


SECTION = Kind(name="section", path="/section/{section:path}/", build=build, query=FEED_PAGES)
