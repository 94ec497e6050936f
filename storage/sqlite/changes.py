"""The log of every write."""

import json

from storage.model import Action, Change, Subject
from storage.sqlite.rows import BEYOND, from_us
from storage.sqlite.topic import Topic


class ChangeTopic(Topic):
    async def changes_since(self, seq: int, *, limit: int) -> tuple[Change, ...]:
        rows = await self._read(
            lambda db: db.execute(
                """
                SELECT seq, at, action, subject, subject_id, scopes FROM changes
                WHERE seq > ? ORDER BY seq LIMIT ?
                """,
                (min(seq, BEYOND), limit),
            ).fetchall()
        )
        return tuple(
            Change(
                seq=seq,
                at=from_us(at),
                action=Action(action),
                subject=Subject(subject),
                subject_id=subject_id,
                scopes=frozenset(json.loads(scopes)),
            )
            for seq, at, action, subject, subject_id, scopes in rows
        )

    async def last_seq(self) -> int:
        [(seq,)] = await self._read(lambda db: db.execute("SELECT coalesce(max(seq), 0) FROM changes").fetchall())
        return int(seq)

    def moved(self) -> bool:
        self._now()
        return self._database.moved()
