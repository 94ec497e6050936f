"""What moderators work with: the queue, the search, threads with all that is in them, decisions and their undoing."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import islice

from storage.model import (
    Article,
    Comment,
    CommentPage,
    CommentStatus,
    DecidedComment,
    Decision,
    DecisionPage,
    ModeratedComment,
    ModeratedThread,
    Position,
    SearchIn,
)
from storage.search import parse_search
from storage.sql.articles import load_article
from storage.sql.comment_rows import COMMENT, to_comments
from storage.sql.comments import load_comment, set_statuses
from storage.sql.decisions import DECISION, decisions_on, to_decision
from storage.sql.engine import Connection
from storage.sql.mixin import StoreMixin, Write
from storage.sql.rows import (
    ARTICLE,
    ARTICLE_COLUMNS,
    BEYOND,
    Row,
    load_articles,
    refilled,
    to_articles,
    to_us,
)

_LOOKED_AT = 10_000
"""Comments that one search looks at: 35 ms, whatever the newsroom's size."""
_MOST_UNDONE = 500


class ModerationMixin(StoreMixin):
    async def moderate(
        self, comment_ids: Sequence[int], status: CommentStatus, *, by: str, list_after: timedelta
    ) -> tuple[Decision, ...]:
        def work(write: Write) -> tuple[Decision, ...]:
            wanted = [(comment, status) for comment in _comments(write.db, comment_ids).values()]
            return tuple(set_statuses(write, wanted, by, list_after, all_of_them=False))

        return await self._write(work)

    async def undo_decisions(self, first: int, last: int, *, by: str, list_after: timedelta) -> tuple[Decision, ...]:
        return await self._write(lambda write: _undo(write, first, last, by, list_after))

    async def read_queue(
        self,
        status: CommentStatus | None,
        *,
        before_id: int | None = None,
        after_id: int | None = None,
        oldest_first: bool = False,
        limit: int,
    ) -> CommentPage:
        if oldest_first and before_id is None and after_id is None:
            after_id = 0
        found = await self._read(lambda db: _queue(db, status, before_id, after_id, limit))
        return replace(found, comments=found.comments[::-1]) if oldest_first else found

    async def get_moderated(self, comment_id: int) -> ModeratedComment:
        def work(db: Connection) -> ModeratedComment:
            comment = load_comment(db, comment_id)
            load_article(db, comment.article_id)
            [found] = moderated(db, [comment])
            return found

        return await self._read(work)

    async def search_comments(
        self,
        words: str,
        *,
        among: SearchIn,
        status: CommentStatus | None = None,
        before_id: int | None = None,
        limit: int,
    ) -> CommentPage:
        def work(db: Connection) -> CommentPage:
            below = BEYOND if before_id is None else min(before_id, BEYOND)
            found = _by_email(db, words, below) if among is SearchIn.EMAIL else _by_words(db, words, among, below)
            return _sift(db, found, status, limit)

        return await self._read(work)

    async def count_comments(self, *, at_most: int) -> Mapping[CommentStatus, int]:
        def count(db: Connection, status: CommentStatus) -> int:
            sql = "SELECT count(*) FROM (SELECT 1 FROM comments WHERE status = ? LIMIT ?) AS few"
            [(number,)] = db.execute(sql, (status, at_most))
            return int(number)

        return await self._read(lambda db: {status: count(db, status) for status in CommentStatus})

    async def read_thread(self, article_id: int, *, around: int | None = None, limit: int) -> ModeratedThread:
        return await self._read(lambda db: _thread(db, article_id, around, limit))

    async def latest_decisions(self, *, before_id: int | None = None, limit: int) -> DecisionPage:
        return await self._read(lambda db: _latest(db, before_id, limit))

    async def list_waiting(self, *, after: Position | None = None, limit: int) -> tuple[Article, ...]:
        at, article_id = (to_us(after.at), after.id) if after else (-BEYOND, 0)
        sql = f"""
            SELECT {ARTICLE} FROM articles WHERE publish_at IS NOT NULL AND (publish_at, id) > (?, ?)
            ORDER BY publish_at, id LIMIT ?
        """
        place = ARTICLE_COLUMNS.index("publish_at")

        def work(db: Connection) -> tuple[Article, ...]:
            def read(last: Row | None, wanted: int) -> list[Row]:
                after = (last[place], last[0]) if last else (at, article_id)
                return db.execute(sql, (*after, wanted)).fetchall()

            return refilled(read, lambda rows: to_articles(db, rows), limit)

        return await self._read(work)


def _undo(write: Write, first: int, last: int, by: str, list_after: timedelta) -> tuple[Decision, ...]:
    rows = write.db.execute(
        f"SELECT {DECISION} FROM decisions WHERE id BETWEEN ? AND ? AND by = ? ORDER BY id DESC LIMIT ?",
        (first, last, by, _MOST_UNDONE),
    ).fetchall()
    decisions = [to_decision(row) for row in rows]
    ids = sorted({decision.comment_id for decision in decisions})
    latest = write.db.execute(
        f"SELECT max(id) FROM decisions WHERE {write.db.among('comment_id')} GROUP BY comment_id",
        (write.db.array(ids),),
    )
    comments = _comments(write.db, ids)
    # Somebody else may have decided since: theirs stands.
    standing = {id_ for (id_,) in latest.fetchall()}
    undone = [
        (comments[decision.comment_id], decision.before)
        for decision in decisions
        if decision.id in standing and decision.comment_id in comments
    ]
    return tuple(set_statuses(write, undone, by, list_after, all_of_them=False))


def _queue(
    db: Connection, status: CommentStatus | None, before_id: int | None, after_id: int | None, limit: int
) -> CommentPage:
    newer = after_id is not None
    beyond = after_id if newer else before_id
    compared, direction = (">", "ASC") if newer else ("<", "DESC")
    of_status = "status = ? AND " if status else ""
    rows = db.execute(
        f"SELECT {COMMENT} FROM comments WHERE {of_status}id {compared} ? ORDER BY id {direction} LIMIT ?",
        (*([status] if status else []), BEYOND if beyond is None else min(beyond, BEYOND), limit + 1),
    ).fetchall()
    shown = rows[:limit][::-1] if newer else rows[:limit]
    comments = to_comments(db, shown)
    further = len(rows) > limit
    has_newer, has_older = (further, beyond != 0) if newer else (before_id is not None, further)
    return CommentPage(
        comments=moderated(db, comments),
        newer=shown[0][0] if shown and has_newer else None,
        older=shown[-1][0] if shown and has_older else None,
        cut=False,
    )


def _by_email(db: Connection, beginning: str, below: int) -> Iterator[int]:
    """Ids, descending, of comments whose author's address begins so: of the first of the alphabet, where they are many."""
    key = beginning.strip().casefold()
    if not key:
        return iter(())
    rows = db.execute(
        "SELECT id FROM comments WHERE email_key >= ? AND email_key < ? ORDER BY email_key, created_at, id LIMIT ?",
        (key, key + "\U0010ffff", _LOOKED_AT + 1),
    )
    # Sorted here: of an index's range in another order SQLite would sort all there is.
    return iter(sorted((comment_id for (comment_id,) in rows if comment_id < below), reverse=True))


def _by_words(db: Connection, words: str, among: SearchIn, below: int) -> Iterator[int]:
    # Whole words: a beginning that many words have ('w*') would take seconds in a large newsroom before the first is found.
    terms = [replace(term, prefix=False) for term in parse_search(words)]
    return db.full_text.comments(db, terms, among, below) if terms else iter(())


def _sift(db: Connection, found: Iterator[int], status: CommentStatus | None, limit: int) -> CommentPage:
    """The first `limit` of a status, among the first _LOOKED_AT."""
    kept: list[int] = []
    last, cut = 0, False
    for looked_at, comment_id in enumerate(islice(found, _LOOKED_AT + 1)):
        if looked_at == _LOOKED_AT or len(kept) == limit:
            cut = True
            break
        last = comment_id
        if status is None or db.execute("SELECT status FROM comments WHERE id = ?", (last,)).fetchone() == (status,):
            kept.append(comment_id)
    comments = moderated(db, list(_comments(db, kept).values()))
    return CommentPage(comments=comments, newer=None, older=last if cut else None, cut=cut and len(kept) < limit)


def _thread(db: Connection, article_id: int, around: int | None, limit: int) -> ModeratedThread:
    article = load_article(db, article_id)
    middle = BEYOND if around is None else min(around, BEYOND)

    def side(compared: str, direction: str) -> list[Comment]:
        rows = db.execute(
            f"SELECT {COMMENT} FROM comments WHERE article_id = ? AND id {compared} ? ORDER BY id {direction} LIMIT ?",
            (article_id, middle, limit + 1),
        )
        return to_comments(db, rows)

    earlier, later = side("<=", "DESC"), side(">", "ASC")
    half = limit // 2
    after = min(len(later), max(half, limit - len(earlier)))
    before = min(len(earlier), limit - after)
    shown = [*reversed(earlier[:before]), *later[:after]]
    return ModeratedThread(
        article=article,
        comments=moderated(db, shown),
        earlier=shown[0].id if len(earlier) > before else None,
        later=shown[-1].id if len(later) > after else None,
    )


def _latest(db: Connection, before_id: int | None, limit: int) -> DecisionPage:
    rows = db.execute(
        f"SELECT {DECISION} FROM decisions WHERE id < ? ORDER BY id DESC LIMIT ?",
        (BEYOND if before_id is None else min(before_id, BEYOND), limit + 1),
    ).fetchall()
    decisions = [to_decision(row) for row in rows[:limit]]
    comments = _comments(db, (decision.comment_id for decision in decisions))
    articles = load_articles(db, (comment.article_id for comment in comments.values()))
    return DecisionPage(
        decisions=tuple(
            DecidedComment(decision=decision, comment=comment, article=articles[comment.article_id])
            for decision in decisions
            if (comment := comments.get(decision.comment_id)) and comment.article_id in articles
        ),
        older=decisions[-1].id if len(rows) > limit else None,
    )


def moderated(db: Connection, comments: Sequence[Comment]) -> tuple[ModeratedComment, ...]:
    """Comments with what a moderator wants to know: four statements, however many they are."""
    articles = load_articles(db, (comment.article_id for comment in comments))
    parents = _comments(db, (comment.parent_id for comment in comments if comment.parent_id))
    decisions = decisions_on(db, (comment.id for comment in comments))
    return tuple(
        ModeratedComment(
            comment=comment,
            article=articles[comment.article_id],
            parent=parents.get(comment.parent_id) if comment.parent_id else None,
            decisions=decisions.get(comment.id, ()),
        )
        for comment in comments
        if comment.article_id in articles
    )


def _comments(db: Connection, ids: Iterable[int]) -> dict[int, Comment]:
    """Those that there are, by id descending."""
    rows = db.execute(
        f"SELECT {COMMENT} FROM comments WHERE {db.among('comments.id')}",
        (db.array(set(ids)),),
    )
    return {comment.id: comment for comment in sorted(to_comments(db, rows), key=lambda one: one.id, reverse=True)}
