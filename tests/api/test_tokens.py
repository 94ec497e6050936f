"""Tokens by the API: which there are, when they were used, and their end."""

from urllib.parse import quote

import pytest

from tests.api.desk import Desk, add_token, kept

pytestmark = pytest.mark.anyio

NAMES = ("news desk", "a/b", "Zoë", "x%2Fy", "..", "?q#f", "tokens/")


async def names(desk: Desk) -> list[str]:
    return [token["name"] for token in kept(await desk.admin.get("/api/tokens"))["items"]]


async def test_the_list_says_all_but_what_opens_anything(desk: Desk) -> None:
    listed = kept(await desk.admin.get("/api/tokens"))
    assert listed == {
        "items": [
            {"name": name, "scopes": [scope], "created_at": "2023-03-22T12:00:00Z", "used_at": None}
            for name, scope in (("admin", "admin"), ("editor", "publish"), ("moderator", "moderate"))
        ],
        "next": None,
    }


async def test_the_list_comes_in_pages(desk: Desk) -> None:
    for name in NAMES:
        await add_token(desk.site, name)
    found: list[str] = []
    asked: dict[str, str] = {"limit": "3"}
    while asked:
        page = kept(await desk.admin.get("/api/tokens", params=asked))
        found += [token["name"] for token in page["items"]]
        asked = {"limit": "3", "cursor": page["next"]} if page["next"] else {}
    assert found == sorted((*NAMES, "admin", "editor", "moderator"))
    assert (await desk.admin.get("/api/tokens", params={"limit": 0})).status_code == 422


@pytest.mark.parametrize("name", NAMES)
async def test_a_token_is_revoked_whatever_its_name(desk: Desk, name: str) -> None:
    header = await add_token(desk.site, name.encode("ascii", "replace").decode(), "publish")
    if not name.isascii():
        await desk.site.store.revoke_token(name.encode("ascii", "replace").decode())
        await add_token(desk.site, name, "publish")
    before = await desk.last_seq()
    path = f"/api/tokens/{quote(name, safe='').replace('.', '%2E')}"
    assert (await desk.admin.delete(path)).status_code == 204
    assert name not in await names(desk)
    assert (await desk.admin.delete(path)).status_code == 404
    assert (await desk.reader.get("/api/articles", headers=header)).status_code == 401
    assert await desk.last_seq() == before


async def test_ones_own_token_can_be_revoked(desk: Desk) -> None:
    assert (await desk.admin.delete("/api/tokens/admin")).status_code == 204
    assert (await desk.admin.get("/api/tokens")).status_code == 401


async def test_last_use_is_shown(desk: Desk) -> None:
    await desk.publish()
    await desk.site.last_use.written()
    used = {token["name"]: token["used_at"] for token in kept(await desk.admin.get("/api/tokens"))["items"]}
    assert used == {"admin": None, "editor": "2023-03-22T12:00:00Z", "moderator": None}
