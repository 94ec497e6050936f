"""Comments: one article's, a section's, and all of them."""

from collections.abc import Sequence
from datetime import datetime

from feeds.document import FeedDocument
from feeds.kinds.base import FeedGone, FeedMoved, Kind, NoSuchFeed, Params, Publication
from feeds.kinds.documents import Heading, comments_document
from feeds.kinds.items import UNTITLED
from feeds.kinds.paging import FEED_PAGES, canonical_cursor, span_of
from storage.model import Comment, CommentEntry, CommentList, PathTarget, Position, Rest, Span
from storage.protocol import Articles, Comments
from storage.scopes import COMMENTS, SITE, section_comments_scope


async def build_all(store: Comments, publication: Publication, params: Params, _now: datetime) -> FeedDocument:
    listed = await store.read_comments(
        COMMENTS, limit=publication.feed_items, span=span_of(params, publication.feed_items), also=(SITE,)
    )
    return await _listed_document(listed, publication, params, about=publication.title, path="/comments/")


async def build_section(store: Comments, publication: Publication, params: Params, _now: datetime) -> FeedDocument:
    path = params["section"]
    listed = await store.read_comments(
        section_comments_scope(path),
        limit=publication.feed_items,
        span=span_of(params, publication.feed_items),
        also=(SITE,),
    )
    section = next((section for section in listed.sections if section.path == path), None)
    if section is None:
        raise NoSuchFeed(f"there is no section {path}")
    return await _listed_document(
        listed, publication, params, about=f"{section.title} – {publication.title}", path=f"/section/{path}/comments/"
    )


async def _listed_document(
    listed: CommentList, publication: Publication, params: Params, *, about: str, path: str
) -> FeedDocument:
    heading = Heading(title=f"Comments for {about}", path=path, query=canonical_cursor(params))
    return await comments_document(listed, publication, heading)


async def build_article(store: Articles, publication: Publication, params: Params, _now: datetime) -> FeedDocument:
    path = f"/{params['year']}/{params['month']}/{params['day']}/{params['slug']}/"
    view = await store.view_article(path, also=(SITE,))
    if view is None:
        raise NoSuchFeed(f"there is no article at {path}")
    if isinstance(view, PathTarget):
        if view.gone:
            raise FeedGone(f"the article at {path} was withdrawn")
        raise FeedMoved(view.path)
    by_id = {comment.id: comment for comment in view.comments}
    shown, newer, older = _cut(view.comments[::-1], span_of(params, publication.feed_items), publication.feed_items)
    listed = CommentList(
        comments=tuple(
            CommentEntry(
                comment=comment,
                article=view.article,
                parent=by_id.get(comment.parent_id) if comment.parent_id else None,
            )
            for comment in shown
        ),
        tombstones=() if newer else view.tombstones[: publication.feed_items],
        newer=newer,
        older=older,
        article=view.article,
        sections=view.sections,
        snapshot=view.snapshot,
    )
    heading = Heading(
        title=f"Comments on: {view.article.headline or UNTITLED}",
        path=view.article.path,
        query=canonical_cursor(params),
    )
    return await comments_document(listed, publication, heading, of_one_article=True)


def _cut(thread: Sequence[Comment], span: Span | Rest | None, limit: int) -> tuple[Sequence[Comment], bool, bool]:
    """A page of a whole thread, newest first, and whether there are newer and older ones."""
    if span is None:
        return thread[:limit], False, len(thread) > limit
    if isinstance(span, Rest):
        end = span.skipped + limit
        return thread[span.skipped : end], True, end < len(thread)
    places = [Position(comment.created_at, comment.id) for comment in thread]
    if span.newer:
        end = sum(place > span.position for place in places)
        start = max(0, end - limit)
    else:
        start = sum(place >= span.position for place in places)
        end = start + limit
    return thread[start:end], start > 0, end < len(thread)


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
