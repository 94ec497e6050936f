"""Partners, their terms and keys: kept, found, ended, and told of in the log."""

import json
from collections.abc import AsyncIterator
from dataclasses import fields, replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.connect import open_store
from storage.errors import Conflict, Invalid, NotFound
from storage.model import Partner, PartnerKey, Terms
from storage.protocol import TOKEN_USE_INTERVAL, Store
from storage.sql.rows import BEYOND
from tests.storage.copies import rows_of
from tests.storage.newsroom import FOUNDED, SettableClock, changes_of, exported

pytestmark = pytest.mark.anyio

LATER = FOUNDED + timedelta(hours=12)
WORLD = Terms(sections=("world",), tags=("nato",), languages=("en", "fr"), full_text=False, days=30, embargoed=True)
ROME, ODD = (
    Partner(name="Rome Weekly", contact="ann@rome.example", terms=WORLD, rate=60, silence=26),
    Partner(name="a/b é"),
)


def key(name: str, expires_in: timedelta | None = None) -> PartnerKey:
    expires_at = None if expires_in is None else FOUNDED + expires_in
    return PartnerKey(name=name, hash=f"hash of {name}", created_at=FOUNDED, expires_at=expires_at)


def sets(url: str) -> list[tuple[int, int | None, bool]]:
    """Each set's id, how far it is filled, and whether nobody has it."""
    rows = rows_of(url, "SELECT id, filled_to, unused_since FROM term_sets ORDER BY id")
    return [(set_id, filled_to, unused is not None) for set_id, filled_to, unused in rows]


@pytest.fixture
async def other(store: Store, url: str, clock: SettableClock) -> AsyncIterator[Store]:
    """Another worker's."""
    del store
    opened = await open_store(url, clock=clock)
    yield opened
    await opened.close()


async def test_partners_are_found_and_listed_as_they_were_kept(
    store: Store, other: Store, clock: SettableClock
) -> None:
    odd, rome = await store.add_partner(ODD), await store.add_partner(ROME)
    assert rome == replace(ROME, id=rome.id, set_id=rome.set_id, created_at=clock(), version=1)
    assert odd.terms == Terms()
    assert await other.list_partners() == (odd, rome), "by name"
    for name in ("Rome Weekly", "rome weekly", "ROME  WEEKLY"):
        assert await other.get_partner(name) == rome
        with pytest.raises(Conflict, match="Rome Weekly"):
            await store.add_partner(Partner(name=name))
    for name in ("Rome", "", "\0", "\ud800"):
        with pytest.raises(NotFound):
            await store.get_partner(name)
    assert await store.get_terms(rome.set_id) == WORLD
    with pytest.raises(NotFound):
        await store.get_terms(99)


async def test_a_partner_is_changed_by_who_has_read_it_last(store: Store) -> None:
    rome, odd = await store.add_partner(ROME), await store.add_partner(ODD)
    changed = await store.update_partner(
        replace(rome, name="ROME WEEKLY", contact="", rate=0, key_in_path=False, expires_at=LATER), if_version=1
    )
    assert changed == replace(
        rome, name="ROME WEEKLY", contact="", rate=0, key_in_path=False, expires_at=LATER, version=2
    )
    assert await store.get_partner("rome weekly") == changed
    with pytest.raises(Conflict, match="version 2"):
        await store.update_partner(rome, if_version=1)
    with pytest.raises(Conflict, match="a/b"):
        await store.update_partner(replace(changed, name="A/B É"), if_version=2)
    with pytest.raises(NotFound):
        await store.update_partner(replace(changed, id=99), if_version=2)
    with pytest.raises(Conflict, match="version 2"):
        await store.remove_partner("rome Weekly", if_version=1)
    await store.remove_partner("rome Weekly", if_version=2)
    assert await store.list_partners() == (odd,)
    for forgotten in ("Rome Weekly", "\0"):
        with pytest.raises(NotFound, match="There is no partner named"):
            await store.remove_partner(forgotten)
    assert (await store.add_partner(ROME)).id != rome.id, "who was remembered is not taken for another"


async def test_equal_terms_are_one_set(store: Store, url: str, clock: SettableClock) -> None:
    rome = await store.add_partner(ROME)
    again = await store.add_partner(replace(ROME, name="Second", terms=replace(WORLD, languages=("fr", "en", "fr"))))
    odd = await store.add_partner(ODD)
    assert rome.set_id == again.set_id != odd.set_id
    assert sets(url) == [(rome.set_id, BEYOND, False), (odd.set_id, BEYOND, False)]
    moved = await store.update_partner(replace(rome, terms=Terms()), if_version=1)
    assert moved.set_id == odd.set_id
    assert sets(url)[0] == (rome.set_id, BEYOND, False), "another partner has it"
    rows_of(url, "UPDATE term_sets SET filled_to = NULL")
    clock.advance(minutes=1)
    await store.remove_partner("Second")
    assert sets(url) == [(rome.set_id, None, True), (odd.set_id, None, False)]
    assert await store.get_terms(rome.set_id) == WORLD, "whoever comes with its cursor is led over"
    back = await store.update_partner(replace(moved, terms=WORLD), if_version=2)
    assert back.set_id == rome.set_id
    assert sets(url) == [(rome.set_id, BEYOND, False), (odd.set_id, None, False)], "what it missed is told"


async def test_sections_are_known(store: Store) -> None:
    with pytest.raises(Invalid) as raised:
        await store.add_partner(
            replace(ROME, terms=replace(WORLD, sections=("world", "wrold"), without_sections=("\0", "none")))
        )
    assert raised.value.fields.keys() == {"sections", "without_sections"}
    assert "'wrold'" in raised.value.fields["sections"]
    assert await store.list_partners() == ()
    business = await store.add_partner(replace(ROME, terms=replace(WORLD, sections=("business",))))
    await store.delete_section("business")
    kept = await store.update_partner(replace(business, contact="b"), if_version=1)
    assert kept.terms.sections == ("business",), "a section that is deleted keeps nobody from changing the rest"
    with pytest.raises(Invalid):
        await store.update_partner(
            replace(kept, terms=replace(WORLD, sections=("business", "none"))), if_version=kept.version
        )


async def test_keys_open_what_their_partner_may_see(store: Store, other: Store) -> None:
    rome = await store.add_partner(replace(ROME, expires_at=LATER))
    old, new = key("old", timedelta(hours=1)), key("New")
    for one in (old, new):
        await store.add_partner_key("ROME weekly", one)
    assert await other.list_partner_keys(rome.name) == (new, old), "by name, capitals first"
    access = await other.find_partner(old.hash)
    assert access is not None
    assert (access.partner, access.key, access.until) == (rome, old, FOUNDED + timedelta(hours=1))
    access = await other.find_partner(new.hash)
    assert access is not None
    assert access.until == LATER, "the partner's"
    assert await store.find_partner("hash of nobody") is None
    for taken in (key("old"), replace(key("third"), hash=old.hash)):
        with pytest.raises(Conflict):
            await store.add_partner_key(rome.name, taken)
    await store.add_partner(ODD)
    await store.add_partner_key(ODD.name, replace(key("old"), hash="other"))
    await store.revoke_partner_key(rome.name, "old")
    assert await other.find_partner(old.hash) is None
    with pytest.raises(NotFound, match="no key named 'old'"):
        await store.revoke_partner_key(rome.name, "old")
    changed = await store.update_partner(replace(rome, terms=Terms()), if_version=1)
    access = await other.find_partner(new.hash)
    assert access is not None
    assert access.partner == changed, "keys stay"
    await store.remove_partner(rome.name)
    assert await other.find_partner(new.hash) is None
    for call in (
        store.list_partner_keys(rome.name),
        store.revoke_partner_key(rome.name, "New"),
        store.add_partner_key(rome.name, new),
    ):
        with pytest.raises(NotFound, match="no partner named"):
            await call


async def test_use_is_noted_by_the_hour_and_in_no_log(store: Store) -> None:
    await store.add_partner(ROME)
    await store.add_partner_key(ROME.name, key("one"))

    async def use(at_hours: float) -> None:
        await store.note_partner_use("rome weekly", "one", FOUNDED + at_hours * TOKEN_USE_INTERVAL)

    assert await changes_of(store, use(1), use(1.5), store.note_partner_use("none", "one", FOUNDED)) == ()
    [used] = await store.list_partner_keys(ROME.name)
    assert used.used_at == FOUNDED + TOKEN_USE_INTERVAL
    await use(2)
    [used] = await store.list_partner_keys(ROME.name)
    assert used.used_at == FOUNDED + 2 * TOKEN_USE_INTERVAL


async def test_each_write_tells_those_who_remember_the_partner(store: Store) -> None:
    rome = await store.add_partner(ROME)
    changes = await changes_of(
        store,
        store.update_partner(replace(rome, contact=""), if_version=1),
        store.add_partner_key(rome.name, key("one")),
        store.revoke_partner_key(rome.name, "one"),
        store.remove_partner(rome.name),
    )
    assert [(change.subject, change.subject_id, change.action) for change in changes] == [
        ("partner", str(rome.id), action) for action in ("edit", "edit", "edit", "withdraw")
    ]
    assert {scope for change in changes for scope in change.scopes} == {f"partner:{rome.id}"}


async def test_an_agency_is_withheld_by_its_name_whatever_the_case(store: Store, url: str) -> None:
    ids = sorted([(await store.add_partner(one)).set_id for one in (ROME, ODD)])
    rows_of(url, "UPDATE term_sets SET filled_to = NULL")
    changes = await changes_of(store, store.withhold_source("AFP Straße"), store.withhold_source("afp STRASSE"))
    assert [(change.subject.value, sorted(change.scopes)) for change in changes] == [
        ("terms", [f"terms:{one}" for one in ids])
    ]
    assert sets(url) == [(one, BEYOND, False) for one in ids]
    assert dict(await store.withheld_sources()) == {"afp strasse": "AFP Straße"}
    rows_of(url, "UPDATE term_sets SET filled_to = NULL")
    await store.pass_on_source("AFP STRASSE")
    assert dict(await store.withheld_sources()) == {}
    assert sets(url) == [(one, BEYOND, False) for one in ids]
    for none in ("AFP", "\0"):
        with pytest.raises(NotFound):
            await store.pass_on_source(none)


async def test_keys_are_not_exported_and_nobody_prints_their_hash(store: Store) -> None:
    await store.add_partner(ROME)
    await store.add_partner_key(ROME.name, key("one"))
    access = await store.find_partner(key("one").hash)
    assert access is not None
    assert "hash of" not in repr(access) + repr(await exported(store))


_NAMES = st.lists(st.text(st.characters(codec="utf-8"), max_size=5), max_size=3).map(tuple)
_STRATEGIES = {tuple: _NAMES, bool: st.booleans(), int: st.integers(0, 10**9), str: st.text(max_size=5)}


@given(st.fixed_dictionaries({}, optional={one.name: _STRATEGIES[type(one.default)] for one in fields(Terms)}))
def test_terms_are_read_back_whatever_they_say(said: dict[str, object]) -> None:
    terms = Terms(**said)  # type: ignore[arg-type]
    assert Terms.of(terms.canonical) == terms
    assert Terms.of(json.dumps(json.loads(terms.canonical) | {"of_a_later_release": 1})) == terms
    turned = Terms(**{name: value[::-1] if isinstance(value, tuple) else value for name, value in said.items()})  # type: ignore[arg-type]
    assert (turned, turned.digest) == (terms, terms.digest)
