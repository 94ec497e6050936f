"""What bans catch: by any way of writing an email or a name, by any network that an address is in, and nothing else."""

import unicodedata
from collections.abc import AsyncIterator
from dataclasses import replace
from ipaddress import IPv4Address, IPv6Address, ip_network

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.newsroom.bans import Banned, ban
from feeds.newsroom.commenting import reply
from feeds.newsroom.reply_policy import Policy
from feeds.settings import Settings
from storage.bans import email_ban, name_ban, plain
from storage.connect import open_store
from storage.errors import Invalid, NotFound
from storage.lifecycle import IP_HASHES_KEPT
from storage.model import Comment, CommentStatus
from storage.protocol import Store
from tests.storage.newsroom import FOUNDED, SettableClock, story
from tests.storage.newsroom import reply as comment
from tests.stores import Stores, opened_store

POLICY = Policy.of(Settings(comments_hold="none", comments_pause=0), secret=b"x" * 32)
UNSEEN = st.sampled_from(["", "\u200b", "\u200d", "\ufeff", "\u00ad", "\u2060", "\ufe0f", "\u3164", "\U000e0101"])
SPACES = st.sampled_from([" ", "  ", "\u00a0", "\u2003", "\u3000", "\t", " \u200b "])
WRITTEN = st.sampled_from(
    [str.upper, str.casefold, str.title, lambda text: unicodedata.normalize("NFD", text),
     lambda text: "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)]
)  # fmt: skip
"""The same letters by other characters; the last in full width."""


@st.composite
def otherwise(draw: st.DrawFn, text: str, *, spaced: bool) -> str:
    letters = [draw(WRITTEN)(char) + draw(UNSEEN) for char in text]
    spread = [draw(SPACES) if spaced and char.isspace() else char for char in letters]
    return draw(UNSEEN) + "".join(spread) + (draw(SPACES) if spaced else "")


@settings(max_examples=20)
@given(st.data())
def test_a_name_and_an_email_are_the_same_however_they_are_written(data: st.DataObject) -> None:
    for name in ("José Ångström-Fuß", "Die Redaktion", "Εύα Παπαδοπούλου"):
        assert name_ban(data.draw(otherwise(name, spaced=True))) == name_ban(name) != ""
    email = data.draw(otherwise("Troll@Mail.Example", spaced=False))
    assert email_ban(email) == "email:troll@mail.example"
    assert email_ban(email.replace("@", "+7@").replace("\uff20", "+7\uff20")) == "email:troll@mail.example"


@given(st.text(max_size=50))
def test_what_is_plain_stays_as_it_is(text: str) -> None:
    assert plain(plain(text)) == plain(text)
    assert plain(f" {text}\u200b") == plain(text) or not text.isprintable()


ADDRESSES = st.one_of(
    st.integers(0, 2**32 - 1).map(IPv4Address),
    st.integers(0, 2**128 - 1).map(IPv6Address),
    st.sampled_from([IPv4Address("203.0.113.9"), IPv6Address("2001:db8::9"), IPv6Address("::1"), IPv6Address(0)]),
)


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[str], list[str]]:
    """Networks, and addresses of which many are in one of them or beside it."""
    networks, addresses = [], [str(draw(ADDRESSES))]
    for _ in range(draw(st.integers(0, 4))):
        inside = draw(ADDRESSES)
        widest, bits = (8, 32) if inside.version == 4 else (16, 128)
        network = ip_network(f"{inside}/{draw(st.integers(widest, bits))}", strict=False)
        networks.append(str(network))
        near = [int(network[0]), int(network[-1]), int(network[0]) - 1, int(network[-1]) + 1]
        number = draw(st.sampled_from(near)) % 2**bits
        addresses.append(str(IPv4Address(number) if inside.version == 4 else IPv6Address(number)))
    return networks, addresses


async def send(store: Store, article_id: int, number: int, **fields: object) -> Comment:
    ip = str(fields.pop("ip", ""))
    sent = {"author_name": f"Reader {number}", "author_email": f"r{number}@readers.example", "body": f"Reply {number}."}
    return await reply(store, article_id, sent | fields, policy=POLICY, clock=store.now, ip=ip)


async def ask(store: Store, kind: str, value: str = "", **fields: object) -> Banned:
    data = {"kind": kind, "value": value, **fields}
    return await ban(store, data, policy=POLICY, by="desk:ann", clock=store.now)


async def any_network(url: str, case: tuple[list[str], list[str]]) -> None:
    networks, addresses = case
    store = await open_store(url, clock=SettableClock(), migrate=True, synchronous="NORMAL")
    try:
        article = await store.add_article(story("a"))
        for network in networks:
            await ask(store, "network", network)
        for number, address in enumerate(addresses):
            # Of IPv6 a subscriber has 64 bits, whatever was asked for.
            wide = [ip_network(one) for one in networks]
            wide = [one.supernet(new_prefix=64) if one.version == 6 and one.prefixlen > 64 else one for one in wide]
            caught = any(ip_network(address)[0] in one for one in wide)
            kept = await send(store, article.id, number, ip=address)
            assert kept.status is (CommentStatus.TRASH if caught else CommentStatus.APPROVED), (networks, address)
            assert bool(kept.held_why) == caught
    finally:
        await store.close()


def test_a_network_catches_the_addresses_in_it_and_no_other(stores: Stores) -> None:
    stores.play_any(any_network, examples=15, case=cases())


@pytest.fixture
async def store(store_url: str) -> AsyncIterator[Store]:
    async with opened_store(store_url, SettableClock()) as store:
        yield store


@pytest.mark.anyio
async def test_each_kind_catches_its_own_and_is_lifted(store: Store) -> None:
    article = await store.add_article(story("a"))
    first = await send(
        store, article.id, 0, author_name="Zoe Troll", author_email="zoe@troll.example", ip="203.0.113.7"
    )
    seq = await store.last_seq()
    others = {
        "email": {"author_email": "ZOE+2@troll.example"},
        "name": {"author_name": "zoe\u00a0TROLL"},
        "address": {"ip": "::ffff:203.0.113.7"},
        "network": {"ip": "203.0.113.200"},
        "@": {"author_email": "eve@TROLL.example"},
    }
    number = 1
    for kind, fields in others.items():
        given = {"value": "@troll.example"} if kind == "@" else {"comment": first.id}
        banned = await ask(store, "email" if kind == "@" else kind, **given)
        again = await ask(store, "email" if kind == "@" else kind, **given)
        assert (banned.is_new, again.is_new, again.ban.id) == (True, False, banned.ban.id)
        caught = await send(store, article.id, number, **fields)
        assert (caught.status, caught.held_why) == (
            CommentStatus.TRASH,
            f"ban {banned.ban.kind.value} {banned.ban.id}",
        )
        assert (await send(store, article.id, number + 1, ip="198.51.100.7")).status is CommentStatus.APPROVED
        assert bool(banned.ban.ends_at) == (kind in ("address", "network"))
        assert "203.0.113" not in repr(banned.ban) + banned.ban.key + banned.ban.shown
        await store.lift_ban(banned.ban.id)
        assert (await send(store, article.id, number + 2, **fields)).status is CommentStatus.APPROVED
        number += 3
    assert await store.list_bans(limit=9) == ()
    with pytest.raises(NotFound):
        await store.lift_ban(1)
    assert (await store.get_comment(first.id)) == first, "what was there stays"
    subjects = {change.subject.value for change in await store.changes_since(seq, limit=99)}
    assert subjects == {"comment"}, "no ban is a Change"


@pytest.mark.anyio
async def test_what_waits_goes_with_them_if_that_is_asked(store: Store) -> None:
    article = await store.add_article(story("a"))
    waiting = [
        await store.add_comment(
            comment(article, name, status=status, author_email=email, ip_hash="h", network_hash="n"),
            list_after=POLICY.list_after,
        )
        for name, email, status in (
            ("A", "zoe@troll.example", CommentStatus.PENDING),
            ("B", "Zoe+1@troll.example", CommentStatus.PENDING),
            ("C", "zoe@troll.example", CommentStatus.APPROVED),
            ("D", "ann@readers.example", CommentStatus.PENDING),
        )
    ]
    await ask(store, "email", "zoe@troll.example")
    assert [one.status for one in await store.list_comments(limit=9)] == [one.status for one in reversed(waiting)]
    assert (await ask(store, "email", "zoe@troll.example", trash_held=True)).trashed == 2
    assert [str(one.status) for one in await store.list_comments(limit=9)] == ["pending", "approved", "trash", "trash"]
    assert (await ask(store, "network", comment=waiting[3].id, trash_held=True)).trashed == 1
    assert {decided.decision.by for decided in (await store.latest_decisions(limit=9)).decisions} == {"desk:ann"}


@pytest.mark.anyio
async def test_what_cannot_be_banned_is_named(store: Store) -> None:
    article = await store.add_article(story("a"))
    await store.add_comment(comment(article, "Ann"), list_after=POLICY.list_after)
    for fields, wrong in (
        ({"kind": "email", "value": "zoe"}, "value"),
        ({"kind": "email", "value": "zoe@"}, "value"),
        ({"kind": "name", "value": "\u200b"}, "value"),
        ({"kind": "address", "value": "203.0.113.0/24"}, "value"),
        ({"kind": "network", "value": "203.0.113"}, "value"),
        ({"kind": "network", "value": "0.0.0.0/0"}, "value"),
        ({"kind": "network", "value": "::/15"}, "value"),
        ({"kind": "network"}, "value"),
        ({"kind": "email", "value": "a@b.example", "comment": 1}, "value"),
        ({"kind": "email", "comment": 99}, "comment"),
        ({"kind": "address", "comment": 1}, "comment"),
        ({"kind": "fax", "value": "1"}, "kind"),
        ({}, "kind"),
    ):
        with pytest.raises(Invalid) as invalid:
            await ban(store, fields, policy=POLICY, by="cli", clock=store.now)
        assert list(invalid.value.fields) == [wrong], fields
    assert await store.list_bans(limit=9) == ()


@pytest.mark.anyio
async def test_hashes_of_addresses_go_after_thirty_days_with_their_bans(store_url: str) -> None:
    clock = SettableClock()
    store = await open_store(store_url, clock=clock, migrate=True, synchronous="NORMAL")
    try:
        article = await store.add_article(story("a"))
        first = await send(store, article.id, 0, ip="203.0.113.7")
        assert first.network_hash
        clock.now = FOUNDED
        await ask(store, "address", comment=first.id)
        await ask(store, "network", "203.0.113.0/24")
        clock.advance(days=20)
        again = await ask(store, "address", "203.0.113.7")
        assert again.ban.ends_at == clock.now + IP_HASHES_KEPT, "it goes on from here"
        clock.advance(days=29)
        await store.run_due()
        assert replace(await store.get_comment(first.id), ip_hash="x").network_hash == ""
        assert [one.kind.value for one in await store.list_bans(limit=9)] == ["network", "address"]
        clock.advance(days=1)
        assert [one.kind.value for one in await store.list_bans(limit=9)] == ["network"]
        due = await store.run_due()
        assert due.next_at is None or due.next_at > clock.now
        newer = await ask(store, "address", "203.0.113.7")
        assert newer.is_new
        assert newer.ban.id > again.ban.id
    finally:
        await store.close()
