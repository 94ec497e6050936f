"""Comments: reply, list, read, edit, moderate."""

from functools import partial

from starlette.responses import Response

from feeds.http.conditional import not_modified
from feeds.http.headers import field_value
from feeds.kinds.items import comment_name
from feeds.newsroom.commenting import reply
from feeds.newsroom.editing import edit_comment
from feeds.web.api.access import MODERATE, holds
from feeds.web.api.operations import REVALIDATED, Call, answer
from feeds.web.api.paging import NumberCursor, Page, cut
from feeds.web.api.preconditions import etag, if_match
from feeds.web.api.resources import Comment, CommentPage
from storage import model
from storage.model import CommentStatus


class CommentsQuery(Page):
    status: CommentStatus | None = None
    """Only those of this status; `pending` ones come oldest first, as at the desk."""
    cursor: NumberCursor = None


async def add_comment(call: Call) -> Response:
    """201 with the comment. Raises NotFound without a public article of this id, Invalid naming every wrong field, and Refused:
    Closed, Duplicate, TooFast; Repeated.
    """
    assert call.token is not None, "nobody comments here without a token"
    site = call.site
    moderator = holds(call.token, MODERATE)
    # Before the reply is kept: nothing may fail after it, of which the author would be told that nothing was changed.
    article = await site.store.get_article(call.id)

    def created(comment: model.Comment) -> Response:
        location = {"Location": site.urls.comment(article.path, comment.id)}
        return answer(Comment.of(comment, site.urls, with_email=moderator), 201, location)

    comment = await reply(
        site.store,
        call.id,
        call.body,
        policy=site.comment_policy,
        clock=site.clock,
        moderator=moderator,
        once=call.once(created),
    )
    return created(comment)


async def list_comments(call: Call) -> Response:
    """A page of all comments, those left out that cannot be read: what waits in the order in which it is dealt with. Raises nothing
    of its own.
    """
    query = call.asked(CommentsQuery)
    held = query.status is CommentStatus.PENDING
    rows = await call.site.store.list_comments(
        status=query.status,
        before_id=None if held else query.cursor,
        after_id=(query.cursor or 0) if held else None,
        limit=query.limit + 1,
    )
    comments, next = cut(rows, query.limit, lambda comment: comment.id)
    items = call.site.store.omissions.sift(
        comments, lambda one: Comment.of(one, call.site.urls, with_email=True), comment_name
    )
    return answer(CommentPage(items=items, next=next))


async def read_comment(call: Call) -> Response:
    """The comment, or 304. Raises NotFound, Unreadable."""
    comment = await call.site.store.get_comment(call.id)
    known = field_value(call.request.headers, "if-none-match")
    now = call.site.clock()
    if not_modified(known, None, etag=etag(comment), modified_at=comment.created_at, now=now):
        return Response(None, 304, {"ETag": etag(comment), "Cache-Control": REVALIDATED})
    headers = {"ETag": etag(comment)}
    return answer(Comment.of(comment, call.site.urls, with_email=True), headers=headers, cache=REVALIDATED)


async def patch_comment(call: Call) -> Response:
    """The comment as it is after the edit. Raises NotFound, Stale where If-Match names another version, Invalid naming every wrong
    field, Conflict if it was erased or too many edits meet, Unreadable.
    """
    comment = await edit_comment(call.site.store, call.id, call.body, if_version=if_match(call.request))
    return answer(Comment.of(comment, call.site.urls, with_email=True), headers={"ETag": etag(comment)})


async def _moderate(call: Call, status: CommentStatus) -> Response:
    """The comment with this status, which it may have had before. Raises NotFound, Conflict for one that was erased, Unreadable."""
    assert call.token is not None, "nobody moderates without a token"
    store, policy = call.site.store, call.site.comment_policy
    comment = await store.set_comment_status(call.id, status, by=f"api:{call.token.name}", list_after=policy.list_after)
    return answer(Comment.of(comment, call.site.urls, with_email=True))


MODERATION = tuple(
    (verb, status, partial(_moderate, status=status))
    for verb, status in (
        ("approve", CommentStatus.APPROVED),
        ("hold", CommentStatus.PENDING),
        ("spam", CommentStatus.SPAM),
        ("trash", CommentStatus.TRASH),
    )
)
"""What a moderator may do: the last part of its path, what becomes of the comment, and the handler."""
