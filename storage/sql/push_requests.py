"""What was asked of the hub, until its subscriber is known to have meant it."""

from collections.abc import Collection
from datetime import datetime, timedelta

from storage.errors import TooMany
from storage.keys import require_short, require_short_subscription
from storage.model import Algorithm, ClaimedRequest, PushContent, Subscription, SubscriptionRequest
from storage.sql.engine import Connection
from storage.sql.push_rows import (
    MICROSECOND,
    REQUEST_COLUMNS,
    PushStore,
    claim_rows,
    from_request,
    last_change,
    load_subscription,
    put_off,
    readable,
    to_request,
)
from storage.sql.push_topics import drop_empty, go_over, make_topic, newest_raise, note_unseen
from storage.sql.rows import Row, from_us, to_us


class PushRequestMixin(PushStore):
    async def request_subscription(
        self, request: SubscriptionRequest, *, most: int, most_per_host: int, most_per_client: int
    ) -> None:
        require_short_subscription(request)

        def work(db: Connection, now: int) -> None:
            _require_room(db, request, most=most, most_per_host=most_per_host, most_per_client=most_per_client)
            db.execute(_ASK, (*from_request(request), last_change(db), now, now)).close()

        await self._push(work)

    async def claim_requests(self, *, limit: int, lease: timedelta) -> tuple[ClaimedRequest, ...]:
        def work(db: Connection, now: int) -> tuple[ClaimedRequest, ...]:
            rows = db.execute(
                f"""
                SELECT id, asked_at, attempts, {", ".join(REQUEST_COLUMNS)} FROM subscription_requests WHERE due_at <= ?
                ORDER BY due_at, id LIMIT ?
                """,
                (now, limit),
            ).fetchall()
            claim = claim_rows(db, "subscription_requests", (row[0] for row in rows), now, lease)
            return tuple(readable(db, rows, lambda row: _claimed(row, claim)))

        none: tuple[ClaimedRequest, ...] = ()
        return await self._push_if("EXISTS (SELECT 1 FROM subscription_requests WHERE due_at <= ?)", work, none)

    async def confirm_subscription(
        self, claimed: ClaimedRequest, *, path: str, scopes: Collection[str]
    ) -> Subscription | None:
        require_short("path", path)

        def work(db: Connection, now: int) -> Subscription | None:
            seq = _end(db, claimed)
            return None if seq is None else _subscribe(db, now, claimed.request, seq, path, scopes)

        return await self._push(work)

    async def confirm_unsubscription(self, claimed: ClaimedRequest) -> bool:
        def work(db: Connection, _now: int) -> bool:
            if _end(db, claimed) is None:
                return False
            key = (claimed.request.callback, claimed.request.asked)
            gone = db.execute("DELETE FROM subscriptions WHERE callback = ? AND asked = ? RETURNING topic_id", key)
            drop_empty(db, [topic_id for (topic_id,) in gone.fetchall()])
            return True

        return await self._push(work)

    async def drop_request(self, claimed: ClaimedRequest) -> None:
        await self._push(lambda db, _now: _end(db, claimed))

    async def put_off_request(self, claimed: ClaimedRequest, *, due_at: datetime) -> None:
        def work(db: Connection, now: int) -> None:
            db.execute(
                "UPDATE subscription_requests SET due_at = ?, claim = '' WHERE id = ? AND claim = ?",
                (put_off(now, to_us(due_at)), claimed.id, claimed.claim),
            ).close()

        await self._push(work)

    async def add_subscription(self, request: SubscriptionRequest, *, scopes: Collection[str]) -> Subscription:
        require_short_subscription(request)
        return await self._push(lambda db, now: _subscribe(db, now, request, last_change(db), request.path, scopes))


_ASK = f"""
    INSERT INTO subscription_requests ({", ".join(REQUEST_COLUMNS)}, seq, asked_at, due_at, attempts, claim)
    VALUES ({", ".join("?" * len(REQUEST_COLUMNS))}, ?, ?, ?, 0, '')
    ON CONFLICT (callback, asked) DO UPDATE SET
        {", ".join(f"{name} = excluded.{name}" for name in REQUEST_COLUMNS if name not in ("callback", "asked"))},
        seq = excluded.seq, asked_at = excluded.asked_at, due_at = excluded.due_at, attempts = 0, claim = ''
"""


def _claimed(row: Row, claim: str) -> ClaimedRequest:
    id_, asked_at, attempts, *asked = row
    return ClaimedRequest(
        id=id_, request=to_request(tuple(asked)), asked_at=from_us(asked_at), attempt=attempts + 1, claim=claim
    )


def _require_room(
    db: Connection, request: SubscriptionRequest, *, most: int, most_per_host: int, most_per_client: int
) -> None:
    """Raises TooMany."""
    taken = db.execute(
        "SELECT 1 FROM subscription_requests WHERE callback = ? AND asked = ? AND mode <> 'denied'",
        (request.callback, request.asked),
    )
    if taken.fetchone() is not None:
        return
    counts = ", ".join(
        f"(SELECT count(*) FROM (SELECT 1 FROM subscription_requests WHERE {condition} LIMIT ?) AS few)"
        for condition in _BOUNDED
    )
    [waiting] = db.execute(
        f"SELECT {counts}",
        (most, request.callback_host, most_per_host, request.client, most_per_client),
    ).fetchall()
    bounds = {"most": most, "most_per_host": most_per_host, "most_per_client": most_per_client}
    for (bound, at_most), count in zip(bounds.items(), waiting, strict=True):
        if count >= at_most:
            raise TooMany(bound, at_most)


_BOUNDED = (
    "mode IN ('subscribe', 'unsubscribe')",
    "callback_host = ? AND mode <> 'denied'",
    "client = ? AND client <> ''",
)


def _end(db: Connection, claimed: ClaimedRequest) -> int | None:
    """The seq of the newest Change when it was asked; None where the claim was lost."""
    row = db.execute(
        "DELETE FROM subscription_requests WHERE id = ? AND claim = ? RETURNING seq", (claimed.id, claimed.claim)
    ).fetchone()
    return None if row is None else int(row[0])


def _subscribe(
    db: Connection, now: int, request: SubscriptionRequest, seq: int, path: str, scopes: Collection[str]
) -> Subscription:
    topic_id = make_topic(db, now, path, scopes)
    known = db.execute(
        "SELECT id, topic_id, expires_at FROM subscriptions WHERE callback = ? AND asked = ?",
        (request.callback, request.asked),
    ).fetchone()
    ends = now + request.lease // MICROSECOND
    if known is None or known[2] <= now:
        db.execute(
            "DELETE FROM subscriptions WHERE callback = ? AND asked = ?", (request.callback, request.asked)
        ).close()
        id_ = _begin(db, now, request, seq, topic_id, ends)
    else:
        id_ = known[0]
        if known[1] != topic_id:
            go_over(db, now, topic_id, [id_])
        db.execute(_RENEW, (request.secret, request.algorithm, request.content, now, ends, now, id_)).close()
    if known is not None and known[1] != topic_id:
        drop_empty(db, [known[1]])
    subscription = load_subscription(db, id_)
    assert subscription is not None, "it was just written"
    return subscription


_RENEW = """
    UPDATE subscriptions SET secret = ?, algorithm = coalesce(?, algorithm), content = coalesce(?, content), verified_at = ?,
        expires_at = ?, attempts = CASE WHEN due_at IS NULL THEN 0 ELSE attempts END,
        due_at = CASE WHEN due_at IS NULL AND wanted > delivered THEN ? ELSE due_at END
    WHERE id = ?
"""


def _begin(db: Connection, now: int, request: SubscriptionRequest, seq: int, topic_id: int, ends: int) -> int:
    """Make it; its document is the one that its feed had when it was asked for."""
    [(looked, content, digest)] = db.execute(
        "SELECT looked, content, digest FROM push_topics WHERE id = ?", (topic_id,)
    ).fetchall()
    is_known = seq >= content and newest_raise(db, topic_id) <= looked
    [(id_,)] = db.execute(
        """
        INSERT INTO subscriptions (topic_id, callback, asked, secret, algorithm, content, created_at, verified_at, expires_at,
            wanted, delivered, digest, due_at, attempts, claim, last_error)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, '', '') RETURNING id
        """,
        (
            topic_id, request.callback, request.asked, request.secret, request.algorithm or Algorithm.SHA256,
            request.content or PushContent.FULL, now, now, ends, max(seq, content), seq, digest if is_known else "",
            now if content > seq else None,
        ),
    ).fetchall()  # fmt: skip
    if seq >= content and not is_known:
        note_unseen(db, [(topic_id, id_)])
    return int(id_)
