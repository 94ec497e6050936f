"""What is left of the comments of a reader who is to be forgotten."""

import sqlite3
from dataclasses import replace
from datetime import timedelta

from storage.model import Comment, CommentStatus, Forgotten
from storage.sqlite.articles import load_article
from storage.sqlite.comments import put_comment
from storage.sqlite.rows import COMMENT, to_comment
from storage.sqlite.topic import Topic, Write


class PrivacyTopic(Topic):
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
            return Forgotten(anonymised=anonymised, erased=len(kept) - anonymised)

        return await self._write(work)

    async def scrub(self) -> bool:
        # The writer zeroes what it frees (secure_delete); what is left is the log of pages as they were before.
        return await self._database.empty_log()


def _comments_of(db: sqlite3.Connection, email: str, limit: int) -> list[Comment]:
    rows = db.execute(
        f"SELECT {COMMENT} FROM comments WHERE email_key = ? AND email_key <> '' ORDER BY created_at LIMIT ?",
        (email.casefold(), limit),
    )
    return [to_comment(row) for row in rows]


def _anonymous(comment: Comment, alias: str) -> Comment:
    return replace(comment, author_name=alias, author_email="", author_url="", ip_hash="", version=comment.version + 1)


def _stub(comment: Comment) -> Comment:
    return replace(_anonymous(comment, ""), body_html="", status=CommentStatus.TRASH)
