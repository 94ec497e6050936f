"""Feeds that somebody subscribes to: when they are to be looked at, and what was seen."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from storage.keys import require_short
from storage.model import ClaimedTopic, RequestMode
from storage.scopes import SITE
from storage.sql.engine import Connection
from storage.sql.push_rows import MICROSECOND, PushStore, claim_rows, last_change, put_off, readable
from storage.sql.rows import Row, to_us
from storage.sql.texts import keepable

CURSOR = "push"
"""The name of the durable place in the log of Changes: there is one for as long as there are topics."""
AT_ONCE = 1000
"""Subscriptions that leave a topic in one transaction."""
_PAUSE = timedelta(seconds=1) // MICROSECOND
"""Until somebody looks again who saw too old a document."""
_UNSEEN = -1
"""The seq of the document of a topic at which nobody has looked."""


class PushTopicMixin(PushStore):
    async def claim_topics(self, *, limit: int, lease: timedelta) -> tuple[ClaimedTopic, ...]:
        def work(db: Connection, now: int) -> tuple[ClaimedTopic, ...]:
            rows = db.execute(
                f"SELECT id, path, raised, digest, attempts FROM push_topics WHERE {_DUE} ORDER BY due_at, id LIMIT ?",
                (now, limit),
            ).fetchall()
            claim = claim_rows(db, "push_topics", (row[0] for row in rows), now, lease)
            return tuple(readable(db, rows, lambda row: _claimed(row, claim)))

        claimed: tuple[ClaimedTopic, ...] = ()
        claimed = await self._push_if(f"EXISTS (SELECT 1 FROM push_topics WHERE {_DUE})", work, claimed)
        # Whoever renders is not to be shown what a standby has that lags behind.
        self._known = max((self._known, *(topic.raised for topic in claimed)))
        return claimed

    async def looked_at(
        self, claimed: ClaimedTopic, *, seq: int, digest: str, scopes: Collection[str] | None = None
    ) -> None:
        def work(db: Connection, now: int) -> None:
            if scopes is not None and _held(db, claimed, "id") is not None:
                _depend_on(db, now, claimed.id, scopes)
            row = _held(db, claimed, "raised, looked, digest, new_from")
            if row is None:
                return
            raised, looked, before, new_from = row
            if seq >= looked:
                newest = newest_raise(db, claimed.id)
                # What is newer than the document may have come after something else that is in it.
                content = newest if newest <= seq else seq
                spread_to = 0 if digest != before else None if new_from is None else new_from - 1
                db.execute(
                    "UPDATE push_topics SET looked = ?, digest = ?, content = ?, spread_to = ?, new_from = NULL WHERE id = ?",
                    (seq, digest, content, spread_to, claimed.id),
                ).close()
            _let_go(db, claimed, now + _PAUSE if seq < raised else None)

        await self._push(work)

    async def put_off_topic(self, claimed: ClaimedTopic, *, due_at: datetime) -> None:
        def work(db: Connection, now: int) -> None:
            if _held(db, claimed, "id") is not None:
                db.execute(
                    "UPDATE push_topics SET due_at = ?, claim = '' WHERE id = ?",
                    (put_off(now, to_us(due_at)), claimed.id),
                ).close()

        await self._push(work)

    async def move_topic(self, claimed: ClaimedTopic, *, path: str, scopes: Collection[str]) -> bool:
        require_short("path", path)

        def work(db: Connection, now: int) -> bool:
            if _held(db, claimed, "id") is None:
                return True
            there = db.execute("SELECT id FROM push_topics WHERE path = ? AND id <> ?", (path, claimed.id)).fetchone()
            if there is not None:
                return _merge(db, now, claimed.id, there[0])
            db.execute("UPDATE push_topics SET path = ? WHERE id = ?", (path, claimed.id)).close()
            _depend_on(db, now, claimed.id, scopes)
            _let_go(db, claimed, now)
            return True

        return await self._push(work)

    async def end_topic(self, claimed: ClaimedTopic, *, reason: str) -> bool:
        def work(db: Connection, now: int) -> bool:
            if _held(db, claimed, "id") is None:
                return True
            leaving = db.execute(
                "SELECT id, callback, asked FROM subscriptions WHERE topic_id = ? ORDER BY id LIMIT ?",
                (claimed.id, AT_ONCE),
            ).fetchall()
            deny(db, now, [(callback, asked, claimed.path, reason) for _, callback, asked in leaving])
            db.execute(
                f"DELETE FROM subscriptions WHERE {db.among('id')}", (db.array(row[0] for row in leaving),)
            ).close()
            drop_empty(db, [claimed.id])
            return len(leaving) < AT_ONCE

        return await self._push(work)


_DUE = "due_at <= ? AND spread_to IS NULL"
"""While it is spread nobody looks: each document reaches all, however often there is another."""
_DENY = """
    INSERT INTO subscription_requests
        (callback, callback_host, asked, path, mode, lease, secret, client, reason, seq, asked_at, due_at, attempts, claim)
    VALUES (?, '', ?, ?, ?, 0, '', '', ?, 0, ?, ?, 0, '')
    ON CONFLICT (callback, asked) DO NOTHING
"""


def deny(db: Connection, now: int, denied: Iterable[tuple[str, str, str, str]]) -> None:
    """Have subscribers be told that theirs has ended: by callback, what they asked for, the topic's path and the reason."""
    db.executemany(
        _DENY,
        [
            (callback, asked, path, RequestMode.DENIED, keepable(reason), now, now)
            for callback, asked, path, reason in denied
        ],
    )


def _claimed(row: Row, claim: str) -> ClaimedTopic:
    id_, path, raised, digest, attempts = row
    return ClaimedTopic(id=id_, path=path, raised=raised, digest=digest, attempt=attempts + 1, claim=claim)


def _held(db: Connection, claimed: ClaimedTopic, columns: str) -> Row | None:
    row: Row | None = db.execute(
        f"SELECT {columns} FROM push_topics WHERE id = ? AND claim = ?", (claimed.id, claimed.claim)
    ).fetchone()
    return row


def _let_go(db: Connection, claimed: ClaimedTopic, due_at: int | None) -> None:
    db.execute("UPDATE push_topics SET due_at = ?, claim = '', attempts = 0 WHERE id = ?", (due_at, claimed.id)).close()


def _merge(db: Connection, now: int, topic_id: int, into: int) -> bool:
    leaving = db.execute(
        "SELECT id FROM subscriptions WHERE topic_id = ? ORDER BY id LIMIT ?", (topic_id, AT_ONCE)
    ).fetchall()
    go_over(db, now, into, [id_ for (id_,) in leaving])
    drop_empty(db, [topic_id])
    return len(leaving) < AT_ONCE


def go_over(db: Connection, now: int, topic_id: int, ids: Sequence[int]) -> None:
    """Have subscriptions be of another topic, and get its document. What is on its way to them is of the topic before: whatever
    becomes of it, they are due when its claim runs out.
    """
    [(content,)] = db.execute("SELECT content FROM push_topics WHERE id = ?", (topic_id,)).fetchall()
    db.execute(
        f"""
        UPDATE subscriptions SET topic_id = ?, wanted = ?, due_at = coalesce(due_at, ?), claim = '',
            attempts = CASE WHEN due_at IS NULL THEN 0 ELSE attempts END
        WHERE {db.among("id")}
        """,
        (topic_id, max(newest_raise(db, topic_id), content), now, db.array(ids)),
    ).close()


def make_topic(db: Connection, now: int, path: str, scopes: Collection[str]) -> int:
    """The id of the topic of a path; where it is new, somebody is to look at it."""
    row = db.execute("SELECT id FROM push_topics WHERE path = ?", (path,)).fetchone()
    if row is not None:
        _depend_on(db, now, row[0], scopes)
        return int(row[0])
    # Before anything else is read: whatever is committed from here on is read by the cursor.
    db.execute(
        "INSERT INTO cursors (name, seq, holder, held_until) VALUES (?, ?, '', 0) ON CONFLICT (name) DO NOTHING",
        (CURSOR, last_change(db)),
    ).close()
    [(topic_id,)] = db.execute(
        """
        INSERT INTO push_topics (path, raised, looked, digest, content, due_at, attempts, claim)
        VALUES (?, 0, ?, '', 0, ?, 0, '') RETURNING id
        """,
        (path, _UNSEEN, now),
    ).fetchall()
    _depend_on(db, now, topic_id, scopes)
    return int(topic_id)


def _depend_on(db: Connection, now: int, topic_id: int, scopes: Iterable[str]) -> None:
    """Have the topic depend on these scopes, and know what was raised of them."""
    wanted = {*scopes, SITE}
    known = {
        scope
        for (scope,) in db.execute("SELECT scope FROM push_topic_scopes WHERE topic_id = ?", (topic_id,)).fetchall()
    }
    if wanted != known:
        db.execute("DELETE FROM push_topic_scopes WHERE topic_id = ?", (topic_id,)).close()
        db.executemany(
            "INSERT INTO push_topic_scopes (scope, topic_id) VALUES (?, ?)",
            [(scope, topic_id) for scope in sorted(wanted)],
        )
        raise_topics(db, {topic_id: newest_raise(db, topic_id)}, now)


def newest_raise(db: Connection, topic_id: int) -> int:
    """The seq of the newest Change that raised one of its scopes, whether the log was read up to it or not."""
    [(version,)] = db.execute(
        """
        SELECT coalesce(max(scopes.version), 0)
        FROM push_topic_scopes CROSS JOIN scopes ON scopes.name = push_topic_scopes.scope
        WHERE push_topic_scopes.topic_id = ?
        """,
        (topic_id,),
    ).fetchall()
    return int(version)


def raise_topics(db: Connection, raised: Mapping[int, int], now: int) -> None:
    """Note up to which seq topics, by their ids, were raised: somebody is to look, from `now` on, where the document is older."""
    db.executemany(
        """
        UPDATE push_topics SET raised = ?, due_at = CASE WHEN looked >= ? THEN due_at ELSE coalesce(due_at, ?) END
        WHERE id = ? AND raised < ?
        """,
        [(seq, seq, now, topic_id, seq) for topic_id, seq in sorted(raised.items())],
    )


def end_subscriptions(db: Connection, ended: Sequence[tuple[int, int]]) -> None:
    """End subscriptions, each named by its id and that of its topic, and the topics to which nobody subscribes any more."""
    if ended:
        db.execute(f"DELETE FROM subscriptions WHERE {db.among('id')}", (db.array(id_ for id_, _ in ended),)).close()
        drop_empty(db, [topic_id for _, topic_id in ended])


def drop_empty(db: Connection, topic_ids: Sequence[int]) -> None:
    """Let go of those of the topics to which nobody subscribes; with the last of all, of the place in the log."""
    gone = db.execute(
        f"""
        DELETE FROM push_topics
        WHERE {db.among("id")} AND NOT EXISTS (SELECT 1 FROM subscriptions WHERE topic_id = push_topics.id)
        """,
        (db.array(sorted(set(topic_ids))),),
    )
    if gone.rowcount:
        db.execute(
            "DELETE FROM cursors WHERE name = ? AND NOT EXISTS (SELECT 1 FROM push_topics WHERE id > 0)", (CURSOR,)
        ).close()


def note_unseen(db: Connection, found: Collection[tuple[int, int]]) -> None:
    """Of topics, each with the id of a subscription that has a document at which nobody looked: it may be told of the next, even if
    that is as the last one was.
    """
    db.executemany(
        "UPDATE push_topics SET new_from = CASE WHEN new_from < ? THEN new_from ELSE ? END WHERE id = ?",
        [(id_, id_, topic_id) for topic_id, id_ in found],
    )
