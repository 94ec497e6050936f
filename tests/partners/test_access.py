"""Who is let in at `/partner/`, and what is said to who is not."""

import json
from base64 import b64encode
from datetime import timedelta
from itertools import product

import pytest

from feeds.newsroom.partners.keys import new_key
from storage.model import PartnerAccess
from tests.partners.partner import Partners, basic
from tests.web.site import Client, Site

pytestmark = pytest.mark.anyio


async def status(client: Client, path: str, authorization: str | None = None) -> int:
    return (await client.ask(path, {"Authorization": authorization} if authorization else None)).status


@pytest.mark.both_engines
async def test_a_key_comes_by_basic_by_bearer_or_in_the_path(client: Client, partners: Partners) -> None:
    rome, paris = await partners.add("Café Rôme"), await partners.add("Paris")
    path = "/partner/feed.rss"
    for fine in (
        basic("Café Rôme", rome.key),
        basic("CAFÉ RÔME", rome.key),
        f"bearer {rome.key}",
        f"Bearer  {rome.key}",
    ):
        assert await status(client, path, fine) == 200
    assert await status(client, f"/partner/{rome.key}/feed.rss") == 200
    assert await status(client, f"/partner/{rome.key}/") == 200
    for wrong in (
        None,
        basic("Paris", rome.key),
        basic("Café Rôme", paris.key + "x"),
        basic("", rome.key),
        "Basic " + b64encode(rome.key.encode()).decode(),
        "Basic ???",
        "Basic",
        "Bearer",
        f"Digest {rome.key}",
        f"Bearer {new_key()}",
        rome.key,
    ):
        reply = await client.ask(path, {"Authorization": wrong} if wrong else None)
        assert reply.status == 401, wrong
        assert reply.fields["cache-control"] == "no-store"
        assert reply.fields.get_list("www-authenticate") == [
            'Basic realm="partner", charset="UTF-8"',
            'Bearer realm="partner"',
        ]
        assert "etag" not in reply.fields
    assert await status(client, f"/partner/{new_key()}/feed.rss") == 401


@pytest.mark.parametrize(
    "path",
    [
        "/partner",
        "/partner/",
        "/partner/feed.rss",
        "/%70artner/feed.rss",
        "/partner/nothing",
        "/partner//feed.rss",
        "/partner/dlp_/feed.rss",
    ],
)
async def test_nothing_there_is_told_to_strangers(client: Client, partners: Partners, path: str) -> None:
    rome = await partners.add()
    assert await status(client, "/partner/feed.rss", f"Bearer {rome.key}") == 200
    for method in ("GET", "HEAD", "POST", "OPTIONS"):
        assert (await client.ask(path, method=method)).status == 401


@pytest.mark.both_engines
async def test_a_key_that_was_ended_opens_nothing_from_then_on(site: Site, client: Client, partners: Partners) -> None:
    rome = await partners.add()
    second = await partners.key("Rome Weekly", "second", site.clock() + timedelta(hours=1))
    assert await status(client, "/partner/feed.rss", f"Bearer {second}") == 200
    assert (await rome.ask("/feed.rss")).status == 200
    await site.state.store.revoke_partner_key("Rome Weekly", "first")
    assert (await rome.ask("/feed.rss")).status == 401
    site.clock.advance(minutes=59)
    assert await status(client, "/partner/feed.rss", f"Bearer {second}") == 200
    site.clock.advance(minutes=1)
    assert await status(client, "/partner/feed.rss", f"Bearer {second}") == 401
    third = await partners.key("Rome Weekly", "third")
    assert await status(client, "/partner/feed.rss", f"Bearer {third}") == 200
    await site.state.store.remove_partner("Rome Weekly")
    assert await status(client, "/partner/feed.rss", f"Bearer {third}") == 401


async def test_a_key_that_was_guessed_before_it_was_made_opens_all_the_same(
    site: Site, client: Client, partners: Partners
) -> None:
    """Guesses are remembered: a Change of a partner ends that."""
    from feeds.newsroom.partners.keys import key_hash
    from storage.model import PartnerKey

    await partners.add()
    key = new_key()
    assert await status(client, "/partner/feed.rss", f"Bearer {key}") == 401
    made = PartnerKey(name="new", hash=key_hash(key), created_at=site.clock())
    await site.state.store.add_partner_key("Rome Weekly", made)
    assert await status(client, "/partner/feed.rss", f"Bearer {key}") == 200


async def test_what_is_not_granted_any_more_is_403(site: Site, client: Client, partners: Partners) -> None:
    soon = await partners.add("Soon", until=site.clock() + timedelta(hours=1))
    secret = await partners.add("Secret", key_in_path=False)
    assert (await soon.ask("/feed.rss")).status == 200
    assert (await secret.ask("/feed.rss")).status == 200
    refused = await client.ask(f"/partner/{secret.key}/feed.rss")
    assert (refused.status, refused.fields["cache-control"]) == (403, "no-store")
    assert refused.fields["referrer-policy"] == "no-referrer"
    site.clock.advance(hours=1)
    assert (await soon.ask("/feed.rss")).status == 403


async def test_a_key_that_ends_while_it_is_looked_up_opens_nothing(
    site: Site, client: Client, partners: Partners, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever was let in by what was read before a Change would wait for the next one."""
    rome, store = await partners.add(), site.state.store
    find = store.find_partner

    async def ended_meanwhile(hash: str) -> PartnerAccess | None:
        found = await find(hash)
        if found is not None:
            await store.revoke_partner_key("Rome Weekly", "first")
            await site.state.follower.catch_up()
        return found

    monkeypatch.setattr(store, "find_partner", ended_meanwhile, raising=False)
    assert await status(client, "/partner/changes", f"Bearer {rome.key}") == 401


async def test_what_takes_no_such_method_says_so_as_it_says_all_else(client: Client, partners: Partners) -> None:
    rome, strange = await partners.add(), new_key()
    paths = (
        "",
        "/",
        "/feeds.opml",
        "/feed.rss",
        "/section/world/feed.ninjs",
        "/2023/03/01/x.ninjs",
        "/nothing",
        "/changes",
    )
    for path, method in product(paths, ("POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PROPFIND")):
        for target, by in ((f"/partner{path}", rome.key), (f"/partner/{rome.key}{path}", "")):
            fields = {"Authorization": f"Bearer {by}"} if by else {}
            reply = await client.ask(target, fields, method=method)
            assert (reply.status, reply.fields["allow"]) == (405, "GET, HEAD"), (target, method)
            assert reply.fields["content-type"] == "application/problem+json"
            assert reply.fields["cache-control"] == "no-store"
            assert json.loads(reply.body)["detail"] == "This takes GET, HEAD."
            assert ("referrer-policy" in reply.fields) is not bool(by)
        unknown = await client.ask(f"/partner{path}", {"Authorization": f"Bearer {strange}"}, method=method)
        assert unknown.status in (401, 429)
    taken = await client.ask("/partner/mirror", {"Authorization": f"Bearer {rome.key}"})
    assert (taken.status, taken.fields["allow"], taken.fields["cache-control"]) == (405, "POST", "no-store")


async def test_guesses_cost_the_store_nothing_beyond_a_bound(
    site: Site, client: Client, partners: Partners, monkeypatch: pytest.MonkeyPatch
) -> None:
    rome = await partners.add()
    asked = []
    find = site.state.store.find_partner

    async def counted(hash: str) -> PartnerAccess | None:
        asked.append(hash)
        return await find(hash)

    monkeypatch.setattr(site.state.store, "find_partner", counted, raising=False)
    assert await status(client, "/partner/feed.rss", f"Bearer {rome.key}") == 200
    guess = new_key()
    statuses = {await status(client, "/partner/feed.rss", f"Bearer {guess}") for _ in range(5)}
    assert (statuses, len(asked)) == ({401}, 2)
    statuses = {await status(client, "/partner/feed.rss", f"Bearer {new_key()}") for _ in range(100)}
    assert statuses == {401, 429}
    assert len(asked) < 90
    # Who is known is not held back by others' guesses.
    assert await status(client, "/partner/feed.rss", f"Bearer {rome.key}") == 200


async def test_a_partner_that_asks_too_often_waits_whichever_key_it_uses(client: Client, partners: Partners) -> None:
    rome, paris = await partners.add(rate=3), await partners.add("Paris")
    other = await partners.key("Rome Weekly", "other")
    assert [(await rome.ask("/feed.rss")).status for _ in range(2)] == [200, 200]
    assert await status(client, "/partner/feed.rss", f"Bearer {other}") == 200
    held = await client.ask(f"/partner/{other}/feed.rss")
    assert held.status == 429
    assert int(held.fields["retry-after"]) > 0
    assert held.fields["cache-control"] == "no-store"
    assert (await paris.ask("/feed.rss")).status == 200
    # A Change of partners forgets keys, and not what was asked.
    await partners.key("Paris", "another")
    assert (await rome.ask("/feed.rss")).status == 429


async def test_answers_are_for_the_partner_alone(site: Site, client: Client, partners: Partners) -> None:
    await site.newsroom.publish("story")
    rome = await partners.add()
    for path in ("/feed.rss", "/feeds.opml", "/"):
        for reply in (await rome.ask(path), await client.ask(f"/partner/{rome.key}{path}")):
            assert reply.fields["cache-control"] == "private, max-age=60"
            assert reply.fields["vary"] == "accept-encoding, authorization"
            assert not [
                name
                for name in reply.fields
                if name.startswith(("access-control", "surrogate", "cdn", "xkey", "cache-tag"))
            ]
    # Within the second of a change a date says nothing.
    site.clock.advance(minutes=1)
    reply = await rome.ask("/feed.rss")
    assert (await rome.ask("/feed.rss", **{"If-None-Match": reply.etag})).status == 304
    assert (await rome.ask("/feed.rss", **{"If-Modified-Since": reply.fields["last-modified"]})).status == 304
    assert (await client.ask(f"/partner/{rome.key}/feed.rss")).fields["referrer-policy"] == "no-referrer"
    assert "referrer-policy" not in reply.fields


async def test_what_is_kept_for_one_set_is_never_another_s(site: Site, client: Client, partners: Partners) -> None:
    """Asked for again and again, in any order, by field and by path: from what is kept."""
    await site.newsroom.publish("abroad", sections=("world",))
    await site.newsroom.publish("money", sections=("business",))
    rome, paris = (
        await partners.add(sections=("world",)),
        await partners.add("Paris", sections=("business",), images=False),
    )
    for _ in range(3):
        assert await rome.titles() == ["Abroad"]
        assert await paris.titles() == ["Money"]
        assert await status(client, "/partner/feed.json") == 401
        by_path = await client.ask(f"/partner/{paris.key}/feed.json")
        assert (b"Money" in by_path.body, b"Abroad" in by_path.body) == (True, False)
        public = await client.ask("/feed.json")
        assert (b"Money" in public.body, b"Abroad" in public.body) == (True, True)
