"""Feeds of the replies to a commenter's own comments."""

from collections.abc import Sequence
from datetime import datetime

from storage.errors import Conflict, NotFound
from storage.model import CommentList, ReplyFeed, ReplyList, Subject
from storage.scopes import COMMENTS, HOME, with_older
from storage.sql.admission import find_root
from storage.sql.comment_rows import PUBLIC_COMMENT, place_of_comment
from storage.sql.engine import Connection
from storage.sql.late import Only, as_late, read_late
from storage.sql.lists import to_tombstones
from storage.sql.mixin import StoreMixin, Write, snapshot
from storage.sql.rows import BEYOND, from_us, one_of, to_us
from storage.sql.threads import late_comments, sift_entries

_FEED = "SELECT id, created_at, changed_at, ended FROM reply_feeds WHERE key_hash = ?"
_ANSWERS = """
    WITH RECURSIVE answers (id, whole) AS (
        SELECT comments.id, own.whole
        FROM reply_feed_comments AS own CROSS JOIN comments ON comments.parent_id = own.below WHERE own.feed_id = ?
        UNION SELECT comments.id, answers.whole
        FROM answers CROSS JOIN comments ON comments.parent_id = answers.id WHERE answers.whole = 1
    )
"""
"""Of a feed, whoever wrote them, public or not. UNION, not UNION ALL: a circle of parents, which no door lets in, ends, too."""
_NOT_OWN = """
    comments.id IN (SELECT id FROM answers)
    AND comments.id NOT IN (SELECT comment_id FROM reply_feed_comments WHERE feed_id = ?)
"""
_ARE_ANSWERS = f"""
    arrivals.item_id IN ({_ANSWERS} SELECT id FROM answers)
    AND arrivals.item_id NOT IN (SELECT comment_id FROM reply_feed_comments WHERE feed_id = ?)
"""


class ReplyFeedMixin(StoreMixin):
    async def follow_replies(self, key_hash: str, comment_id: int, *, thread: bool = False) -> ReplyFeed:
        return await self._write(lambda write: _follow(write, key_hash, comment_id, thread))

    async def end_reply_feed(self, key_hash: str) -> None:
        def work(write: Write) -> None:
            found = write.looking_up.execute(_FEED, (key_hash,)).fetchone()
            if found is None:
                raise NotFound("There is no such feed of replies.")
            feed_id, *_, ended = found
            if not ended:
                write.db.execute("DELETE FROM reply_feed_comments WHERE feed_id = ?", (feed_id,))
                write.db.execute(
                    "UPDATE reply_feeds SET ended = 1, changed_at = ? WHERE id = ?", (to_us(write.now), feed_id)
                )

        await self._write(work)

    async def read_replies(
        self, key_hash: str, *, limit: int, also: Sequence[str] = (), late_since: datetime | None = None
    ) -> ReplyList | None:
        # Never of a standby: no Change tells whether it has what was written last.
        return await self._read(lambda db: _read(db, key_hash, limit, also, late_since))


def _follow(write: Write, key_hash: str, comment_id: int, thread: bool) -> ReplyFeed:
    db = write.db
    root = find_root(db, comment_id)
    if root is None:
        raise NotFound(f"There is no comment {comment_id}.")
    if db.execute(_FEED, (key_hash,)).fetchone() is None:
        now = to_us(write.now)
        db.execute(
            "INSERT INTO reply_feeds (key_hash, created_at, changed_at, ended) VALUES (?, ?, ?, 0)",
            (key_hash, now, now),
        )
    feed_id, created_at, changed_at, ended = db.execute(_FEED, (key_hash,)).fetchone()
    if ended:
        raise Conflict("This feed of replies was ended: take a new one.")
    wanted = (root, 1) if thread else (comment_id, 0)
    kept = db.execute(
        "SELECT below, whole FROM reply_feed_comments WHERE feed_id = ? AND comment_id = ?", (feed_id, comment_id)
    ).fetchone()
    if kept is None or tuple(kept) != wanted:
        # Later than it was, whatever the clock says: a date that its reader was given never names two states.
        changed_at = max(to_us(write.now), changed_at + 1_000_000)
        db.execute(
            """
            INSERT INTO reply_feed_comments (feed_id, comment_id, below, whole) VALUES (?, ?, ?, ?)
            ON CONFLICT (feed_id, comment_id) DO UPDATE SET below = excluded.below, whole = excluded.whole
            """,
            (feed_id, comment_id, *wanted),
        )
        db.execute("UPDATE reply_feeds SET changed_at = ? WHERE id = ?", (changed_at, feed_id))
    return _feed(created_at, changed_at, ended)


def _feed(created_at: int, changed_at: int, ended: int) -> ReplyFeed:
    return ReplyFeed(created_at=from_us(created_at), changed_at=from_us(changed_at), ended=bool(ended))


def _read(
    db: Connection, key_hash: str, limit: int, also: Sequence[str], late_since: datetime | None
) -> ReplyList | None:
    found = db.execute(_FEED, (key_hash,)).fetchone()
    if found is None:
        return None
    feed_id, *rest = found
    rows = db.execute(
        f"""
        {_ANSWERS} SELECT {PUBLIC_COMMENT} FROM comments CROSS JOIN articles ON articles.id = comments.article_id
        WHERE {_NOT_OWN} AND comments.status = 'approved' AND articles.public = 1
        ORDER BY comments.created_at DESC, comments.id DESC LIMIT ?
        """,
        (feed_id, feed_id, limit + 1),
    ).fetchall()
    last = place_of_comment(rows[limit - 1]) if len(rows) >= limit else (-BEYOND, 0)
    gone = db.execute(
        f"""
        {_ANSWERS} SELECT id, seq, guid, gone_at FROM comments
        WHERE {_NOT_OWN} AND gone_at IS NOT NULL AND (created_at, id) >= (?, ?)
        ORDER BY created_at DESC, id DESC LIMIT ?
        """,
        (feed_id, feed_id, *last, limit),
    )
    listed = rows[:limit]
    only = Only(_ARE_ANSWERS, (feed_id, feed_id))
    late = read_late(db, "comment", COMMENTS, late_since, limit, {row[0] for row in listed}, only)
    entries, left_out, _ = sift_entries(db, [*listed, *late_comments(db, late.ids)])
    replies = CommentList(
        comments=tuple(entry for entry in entries if entry.comment.id not in late.ids),
        late=as_late(late, (entry for entry in entries if entry.comment.id in late.ids)),
        tombstones=to_tombstones(db, gone, Subject.COMMENT),
        newer=False,
        older=len(rows) > limit,
        omissions=left_out,
        snapshot=snapshot(db, (*with_older(COMMENTS, HOME), *also)),
    )
    return ReplyList(feed=_feed(*rest), replies=replies)


def unfollow(db: Connection, comment_ids: Sequence[int]) -> None:
    """Of comments whose author is to be forgotten: nothing tells any more that one person wrote them."""
    if comment_ids:
        test, parameters = one_of(db, "comment_id", comment_ids)
        db.execute(f"DELETE FROM reply_feed_comments WHERE {test}", parameters).close()
