"""Partners' keys: found by their hash, noted when used, ended."""

from datetime import datetime
from typing import Any

from storage.authors import name_key
from storage.errors import Conflict, NotFound
from storage.keys import require_short
from storage.model import Action, PartnerAccess, PartnerKey
from storage.protocol import TOKEN_USE_INTERVAL
from storage.sql.engine import Connection
from storage.sql.mixin import StoreMixin, Write
from storage.sql.partners import PARTNER, PARTNER_COLUMNS, load_partner, note_change, to_partner
from storage.sql.rows import from_us, from_us_or_none, to_us, to_us_or_none

_KEY = "partner_keys.name, partner_keys.hash, partner_keys.created_at, partner_keys.expires_at, partner_keys.used_at"
_OPENING = "CROSS JOIN partners ON partners.id = keys.partner_id CROSS JOIN term_sets ON term_sets.id = partners.set_id"
_ACCESS = f"""
    SELECT {PARTNER}, keys.name, keys.hash, keys.created_at, keys.expires_at, keys.used_at, 0, 0
    FROM partner_keys AS keys {_OPENING} WHERE keys.hash = ?
    UNION ALL
    SELECT {PARTNER}, keys.member, keys.hash, keys.created_at, keys.expires_at, keys.used_at, keys.id, 0
    FROM members AS keys {_OPENING} WHERE keys.hash = ?
    UNION ALL
    SELECT {PARTNER}, '', keys.hash, keys.ended_at, keys.ended_at, NULL, 1, 1
    FROM ended_keys AS keys {_OPENING} WHERE keys.hash = ?
"""
"""One of them has it, if any."""
_USE_IS_DUE = """
    partner_id = (SELECT id FROM partners WHERE name_key = ?) AND name = ? AND (used_at IS NULL OR used_at <= ?)
"""


class PartnerKeyMixin(StoreMixin):
    async def add_partner_key(self, name: str, key: PartnerKey) -> None:
        def work(write: Write) -> None:
            require_short("name", key.name)
            partner = load_partner(write.looking_up, name)
            taken = "SELECT 1 FROM partner_keys WHERE partner_id = ? AND name = ?"
            if write.looking_up.execute(taken, (partner.id, key.name)).fetchone():
                raise Conflict(
                    f"The partner {partner.name!r} has a key named {key.name!r} already: choose another name."
                )
            write.db.execute(
                """
                INSERT INTO partner_keys (partner_id, name, hash, created_at, expires_at, used_at)
                VALUES (?, ?, ?, ?, ?, ?)
                """,
                (
                    partner.id, key.name, key.hash, to_us(key.created_at), to_us_or_none(key.expires_at),
                    to_us_or_none(key.used_at),
                ),
            )  # fmt: skip
            note_change(write, partner, Action.EDIT)

        await self._write(work)

    async def list_partner_keys(self, name: str) -> tuple[PartnerKey, ...]:
        def work(db: Connection) -> tuple[PartnerKey, ...]:
            sql = f"SELECT {_KEY} FROM partner_keys WHERE partner_id = ? ORDER BY name"
            return tuple(map(_to_key, db.execute(sql, (load_partner(db, name).id,)).fetchall()))

        return await self._read(work)

    async def revoke_partner_key(self, name: str, key: str) -> None:
        def work(write: Write) -> None:
            partner = load_partner(write.looking_up, name)
            sql = "DELETE FROM partner_keys WHERE partner_id = ? AND name = ?"
            if write.looking_up.execute(sql, (partner.id, key)).rowcount == 0:
                raise NotFound(f"The partner {partner.name!r} has no key named {key!r}.")
            note_change(write, partner, Action.EDIT)

        await self._write(work)

    async def find_partner(self, hash: str) -> PartnerAccess | None:
        row = await self._read(lambda db: db.execute(_ACCESS, (hash,) * 3).fetchone())
        if row is None:
            return None
        return PartnerAccess(partner=to_partner(row[:PARTNER_COLUMNS]), key=_to_key(row[PARTNER_COLUMNS:]))

    async def note_partner_use(self, name: str, key: str, at: datetime) -> None:
        due = (name_key(name), key, to_us(at - TOKEN_USE_INTERVAL))

        def is_due(db: Connection) -> bool:
            [(found,)] = db.execute(f"SELECT EXISTS (SELECT 1 FROM partner_keys WHERE {_USE_IS_DUE})", due)
            return bool(found)

        def work(write: Write) -> None:
            write.db.execute(f"UPDATE partner_keys SET used_at = ? WHERE {_USE_IS_DUE}", (to_us(at), *due))

        # Of many that ask at once, most write nothing: a commit makes every process look at the log.
        if await self._read(is_due):
            await self._write(work)


def _to_key(row: tuple[Any, ...]) -> PartnerKey:
    name, hash_, created_at, expires_at, used_at, *rest = row
    member, ended = rest or (0, 0)
    return PartnerKey(
        name=name,
        hash=hash_,
        created_at=from_us(created_at),
        expires_at=from_us_or_none(expires_at),
        used_at=from_us_or_none(used_at),
        member=member,
        ended=bool(ended),
    )
