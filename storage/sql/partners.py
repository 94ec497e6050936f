"""Partners, by name. What their keys open is beside this: `partner_keys`."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from storage.authors import name_key
from storage.errors import Conflict, NotFound
from storage.keys import require_short
from storage.model import Action, Once, Partner, Subject, Terms
from storage.scopes import partner_scope, terms_scope
from storage.sql.engine import Connection
from storage.sql.kept_answers import done_once
from storage.sql.mixin import StoreMixin, Write
from storage.sql.rows import from_us, from_us_or_none, to_us, to_us_or_none
from storage.sql.term_sets import fill_all_anew, load_terms, note_unused, require_sections, set_of

PARTNER = (
    "partners.id, partners.name, partners.contact, partners.set_id, partners.rate, partners.expires_at, partners.key_in_path, "
    "partners.created_at, partners.version, partners.silence, partners.renewal_url, partners.networks, partners.end_leaked, "
    "term_sets.terms"
)
"""What to select for `to_partner`, of partners joined with term_sets."""
PARTNER_COLUMNS = 14
_PARTNERS = f"SELECT {PARTNER} FROM partners CROSS JOIN term_sets ON term_sets.id = partners.set_id"


class PartnerMixin(StoreMixin):
    async def add_partner(self, partner: Partner, *, once: Once[Partner] | None = None) -> Partner:
        return await self._write(done_once(once, lambda write: _add(write, partner)))

    async def update_partner(self, partner: Partner, *, if_version: int) -> Partner:
        return await self._write(lambda write: _update(write, partner, if_version))

    async def get_partner(self, name: str) -> Partner:
        return await self._read(lambda db: load_partner(db, name))

    async def list_partners(self) -> tuple[Partner, ...]:
        rows = await self._read(lambda db: db.execute(f"{_PARTNERS} ORDER BY partners.name_key").fetchall())
        return tuple(map(to_partner, rows))

    async def remove_partner(self, name: str, *, if_version: int | None = None) -> None:
        def work(write: Write) -> None:
            partner = load_partner(write.looking_up, name)
            if if_version is not None:
                _require_version(partner, if_version)
            note_change(write, partner, Action.WITHDRAW)
            # Its keys go with it.
            write.db.execute("DELETE FROM partners WHERE id = ?", (partner.id,))
            note_unused(write, partner.set_id)

        await self._write(work)

    async def get_terms(self, set_id: int) -> Terms:
        return await self._read(lambda db: load_terms(db, set_id))

    async def withhold_source(self, label: str) -> None:
        def work(write: Write) -> None:
            require_short("label", label)
            name = source_key(label)
            if write.looking_up.execute("SELECT 1 FROM withheld_sources WHERE name = ?", (name,)).fetchone() is None:
                write.db.execute("INSERT INTO withheld_sources (name, label) VALUES (?, ?)", (name, label))
                _fill_anew(write)

        await self._write(work)

    async def pass_on_source(self, label: str) -> None:
        def work(write: Write) -> None:
            sql = "DELETE FROM withheld_sources WHERE name = ?"
            if write.looking_up.execute(sql, (source_key(label),)).rowcount == 0:
                raise NotFound(f"The articles of {label!r} are not withheld.")
            _fill_anew(write)

        await self._write(work)

    async def withheld_sources(self) -> Mapping[str, str]:
        rows = await self._read(
            lambda db: db.execute("SELECT name, label FROM withheld_sources ORDER BY name").fetchall()
        )
        return dict(rows)


def source_key(label: str) -> str:
    """An agency's name as it is compared."""
    return label.casefold()


def load_partner(db: Connection, name: str) -> Partner:
    """Raises NotFound."""
    row = db.execute(f"{_PARTNERS} WHERE partners.name_key = ?", (name_key(name),)).fetchone()
    if row is None:
        raise NotFound(f"There is no partner named {name!r}.")
    return to_partner(row)


def to_partner(row: tuple[Any, ...]) -> Partner:
    id_, name, contact, set_id, rate, expires_at, key_in_path, created_at, version, silence, *of_members, terms = row
    renewal_url, networks, end_leaked = of_members
    return Partner(
        id=id_,
        name=name,
        contact=contact,
        terms=Terms.of(terms),
        set_id=set_id,
        rate=rate,
        expires_at=from_us_or_none(expires_at),
        key_in_path=bool(key_in_path),
        renewal_url=renewal_url,
        networks=networks,
        end_leaked=bool(end_leaked),
        created_at=from_us(created_at),
        version=version,
        silence=silence,
    )


def note_change(write: Write, partner: Partner, action: Action) -> None:
    """Of a partner, its terms or its keys: whoever remembers what a key opens forgets it."""
    write.append(action, Subject.PARTNER, str(partner.id), {partner_scope(partner.id)})


def _add(write: Write, partner: Partner) -> Partner:
    _require_free(write, partner.name, 0)
    require_sections(write, partner.terms, None)
    set_id = set_of(write, partner.terms)
    [(id_,)] = write.db.execute(
        """
        INSERT INTO partners (name, name_key, contact, set_id, rate, expires_at, key_in_path, silence, renewal_url, networks,
            end_leaked, created_at, version)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1) RETURNING id
        """,
        (*_said(partner, set_id), to_us(write.now)),
    ).fetchall()
    kept = replace(partner, id=id_, set_id=set_id, created_at=write.now, version=1)
    note_change(write, kept, Action.INSERT)
    return kept


def _update(write: Write, partner: Partner, if_version: int) -> Partner:
    row = write.db.execute(f"{_PARTNERS} WHERE partners.id = ?", (partner.id,)).fetchone()
    if row is None:
        raise NotFound(f"There is no partner named {partner.name!r}.")
    before = to_partner(row)
    _require_version(before, if_version)
    _require_free(write, partner.name, partner.id)
    require_sections(write, partner.terms, before.terms)
    set_id = before.set_id if partner.terms == before.terms else set_of(write, partner.terms)
    after = replace(partner, set_id=set_id, created_at=before.created_at, version=before.version + 1)
    write.db.execute(
        """
        UPDATE partners SET name = ?, name_key = ?, contact = ?, set_id = ?, rate = ?, expires_at = ?, key_in_path = ?,
            silence = ?, renewal_url = ?, networks = ?, end_leaked = ?, version = ?
        WHERE id = ?
        """,
        (*_said(after, set_id), after.version, after.id),
    )
    if set_id != before.set_id:
        note_unused(write, before.set_id)
    note_change(write, after, Action.EDIT)
    return after


def _said(partner: Partner, set_id: int) -> tuple[object, ...]:
    return (
        partner.name, name_key(partner.name), partner.contact, set_id, partner.rate, to_us_or_none(partner.expires_at),
        int(partner.key_in_path), partner.silence, partner.renewal_url, partner.networks, int(partner.end_leaked),
    )  # fmt: skip


def _require_free(write: Write, name: str, own: int) -> None:
    """Raises Conflict if another partner has the name, Invalid if it is too long to be looked up by."""
    require_short("name", name)
    sql = "SELECT name FROM partners WHERE name_key = ? AND id <> ?"
    row = write.looking_up.execute(sql, (name_key(name), own)).fetchone()
    if row is not None:
        raise Conflict(f"There is a partner named {row[0]!r} already: choose another name.")


def _require_version(partner: Partner, version: int) -> None:
    """Raises Conflict."""
    if partner.version != version:
        raise Conflict(f"The partner {partner.name!r} is at version {partner.version} by now; read it again.")


def _fill_anew(write: Write) -> None:
    """What is shown within any terms may differ from now on."""
    write.append(Action.EDIT, Subject.TERMS, "", map(terms_scope, fill_all_anew(write)))
