"""Feeds of the replies to a commenter's own comments."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from storage.model import ReplyFeed, ReplyList


class ReplyFeeds(Protocol):
    """Feeds that are known by a key, of which the store has the SHA-256 alone, in hex.

    None of the calls appends a Change: no feed, page or partner depends on them but the one that is read with its key.
    """

    async def follow_replies(self, key_hash: str, comment_id: int, *, thread: bool = False) -> ReplyFeed:
        """Let the feed of a key show the replies to a comment; where there is no such feed yet, it is made.

        `thread`: all that stands in the comment's thread, below the first comment of it, be it an answer to this one or not. A
        comment that the feed follows already is followed as it is said last.
        Raises NotFound if there is no such comment, Conflict if the feed was ended.
        """

    async def end_reply_feed(self, key_hash: str) -> None:
        """It follows nothing any more, and its key is never used again. Ending it twice changes nothing. Raises NotFound."""

    async def read_replies(
        self, key_hash: str, *, limit: int, also: Sequence[str] = (), late_since: datetime | None = None
    ) -> ReplyList | None:
        """The newest public replies of a feed by (created_at, id) descending, with tombstones and with what arrived late as in
        read_comments, without the comments whose author it is for; None if there is no such feed. The snapshot holds the scope of
        all comments, the one of all articles, and `also`.
        """
