"""From how many networks members' keys are used: what seems to have leaked."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from storage.model import Leak, MemberUse
from storage.sql.engine import Connection
from storage.sql.members import DAY, end
from storage.sql.mixin import StoreMixin, Write
from storage.sql.rows import to_us

_KEYS = """
    SELECT members.hash, members.id, members.member, members.used_at, members.flagged_at, partners.id, partners.name,
        partners.networks, partners.end_leaked
    FROM members CROSS JOIN partners ON partners.id = members.partner_id
"""


class _Key(NamedTuple):
    """A member's, and the terms by which its use is judged."""

    id: int
    member: str
    used_at: int | None
    flagged_at: int | None
    partner_id: int
    partner: str
    most: int
    """Networks; 0: any."""
    end_leaked: int


class MemberUseMixin(StoreMixin):
    async def note_member_uses(self, uses: Sequence[MemberUse], at: datetime) -> tuple[Leak, ...]:
        if not uses:
            return ()
        # Who follows the log is not told, and who publishes waits for nothing.
        leaked = await self._engine.write_beside(lambda db: _note(db, uses, to_us(at)))
        if to_end := [key for key in leaked if key.end_leaked]:
            await self._write(lambda write: _end(write, to_end))
        return tuple(
            Leak(partner=key.partner, member=key.member, networks=networks, ended=bool(key.end_leaked))
            for key, networks in leaked.items()
        )


def _note(db: Connection, uses: Sequence[MemberUse], now: int) -> Mapping[_Key, int]:
    """The keys that seem to have leaked, with their networks. Those that are to be ended are not flagged: should that not come to
    pass, their next use tells again.
    """
    keys = _keys(db, sorted({use.hash for use in uses}))
    seen = _networks(db, sorted({use.day for use in uses}), sorted(key.id for key in keys.values()))
    new, most = [], defaultdict[_Key, int](int)
    for use in uses:
        key = keys.get(use.hash)
        if key is None or not use.network or not key.most:
            continue
        networks = seen[use.day, key.id]
        if use.network not in networks and len(networks) <= key.most:
            networks.add(use.network)
            new.append((use.day, key.id, use.network))
        most[key] = max(most[key], len(networks))
    db.executemany("INSERT INTO member_networks (day, member_id, network) VALUES (?, ?, ?)", sorted(new))
    used = sorted(key.id for key in keys.values() if key.used_at is None or key.used_at < now - now % DAY)
    db.executemany("UPDATE members SET used_at = ? WHERE id = ?", [(now, id_) for id_ in used])
    leaked = {
        key: count for key, count in most.items() if count > key.most and (key.end_leaked or key.flagged_at is None)
    }
    db.executemany(
        "UPDATE members SET flagged_at = ?, networks = ? WHERE id = ?",
        [(now, count, key.id) for key, count in sorted(leaked.items()) if not key.end_leaked],
    )
    return leaked


def _end(write: Write, keys: Sequence[_Key]) -> None:
    by_partner = defaultdict[int, list[int]](list)
    for key in keys:
        by_partner[key.partner_id].append(key.id)
    for partner_id, ids in sorted(by_partner.items()):
        end(write, partner_id, "id", sorted(ids))


def _keys(db: Connection, hashes: Sequence[str]) -> Mapping[str, _Key]:
    rows = db.execute(f"{_KEYS} WHERE {db.among('members.hash')}", (db.array(hashes),)).fetchall()
    return {hash_: _Key(*rest) for hash_, *rest in rows}


def _networks(db: Connection, days: Sequence[int], ids: Sequence[int]) -> defaultdict[tuple[int, int], set[int]]:
    """Of each day and key, as far as they are kept."""
    found = defaultdict[tuple[int, int], set[int]](set)
    for day in days:
        rows = db.execute(
            f"SELECT member_id, network FROM member_networks WHERE day = ? AND {db.among('member_id')}",
            (day, db.array(ids)),
        ).fetchall()
        for id_, network in rows:
            found[day, id_].add(network)
    return found
