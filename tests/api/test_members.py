"""Members by the API: a key each, told once; lists in pages; ends of one and of many."""

from typing import Any
from urllib.parse import quote

import pytest

from feeds.newsroom.partners.keys import key_hash
from storage.model import MemberUse
from tests.api.desk import BASE, Desk, errors, kept
from tests.stores import ANY_ENGINE

pytestmark = pytest.mark.anyio

IDS = ("4711", "a b", "ü%2", "?q#f", "members", "ended-members", "rotate", "clear", "keys", "...")


async def partner(desk: Desk, name: str = "members", **fields: Any) -> str:
    """The path of a new one's API."""
    kept(await desk.admin.post("/api/partners", json={"name": name} | fields), 201)
    return f"/api/partners/{quote(name, safe='')}"


def at(of: str, member: str) -> str:
    return f"{of}/members/{quote(member, safe='').replace('.', '%2E')}"


@ANY_ENGINE
@pytest.mark.parametrize("name", ["members", "AFP / Reuters", "a/membership"])
async def test_a_member_is_given_its_addresses_once(desk: Desk, name: str) -> None:
    of = await partner(desk, name)
    for member in IDS:
        made = kept(await desk.admin.put(at(of, member), json={"expires_at": "2024-01-01T00:00:00Z"}), 201)
        key = made.pop("key")
        assert made.pop("feeds") == {
            extension: f"{BASE}/partner/{key}/feed.{extension}" for extension in ("rss", "atom", "json", "rdf")
        }
        assert made == {
            "id": member, "created_at": "2023-03-22T12:00:00Z", "expires_at": "2024-01-01T00:00:00Z", "used_at": None,
            "flagged_at": None, "networks": 0,
        }  # fmt: skip
        assert kept(await desk.admin.get(at(of, member))) == made
        again = kept(await desk.admin.put(at(of, member), json={"expires_at": "2020-01-01T00:00:00Z"}))
        assert again == made | {"expires_at": "2020-01-01T00:00:00Z", "key": None, "feeds": None}
        assert kept(await desk.admin.put(at(of, member), json={}))["expires_at"] is None
        feed = f"/partner/{key}/feed.json"
        assert (await desk.reader.get(feed)).status_code == 200
        turned = kept(await desk.admin.post(f"{at(of, member)}/rotate"))
        assert turned["key"] != key
        assert (await desk.reader.get(feed)).status_code == 410
        feed = turned["feeds"]["json"].removeprefix(BASE)
        assert (await desk.reader.get(feed)).status_code == 200
        assert (await desk.admin.delete(at(of, member))).status_code == 204
        assert (await desk.reader.get(feed)).status_code == 410
        for gone in (
            await desk.admin.get(at(of, member)),
            await desk.admin.delete(at(of, member)),
            await desk.admin.post(f"{at(of, member)}/rotate"),
            await desk.admin.post(f"{at(of, member)}/clear"),
        ):
            assert gone.status_code == 404
    assert kept(await desk.admin.get(f"{of}/members"))["items"] == []


async def test_keys_and_members_may_have_each_other_s_names(desk: Desk) -> None:
    of = await partner(desk)
    for name in ("members", "ended-members", "rotate"):
        kept(await desk.admin.post(f"{of}/keys", json={"name": name}), 201)
        assert (await desk.admin.delete(f"{of}/keys/{name}")).status_code == 204
        kept(await desk.admin.put(at(of, name), json={}), 201)
    assert len(kept(await desk.admin.get(f"{of}/members"))["items"]) == 3
    assert kept(await desk.admin.get(f"{of}/keys"))["items"] == []


@ANY_ENGINE
async def test_members_are_listed_in_pages_and_ended_many_at_once(desk: Desk) -> None:
    of = await partner(desk, networks=1)
    names = [f"m-{number}" for number in range(5)]
    keys = [kept(await desk.admin.put(at(of, name), json={}), 201)["key"] for name in names]
    for number in (1, 3, 4):
        uses = [MemberUse(hash=key_hash(keys[number]), day=19_000, network=network) for network in (1, 2)]
        await desk.site.store.note_member_uses(uses, desk.clock())

    async def listed(**query: Any) -> list[str]:
        found: list[str] = []
        while True:
            page = kept(await desk.admin.get(f"{of}/members", params={"limit": 2} | query))
            found += [member["id"] for member in page["items"]]
            if page["next"] is None:
                return found
            query["cursor"] = page["next"]

    assert await listed() == names
    assert await listed(flagged="true") == ["m-1", "m-3", "m-4"]
    cleared = kept(await desk.admin.post(f"{at(of, 'm-3')}/clear"))
    assert (cleared["flagged_at"], cleared["networks"]) == (None, 0)
    assert await listed(flagged="true") == ["m-1", "m-4"]
    kept(await desk.admin.post(f"{at(of, 'm-4')}/rotate"))
    assert await listed(flagged="true") == ["m-1"]
    ended = await desk.admin.post(f"{of}/ended-members", json={"members": ["m-0", "nobody", "m-1", "m-0"]})
    assert kept(ended) == {"ended": 2}
    assert await listed() == names[2:]
    assert [(await desk.reader.get(f"/partner/{key}/feed.rss")).status_code for key in keys] == [
        410,
        410,
        200,
        200,
        410,
    ]


async def test_what_is_wrong_is_said_and_nothing_is_kept(desk: Desk) -> None:
    of = await partner(desk)
    for wrong in ("ann@news.example", "a/b", " x ", "x" * 201, "a\x01b"):
        response = await desk.admin.put(at(of, wrong), json={})
        assert "/" in wrong or errors(response).keys() == {"member"}, wrong
        assert response.status_code in (404, 405, 422)
        assert wrong not in response.text or "/" in wrong
    wrong_fields = await desk.admin.put(at(of, "x"), json={"expires_at": "soon", "email": "x"})
    assert errors(wrong_fields).keys() == {"expires_at", "email"}
    for body, field in (
        ({}, "members"), ({"members": []}, "members"), ({"members": ["a", "b@c"]}, "members.1"),
        ({"members": ["x"] * 201}, "members"),
    ):  # fmt: skip
        assert errors(await desk.admin.post(f"{of}/ended-members", json=body)).keys() == {field}
    for path in ("/members", "/members/x"):
        assert (await desk.admin.get(f"/api/partners/nobody{path}")).status_code == 404
    assert (await desk.admin.put("/api/partners/nobody/members/x", json={})).status_code == 404
    assert kept(await desk.admin.get(f"{of}/members"))["items"] == []
    for name in ("a/members", "a/Members/b", "a/ended-members"):
        assert errors(await desk.admin.post("/api/partners", json={"name": name})).keys() == {"name"}


async def test_no_key_stands_in_an_address_where_the_terms_forbid_it(desk: Desk) -> None:
    of = await partner(desk, key_in_path=False)
    made = kept(await desk.admin.put(at(of, "x"), json={}), 201)
    assert made["feeds"]["rss"] == f"{BASE}/partner/feed.rss"
    answer = await desk.reader.get("/partner/feed.rss", headers={"Authorization": f"Bearer {made['key']}"})
    assert answer.status_code == 200
