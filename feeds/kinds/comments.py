"""Comments: one article's, and all of them."""

from datetime import datetime

from feeds.document import FeedDocument
from feeds.kinds.base import FeedGone, FeedMoved, Kind, NoSuchFeed, Params, Publication
from feeds.kinds.documents import comments_document
from feeds.kinds.items import UNTITLED
from storage.model import CommentEntry, PathTarget
from storage.protocol import Articles, Comments
from storage.scopes import COMMENTS, SITE


async def build_all(store: Comments, publication: Publication, _params: Params, _now: datetime) -> FeedDocument:
    listed = await store.read_comments(COMMENTS, limit=publication.feed_items, also=(SITE,))
    return await comments_document(
        listed.comments,
        listed.tombstones,
        listed.snapshot,
        publication,
        title=f"Comments for {publication.title}",
        path="/comments/",
    )


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
    newest = view.comments[: -publication.feed_items - 1 : -1]
    return await comments_document(
        tuple(
            CommentEntry(
                comment=comment,
                article=view.article,
                parent=by_id.get(comment.parent_id) if comment.parent_id else None,
            )
            for comment in newest
        ),
        view.tombstones,
        view.snapshot,
        publication,
        title=f"Comments on: {view.article.headline or UNTITLED}",
        path=view.article.path,
        of_one_article=True,
    )


ALL_COMMENTS = Kind(name="comments", path="/comments/", build=build_all)
ARTICLE_COMMENTS = Kind(
    name="article comments",
    path="/{year:year}/{month:twodigits}/{day:twodigits}/{slug}/",
    build=build_article,
)
