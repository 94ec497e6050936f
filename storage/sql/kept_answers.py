"""What requests were answered that are to be done once: kept in the transaction of what they wrote."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

from storage.errors import Repeated
from storage.model import ANSWERS_KEPT, Comment, KeptAnswer, Once
from storage.sql.engine import Connection
from storage.sql.mixin import StoreMixin, Write
from storage.sql.rows import from_json, one_of, to_json, to_us

T = TypeVar("T")


class AnswerMixin(StoreMixin):
    async def find_answer(self, token: str, key: str) -> KeptAnswer | None:
        sql = "SELECT digest, status, fields, body FROM kept_answers WHERE token = ? AND key = ? AND at > ?"
        row = await self._read(lambda db: db.execute(sql, (token, key, _oldest(self._now()))).fetchone())
        if row is None:
            return None
        digest, status, fields, body = row
        return KeptAnswer(digest=digest, status=status, fields=from_json(fields), body=body)


def done_once(once: Once[T] | None, work: Callable[[Write], T]) -> Callable[[Write], T]:
    """The work, with its answer, where it has a key; it raises Repeated where that is known."""
    if once is None:
        return work

    def both(write: Write) -> T:
        # Nobody else writes meanwhile: what is not there by now is not there when this is committed.
        sql = "SELECT at FROM kept_answers WHERE token = ? AND key = ?"
        row = write.db.execute(sql, (once.token, once.key)).fetchone()
        if row is not None and row[0] > _oldest(write.now):
            raise Repeated("This was done already.")
        kept = work(write)
        _keep(write, once, kept)
        return kept

    return both


def _keep(write: Write, once: Once[T], kept: T) -> None:
    answer = once.answer(kept)
    write.db.execute("DELETE FROM kept_answers WHERE token = ? AND key = ?", (once.token, once.key)).close()
    # A token that was revoked a moment ago is sent no second answer.
    write.db.execute(
        """
        INSERT INTO kept_answers (token, key, digest, at, status, fields, body, size, comment_id)
        SELECT name, ?, ?, ?, ?, ?, ?, ?, ? FROM tokens WHERE name = ?
        """,
        (
            once.key,
            answer.digest,
            to_us(write.now),
            answer.status,
            to_json(dict(answer.fields)),
            answer.body,
            len(answer.body.encode()),
            kept.id if isinstance(kept, Comment) else None,
            once.token,
        ),
    ).close()


def forget_answers(db: Connection, comment_ids: Sequence[int]) -> None:
    """Let go of what told of comments that are forgotten; not of the keys: what is sent again is not kept again."""
    if comment_ids:
        test, parameters = one_of(db, "comment_id", comment_ids)
        # What is null is in no index.
        sql = f"UPDATE kept_answers SET digest = '', status = 0, fields = '{{}}', body = '', size = 0 WHERE {test}"
        db.execute(f"{sql} AND comment_id IS NOT NULL", parameters).close()


def _oldest(now: datetime) -> int:
    return to_us(now - ANSWERS_KEPT)
