"""Members, and their keys: made, replaced, ended. What their use tells is beside this: `member_uses`."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Literal

from storage.errors import NotFound
from storage.keys import require_short
from storage.model import Action, Member, Partner, Subject
from storage.sql.engine import Connection
from storage.sql.mixin import StoreMixin, Write
from storage.sql.partners import load_partner
from storage.sql.rows import from_us, from_us_or_none, to_us, to_us_or_none

DAY = 86_400_000_000
"""Microseconds."""
_MEMBER = "member, hash, created_at, expires_at, used_at, flagged_at, networks"


class MemberMixin(StoreMixin):
    async def keep_member(self, partner: str, member: Member) -> Member:
        def work(write: Write) -> Member:
            require_short("member", member.name)
            of = load_partner(write.looking_up, partner)
            found = _find(write.looking_up, of, member.name)
            if found is None:
                _insert(write, of, member)
                return member
            id_, kept = found
            if kept.expires_at != member.expires_at:
                write.db.execute(
                    "UPDATE members SET expires_at = ? WHERE id = ?", (to_us_or_none(member.expires_at), id_)
                )
                _note_change(write, Action.EDIT, [id_])
            return replace(kept, expires_at=member.expires_at)

        return await self._write(work)

    async def replace_member_key(self, partner: str, name: str, hash: str) -> Member:
        def work(write: Write) -> Member:
            of = load_partner(write.looking_up, partner)
            kept = _load(write.looking_up, of, name)[1]
            end(write, of.id, "member", [name])
            member = Member(name=name, hash=hash, created_at=write.now, expires_at=kept.expires_at)
            _insert(write, of, member)
            return member

        return await self._write(work)

    async def clear_member(self, partner: str, name: str) -> Member:
        def work(write: Write) -> Member:
            id_, kept = _load(write.looking_up, load_partner(write.looking_up, partner), name)
            write.db.execute("UPDATE members SET flagged_at = NULL, networks = 0 WHERE id = ?", (id_,))
            today = to_us(write.now) // DAY
            write.db.executemany(
                "DELETE FROM member_networks WHERE day = ? AND member_id = ?",
                [(day, id_) for day in (today - 1, today, today + 1)],
            )
            return replace(kept, flagged_at=None, networks=0)

        return await self._write(work)

    async def end_members(self, partner: str, names: Sequence[str]) -> int:
        def work(write: Write) -> int:
            of = load_partner(write.looking_up, partner)
            return end(write, of.id, "member", sorted(set(names)))

        return await self._write(work)

    async def get_member(self, partner: str, name: str) -> Member:
        return await self._read(lambda db: _load(db, load_partner(db, partner), name)[1])

    async def list_members(
        self, partner: str, *, after: str = "", limit: int, flagged: bool = False
    ) -> tuple[Member, ...]:
        def work(db: Connection) -> tuple[Member, ...]:
            which = "AND flagged_at IS NOT NULL" if flagged else ""
            rows = db.execute(
                f"SELECT {_MEMBER} FROM members WHERE partner_id = ? AND member > ? {which} ORDER BY member LIMIT ?",
                (load_partner(db, partner).id, after, limit),
            ).fetchall()
            return tuple(map(_to_member, rows))

        return await self._read(work)


def end(write: Write, partner_id: int, column: Literal["id", "member"], values: Sequence[int] | Sequence[str]) -> int:
    """Forget a partner's members, by the ids of their keys or their own, and remember of their keys that they ended. Returns how
    many there were.
    """
    db = write.looking_up
    rows = db.execute(
        f"DELETE FROM members WHERE partner_id = ? AND {db.among(column)} RETURNING id, hash",
        (partner_id, db.array(values)),
    ).fetchall()
    if rows:
        write.db.executemany(
            "INSERT INTO ended_keys (hash, partner_id, ended_at) VALUES (?, ?, ?)",
            [(hash_, partner_id, to_us(write.now)) for _, hash_ in rows],
        )
        _note_change(write, Action.WITHDRAW, [id_ for id_, _ in rows])
    return len(rows)


def _insert(write: Write, partner: Partner, member: Member) -> None:
    write.db.execute(
        f"INSERT INTO members (partner_id, {_MEMBER}) VALUES (?, ?, ?, ?, ?, NULL, NULL, 0)",
        (partner.id, member.name, member.hash, to_us(member.created_at), to_us_or_none(member.expires_at)),
    )


def _note_change(write: Write, action: Action, ids: Sequence[int]) -> None:
    """Of members' keys: whoever remembers what they open forgets it. Feeds are the same as before: it raises no scope."""
    write.append(action, Subject.MEMBER, " ".join(map(str, sorted(ids))), ())


def _load(db: Connection, partner: Partner, name: str) -> tuple[int, Member]:
    """With the id of its key. Raises NotFound."""
    found = _find(db, partner, name)
    if found is None:
        raise NotFound(f"The partner {partner.name!r} has no member {name!r}.")
    return found


def _find(db: Connection, partner: Partner, name: str) -> tuple[int, Member] | None:
    sql = f"SELECT id, {_MEMBER} FROM members WHERE partner_id = ? AND member = ?"
    row = db.execute(sql, (partner.id, name)).fetchone()
    return None if row is None else (row[0], _to_member(row[1:]))


def _to_member(row: tuple[Any, ...]) -> Member:
    name, hash_, created_at, expires_at, used_at, flagged_at, networks = row
    return Member(
        name=name,
        hash=hash_,
        created_at=from_us(created_at),
        expires_at=from_us_or_none(expires_at),
        used_at=from_us_or_none(used_at),
        flagged_at=from_us_or_none(flagged_at),
        networks=networks,
    )
