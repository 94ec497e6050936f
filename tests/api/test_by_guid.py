"""An article put by its guid: a new one, or in place of the one that is kept, and the same again changes nothing."""

import asyncio
from typing import Any
from urllib.parse import quote

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.desk import Desk, errors, kept
from tests.storage.newsroom import record, story
from tests.stores import ANY_ENGINE

pytestmark = pytest.mark.anyio

STORY: dict[str, Any] = {
    "headline": "Ferry service resumes",
    "body_html": "<p>The first boat <b>left</b> at dawn.<script>alert(1)</script></p>",
    "section": "world",
    "sections": ["business"],
    "authors": [{"name": "Jane Doe"}],
    "tags": ["Ports", "NATO"],
    "summary": "In short.",
    "image": {"url": "/media/boat.jpg", "alt": "A boat"},
    "enclosures": [{"url": "https://cdn.example/a.mp3", "type": "audio/mpeg"}],
    "correction": "It was two boats.",
    "status": "published",
}
GUIDS = [
    "https://old.example/?p=12&x=%2F#top",
    "urn:isbn:0451450523",
    "tag:old.example,2011:a//b/../c",
    "comments",
    "12",
    "Ναυτιλία 7",
    "100%",
]


async def put(desk: Desk, at: str, headers: dict[str, str] | None = None, **fields: Any) -> httpx2.Response:
    return await desk.editor.put(f"/api/articles/by-guid/{quote(at, safe='')}", json=fields, headers=headers)


@ANY_ENGINE
async def test_the_same_again_changes_nothing_whatever_the_guid(desk: Desk) -> None:
    for guid in GUIDS:
        first = await put(desk, guid, **STORY)
        assert kept(first, 201)["guid"] == guid
        desk.clock.advance(hours=1)
        seq = await desk.last_seq()
        again = await put(desk, guid, **STORY)
        assert again.status_code == 200
        assert (again.content, again.headers["etag"]) == (first.content, first.headers["etag"])
        assert again.headers["location"] == first.headers["location"]
        assert await desk.last_seq() == seq
    assert len(kept(await desk.editor.get("/api/articles"))["items"]) == len(GUIDS)


@ANY_ENGINE
async def test_names_that_the_newsroom_writes_otherwise_are_no_difference(desk: Desk) -> None:
    await desk.publish(tags=["Nato"], authors=[{"name": "JANE DOE", "slug": "jane-doe"}])
    await desk.publish(headline=STORY["headline"])
    first = kept(await put(desk, "a", slug="ferry-service-resumes", **STORY), 201)
    assert (first["tags"], first["slug"]) == (["Ports", "Nato"], "ferry-service-resumes-2")
    seq = await desk.last_seq()
    assert kept(await put(desk, "a", slug="ferry-service-resumes", **STORY)) == first
    assert await desk.last_seq() == seq


FIELDS = st.fixed_dictionaries(
    {"headline": st.sampled_from(["Storm", "Calm"])},
    optional={
        "slug": st.sampled_from([None, "storm", "calm"]),
        "status": st.sampled_from(["draft", "published", "withdrawn"]),
        "published_at": st.sampled_from([None, "2023-03-20T10:00:00Z", "2023-03-23T10:00:00+02:00"]),
        "embargoed_until": st.sampled_from([None, "2023-03-24T10:00:00Z"]),
        "section": st.sampled_from([None, "world"]),
        "sections": st.sampled_from([None, ["world", "business"]]),
        "tags": st.sampled_from([None, [], ["NATO", "nato"], ["Ports"]]),
        "authors": st.sampled_from([None, [{"name": "Jane"}], [{"name": "Jane", "url": "https://jane.example/"}]]),
        "body_html": st.sampled_from([None, "", "<p>At length."]),
        "correction": st.sampled_from(["", "It was two."]),
        "comments_open": st.booleans(),
    },
)
EMPTY: dict[str, Any] = {"section": None, "sections": [], "tags": [], "body_html": "", "correction": None}


async def test_after_any_edits_a_put_leaves_what_it_says_and_the_same_again_nothing(desk: Desk) -> None:
    @settings(max_examples=25, suppress_health_check=list(HealthCheck), deadline=None)
    @given(st.lists(st.tuples(st.sampled_from(["a", "b"]), st.booleans(), FIELDS), max_size=6))
    def told(steps: list[tuple[str, bool, dict[str, Any]]]) -> None:
        steps_of_examples.append(steps)

    steps_of_examples: list[list[tuple[str, bool, dict[str, Any]]]] = []
    await asyncio.to_thread(told)
    for number, steps in enumerate(steps_of_examples):
        for name, by_patch, fields in steps:
            guid = f"urn:test:{number}/{name}"
            found = kept(await desk.editor.get("/api/articles"))["items"]
            before = next((item for item in found if item["guid"] == guid), None)
            if by_patch and before:
                await desk.edit(before["id"], **fields)
                continue
            desk.clock.advance(minutes=1)
            after = kept(await put(desk, guid, **fields), 200 if before else 201)
            seq = await desk.last_seq()
            assert kept(await put(desk, guid, **fields)) == after
            assert await desk.last_seq() == seq
            for field, empty in EMPTY.items():
                if field not in fields and field not in ("section", "sections"):
                    assert after[field] == empty
            if before and fields.get("slug") is None:
                assert after["slug"].startswith(before["slug"]), "it is numbered where it meets another's"
            if "status" not in fields:
                assert after["status"] == (before["status"] if before else "draft")


async def test_what_is_wrong_is_named_at_once_and_nothing_is_kept(desk: Desk) -> None:
    seq = await desk.last_seq()
    assert errors(await put(desk, "a", guid="b", section="nowhere", nonsense=1)).keys() == {
        "guid",
        "headline",
        "section",
        "nonsense",
    }
    assert "guid" in errors(await put(desk, "g" * 501, headline="A"))
    assert "guid" in errors(await put(desk, "", headline="A"))
    assert await desk.last_seq() == seq
    kept(await put(desk, " a ", guid="a", headline="A"), 201)
    assert errors(await put(desk, "a", headline="", section="nowhere")).keys() == {"headline", "section"}
    assert (await put(desk, "a", significant=True, headline="A")).status_code == 422


async def test_if_match_is_heeded(desk: Desk) -> None:
    for tag in ('"1"', "*"):
        assert (await put(desk, "a", {"If-Match": tag}, headline="A")).status_code == 412
    first = await put(desk, "a", headline="A")
    kept(await put(desk, "a", {"If-Match": first.headers["etag"]}, headline="B"))
    assert (await put(desk, "a", {"If-Match": first.headers["etag"]}, headline="C")).status_code == 412
    assert kept(await put(desk, "a", {"If-Match": "*"}, headline="B"))["version"] == 2


@ANY_ENGINE
async def test_of_those_who_put_one_guid_at_once_one_makes_it(desk: Desk) -> None:
    answers = await asyncio.gather(*(put(desk, "urn:test:one", headline=f"By {number}") for number in range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [201]
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert answers[0].json()["id"] == kept(await desk.editor.get("/api/articles"))["items"][0]["id"]


@ANY_ENGINE
async def test_who_wants_what_another_has_is_told_whose_it_is(desk: Desk) -> None:
    holder, other = await desk.create(headline="A", guid="urn:test:a"), await desk.create(headline="B")
    for refused in (
        await desk.editor.post("/api/articles", json={"headline": "C", "guid": "urn:test:a"}),
        await desk.editor.patch(f"/api/articles/{other['id']}", json={"guid": "urn:test:a"}),
    ):
        problem = kept(refused, 409)
        assert problem["id"] == holder["id"]
        assert str(holder["id"]) in problem["detail"]


@ANY_ENGINE
async def test_so_is_who_wants_a_path(desk: Desk) -> None:
    article = story("a")
    await desk.site.store.import_articles([record(article, old_paths=("/a/", "/section/a/"))])
    [held] = kept(await desk.editor.get("/api/articles"))["items"]
    for refused in (
        await desk.editor.put("/api/pages/a", json={"title": "A", "status": "published"}),
        await desk.editor.post("/api/sections", json={"title": "A", "slug": "a"}),
    ):
        problem = kept(refused, 409)
        assert problem["id"] == held["id"]
        assert str(held["id"]) in problem["detail"]
