"""Partners by the API: their terms and keys, every wrong field at once, and edits that meet."""

from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest

from feeds.newsroom.partners.keys import key_hash
from tests.api.desk import BASE, Desk, errors, kept
from tests.stores import ANY_ENGINE

pytestmark = pytest.mark.anyio

NAMES = ("Rome Weekly", "AFP / Reuters", "Zoë", "x%2Fy", "?q#f", "..7", "partners/")
TERMS: dict[str, Any] = {
    "contact": "ann@rome.example",
    "sections": ["world", "business"],
    "without_sections": ["world/africa"],
    "tags": ["NATO", "Côte d’Ivoire"],
    "sources": ["Xinhua", ""],
    "languages": ["en", "pt-BR"],
    "text": "summary",
    "images": False,
    "comments": True,
    "embargoed": True,
    "embargo_line": True,
    "delay": 3600,
    "days": 30,
    "items": 20,
    "preset": "msn",
    "rate": 60,
    "silence": 26,
    "expires_at": "2024-01-01T02:00:00+02:00",
    "key_in_path": False,
    "renewal_url": "https://news.example/renew",
    "networks": 5,
    "end_leaked": True,
}


async def add(desk: Desk, name: str = "Rome Weekly", **fields: Any) -> dict[str, Any]:
    return kept(await desk.admin.post("/api/partners", json={"name": name} | fields), 201)


def at(name: str) -> str:
    return f"/api/partners/{quote(name, safe='').replace('.', '%2E')}"


@ANY_ENGINE
async def test_a_partner_is_answered_with_its_terms(desk: Desk) -> None:
    response = await desk.admin.post("/api/partners", json={"name": " Rome   Weekly "} | TERMS)
    made = kept(response, 201)
    assert made == TERMS | {
        "name": "Rome Weekly",
        "version": 1,
        "sections": ["business", "world"],
        "tags": ["cote-divoire", "nato"],
        "sources": ["", "Xinhua"],
        "expires_at": "2024-01-01T00:00:00Z",
        "created_at": "2023-03-22T12:00:00Z",
        "urls": {"feeds": f"{BASE}/partner/", "api": f"{BASE}/api/partners/Rome%20Weekly"},
    }
    assert response.headers["location"] == made["urls"]["api"]
    read = await desk.admin.get(at("rome weekly"))
    assert kept(read) == made
    assert (await desk.admin.get(at("Rome Weekly"), headers={"If-None-Match": read.headers["etag"]})).status_code == 304
    assert (await desk.admin.post("/api/partners", json={"name": "ROME weekly"})).status_code == 409
    assert (await desk.admin.get(at("nobody"))).status_code == 404


async def test_who_says_nothing_sees_all(desk: Desk) -> None:
    made = await add(desk)
    lists = ("sections", "without_sections", "tags", "sources", "languages")
    assert {name: made[name] for name in TERMS} == {
        **{name: [] for name in lists},
        **dict.fromkeys(("delay", "days", "items", "rate", "silence"), 0),
        **dict.fromkeys(("comments", "embargoed", "embargo_line", "end_leaked"), False),
        **dict.fromkeys(("images", "key_in_path"), True),
        "contact": "",
        "renewal_url": "",
        "networks": 20,
        "text": "full",
        "preset": "",
        "expires_at": None,
    }


async def test_what_is_sent_is_changed_and_nothing_else(desk: Desk) -> None:
    made = await add(desk, **TERMS)
    patched = kept(await desk.admin.patch(at("Rome Weekly"), json={"sections": None, "text": "full", "delay": 0}))
    assert patched == made | {"version": 2, "sections": [], "text": "full", "delay": 0}
    seq = await desk.last_seq()
    assert kept(await desk.admin.patch(at("Rome Weekly"), json={"delay": 0})) == patched
    assert await desk.last_seq() == seq, "nothing differs"
    renamed = kept(await desk.admin.patch(at("Rome Weekly"), json={"name": "rome weekly"}))
    assert renamed["name"] == "rome weekly"
    await add(desk, "Second")
    assert (await desk.admin.patch(at("Second"), json={"name": "Rome Weekly"})).status_code == 409
    assert (await desk.admin.patch(at("nobody"), json={"delay": 0})).status_code == 404


async def test_another_edit_came_first(desk: Desk) -> None:
    await add(desk)
    tag = (await desk.admin.get(at("Rome Weekly"))).headers["etag"]
    asked = {"If-Match": tag}
    assert (await desk.admin.patch(at("Rome Weekly"), json={"delay": 1}, headers=asked)).status_code == 200
    assert (await desk.admin.patch(at("Rome Weekly"), json={"delay": 2}, headers=asked)).status_code == 412
    assert (await desk.admin.delete(at("Rome Weekly"), headers=asked)).status_code == 412
    assert (await desk.admin.delete(at("Rome Weekly"), headers={"If-Match": '"2"'})).status_code == 204
    assert (await desk.admin.delete(at("Rome Weekly"))).status_code == 404


@ANY_ENGINE
async def test_every_wrong_field_is_named(desk: Desk) -> None:
    await add(desk)
    seq = await desk.last_seq()
    wrong: dict[str, Any] = {
        "name": "a:b",
        "sections": ["world", "wrold"],
        "without_sections": ["none"],
        "tags": ["\u200b"],
        "languages": ["english please"],
        "text": "half",
        "images": "yes",
        "days": -1,
        "items": 10**9,
        "delay": 1.5,
        "rate": None,
        "preset": "myspace",
        "expires_at": "2023-03-22T11:59:59Z",
        "color": "red",
    }
    named = {
        name
        if name not in ("sections", "without_sections", "tags", "languages")
        else f"{name}.{int(name == 'sections')}"
        for name in wrong
    }
    for response in (
        await desk.admin.post("/api/partners", json=wrong),
        await desk.admin.patch(at("Rome Weekly"), json=wrong),
    ):
        said = errors(response)
        assert said.keys() == named
        assert "no such section" in said["sections.1"]
        assert "msn" in said["preset"]
    assert errors(await desk.admin.post("/api/partners", json={})).keys() == {"name"}
    for name in ("", " ", "\u0085", "a\x80b", "x" * 101, "a/keys", "KEYS\u200b/keys/b"):
        assert errors(await desk.admin.post("/api/partners", json={"name": name})).keys() == {"name"}, name
    assert await desk.last_seq() == seq


async def test_a_section_that_was_deleted_keeps_nobody_from_changing_the_rest(desk: Desk) -> None:
    await add(desk, sections=["business"])
    assert (await desk.editor.delete("/api/sections/business")).status_code == 204
    changed = kept(await desk.admin.patch(at("Rome Weekly"), json={"sections": ["business", "world"]}))
    assert changed["sections"] == ["business", "world"]
    assert errors(await desk.admin.patch(at("Rome Weekly"), json={"sections": ["none"]})).keys() == {"sections.0"}


async def test_the_list_comes_in_pages(desk: Desk) -> None:
    for name in NAMES:
        await add(desk, name)
    found: list[str] = []
    asked: dict[str, Any] = {"limit": 3}
    while asked:
        page = kept(await desk.admin.get("/api/partners", params=asked))
        if page["next"]:
            # Whoever is gone meanwhile is a place in the list still.
            assert (await desk.admin.delete(at(page["items"][-1]["name"]))).status_code == 204
        found += [partner["name"] for partner in page["items"]]
        asked = {"limit": 3, "cursor": page["next"]} if page["next"] else {}
    assert found == sorted(NAMES, key=str.casefold)


@ANY_ENGINE
@pytest.mark.parametrize("name", NAMES)
async def test_a_key_is_told_once_whatever_its_partners_name(desk: Desk, name: str) -> None:
    await add(desk, name)
    made = kept(await desk.admin.post(f"{at(name)}/keys", json={"name": "of 2023"}), 201)
    assert made.keys() == {"name", "created_at", "expires_at", "used_at", "key"}
    assert made["key"].startswith("dlp_")
    access = await desk.site.store.find_partner(key_hash(made["key"]))
    assert access is not None
    assert (access.partner.name, access.key.name) == (name, "of 2023")
    listed = await desk.admin.get(f"{at(name)}/keys")
    assert [key["name"] for key in kept(listed)["items"]] == ["of 2023"]
    assert made["key"] not in listed.text
    assert access.key.hash not in listed.text
    assert (await desk.admin.post(f"{at(name)}/keys", json={"name": "of 2023"})).status_code == 409
    assert (await desk.admin.delete(f"{at(name)}/keys/of%202023")).status_code == 204
    assert (await desk.admin.delete(f"{at(name)}/keys/of%202023")).status_code == 404
    assert await desk.site.store.find_partner(access.key.hash) is None
    assert (await desk.admin.delete(at(name))).status_code == 204
    assert (await desk.admin.get(f"{at(name)}/keys")).status_code == 404


async def test_a_key_is_rotated_with_overlap(desk: Desk) -> None:
    await add(desk)
    end = (desk.clock() + timedelta(days=7)).isoformat()
    old = kept(await desk.admin.post(f"{at('Rome Weekly')}/keys", json={"name": "old", "expires_at": end}), 201)
    new = kept(await desk.admin.post(f"{at('Rome Weekly')}/keys", json={"name": "new"}), 201)
    assert (old["expires_at"], new["expires_at"]) == ("2023-03-29T12:00:00Z", None)
    assert old["key"] != new["key"]
    wrong = {"name": "a/b", "expires_at": "2023-03-22T12:00:00Z"}
    assert errors(await desk.admin.post(f"{at('Rome Weekly')}/keys", json=wrong)).keys() == wrong.keys()


@ANY_ENGINE
async def test_an_agency_is_withheld(desk: Desk) -> None:
    for name in ("AFP / Paris", "afp / paris"):
        assert (await desk.admin.put(f"/api/withheld-sources/{quote(name, safe='')}")).status_code == 204
    assert kept(await desk.admin.get("/api/withheld-sources")) == {"items": [{"name": "AFP / Paris"}], "next": None}
    assert errors(await desk.admin.put("/api/withheld-sources/%20")).keys() == {"source"}
    assert (await desk.admin.delete("/api/withheld-sources/AFP%20%2F%20PARIS")).status_code == 204
    assert (await desk.admin.delete("/api/withheld-sources/AFP")).status_code == 404


async def test_with_the_newsrooms_own_language_goes_what_names_none(desk: Desk) -> None:
    for name, languages, seen in (("A", ["EN"], True), ("B", ["en-GB", "fr"], False), ("C", ["e", "eng"], False)):
        assert (await add(desk, name, languages=languages))["languages"] == sorted(languages)
        terms = (await desk.site.store.get_partner(name)).terms
        assert ("" in terms.languages) == seen, name
    for wrong in ("", "*", "en_GB"):
        assert errors(await desk.admin.post("/api/partners", json={"name": "D", "languages": [wrong]}))
