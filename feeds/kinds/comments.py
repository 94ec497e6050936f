"""Comments: one article's, a section's, and all of them."""

from datetime import datetime

from feeds.document import FeedDocument
from feeds.kinds.base import FeedGone, FeedMoved, Kind, NoSuchFeed, Params, Publication
from feeds.kinds.documents import Heading, comments_document
from feeds.kinds.items import headline_of
from feeds.kinds.late import late_since
from feeds.kinds.paging import FEED_PAGES, canonical_cursor, span_of
from feeds.kinds.titles import comments_title, feed_title
from storage.model import CommentList, PathTarget
from storage.protocol import Comments
from storage.scopes import COMMENTS, SITE, section_comments_scope


async def build_all(store: Comments, publication: Publication, params: Params, now: datetime) -> FeedDocument:
    span = span_of(params, publication.feed_items)
    listed = await store.read_comments(
        COMMENTS, limit=publication.feed_items, span=span, also=(SITE,), late_since=late_since(now, span)
    )
    return await _listed_document(listed, publication, params, about=publication.title, path="/comments/")


async def build_section(store: Comments, publication: Publication, params: Params, now: datetime) -> FeedDocument:
    path = params["section"]
    span = span_of(params, publication.feed_items)
    listed = await store.read_comments(
        section_comments_scope(path),
        limit=publication.feed_items,
        span=span,
        also=(SITE,),
        late_since=late_since(now, span),
    )
    section = next((section for section in listed.sections if section.path == path), None)
    if section is None:
        raise NoSuchFeed(f"there is no section {path}")
    return await _listed_document(
        listed, publication, params, about=feed_title(section.title, publication), path=f"/section/{path}/comments/"
    )


async def _listed_document(
    listed: CommentList, publication: Publication, params: Params, *, about: str, path: str
) -> FeedDocument:
    heading = Heading(title=comments_title(about), path=path, query=canonical_cursor(params))
    return await comments_document(listed, publication, heading)


async def build_article(store: Comments, publication: Publication, params: Params, now: datetime) -> FeedDocument:
    path = f"/{params['year']}/{params['month']}/{params['day']}/{params['slug']}/"
    span = span_of(params, publication.feed_items)
    listed = await store.view_comments(
        path, limit=publication.feed_items, span=span, also=(SITE,), late_since=late_since(now, span)
    )
    if listed is None:
        raise NoSuchFeed(f"there is no article at {path}")
    if isinstance(listed, PathTarget):
        if listed.gone:
            raise FeedGone(f"the article at {path} was withdrawn")
        raise FeedMoved(listed.path)
    assert listed.article is not None, "it is at the path"
    heading = Heading(
        title=f"Comments on: {headline_of(listed.article)}",
        path=listed.article.path,
        query=canonical_cursor(params),
    )
    return await comments_document(listed, publication, heading, of_one_article=True)


ALL_COMMENTS = Kind(name="comments", path="/comments/", build=build_all, query=FEED_PAGES)
SECTION_COMMENTS = Kind(
    name="section comments", path="/section/{section:path}/comments/", build=build_section, query=FEED_PAGES
)
ARTICLE_COMMENTS = Kind(
    name="article comments",
    path="/{year:year}/{month:twodigits}/{day:twodigits}/{slug}/",
    build=build_article,
    query=FEED_PAGES,
)
