"""Members read with a key of their own in the path, until it ends; then they are told what to do."""

import asyncio
import json
import logging
import re
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import feedparser
import pytest

from feeds.newsroom.partners import access, member_uses
from feeds.newsroom.partners.access import Admitted, Claim, KnownPartners
from feeds.newsroom.partners.keys import key_hash, new_key
from feeds.newsroom.partners.member_uses import MemberUses
from feeds.web.api.access import ADMIN, token_hash
from storage.errors import Unavailable
from storage.model import Leak, Member, MemberUse, Partner, PartnerAccess, PartnerKey, Terms, Token
from tests.kinds.newsroom import SettableClock
from tests.partners.partner import basic
from tests.server.listening import CountedPolls, listening
from tests.web.site import BASE, Client, Reply, Site, open_site

pytestmark = pytest.mark.anyio

RENEW = "https://news.example/account/?a=1&b=2"
FEEDS = ("/feed.rss", "/feed.atom", "/feed.json", "/feed.rdf", "/section/world/feed.rss")


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, bool]]:
    """The loop that the server runs on."""
    return "asyncio", {"use_uvloop": True}


async def partner_of(site: Site, **fields: Any) -> Partner:
    return await site.state.store.add_partner(Partner(**{"name": "members", "renewal_url": RENEW} | fields))


async def member_of(site: Site, name: str = "m-1", until: Any = None) -> str:
    """The key of a new member."""
    key = new_key()
    made = Member(name=name, hash=key_hash(key), created_at=site.clock(), expires_at=until)
    await site.state.store.keep_member("members", made)
    return key


async def ask(client: Client, key: str, path: str = "/feed.rss", tag: str = "") -> Reply:
    reply = await client.ask(f"/partner/{key}{path}", {"If-None-Match": tag} if tag else None)
    for name, value in (("referrer-policy", "no-referrer"), ("x-robots-tag", "noindex")):
        assert reply.fields[name] == value, path
    assert "public" not in reply.fields["cache-control"]
    assert not {"access-control-allow-origin", "surrogate-key", "www-authenticate"} & reply.fields.keys()
    assert key not in reply.text
    return reply


@pytest.mark.both_engines
async def test_a_member_reads_until_its_key_ends_and_is_told_so(site: Site, client: Client) -> None:
    await partner_of(site, terms=Terms(items=1))
    for slug in ("first", "second"):
        await site.newsroom.publish(slug, sections=("world",))
    first, other = await member_of(site), await member_of(site, "m-2")
    for path in FEEDS:
        reply = await ask(client, first, path)
        assert (reply.status, "Second" in reply.text) == (200, True)
        assert reply.fields["cache-control"].startswith("private, max-age=")
        assert not re.search(r"next|prev|first\"", reply.text), "no links to pages"
    kept = reply.etag
    assert (await ask(client, first, FEEDS[-1], tag=kept)).status == 304
    assert (await client.ask("/partner/feed.rss", Authorization=basic("MEMBERS", first))).status == 200
    second = new_key()
    await site.state.store.replace_member_key("members", "m-1", key_hash(second))
    for path in FEEDS:
        assert "Second" in (await ask(client, second, path)).text
        reply = await ask(client, first, path, tag=kept)
        assert reply.status == 200
        [entry] = json.loads(reply.body)["items"] if ".json" in path else feedparser.parse(reply.body).entries
        assert "has ended" in entry["title"]
        assert entry.get("url", entry.get("link")) == RENEW
        assert "last-modified" not in reply.fields
        assert (await ask(client, first, path, tag=reply.etag)).status == 304
        head = await client.ask(f"/partner/{first}{path}", method="HEAD")
        assert (head.status, head.etag) == (200, reply.etag)
        packed = await client.ask(f"/partner/{first}{path}", Accept_Encoding="gzip")
        assert packed.fields["content-encoding"] == "gzip"
    for path in ("/", "/feeds.opml", "/2023/03/22/second.ninjs", "/changes", "/feed.xml"):
        reply = await ask(client, first, path)
        assert (reply.status, RENEW in reply.text) == (410, True)
    assert (await client.ask(f"/partner/{first}/feed.rss", method="POST")).status == 410
    assert (await client.ask("/partner/feed.rss", Authorization=f"Bearer {first}")).status == 401
    site.clock.advance(days=31)
    reply = await ask(client, first)
    assert (reply.status, RENEW in reply.text, reply.fields["cache-control"]) == (410, True, "no-store")
    assert (await ask(client, other)).status == 200


@pytest.mark.both_engines
async def test_a_membership_that_is_over_may_be_renewed_at_the_same_address(site: Site, client: Client) -> None:
    await partner_of(site)
    ends = site.clock() + timedelta(hours=1)
    key = await member_of(site, until=ends)
    whole = await ask(client, key)
    site.clock.advance(hours=1)
    assert "has ended" in (await ask(client, key, tag=whole.etag)).text
    site.clock.advance(days=30)
    reply = await ask(client, key)
    assert (reply.status, RENEW in reply.text) == (403, True)
    renewed = Member(name="m-1", hash="of another call", created_at=site.clock(), expires_at=None)
    await site.state.store.keep_member("members", renewed)
    assert (await ask(client, key)).status == 200
    kept = await site.state.store.get_partner("members")
    await site.state.store.update_partner(
        Partner(id=kept.id, name=kept.name, expires_at=site.clock()), if_version=kept.version
    )
    assert (await client.ask(f"/partner/{key}/feed.rss")).status == 403, "the partner's time is over"


async def test_where_no_url_is_given_the_status_says_it(site: Site, client: Client) -> None:
    await partner_of(site, renewal_url="")
    over, ended = await member_of(site, "over", site.clock()), await member_of(site, "ended")
    await site.state.store.end_members("members", ["ended"])
    assert [(await ask(client, key)).status for key in (over, ended)] == [403, 410]
    assert (await client.ask(f"/partner/{new_key()}/feed.rss")).status == 401, "nobody's"


async def test_members_have_feeds_and_none_of_what_is_counted_of_their_partner(site: Site, client: Client) -> None:
    await partner_of(site)
    key = await member_of(site)
    assert (await ask(client, key, "/changes?since=")).status == 403
    assert (await client.ask(f"/partner/{key}/mirror", method="POST", content=b"{}")).status == 403
    assert await site.state.store.partner_reads() == {}


async def test_each_member_has_the_rate_of_its_own(site: Site, client: Client) -> None:
    await partner_of(site, rate=1)
    first, second = await member_of(site), await member_of(site, "m-2")
    assert [(await ask(client, key)).status for key in (first, first, second)] == [200, 429, 200]


async def test_the_end_of_one_key_makes_no_worker_forget_the_others(site: Site, client: Client) -> None:
    """Nor does a new one, nor renewing; what concerns the partner itself does."""
    await partner_of(site)
    keys = {name: await member_of(site, name) for name in ("a", "b", "c")}
    for key in keys.values():
        assert (await ask(client, key)).status == 200

    def known() -> set[str]:
        now = site.clock()
        return {name for name, key in keys.items() if site.state.partners.judge(Claim.of(key, in_path=True), now)}

    await member_of(site, "d")
    assert known() == set("abc")
    await site.state.store.end_members("members", ["b"])
    assert "has ended" in (await ask(client, keys["b"])).text
    assert known() == set("abc"), "that it ended is known, too"
    later = Member(name="c", hash="x", created_at=site.clock(), expires_at=site.clock() + timedelta(1))
    await site.state.store.keep_member("members", later)
    assert (await ask(client, keys["a"])).status == 200
    assert known() == {"a", "b"}
    kept = await site.state.store.get_partner("members")
    await site.state.store.update_partner(Partner(id=kept.id, name=kept.name, rate=9), if_version=kept.version)
    assert (await ask(client, keys["a"])).status == 200
    assert known() == {"a"}


class Counted:
    """A store of many members of one partner, that counts what it is asked."""

    def __init__(self) -> None:
        self.asked = 0
        self._partner = Partner(id=7, name="members", set_id=3)

    async def find_partner(self, hash: str) -> PartnerAccess:
        self.asked += 1
        key = PartnerKey(name=hash, hash=hash, created_at=SettableClock()(), member=1 + int(hash, 16) % 10**12)
        return PartnerAccess(partner=self._partner, key=key)


async def test_keys_that_are_too_many_cost_one_look_up_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "_KNOWN", 20)
    store, clock = Counted(), SettableClock()
    known = KnownPartners(store, clock)  # type: ignore[arg-type]
    claims = [Claim.of(f"key {number}", in_path=True) for number in range(50)]
    for claim in claims:
        assert known.judge(claim, clock()) is None
        found = await known.find(claim)
        assert isinstance(found, Admitted)
        assert known.judge(claim, clock()) is found
    assert store.asked == 50
    assert len(known._opened) == len(known._members) == 20
    assert [known.judge(claim, clock()) is not None for claim in claims] == [False] * 30 + [True] * 20
    assert len({id(opened.access.partner) for opened in known._opened.values()}) == 1, "one partner for all of them"


def opened(networks: int = 20, name: str = "m-1") -> PartnerAccess:
    key = PartnerKey(name=name, hash=f"hash of {name}", created_at=SettableClock()(), member=1)
    return PartnerAccess(partner=Partner(id=1, name="members", networks=networks), key=key)


async def noted(uses: MemberUses) -> None:
    while uses._waiting:
        await uses.step()


CARRIED = (
    *(f"100.64.{number}.{number}" for number in range(9)),  # a telephone, in its provider's networks
    *(f"2001:db8:{number:x}:1::7" for number in range(3)),
    *(f"192.0.2.{number}" for number in range(99)),  # at home, by whatever device
    *(f"198.51.100.{number}" for number in range(99)),  # at work
    *(f"2001:db8:aaaa:{number:x}::1" for number in range(99)),
    *(f"10.{number % 4}.0.{number}" for number in range(200)),  # a reader in a data centre
    "", "unix",
)  # fmt: skip
"""Addresses of a day of one person with several devices."""


@pytest.mark.both_engines
async def test_one_person_raises_no_alarm_and_many_do_once(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    store = site.state.store
    await partner_of(site)
    for name in ("ann", "bob"):
        await store.keep_member("members", Member(name=name, hash=f"hash of {name}", created_at=site.clock()))
    workers = [MemberUses(store, site.clock, b"secret") for _ in range(3)]
    caplog.set_level(logging.WARNING)
    for day in range(3):
        for number, address in enumerate(CARRIED * 2):
            workers[number % 3].note(opened(name="ann"), address)
        for worker in workers:
            await noted(worker)
        assert await store.list_members("members", limit=9, flagged=True) == (), day
        site.clock.advance(days=1)
    assert not caplog.records
    # A few at each worker, and too many at all of them together.
    for number in range(300):
        workers[number % 3].note(opened(name="bob"), f"203.{number}.113.{number % 250}")
    for worker in workers:
        assert len(worker._waiting) <= 21, "a flood is bounded where it comes in"
        await noted(worker)
    [flagged] = await store.list_members("members", limit=9, flagged=True)
    assert (flagged.name, flagged.networks) == ("bob", 21)
    [record] = caplog.records
    assert "'bob' of 'members'" in record.getMessage()
    assert "21 networks" in record.getMessage()


class Broken:
    """A store that keeps what it is told, but for as often as it is away."""

    def __init__(self) -> None:
        self.away = 0
        self.kept: list[MemberUse] = []

    async def note_member_uses(self, uses: Sequence[MemberUse], at: object) -> tuple[Leak, ...]:
        del at
        if self.away:
            self.away -= 1
            raise Unavailable("it is locked")
        self.kept += uses
        return ()


async def test_notes_are_bounded_wait_while_they_cannot_be_written_and_say_no_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, most in (("_KNOWN", 10), ("_WAITING", 30), ("_AT_ONCE", 8)):
        monkeypatch.setattr(member_uses, name, most)
    store, clock = Broken(), SettableClock()
    uses = MemberUses(store, clock, b"secret")  # type: ignore[arg-type]
    for number in range(1000):
        uses.note(opened(name=f"m-{number % 25}"), f"203.{number % 256}.113.1")
        assert len(uses._seen) <= 10
    assert len(uses._waiting) == 30
    store.away = 1
    with pytest.raises(Unavailable):
        await uses.step()
    assert len(uses._waiting) == 30
    await noted(uses)
    assert len(store.kept) == len({(use.hash, use.network) for use in store.kept}) == 30
    assert len({use.network for use in store.kept}) == 30, "the same network of two keys is told by nothing"
    assert all(0 < use.network < 1 << 63 for use in store.kept)
    before = [(use.hash, use.network) for use in store.kept]
    clock.advance(days=1)
    for number in range(1000):
        uses.note(opened(name=f"m-{number % 25}"), f"203.{number % 256}.113.1")
    await uses.stop()
    again = [(use.hash, use.network) for use in store.kept[30:]]
    assert not set(again) & set(before), "nor the same of two days"
    assert len({use.day for use in store.kept}) == 2
    uses.note(opened(networks=0, name="free"), "203.0.113.1")
    uses.note(opened(networks=0, name="free"), "203.1.113.1")
    await uses.stop()
    assert [use.network for use in store.kept if use.hash == "hash of free"] == [0], "used, from wherever"


async def test_the_calls_of_the_documents_do_what_they_say(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A membership system's, as printed, with a server; and readers behind a proxy, on the fast path."""
    page = (Path(__file__).parents[2] / "docs" / "members.md").read_text()
    [code] = re.findall(r"```python\n(.*?)```", page, re.S)
    async with open_site(tmp_path, SettableClock(), trusted_proxies="127.0.0.1") as site:
        await _try(site, code)
    assert "dlp_" not in caplog.text


async def _try(site: Site, code: str) -> None:
    store = site.state.store
    await partner_of(site, terms=Terms(items=5))
    await site.newsroom.publish("news")
    await store.add_token(
        Token(name="crm", hash=token_hash("dl_crm"), scopes=frozenset({ADMIN}), created_at=site.clock())
    )
    async with listening(site.app, site.state) as server:
        here = f"http://127.0.0.1:{server.port}"
        system: dict[str, Any] = {}
        exec(compile(code, "members.md", "exec"), system)
        system |= {"SITE": here, "TOKEN": "dl_crm"}

        def read(address: str, reader: str) -> str:
            assert address.startswith(BASE)
            fields = {"Host": "news.example", "X-Forwarded-For": reader}
            with urlopen(Request(here + address.removeprefix(BASE), headers=fields), timeout=30) as answer:
                return str(answer.read(), "utf-8")

        def work() -> None:
            ann, bob = (system["joined"](member, None) for member in ("4711", "4712"))
            assert set(ann) == {"rss", "atom", "json", "rdf"}
            assert system["joined"]("4711", "2099-12-31T00:00:00Z") is None, "it has one"
            for feeds in (ann, bob):
                assert all("News" in read(address, "203.0.113.1") for address in feeds.values())
            fresh = system["new_address"]("4711")
            assert "has ended" in read(ann["rss"], "203.0.113.1")
            for number in range(30):
                assert "News" in read(bob["rss"], f"198.18.{number}.1")
                assert "News" in read(fresh["rss"], f"203.0.113.{number}")

        before = CountedPolls.hits
        await asyncio.to_thread(work)
        assert CountedPolls.hits - before > 50, "the fast path notes what it answers"
        await site.state.member_uses.step()
        assert await asyncio.to_thread(lambda: list(system["leaked"]())) == ["4712"]
        assert (await store.get_member("members", "4711")).used_at == site.clock()
        await asyncio.to_thread(system["left"], ["4711", "4712", "nobody"])
    assert await store.list_members("members", limit=9) == ()
