"""Feeds of the replies to a commenter's own comments."""

from dataclasses import dataclass
from datetime import datetime

from storage.model.lists import CommentList


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyFeed:
    """One such feed. Whoever has its key has its address: there are no accounts."""

    created_at: datetime
    changed_at: datetime
    """When it last took a comment, or was ended."""
    ended: bool = False
    """Its owner wants it no more: it is gone for good."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyList:
    """A feed with the newest public replies that it shows; none of one that was ended."""

    feed: ReplyFeed
    replies: CommentList
