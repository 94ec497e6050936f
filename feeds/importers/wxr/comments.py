"""The thread of a WordPress item."""

from collections.abc import Callable
from dataclasses import replace
from zoneinfo import ZoneInfo

from feeds.clean.html import sanitize_comment
from feeds.clean.tokenizer import resolved
from feeds.importers.bylines import without_email
from feeds.importers.markup import plain
from feeds.importers.paragraphs import add_paragraphs
from feeds.importers.values import number, web_url_or_empty
from feeds.importers.wxr.dates import readable
from feeds.importers.wxr.xmltree import Node
from feeds.newsroom.replies import ANONYMOUS, linked
from storage.model import Comment, CommentStatus

_STATES = {
    "1": CommentStatus.APPROVED,
    "0": CommentStatus.PENDING,
    "spam": CommentStatus.SPAM,
    "trash": CommentStatus.TRASH,
    "post-trashed": CommentStatus.TRASH,
}
_TYPES = frozenset({"", "comment", "pingback", "trackback", "webmention", "review"})
"""Those that readers see as replies; plugins keep notes, orders and likes as comments of other types."""
_LONGEST_TYPE = 20
"""Characters; WordPress keeps no more."""


def thread(item: Node, *, guid: str, zone: ZoneInfo, stripped: Callable[[str], None]) -> tuple[Comment, ...]:
    """An item's comments by id, which is the order in which they were written. `guid` is the article's; `stripped` is told of
    comments that are none here: their types, or what they lack.
    """
    comments: dict[int, Comment] = {}
    for node in item.children:
        if node.name == "wp:comment":
            kind = node.get("wp:comment_type").strip()
            if kind not in _TYPES:
                stripped(f"comments of the type {kind[:_LONGEST_TYPE]}")
                continue
            comment = _comment(node, guid, number(item.get("wp:post_id")), zone)
            if comment is None:
                stripped("comments without an id or a date")
            elif comments.setdefault(comment.id, comment) != comment:
                stripped("comments with another comment's id")
    return tuple(_placed(comments[comment_id], comments) for comment_id in sorted(comments))


def _comment(node: Node, guid: str, article_id: int, zone: ZoneInfo) -> Comment | None:
    """None for one without id or date."""
    comment_id = number(node.get("wp:comment_id"))
    created_at = readable(node.get("wp:comment_date_gmt"), node.get("wp:comment_date"), zone)
    if not comment_id or created_at is None:
        return None
    return Comment(
        id=comment_id,
        # As WordPress's comment feeds have it: the article's guid, not its link.
        guid=f"{guid}#comment-{comment_id}",
        article_id=article_id,
        parent_id=number(node.get("wp:comment_parent")) or None,
        author_name=without_email(plain(node.get("wp:comment_author"))) or ANONYMOUS,
        author_email=plain(node.get("wp:comment_author_email")),
        author_url=web_url_or_empty(resolved(node.get("wp:comment_author_url"))),
        body_html=comment_html(node.get("wp:comment_content")),
        status=_STATES.get(node.get("wp:comment_approved").strip(), CommentStatus.PENDING),
        created_at=created_at,
    )


def comment_html(content: str) -> str:
    """A comment's text with its paragraphs, and links for bare addresses, sanitised: WordPress makes both when it serves it."""
    html = sanitize_comment(add_paragraphs(content))
    return sanitize_comment(linked(html)) if "://" in html else html


def _placed(comment: Comment, comments: dict[int, Comment]) -> Comment:
    """Under its parent if that is here, whichever has the lower id: sites that were put together number anew. A reply to what is
    gone stands on its own. The store breaks circles.
    """
    is_placed = comment.parent_id is None or comment.parent_id in comments
    return comment if is_placed else replace(comment, parent_id=None)
