"""What proves that a partner has something, and that it is noted beside its requests."""

import hashlib
import json

import pytest

from feeds.newsroom.partners.account import Account, read_accounts
from feeds.newsroom.takedown import take_down, who_knows
from storage.errors import Unavailable
from storage.model import Action, PartnerNotes
from tests.partners.partner import Asker, Partners
from tests.partners.test_changes import end_of, post
from tests.web.site import Site

pytestmark = pytest.mark.anyio


async def account(site: Site, asker: Asker) -> Account:
    await site.state.pickups.write()
    partner = await site.state.store.get_partner(asker.partner.name)
    [account] = await read_accounts(site.state.store, [partner], now=site.clock())
    return account


async def taken(site: Site, asker: Asker) -> int:
    """How many entries of its log it has."""
    return len((await account(site, asker)).taken)


@pytest.mark.both_engines
async def test_what_a_feed_shows_is_taken_by_whoever_is_sent_it_or_names_its_validator(
    site: Site, partners: Partners
) -> None:
    rome = await partners.add(sections=("world",))
    await site.newsroom.publish("abroad", sections=("world",))
    await site.newsroom.publish("money", sections=("business",))
    path = "/feed.json"
    await site.state.partner_views.catch_up()
    site.clock.advance(minutes=1)
    feed = await rome.ask(path)
    assert await taken(site, rome) == 1
    proofs = {
        "a validator": ({"If-None-Match": feed.etag}, 304, 1),
        "one among others": ({"If-None-Match": f'"x", W/{feed.etag}'}, 304, 1),
        "any validator": ({"If-None-Match": "*"}, 304, 0),
        "a date": ({"If-Modified-Since": feed.fields["last-modified"]}, 304, 0),
        "none": ({}, 200, 1),
    }
    for number, (what, (fields, status, expected)) in enumerate(proofs.items()):
        asker = await partners.add(f"Partner {number}", sections=("world",))
        for _ in range(2):
            # Made at first, and then from what is kept.
            reply = await asker.ask(path, **fields)
            assert (reply.status, await taken(site, asker)) == (status, expected), what
    quiet = await partners.add("Quiet", sections=("world",))
    head = await partners.client.ask(f"/partner{path}", {"Authorization": f"Bearer {quiet.key}"}, method="HEAD")
    assert head.status == 200
    found = await account(site, quiet)
    assert (found.taken, found.visited_at, found.since) == ((), site.clock(), None)


async def test_corrections_and_withdrawals_are_outstanding_until_they_are_picked_up(
    site: Site, partners: Partners
) -> None:
    rome, oslo = await partners.add("Rome"), await partners.add("Oslo")
    first, second = await site.newsroom.publish("first"), await site.newsroom.publish("second")
    for asker in (rome, oslo):
        await asker.ask("/feed.atom")
    site.clock.advance(minutes=1)
    await site.newsroom.edit(first, body_html="<p>Corrected.</p>")
    await site.newsroom.withdraw(second)
    third = await site.newsroom.publish("third")
    await site.newsroom.withdraw(third)
    site.clock.advance(minutes=5)
    # Whoever comes brings the views up.
    await oslo.ask("/feed.rss")
    entries = {one.change.article_id: one.change.action for one in (await account(site, rome)).outstanding}
    assert entries == {first.id: Action.EDIT, second.id: Action.WITHDRAW}, "of the third it never had anything"
    left = [one.change.article_id for one in (await account(site, oslo)).outstanding]
    assert left == [second.id], "RSS says of nothing that it is gone"

    site.clock.advance(minutes=5)
    await rome.ask("/feed.atom")
    assert (await account(site, rome)).outstanding == ()
    assert {one.partner.name: one.at for one in await who_knows(site.state.store, second.id)} == {
        "Oslo": None,
        "Rome": site.clock(),
    }
    start = await end_of(oslo)
    await site.state.pickups.write()
    assert (await account(site, oslo)).outstanding == (), start


async def test_freshness_is_from_what_is_visible_to_its_pick_up(site: Site, partners: Partners) -> None:
    rome = await partners.add(delay=600)
    await site.newsroom.publish("before")
    site.clock.advance(hours=1)
    await rome.ask("/feed.json")
    assert (await account(site, rome)).delays is None, "what was there when it first came is not counted"
    for minutes in (1, 2, 9):
        await site.newsroom.publish(f"after-{minutes}")
        site.clock.advance(minutes=10)
        # Nobody has to ask for it to be seen by then.
        await site.state.partner_views.catch_up()
        site.clock.advance(minutes=minutes)
        await rome.ask("/feed.json")
    found = (await account(site, rome)).delays
    assert found is not None
    assert (found.median.total_seconds(), found.worst.total_seconds(), found.count) == (120, 540, 3)


async def test_a_certified_mirror_has_all(site: Site, partners: Partners) -> None:
    rome = await partners.add()
    article = await site.newsroom.publish("wrong")
    await rome.ask("/feed.json")
    await take_down(site.state.store, article.id, "Wrong person", clock=site.clock)
    assert json.loads((await post(rome, {"items": {article.guid: "0" * 64}})).body)["withdrawn"] == [article.guid]
    await site.state.pickups.write()
    [told] = await who_knows(site.state.store, article.id)
    assert told.at is None
    assert json.loads((await post(rome, {"items": {}, "after": "x"})).body)["identical"], "of a part"
    assert json.loads((await post(rome, {"digest": hashlib.sha256().hexdigest()})).body)["identical"]
    await site.state.pickups.write()
    [told] = await who_knows(site.state.store, article.id)
    assert told.at == site.clock()


async def test_other_terms_begin_another_account(site: Site, partners: Partners) -> None:
    rome = await partners.add()
    await site.newsroom.publish("news")
    await rome.ask("/feed.json")
    assert (await account(site, rome)).since == site.clock()
    kept = await site.state.store.get_partner("Rome Weekly")
    await site.state.store.update_partner(
        type(kept)(id=kept.id, name=kept.name, terms=type(kept.terms)(days=3)), if_version=kept.version
    )
    found = await account(site, rome)
    assert (found.since, found.taken, found.visited_at) == (None, (), site.clock())
    site.clock.advance(minutes=1)
    await rome.ask("/feed.json")
    assert (await account(site, rome)).since == site.clock()


async def test_what_cannot_be_written_is_written_later_and_a_worker_that_ends_writes_it(
    site: Site, partners: Partners, monkeypatch: pytest.MonkeyPatch
) -> None:
    rome = await partners.add()
    article = await site.newsroom.publish("news")
    store, pickups = site.state.store, site.state.pickups
    await rome.ask("/feed.json")

    async def fail(_notes: PartnerNotes) -> None:
        raise Unavailable("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(store, "note_partners", fail)
        with pytest.raises(Unavailable):
            await pickups.write()
        await pickups.stop()
        site.clock.advance(minutes=1)
        await rome.ask("/feed.json")
    await pickups.stop()
    visit = (await store.partner_visits())[rome.partner.id]
    assert (visit.at, visit.since) == (site.clock(), article.published_at), "the first pick-up is not forgotten"
    written: list[PartnerNotes] = []

    async def count(notes: PartnerNotes) -> None:
        written.append(notes)

    monkeypatch.setattr(store, "note_partners", count)
    await pickups.write()
    assert written == [], "there is nothing left"
    await rome.ask("/feed.json")
    await pickups.write()
    assert [one.taken for one in written] == [()], "what was noted once is not written again"
