"""What is left of the comments of a reader who is to be forgotten."""

import sqlite3
from dataclasses import replace
from datetime import timedelta
from functools import partial

from storage.authors import email_key
from storage.errors import Unreadable
from storage.model import Comment, CommentStatus, Forgotten
from storage.sqlite.articles import load_article
from storage.sqlite.comment_rows import COMMENT, sift_comments
from storage.sqlite.comments import put_comment
from storage.sqlite.decisions import note_decision
from storage.sqlite.mixin import StoreMixin, Write

_MERGED = 2000
"""Pages of the index in one transaction: some 10 ms, in which other writers wait."""


class PrivacyMixin(StoreMixin):
    async def forget_comments(
        self, email: str, *, alias: str, erase: bool, list_after: timedelta, limit: int
    ) -> Forgotten:
        def work(write: Write) -> Forgotten:
            kept = _comments_of(write.db, email, limit)
            anonymised = 0
            for comment in kept:
                stays = comment.status is CommentStatus.APPROVED and not erase
                anonymised += stays
                after = _anonymous(comment, alias) if stays else _stub(comment)
                put_comment(write, load_article(write.db, comment.article_id), comment, after, list_after)
                if after.status is not comment.status:
                    note_decision(write, comment, after, "forget")
            return Forgotten(anonymised=anonymised, erased=len(kept) - anonymised)

        return await self._write(work)

    async def scrub(self) -> bool:
        # The writer zeroes what it frees (secure_delete). What is left is the index, which only marks words as deleted, and
        # the log of pages as they were before.
        pages = -_MERGED
        while await self._database.write(partial(_merge, pages=pages)):
            pages = _MERGED
        return await self._database.empty_log()


def _merge(db: sqlite3.Connection, pages: int) -> bool:
    """Write a part of the index of comments anew, without what was deleted; whether more of it is left.

    FTS5's 'merge' (https://sqlite.org/fts5.html, section 6.8): a negative number begins a merge of all of it.
    """
    before = db.total_changes
    db.execute("INSERT INTO comment_search (comment_search, rank) VALUES ('merge', ?)", (pages,))
    return db.total_changes - before >= 2


def _comments_of(db: sqlite3.Connection, email: str, limit: int) -> list[Comment]:
    rows = db.execute(
        f"SELECT {COMMENT} FROM comments WHERE email_key = ? AND email_key <> '' ORDER BY created_at LIMIT ?",
        (email_key(email), limit),
    )
    comments, left_out = sift_comments(db, rows.fetchall())
    if left_out:
        # Not to be passed over: the reader would be told that all is forgotten.
        raise Unreadable(
            f"What is kept of {left_out[0].name} is damaged: put it back from a backup, then forget again."
        )
    return comments


def _anonymous(comment: Comment, alias: str) -> Comment:
    return replace(comment, author_name=alias, author_email="", author_url="", ip_hash="", version=comment.version + 1)


def _stub(comment: Comment) -> Comment:
    return replace(_anonymous(comment, ""), body_html="", status=CommentStatus.TRASH)
