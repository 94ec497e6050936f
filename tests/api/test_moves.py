"""A path that was public once leads somewhere for ever, and to the same article."""

from typing import Any

import pytest
from lxml import etree

from tests.api.desk import FORMATS, Desk, path_of

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    "move",
    [
        {"slug": "ferries-run-again"},
        {"published_at": "2023-03-20T09:00:00Z"},
        {"published_at": "2023-03-20T09:00:00Z", "slug": "ferries", "section": "business"},
    ],
)
async def test_a_moved_article_is_redirected_to(desk: Desk, move: dict[str, Any]) -> None:
    article = await desk.publish(section="world")
    old = path_of(article["urls"]["page"])
    moved = await desk.edit(article["id"], **move)
    new = path_of(moved["urls"]["page"])
    assert new != old
    for rest in ("", *(f"feed.{format}" for format in FORMATS)):
        response = await desk.reader.get(old + rest)
        assert (response.status_code, response.headers["location"]) == (301, new + rest)
        assert (await desk.reader.get(new + rest)).status_code == 200
    assert moved["guid"] == article["guid"]


async def test_a_new_section_moves_no_page(desk: Desk) -> None:
    article = await desk.publish(section="world/africa")
    moved = await desk.edit(article["id"], section="business")
    assert moved["urls"] == article["urls"]
    assert (await desk.feed("/section/world/"))["items"] == []
    assert [item["id"] for item in (await desk.feed("/section/business/"))["items"]] == [article["guid"]]
    for path in ("/", "/section/world/", "/section/business/"):
        assert b"deleted-entry" not in await desk.atom(path)


async def test_every_old_path_leads_to_the_present_one(desk: Desk) -> None:
    article = await desk.publish(slug="one")
    for slug in ("two", "three", "one", "four"):
        article = await desk.edit(article["id"], slug=slug)
    for slug in ("one", "two", "three"):
        response = await desk.reader.get(f"/2023/03/22/{slug}/")
        assert (response.status_code, response.headers["location"]) == (301, "/2023/03/22/four/")
    await desk.withdraw(article["id"])
    for slug in ("one", "two", "three", "four"):
        assert (await desk.reader.get(f"/2023/03/22/{slug}/")).status_code == 410


async def test_an_old_path_is_given_to_no_other_article(desk: Desk) -> None:
    moved = await desk.publish(slug="harbour")
    await desk.edit(moved["id"], slug="ferries")
    gone = await desk.publish(slug="market")
    await desk.withdraw(gone["id"])
    for slug in ("harbour", "ferries", "market"):
        other = await desk.publish("Something else", slug=slug)
        assert other["slug"] == f"{slug}-2"
        edited = await desk.edit((await desk.publish("Another"))["id"], slug=slug)
        assert edited["slug"] == f"{slug}-3"
    response = await desk.reader.get("/2023/03/22/harbour/")
    assert response.headers["location"] == "/2023/03/22/ferries/"
    assert (await desk.reader.get("/2023/03/22/market/")).status_code == 410


async def test_it_may_have_its_own_old_path_back(desk: Desk) -> None:
    article = await desk.publish(slug="harbour")
    await desk.edit(article["id"], slug="ferries")
    assert (await desk.edit(article["id"], slug="harbour"))["slug"] == "harbour"
    assert (await desk.reader.get("/2023/03/22/harbour/")).status_code == 200
    response = await desk.reader.get("/2023/03/22/ferries/")
    assert (response.status_code, response.headers["location"]) == (301, "/2023/03/22/harbour/")


async def test_a_move_leaves_no_tombstone(desk: Desk) -> None:
    article = await desk.publish(section="world")
    await desk.edit(article["id"], published_at="2023-03-20T09:00:00Z", slug="ferries", section="business")
    for path in ("/", "/2023/03/22/", "/2023/03/20/", "/section/world/"):
        assert etree.fromstring(await desk.atom(path)).findall("{http://purl.org/atompub/tombstones/1.0}*") == []
    assert (await desk.feed("/2023/03/22/"))["items"] == []
    assert len((await desk.feed("/2023/03/20/"))["items"]) == 1


async def test_a_draft_leaves_no_path_behind(desk: Desk) -> None:
    draft = await desk.create(headline="Bare", slug="harbour", published_at="2023-03-22T08:00:00Z")
    await desk.edit(draft["id"], slug="ferries")
    assert (await desk.reader.get("/2023/03/22/harbour/")).status_code == 404
    assert (await desk.publish(slug="harbour"))["slug"] == "harbour"
