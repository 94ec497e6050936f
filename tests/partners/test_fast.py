"""The fast path answers partners what the ordinary way answers, byte for byte; and nobody else."""

from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from feeds.newsroom.partners.keys import key_hash, new_key
from feeds.server.connection_limits import GuardedProtocol
from storage.model import Member, Partner
from tests.kinds.newsroom import SettableClock
from tests.partners.partner import Asker, Partners, basic
from tests.server.listening import CountedPolls, Listening, listening
from tests.server.wire import dial, exchange, request
from tests.web.site import Site, client_of, open_site

pytestmark = pytest.mark.anyio
_LAST = request("/healthz", Connection="close")


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, bool]]:
    """The loop that the server runs on."""
    return "asyncio", {"use_uvloop": True}


@dataclass
class Both:
    """The same site behind both protocols."""

    site: Site
    fast: Listening
    plain: Listening
    partners: Partners

    async def compare(self, sent: Iterable[bytes]) -> int:
        """The status of the last; raises AssertionError where the answers differ."""
        packets = [*sent, _LAST]
        by_plain = (await exchange(self.plain.port, packets)).received
        by_fast = (await exchange(self.fast.port, packets)).received
        assert by_fast == by_plain
        return int(by_fast.split(b" ", 2)[1])

    async def hits(self, *packets: bytes) -> list[bool]:
        """Of each request whether the fast path answered it."""
        answered = []
        for packet in packets:
            before = CountedPolls.hits
            await exchange(self.fast.port, [packet])
            answered.append(CountedPolls.hits > before)
        return answered


@pytest.fixture
async def both(tmp_path: Path) -> AsyncIterator[Both]:
    in_front = {"surrogate_keys": "xkey, Surrogate-Key", "cdn_max_age": 3600}
    async with AsyncExitStack() as stack:
        site = await stack.enter_async_context(open_site(tmp_path, SettableClock(), **in_front))
        client = await stack.enter_async_context(client_of(site))
        fast, plain = [
            await stack.enter_async_context(listening(site.app, site.state, http))
            for http in (CountedPolls, GuardedProtocol)
        ]
        await site.newsroom.publish("abroad", sections=("world",))
        await site.newsroom.publish("money", sections=("business",))
        site.clock.advance(minutes=1)
        yield Both(site, fast, plain, Partners(site, client))


def ask(asker: Asker, path: str = "/feed.rss") -> bytes:
    return request(f"/partner{path}", Authorization=f"Bearer {asker.key}", Connection="close")


async def test_polls_are_answered_alike_and_from_the_fast_path(both: Both) -> None:
    rome, paris = await both.partners.add(sections=("world",)), await both.partners.add("Paris", comments=True)
    tags = [(await asker.ask("/feed.rss")).etag for asker in (rome, paris)]
    by_path = (await both.partners.client.ask(f"/partner/{rome.key}/feed.rss")).etag
    assert len({*tags, by_path}) == 3
    ways = [
        ("/partner/feed.rss", f"Bearer {rome.key}"),
        ("/partner/feed.rss", f"bearer {paris.key}"),
        ("/partner/feed.rss?x=1", basic("rome weekly", rome.key)),
        ("/partner/feed.rss", basic("Paris", rome.key)),
        ("/partner/feed.rss", f"Bearer {new_key()}"),
        ("/partner/feed.rss", ""),
        (f"/partner/{rome.key}/feed.rss", ""),
        (f"/partner/{paris.key}/feed.rss", f"Bearer {rome.key}"),
        (f"/partner/{rome.key}", ""),
        (f"/partner/{rome.key}/", ""),
        (f"/partner/{rome.key}x/feed.rss", f"Bearer {rome.key}"),
        ("/%70artner/feed.rss", f"Bearer {rome.key}"),
        ("/feed.rss", f"Bearer {rome.key}"),
        ("/partner/nothing", f"Bearer {rome.key}"),
        ("/partner", f"Bearer {rome.key}"),
    ]
    codings = ["", "gzip"]
    before = CountedPolls.hits
    for (path, authorization), coding, tag, method in product(ways, codings, ["", *tags, by_path], ["GET", "HEAD"]):
        fields = {"Authorization": authorization, "Accept_Encoding": coding, "If_None_Match": tag}
        given: Any = {name: value for name, value in fields.items() if value}
        await both.compare([request(path, method=method, **given)] * 2)
    assert CountedPolls.hits > before


async def test_deltas_and_what_is_no_poll_are_answered_alike(both: Both) -> None:
    rome = await both.partners.add()
    reply = await rome.ask("/feed.rss")
    both.site.clock.advance(minutes=1)
    await both.site.newsroom.publish("news")
    both.site.clock.advance(minutes=1)
    by: Any = {"Authorization": f"Bearer {rome.key}"}
    delta: Any = {"A_IM": "feed", "If_None_Match": reply.etag}
    assert await both.compare([request("/partner/feed.rss", **by, **delta)]) == 226
    assert await both.compare([request("/partner/feed.rss", **by, Cookie="a=b")]) == 200
    assert await both.compare([request("/partner/feed.rss", **by, Range="bytes=0-1")]) == 200
    assert await both.compare([request("/partner/feed.rss", **by, If_Match='"x"')]) == 412


async def test_what_a_write_changed_is_in_the_next_answer(both: Both) -> None:
    rome = await both.partners.add(sections=("world",), embargoed=True)
    poll = ask(rome, "/feed.json")

    async def shown() -> str:
        async with dial(both.fast.port) as wire:
            await wire.send(poll)
            answer = await wire.answer()
            return answer.body.decode() if answer.status == 200 else str(answer.status)

    assert "Abroad" in await shown()
    assert await both.hits(poll) == [True]
    article = await both.site.newsroom.publish("news")
    assert "News" in await shown()
    assert await both.hits(poll) == [True]
    later = both.site.clock().replace(hour=20)
    await both.site.newsroom.publish("waiting", later, embargoed_until=later)
    assert "Waiting" in await shown()
    await both.site.newsroom.withdraw(article)
    assert "News" not in await shown()
    assert await both.hits(poll) == [True]
    kept = await both.site.state.store.get_partner("Rome Weekly")
    await both.site.state.store.update_partner(
        Partner(id=kept.id, name=kept.name, terms=type(kept.terms)(sections=("business",))), if_version=kept.version
    )
    assert "Money" in await shown()
    assert await both.hits(poll) == [True]
    await both.site.state.store.revoke_partner_key("Rome Weekly", "first")
    assert await shown() == "401"


async def test_who_was_let_in_is_so_until_key_or_partner_ends_and_visits_are_noted_each_second(both: Both) -> None:
    """By the very same packets, which are read and judged once as long as nothing is another."""
    now = both.site.clock()
    rome = await both.partners.add(until=now + timedelta(minutes=3))
    second = await both.partners.key("Rome Weekly", "second", until=now + timedelta(minutes=2))
    polls = [request("/partner/feed.rss", Authorization=f"Bearer {key}") for key in (rome.key, second)]
    async with dial(both.fast.port) as wire:

        async def statuses(at: float) -> list[int]:
            both.site.clock.now = now + timedelta(seconds=at)
            answered = []
            for poll in polls:
                await wire.send(poll)
                answered.append((await wire.answer()).status)
            return answered

        assert await statuses(0) == [200, 200]
        await both.site.state.pickups.write()
        # The first after a commit, which the notes of visits are, is answered by the ordinary way.
        assert await statuses(0) == [200, 200]
        hits = CountedPolls.hits
        for at in (1, 60, 60.5, 119.9, 30, 119.999, 61):
            assert await statuses(at) == [200, 200]
        assert CountedPolls.hits == hits + 14
        await both.site.state.pickups.write()
        visits = await both.site.state.store.partner_visits()
        assert visits[rome.partner.id].at == now + timedelta(seconds=119.9)
        assert await statuses(120) == [200, 401]
        assert await statuses(180) == [403, 401]


async def test_who_asks_too_often_is_told_so_alike(both: Both) -> None:
    rome = await both.partners.add(rate=1)
    for path in ("/partner/feed.rss", f"/partner/{rome.key}/feed.rss"):
        poll = request(path, Authorization=f"Bearer {rome.key}")
        await both.compare([request("/healthz")])
        await exchange(both.plain.port, [request(path, Authorization=f"Bearer {rome.key}", Connection="close")])
        assert await both.compare([poll]) == 429
        assert await both.hits(request(path, Authorization=f"Bearer {rome.key}", Connection="close")) == [True]


async def test_members_are_answered_alike_until_their_keys_end(both: Both) -> None:
    store, key, over = both.site.state.store, new_key(), new_key()
    await store.add_partner(Partner(name="members", renewal_url="https://news.example/account/"))
    for one, ends_at in ((key, None), (over, both.site.clock())):
        member = Member(name=one[-6:], hash=key_hash(one), created_at=both.site.clock(), expires_at=ends_at)
        await store.keep_member("members", member)
    tag = (await both.partners.client.ask(f"/partner/{key}/feed.rss")).etag
    given_fields: list[Any] = [{}, {"If_None_Match": tag}, {"Accept_Encoding": "gzip"}]
    polls = [
        request(f"/partner/{one}{path}", method=method, **given)
        for one in (key, over) for path in ("/feed.rss", "/changes") for method in ("GET", "HEAD")
        for given in given_fields
    ]  # fmt: skip
    for poll in polls:
        await both.compare([poll] * 2)
    poll = request(f"/partner/{key}/feed.rss", Connection="close")
    assert await both.hits(poll) == [True]
    await store.end_members("members", [key[-6:]])
    assert await both.hits(poll) == [False]
    assert await both.compare([request(f"/partner/{key}/feed.ninjs")]) == 410


async def test_strangers_are_never_answered_from_what_is_kept(both: Both) -> None:
    rome = await both.partners.add()
    polls = [
        request("/partner/feed.rss", Connection="close"),
        request("/partner/feed.rss", Connection="close", Authorization="Basic x"),
        request("/feed.rss", Connection="close", Authorization=f"Bearer {rome.key}"),
    ]
    await rome.ask("/feed.rss")
    assert await both.hits(ask(rome), *polls) == [True, False, False, False]


async def test_what_partners_take_is_noted_alike(both: Both) -> None:
    tag = (await (await both.partners.add("First")).ask("/feed.json")).etag
    both.site.clock.advance(minutes=5)
    ways: list[dict[str, Any]] = [
        {},
        {"method": "HEAD"},
        {"If_None_Match": tag},
        {"If_None_Match": "*"},
        {"If_None_Match": '"other"'},
        {"If_Modified_Since": "Wed, 01 Mar 2023 08:05:00 GMT"},
        {"If_None_Match": tag, "method": "HEAD"},
    ]
    noted = {}
    for number, way in enumerate(ways):
        for name, port in (("fast", both.fast.port), ("plain", both.plain.port)):
            asker = await both.partners.add(f"{name} {number}")
            # Whoever comes again is known: the fast path answers it.
            await both.partners.client.ask("/partner/", {"Authorization": f"Bearer {asker.key}"})
            before = CountedPolls.hits
            poll = request("/partner/feed.json", Authorization=f"Bearer {asker.key}", Connection="close", **way)
            await exchange(port, [poll])
            assert (CountedPolls.hits > before) is (name == "fast"), way
            await both.site.state.pickups.write()
            visit = (await both.site.state.store.partner_visits())[asker.partner.id]
            noted[name, number] = visit.since is not None
    by_fast, by_plain = ([noted[name, number] for number in range(len(ways))] for name in ("fast", "plain"))
    assert by_fast == by_plain == [True, False, True, False, True, False, True]
