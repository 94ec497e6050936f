"""The thread of a WordPress item."""

from dataclasses import replace
from zoneinfo import ZoneInfo

from feeds.clean.tokenizer import resolved
from feeds.importers.markup import plain
from feeds.importers.values import instant, number, web_url_or_empty
from feeds.importers.wxr.body import comment_html
from feeds.importers.wxr.xmltree import Node
from feeds.newsroom.replies import ANONYMOUS
from storage.model import Comment, CommentStatus

_STATES = {
    "1": CommentStatus.APPROVED,
    "0": CommentStatus.PENDING,
    "spam": CommentStatus.SPAM,
    "trash": CommentStatus.TRASH,
    "post-trashed": CommentStatus.TRASH,
}
_TYPES = frozenset({"", "comment", "pingback", "trackback"})
"""Those that WordPress's comment feeds and counts hold; plugins keep notes of their own as comments of other types."""


def thread(item: Node, *, guid: str, zone: ZoneInfo) -> tuple[Comment, ...]:
    """An item's comments by id, which is the order in which they were written. `guid` is the article's."""
    comments: dict[int, Comment] = {}
    for node in item.children:
        if node.name == "wp:comment" and node.get("wp:comment_type").strip() in _TYPES:
            comment = _comment(node, guid, number(item.get("wp:post_id")), zone)
            if comment is not None:
                comments.setdefault(comment.id, comment)
    return tuple(_placed(comments[comment_id], comments) for comment_id in sorted(comments))


def _comment(node: Node, guid: str, article_id: int, zone: ZoneInfo) -> Comment | None:
    """None for one without id or date: nothing that WordPress wrote."""
    comment_id = number(node.get("wp:comment_id"))
    created_at = instant(node.get("wp:comment_date_gmt"), node.get("wp:comment_date"), zone)
    if not comment_id or created_at is None:
        return None
    return Comment(
        id=comment_id,
        # As WordPress's comment feeds have it: the article's guid, not its link.
        guid=f"{guid}#comment-{comment_id}",
        article_id=article_id,
        parent_id=number(node.get("wp:comment_parent")) or None,
        author_name=plain(node.get("wp:comment_author")) or ANONYMOUS,
        author_email=plain(node.get("wp:comment_author_email")),
        author_url=web_url_or_empty(resolved(node.get("wp:comment_author_url"))),
        body_html=comment_html(node.get("wp:comment_content")),
        status=_STATES.get(node.get("wp:comment_approved").strip(), CommentStatus.PENDING),
        created_at=created_at,
    )


def _placed(comment: Comment, comments: dict[int, Comment]) -> Comment:
    """Under its parent if that is here and older: a reply to what is gone stands on its own, and no circle can form."""
    parent = comment.parent_id
    return (
        comment if parent is None or (parent in comments and parent < comment.id) else replace(comment, parent_id=None)
    )
