"""Members of partners: each with a key, which is found, replaced, ended, and judged by the networks that it is used from."""

from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from storage.connect import open_store
from storage.errors import Invalid, NotFound
from storage.model import Leak, Member, MemberUse, Partner, PartnerKey
from storage.protocol import Store
from storage.sql import pruning
from tests.storage.copies import rows_of
from tests.storage.newsroom import FOUNDED, SettableClock, changes_of, prune, story, withdraw

pytestmark = pytest.mark.anyio

HOUR = timedelta(hours=1)
TODAY = int(FOUNDED.timestamp()) // 86_400


def member(name: str, hash: str = "", expires_in: timedelta | None = None) -> Member:
    expires_at = None if expires_in is None else FOUNDED + expires_in
    return Member(name=name, hash=hash or f"hash of {name}", created_at=FOUNDED, expires_at=expires_at)


def uses(hash: str, *networks: int, day: int = TODAY) -> list[MemberUse]:
    return [MemberUse(hash=hash, day=day, network=network) for network in networks]


async def opened(store: Store, hash: str) -> tuple[str, bool] | None:
    """The member that a key is of, and whether it was ended."""
    access = await store.find_partner(hash)
    if access is None:
        return None
    assert access.key.of_member
    return access.key.name, access.key.ended


async def test_a_member_keeps_its_key_until_it_is_given_another(store: Store, clock: SettableClock) -> None:
    partner = await store.add_partner(Partner(name="Members"))
    ann = member("ann")
    assert await store.keep_member("members", ann) == ann
    assert await opened(store, ann.hash) == ("ann", False)
    again = await store.keep_member("Members", member("ann", "of a second call", 2 * HOUR))
    assert again == replace(ann, expires_at=FOUNDED + 2 * HOUR), "its key is that of the first call"
    assert await opened(store, "of a second call") is None
    access = await store.find_partner(ann.hash)
    assert access is not None
    assert (access.partner, access.until) == (partner, FOUNDED + 2 * HOUR)
    clock.advance(minutes=5)
    turned = await store.replace_member_key("members", "ann", "new")
    assert turned == replace(again, hash="new", created_at=clock())
    assert await store.get_member("members", "ann") == turned
    assert [await opened(store, hash) for hash in (ann.hash, "new")] == [("", True), ("ann", False)]
    assert await store.end_members("members", ["ann", "nobody", "ann"]) == 1
    assert await store.end_members("members", ["ann"]) == 0
    assert await opened(store, "new") == ("", True)
    access = await store.find_partner("new")
    assert access is not None
    assert access.until == clock()
    back = await store.keep_member("members", member("ann", "third"))
    assert back.hash == "third", "who comes back has another key"
    for of, name in (("members", "bob"), ("members", "\0"), ("nobody", "ann"), ("\0", "ann")):
        for call in (
            store.get_member(of, name), store.replace_member_key(of, name, "x"), store.clear_member(of, name)
        ):  # fmt: skip
            with pytest.raises(NotFound):
                await call
    for unknown in (
        store.keep_member("nobody", ann), store.end_members("nobody", ["ann"]), store.list_members("nobody", limit=1)
    ):  # fmt: skip
        with pytest.raises(NotFound):
            await unknown
    for wrong in ("x" * 3000, "a\0b"):
        with pytest.raises(Invalid):
            await store.keep_member("members", member(wrong))
    await store.remove_partner("members")
    assert [await opened(store, hash) for hash in (ann.hash, "new", "third")] == [None] * 3


async def test_only_what_makes_a_key_open_less_is_in_the_log(store: Store) -> None:
    await store.add_partner(Partner(name="members"))
    changes = await changes_of(
        store,
        store.keep_member("members", member("ann")),
        store.keep_member("members", member("ann")),
        store.keep_member("members", member("bob")),
        store.keep_member("members", member("ann", expires_in=HOUR)),
        store.note_member_uses(uses("hash of ann", *range(1, 99)), FOUNDED),
        store.clear_member("members", "ann"),
        store.replace_member_key("members", "ann", "new"),
        store.end_members("members", ["ann", "bob"]),
    )
    assert [(change.subject.value, change.action.value, change.scopes) for change in changes] == [
        ("member", action, frozenset()) for action in ("edit", "withdraw", "withdraw")
    ]
    first, second, third = (change.subject_id.split() for change in changes)
    assert first == second
    assert len(third) == 2
    assert first[0] not in third, "another key is another one"


async def test_members_are_listed_in_pages_flagged_ones_by_themselves(store: Store) -> None:
    await store.add_partner(Partner(name="members", networks=1))
    await store.add_partner(Partner(name="others"))
    names = [f"m-{number}" for number in range(7)]
    for name in names:
        await store.keep_member("members", member(name))
        await store.keep_member("others", member(name, f"other {name}"))
    for name in ("m-2", "m-5", "m-6"):
        await store.note_member_uses(uses(f"hash of {name}", 1, 2), FOUNDED)

    async def pages(flagged: bool) -> list[list[str]]:
        found, after = [], ""
        while page := await store.list_members("members", after=after, limit=3, flagged=flagged):
            found.append([one.name for one in page])
            after = page[-1].name
        return found

    assert await pages(False) == [names[:3], names[3:6], names[6:]]
    assert await pages(True) == [["m-2", "m-5", "m-6"]]
    [flagged] = await store.list_members("members", limit=1, flagged=True)
    assert (flagged.networks, flagged.flagged_at, flagged.used_at) == (2, FOUNDED, FOUNDED)
    cleared = await store.clear_member("members", "m-2")
    assert (cleared.flagged_at, cleared.networks) == (None, 0)
    assert await store.note_member_uses(uses("hash of m-2", 1), FOUNDED) == (), "it is counted anew"
    assert await pages(True) == [["m-5", "m-6"]]
    assert await store.note_member_uses(uses("hash of m-2", 2), FOUNDED) == (
        Leak(partner="members", member="m-2", networks=2, ended=False),
    )


async def test_networks_are_counted_whoever_notes_them_in_whichever_order(
    store: Store, url: str, clock: SettableClock
) -> None:
    """Against what a list of all uses comes to; two workers note parts of it, some twice, in batches of any size."""
    random = Random(20)
    most = {"few": 3, "many": 9, "any": 0, "strict": 4}
    for name, networks in most.items():
        await store.add_partner(Partner(name=name, networks=networks, end_leaked=name == "strict"))
        for number in range(4):
            await store.keep_member(name, member(f"{name} {number}"))
    all_uses = [
        MemberUse(hash=f"hash of {name} {number}", day=TODAY + day, network=random.randint(1, 5 * number))
        for name in most for number in range(1, 4) for day in (0, 1) for _ in range(25)
    ]  # fmt: skip
    all_uses += uses("hash of nobody", 1, 2) + uses("hash of few 0", 0)
    random.shuffle(all_uses)
    told: list[Leak] = []
    other = await open_store(url, clock=clock)
    try:
        left = [use for use in all_uses for _ in range(random.randint(1, 2))]
        while left:
            size = random.randint(1, 25)
            told += await random.choice([store, other]).note_member_uses(left[:size], clock())
            left = left[size:]
    finally:
        await other.close()
    seen: defaultdict[tuple[str, int], set[int]] = defaultdict(set)
    for use in all_uses:
        seen[use.hash.removeprefix("hash of "), use.day].add(use.network)
    over = {
        name for (name, _), networks in seen.items()
        if (limit := most.get(name.split()[0], 0)) and len(networks) > limit
    }  # fmt: skip
    assert {len(name.split()) for name in over} == {2}
    assert len(over) > 4, "of some, not of all"
    assert sorted(leak.member for leak in told) == sorted(over), "each once"
    for leak in told:
        limit = most[leak.partner]
        assert (leak.networks, leak.ended) == (limit + 1, leak.partner == "strict"), "no more is counted"
        assert await opened(store, f"hash of {leak.member}") == (("", True) if leak.ended else (leak.member, False))
    for name in ("few", "many", "any"):
        listed = await store.list_members(name, limit=9, flagged=True)
        assert {one.name for one in listed} == {one for one in over if one.startswith(name)}
    rows = rows_of(url, "SELECT day, member_id, count(*) FROM member_networks GROUP BY day, member_id")
    assert max(count for _, _, count in rows) == 10, "a flood costs a few rows"


async def test_a_key_s_use_is_known_to_the_day(store: Store) -> None:
    await store.add_partner(Partner(name="members", networks=0))
    await store.keep_member("members", member("ann"))

    async def used_at(hours: float) -> float:
        now = FOUNDED.replace(hour=0) + hours * HOUR
        await store.note_member_uses(uses("hash of ann", 7), now)
        at = (await store.get_member("members", "ann")).used_at
        assert at is not None
        return (at - FOUNDED.replace(hour=0)) / HOUR

    assert [await used_at(hours) for hours in (1, 23, 24, 26, 47, 49)] == [1, 1, 24, 24, 24, 49]


async def test_networks_are_gone_after_two_days_and_ended_keys_after_a_year(
    store: Store, url: str, clock: SettableClock
) -> None:
    await store.add_partner(Partner(name="members", networks=1000))
    for name in ("ann", "bob"):
        await store.keep_member("members", member(name))
    # More than a step lets go of.
    for day in (TODAY - 2, TODAY - 1, TODAY):
        await store.note_member_uses(uses("hash of ann", *range(1, 701), day=day), clock())
        await store.note_member_uses(uses("hash of bob", *range(1, 701), day=day), clock())
    await store.end_members("members", ["bob"])

    def kept() -> list[tuple[int, int]]:
        rows = rows_of(url, "SELECT day, count(*) FROM member_networks GROUP BY day ORDER BY day")
        return [(day - TODAY, count) for day, count in rows]

    await prune(store, None)
    assert kept() == [(-1, 1400), (0, 1400)]
    clock.advance(days=2)
    await prune(store, None)
    assert kept() == []
    clock.advance(days=397)
    await prune(store, None)
    assert await opened(store, "hash of bob") == ("", True)
    clock.advance(days=2)
    await prune(store, None)
    assert await opened(store, "hash of bob") is None
    assert await opened(store, "hash of ann") == ("ann", False)


async def test_a_partner_that_is_removed_takes_its_members_along_in_short_steps(
    store: Store, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pruning, "_AT_ONCE", 2)
    for name in ("first", "second", "third"):
        await store.add_partner(Partner(name=name))
        for number in range(5):
            await store.keep_member(name, member(f"m-{number}", f"{name} {number}"))
        await store.end_members(name, ["m-0", "m-1"])
    for name in ("first", "third"):
        await store.remove_partner(name)
        assert [await opened(store, f"{name} {number}") for number in range(5)] == [None] * 5, "at once"
    assert rows_of(url, "SELECT count(*) FROM members") == [(9,)]
    await prune(store, None)
    assert [await opened(store, f"second {number}") for number in (1, 2)] == [("", True), ("m-2", False)]
    counts = "SELECT (SELECT count(*) FROM members), (SELECT count(*) FROM ended_keys)"
    assert rows_of(url, counts) == [(3, 2)]


async def test_nobody_waits_for_members_to_know_of_a_withdrawal(store: Store) -> None:
    rome, members, nobody = [await store.add_partner(Partner(name=name)) for name in ("Rome", "members", "nobody")]
    await store.add_partner_key("Rome", PartnerKey(name="one", hash="of Rome", created_at=FOUNDED))
    for name in ("Rome", "members"):
        await store.keep_member(name, member("ann", f"of {name}'s ann"))
    article = await store.add_article(story("gone"))
    await store.expand_views()
    await withdraw(store, article)
    await store.expand_views()
    assert await store.withdrawal_known(article.id) == {rome.id: None, nobody.id: None}
    await store.add_partner_key("members", PartnerKey(name="one", hash="of members", created_at=FOUNDED))
    assert members.id in await store.withdrawal_known(article.id)
