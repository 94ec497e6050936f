"""What is left of the comments of a reader who is to be forgotten."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from storage.authors import email_key
from storage.bans import ban_key, email_ban, name_ban
from storage.errors import Unreadable
from storage.model import BanKind, Comment, CommentStatus, Forgotten
from storage.sql.bans import find_bans, lift_bans
from storage.sql.comment_rows import COMMENT, sift_comments
from storage.sql.comment_writes import put_comments
from storage.sql.decisions import note_decisions
from storage.sql.engine import Connection
from storage.sql.import_changes import forget_comments
from storage.sql.kept_answers import forget_answers
from storage.sql.mixin import StoreMixin, Write
from storage.sql.reply_feeds import unfollow
from storage.sql.rows import sift_loaded, whole


class PrivacyMixin(StoreMixin):
    async def forget_comments(
        self, email: str, *, alias: str, erase: bool, list_after: timedelta, limit: int
    ) -> Forgotten:
        def work(write: Write) -> Forgotten:
            kept = _comments_of(write.db, email, limit)
            stay = [comment.status is CommentStatus.APPROVED and not erase for comment in kept]
            turns = [
                (comment, _anonymous(comment, alias) if stays else _stub(comment))
                for comment, stays in zip(kept, stay, strict=True)
            ]
            articles = whole(sift_loaded(write.db, (comment.article_id for comment in kept)))
            put_comments(write, {article.id: article for article in articles}, turns, list_after)
            decided = [(before, after) for before, after in turns if after.status is not before.status]
            note_decisions(write, decided, "forget")
            forget_comments(write.db, [comment.id for comment in kept])
            unfollow(write.db, [comment.id for comment in kept])
            forget_answers(write.db, [comment.id for comment in kept])
            names = {name_ban(comment.author_name) for comment in kept} - {""}
            return Forgotten(
                anonymised=sum(stay),
                erased=len(kept) - sum(stay),
                lifted=_lift(write.db, email, kept),
                named=frozenset(ban.id for ban in find_bans(write.db, names, write.now)),
            )

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


def _lift(db: Connection, email: str, kept: Sequence[Comment]) -> int:
    """Of a network that others are in, too, and of a whole host, the ban stands."""
    addresses = {ban_key(BanKind.ADDRESS, comment.ip_hash) for comment in kept if comment.ip_hash}
    return lift_bans(db, {email_ban(email)} - {""} | addresses)


def _anonymous(comment: Comment, alias: str) -> Comment:
    return replace(
        comment,
        author_name=alias,
        author_email="",
        author_url="",
        ip_hash="",
        network_hash="",
        held_why="",
        version=comment.version + 1,
    )


def _stub(comment: Comment) -> Comment:
    return replace(_anonymous(comment, ""), body_html="", status=CommentStatus.TRASH)
