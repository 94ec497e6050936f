"""Partners that have not been here for longer than they should."""

from collections.abc import Mapping
from datetime import datetime

from storage.sql.engine import Connection
from storage.sql.mixin import StoreMixin, Write
from storage.sql.rows import from_us, to_us

_HOUR = 3_600_000_000
"""Microseconds."""
_HERE = """
    coalesce(partner_visits.at, (SELECT max(used_at) FROM partner_keys WHERE partner_id = partners.id), partners.created_at)
"""
"""When a partner was here last, or was made."""
_WATCHED = f"""
    SELECT partners.id, {_HERE} AS here
    FROM partners LEFT JOIN partner_visits ON partner_visits.partner_id = partners.id
    WHERE partners.silence > 0 AND (partners.expires_at IS NULL OR partners.expires_at > ?)
        AND {_HERE} <= ? - partners.silence * {_HOUR}
    ORDER BY partners.id
"""


class PartnerSilenceMixin(StoreMixin):
    async def silent_partners(self) -> Mapping[int, datetime]:
        now = to_us(self._clock())
        return _dated(await self._read(lambda db: _silent(db, now)))

    async def note_silences(self) -> tuple[Mapping[int, datetime], Mapping[int, datetime]]:
        now = to_us(self._clock())

        def is_news(db: Connection) -> bool:
            return _silent(db, now).keys() != _noted(db).keys()

        def work(write: Write) -> tuple[dict[int, int], dict[int, int]]:
            db = write.db
            silent, noted = _silent(db, now), _noted(db)
            begun = {id_: since for id_, since in silent.items() if id_ not in noted}
            ended = {id_: since for id_, since in noted.items() if id_ not in silent}
            db.executemany("INSERT INTO partner_silences (partner_id, since) VALUES (?, ?)", sorted(begun.items()))
            db.executemany("DELETE FROM partner_silences WHERE partner_id = ?", [(id_,) for id_ in sorted(ended)])
            here = dict(db.execute("SELECT partner_id, at FROM partner_visits").fetchall()) if ended else {}
            # Of others somebody decided otherwise.
            return begun, {id_: since for id_, since in ended.items() if here.get(id_, since) > since}

        if not await self._read(is_news):
            return {}, {}
        begun, ended = await self._write(work)
        return _dated(begun), _dated(ended)


def _silent(db: Connection, now: int) -> dict[int, int]:
    return dict(db.execute(_WATCHED, (now, now)).fetchall())


def _noted(db: Connection) -> dict[int, int]:
    return dict(db.execute("SELECT partner_id, since FROM partner_silences ORDER BY partner_id").fetchall())


def _dated(times: Mapping[int, int]) -> Mapping[int, datetime]:
    return {id_: from_us(at) for id_, at in times.items()}
