"""Sections: nested ones, their paths, and what becomes of a deleted one."""

from typing import Any

import pytest

from tests.api.desk import BASE, FORMATS, Desk, errors, kept
from tests.stores import ANY_ENGINE

pytestmark = pytest.mark.anyio


async def add(desk: Desk, **fields: Any) -> dict[str, Any]:
    return kept(await desk.editor.post("/api/sections", json=fields), 201)


async def test_a_section_is_answered_with_where_it_is(desk: Desk) -> None:
    body = {"slug": "science", "title": "Science", "parent": "world", "description": "What was found out."}
    response = await desk.editor.post("/api/sections", json=body)
    section = kept(response, 201)
    assert section == {
        "path": "world/science",
        "slug": "science",
        "parent": "world",
        "title": "Science",
        "description": "What was found out.",
        "created_at": "2023-03-22T12:00:00Z",
        "urls": {
            "page": f"{BASE}/section/world/science/",
            "feed": f"{BASE}/section/world/science/feed.rss",
            "api": f"{BASE}/api/sections/world/science",
        },
    }
    assert response.headers["location"] == section["urls"]["api"]
    for url in section["urls"].values():
        assert (await desk.editor.get(url)).status_code == 200
    assert kept(await desk.editor.get(section["urls"]["api"])) == section


@ANY_ENGINE
@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Arts & Letters", "arts-letters"),
        ("Культура", "культура"),
        ("Page", "page-2"),
        ("Feed", "feed-2"),
        ("?", "section"),
    ],
)
async def test_a_slug_is_made_of_the_title(desk: Desk, title: str, slug: str) -> None:
    section = await add(desk, title=title)
    assert (section["slug"], section["path"], section["parent"]) == (slug, slug, None)
    assert section["urls"]["page"].isascii()
    for url in section["urls"].values():
        assert (await desk.editor.get(url)).status_code == 200


async def test_a_nested_sections_articles_stand_in_all_above_it(desk: Desk) -> None:
    deep = await add(desk, title="Kenya", parent="world/africa")
    article = await desk.publish(section=deep["path"])
    for path in ("world", "world/africa", "world/africa/kenya"):
        assert [item["id"] for item in (await desk.feed(f"/section/{path}/"))["items"]] == [article["guid"]]
    assert (await desk.feed("/section/business/"))["items"] == []


async def test_every_wrong_field_is_named_at_once(desk: Desk) -> None:
    before = await desk.last_seq()
    body = {"slug": "feed", "title": "​", "parent": "mars", "description": 7, "path": "x"}
    wrong = await desk.editor.post("/api/sections", json=body)
    assert set(errors(wrong)) == set(body)
    assert set(errors(await desk.editor.post("/api/sections", json={"parent": "mars"}))) == {"title", "parent"}
    edit = await desk.editor.patch("/api/sections/world", json={"title": None, "slug": "earth", "parent": None})
    assert set(errors(edit)) == {"title", "slug", "parent"}
    assert await desk.last_seq() == before


@ANY_ENGINE
@pytest.mark.parametrize("slug", ["comments", "feed", "page", "Page!", "!!"])
async def test_some_slugs_are_refused(desk: Desk, slug: str) -> None:
    for parent in (None, "world"):
        response = await desk.editor.post("/api/sections", json={"title": "X", "slug": slug, "parent": parent})
        assert set(errors(response)) == {"slug"}


async def test_a_path_is_given_once(desk: Desk) -> None:
    before = await desk.last_seq()
    for body in ({"title": "World"}, {"title": "Elsewhere", "slug": "world"}, {"title": "Africa", "parent": "world"}):
        assert (await desk.editor.post("/api/sections", json=body)).status_code == 409
    assert await desk.last_seq() == before
    assert (await add(desk, title="World", parent="business"))["path"] == "business/world"


async def test_a_new_title_is_seen_everywhere_and_moves_nothing(desk: Desk) -> None:
    article = await desk.publish(section="world")
    for format in FORMATS:
        assert b"Everywhere" not in (await desk.reader.get(f"/feed.{format}")).content
    changed = kept(await desk.editor.patch("/api/sections/world", json={"title": "Everywhere"}))
    assert (changed["path"], changed["title"], changed["description"]) == ("world", "Everywhere", "")
    assert (await desk.feed("/section/world/"))["title"].startswith("Everywhere")
    for format in FORMATS:
        assert b"Everywhere" in (await desk.reader.get(f"/feed.{format}")).content
    assert await desk.article(article["id"]) == article


async def test_absent_keeps_and_null_clears(desk: Desk) -> None:
    section = await add(desk, title="Science", description="What was found out.")
    url = "/api/sections/science"
    assert kept(await desk.editor.patch(url, json={"title": "Discovery"})) == section | {"title": "Discovery"}
    cleared = kept(await desk.editor.patch(url, json={"description": None}))
    assert cleared == section | {"title": "Discovery", "description": ""}
    before = await desk.last_seq()
    assert kept(await desk.editor.patch(url, json={})) == cleared
    assert kept(await desk.editor.patch(url, json={"title": " Discovery "})) == cleared
    assert await desk.last_seq() == before


@ANY_ENGINE
@pytest.mark.parametrize(
    "path", ["mars", "world/mars", "africa", "World", "world/", "/world", "world//africa", "%00", ""]
)
@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
async def test_there_is_no_such_section(still_desk: Desk, method: str, path: str) -> None:
    response = await still_desk.editor.request(
        method, f"/api/sections/{path}", json={"title": "X"} if method == "PATCH" else None
    )
    assert response.status_code == 404


async def test_its_path_may_be_encoded_as_one_segment(desk: Desk) -> None:
    assert kept(await desk.editor.get("/api/sections/world%2Fafrica"))["path"] == "world/africa"


@pytest.mark.parametrize("status", ["draft", "published", "withdrawn"])
async def test_a_section_with_articles_is_not_deleted(desk: Desk, status: str) -> None:
    article = await desk.create(headline="Harbour", section="business", status=status)
    further = await desk.create(headline="Market", section="world", sections=["business"], status=status)
    before = await desk.last_seq()
    assert (await desk.editor.delete("/api/sections/business")).status_code == 409
    assert await desk.last_seq() == before
    await desk.edit(article["id"], section="world")
    assert (await desk.editor.delete("/api/sections/business")).status_code == 409
    await desk.edit(further["id"], sections=[])
    assert (await desk.editor.delete("/api/sections/business")).status_code == 204


async def test_a_section_with_sections_in_it_is_not_deleted(desk: Desk) -> None:
    assert (await desk.editor.delete("/api/sections/world")).status_code == 409
    assert (await desk.editor.delete("/api/sections/world/africa")).status_code == 204
    assert (await desk.editor.delete("/api/sections/world")).status_code == 204


async def test_a_deleted_section_is_gone_until_it_is_made_again(desk: Desk) -> None:
    paths = ("", *(f"feed.{format}" for format in FORMATS), *(f"comments/feed.{format}" for format in FORMATS))
    for rest in paths[:4]:
        assert (await desk.reader.get(f"/section/business/{rest}")).status_code == 200
    response = await desk.editor.delete("/api/sections/business")
    assert (response.status_code, response.content) == (204, b"")
    for rest in paths[:4]:
        assert (await desk.reader.get(f"/section/business/{rest}")).status_code == 410, rest
    assert (await desk.editor.get("/api/sections/business")).status_code == 404
    assert (await desk.editor.delete("/api/sections/business")).status_code == 404
    unknown = await desk.editor.post("/api/articles", json={"headline": "Harbour", "section": "business"})
    assert set(errors(unknown)) == {"section"}
    assert (await desk.editor.post("/api/sections", json={"title": "Business"})).status_code == 201
    assert (await desk.editor.post("/api/sections", json={"title": "Business"})).status_code == 409
    for rest in paths[:4]:
        assert (await desk.reader.get(f"/section/business/{rest}")).status_code == 200
