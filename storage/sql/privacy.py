"""What is left of the comments of a reader who is to be forgotten."""

from dataclasses import replace
from datetime import timedelta

from storage.authors import email_key
from storage.errors import Unreadable
from storage.model import Comment, CommentStatus, Forgotten
from storage.sql.articles import load_article
from storage.sql.comment_rows import COMMENT, sift_comments
from storage.sql.comments import put_comment
from storage.sql.decisions import note_decision
from storage.sql.engine import Connection
from storage.sql.mixin import StoreMixin, Write


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
        return await self._engine.scrub()


def _comments_of(db: Connection, email: str, limit: int) -> list[Comment]:
    rows = db.execute(
        f"SELECT {COMMENT} FROM comments WHERE email_key = ? AND email_key <> '' ORDER BY created_at, id LIMIT ?",
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
