"""From Changes to topics, and from a topic's new document to its subscriptions."""

from storage.errors import Pruned
from storage.model import Change
from storage.sql.changes import read_changes
from storage.sql.engine import Connection
from storage.sql.push_rows import PushStore, last_change
from storage.sql.push_topics import CURSOR, drop_empty, raise_topics
from storage.sql.rows import Row


class PushExpansionMixin(PushStore):
    async def expand_changes(self, *, limit: int) -> int:
        def work(db: Connection, now: int) -> int:
            place = db.execute("SELECT seq FROM cursors WHERE name = ?", (CURSOR,)).fetchone()
            if place is None:
                return 0
            try:
                changes = read_changes(db, place[0], limit)
            except Pruned:
                # The end of the log first: whatever comes after it is read from there on.
                end = last_change(db)
                raise_topics(db, _raised_by_now(db), now)
                _go_on_from(db, end)
                return 1
            if changes:
                raise_topics(db, _raised_by(db, changes), now)
                _go_on_from(db, changes[-1].seq)
            return len(changes)

        return await self._push_if(UNREAD, work, 0)

    async def spread_topics(self, *, limit: int) -> int:
        def work(db: Connection, now: int) -> int:
            topic = db.execute(
                """
                SELECT id, spread_to, content, digest FROM push_topics WHERE spread_to IS NOT NULL
                ORDER BY content, id LIMIT 1
                """
            ).fetchone()
            if topic is None:
                return 0
            topic_id, spread_to, content, digest = topic
            rows = db.execute(
                """
                SELECT id, expires_at, digest, delivered, due_at FROM subscriptions
                WHERE topic_id = ? AND id > ? ORDER BY id LIMIT ?
                """,
                (topic_id, spread_to, limit),
            ).fetchall()
            _tell(db, now, rows, content, digest)
            db.execute(
                "UPDATE push_topics SET spread_to = ? WHERE id = ?",
                (rows[-1][0] if len(rows) == limit else None, topic_id),
            ).close()
            if len(rows) < limit:
                drop_empty(db, [topic_id])
            return len(rows) or 1

        return await self._push_if(TO_SPREAD, work, 0)


TO_SPREAD = "(SELECT 1 FROM push_topics WHERE spread_to IS NOT NULL LIMIT 1) IS NOT NULL"
UNREAD = f"EXISTS (SELECT 1 FROM changes WHERE seq > (SELECT seq FROM cursors WHERE name = '{CURSOR}'))"


def _raised_by(db: Connection, changes: tuple[Change, ...]) -> dict[int, int]:
    """By the ids of the topics that depend on the Changes, the seq of the last that each does."""
    by_scope = {scope: change.seq for change in changes for scope in change.scopes}
    if not by_scope:
        return {}
    raised: dict[int, int] = {}
    for scope, topic_id in db.execute(
        f"SELECT scope, topic_id FROM push_topic_scopes WHERE {db.among('scope')}", (db.array(sorted(by_scope)),)
    ):
        raised[topic_id] = max(by_scope[scope], raised.get(topic_id, 0))
    return raised


def _raised_by_now(db: Connection) -> dict[int, int]:
    """Of all topics, the seq by which their scopes say they were raised."""
    rows = db.execute(
        """
        SELECT push_topic_scopes.topic_id, max(scopes.version)
        FROM push_topic_scopes CROSS JOIN scopes ON scopes.name = push_topic_scopes.scope
        GROUP BY push_topic_scopes.topic_id
        """
    ).fetchall()
    return dict(rows)


def _go_on_from(db: Connection, seq: int) -> None:
    db.execute("UPDATE cursors SET seq = ? WHERE name = ?", (seq, CURSOR)).close()


def _tell(db: Connection, now: int, rows: list[Row], content: int, digest: str) -> None:
    """Make a document due for those of the subscriptions that have another."""
    expired, told, known, again = [], [], [], []
    for id_, expires_at, has, delivered, due_at in rows:
        if expires_at <= now:
            expired.append(id_)
        elif not has and delivered >= content:
            # It was asked for when the document was this already.
            known.append(id_)
        elif has != digest:
            told.append(id_)
        elif due_at is not None:
            # It was to get another meanwhile, and the document is again what it has.
            again.append(id_)
    for ids, statement, parameters in (
        (expired, "DELETE FROM subscriptions", ()),
        (known, "UPDATE subscriptions SET digest = ?", (digest,)),
        (told, _WANT, (content, content, now)),
        (again, _WANT_NOTHING, ()),
    ):
        if ids:
            db.execute(f"{statement} WHERE {db.among('id')}", (*parameters, db.array(ids))).close()


_WANT_NOTHING = """
    UPDATE subscriptions SET wanted = CASE WHEN claim = '' THEN delivered ELSE wanted END,
        due_at = CASE WHEN claim = '' THEN NULL ELSE due_at END
"""
_WANT = """
    UPDATE subscriptions SET wanted = CASE WHEN wanted < ? THEN ? ELSE wanted END, due_at = coalesce(due_at, ?),
        attempts = CASE WHEN due_at IS NULL THEN 0 ELSE attempts END
"""
