"""Trials of the hub: what is kept of each, and how all of it goes."""

from datetime import datetime, timedelta

from storage.errors import NotFound
from storage.keys import require_short
from storage.model import Action, HubCheck, Subject
from storage.scopes import SITE, hub_check_scope
from storage.sql.engine import Connection
from storage.sql.mixin import Write, snapshot
from storage.sql.push_rows import MICROSECOND, PushStore
from storage.sql.push_topics import end_subscriptions
from storage.sql.rows import from_us, from_us_or_none, to_us

IS_OVER = "EXISTS (SELECT 1 FROM hub_checks WHERE expires_at <= ?)"


class HubCheckMixin(PushStore):
    async def begin_hub_check(self, token: str, *, path: str, secret: str, lasts: timedelta) -> None:
        require_short("path", path)

        def work(db: Connection, now: int) -> None:
            end_those_over(db, now)
            db.execute(
                """
                INSERT INTO hub_checks (token, path, secret, created_at, expires_at, number, asked, arrived_at, fault)
                VALUES (?, ?, ?, ?, ?, 0, 0, NULL, '')
                """,
                (token, path, secret, now, now + lasts // MICROSECOND),
            ).close()

        await self._push(work)

    async def get_hub_check(self, token: str) -> HubCheck | None:
        now = to_us(self._clock())
        return await self._read(lambda db: _load(db, token, now))

    async def note_hub_check(self, token: str, *, arrived_at: datetime | None = None, fault: str = "") -> None:
        def work(db: Connection, _now: int) -> None:
            noted = "asked = 1" if arrived_at is None else "arrived_at = ?, fault = ?"
            values = () if arrived_at is None else (to_us(arrived_at), fault)
            db.execute(f"UPDATE hub_checks SET {noted} WHERE token = ?", (*values, token)).close()

        await self._push(work)

    async def change_hub_check(self, token: str) -> datetime:
        def work(write: Write) -> datetime:
            changed = write.db.execute("UPDATE hub_checks SET number = number + 1 WHERE token = ?", (token,))
            if not changed.rowcount:
                raise NotFound("There is no such trial of the hub.")
            write.append(Action.EDIT, Subject.HUB_CHECK, "", [hub_check_scope(token)])
            return self._clock()

        return await self._write(work)

    async def end_hub_check(self, token: str) -> None:
        await self._push(lambda db, _now: _end(db, "token = ?", token))


def end_those_over(db: Connection, now: int) -> None:
    """Whoever began them did not come to end them."""
    _end(db, "expires_at <= ?", now)


def _end(db: Connection, which: str, value: object) -> None:
    for token, path in db.execute(f"SELECT token, path FROM hub_checks WHERE {which}", (value,)).fetchall():
        subscribed = db.execute(
            "SELECT id, topic_id FROM subscriptions WHERE topic_id = (SELECT id FROM push_topics WHERE path = ?)",
            (path,),
        )
        end_subscriptions(db, subscribed.fetchall())
        db.execute("DELETE FROM subscription_requests WHERE path = ?", (path,)).close()
        db.execute("DELETE FROM scopes WHERE name = ?", (hub_check_scope(token),)).close()
        db.execute("DELETE FROM hub_checks WHERE token = ?", (token,)).close()


def _load(db: Connection, token: str, now: int) -> HubCheck | None:
    row = db.execute(
        """
        SELECT path, secret, created_at, expires_at, number, asked, arrived_at, fault,
            (SELECT max(attempts) FROM subscription_requests WHERE subscription_requests.path = hub_checks.path)
        FROM hub_checks WHERE token = ? AND expires_at > ?
        """,
        (token, now),
    ).fetchone()
    if row is None:
        return None
    path, secret, created_at, expires_at, number, asked, arrived_at, fault, tries = row
    errors = db.execute(
        """
        SELECT subscriptions.last_error FROM push_topics CROSS JOIN subscriptions ON subscriptions.topic_id = push_topics.id
        WHERE push_topics.path = ?
        """,
        (path,),
    ).fetchall()
    return HubCheck(
        token=token,
        secret=secret,
        created_at=from_us(created_at),
        expires_at=from_us(expires_at),
        number=number,
        tries=tries,
        asked=bool(asked),
        is_subscribed=bool(errors),
        last_error=max((error for (error,) in errors), default=""),
        arrived_at=from_us_or_none(arrived_at),
        fault=fault,
        snapshot=snapshot(db, (hub_check_scope(token), SITE)),
    )
