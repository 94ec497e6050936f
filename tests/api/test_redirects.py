"""The newsroom's own redirects: readers are sent once, never round, and never away from what stands at an address."""

from random import Random
from typing import Any

import httpx2
import pytest

from feeds.urls import encode_path
from tests.api.desk import BASE, Desk, errors, kept
from tests.stores import ANY_ENGINE

pytestmark = pytest.mark.anyio


async def put(desk: Desk, old: str, new: str) -> httpx2.Response:
    return await desk.editor.put("/api/redirects", json={"old": old, "new": new})


async def asked(desk: Desk, path: str) -> tuple[int, str]:
    response = await desk.reader.get(path)
    return response.status_code, response.headers.get("location", "")


@pytest.mark.parametrize(
    ("old", "new", "asks", "location"),
    [
        ("/old", "/search?q=ferry", ("/old/", "/old", "/old/?utm=1"), "/search?q=ferry"),
        ("/old.html", "https://x.example/a?b=c#d", ("/old.html", "/old.html/"), "https://x.example/a?b=c#d"),
        ("/%C3%BCber/", "/2023/", ("/%C3%BCber/", "/%c3%bcber"), "/2023/"),
        ("/?p=7", "/comments/", ("/?p=7", "/?p=7&x=1", "/?x=1&p=7"), "/comments/"),
        ("/story.php?id=7", "/feeds/", ("/story.php?id=7", "/story.php/?id=7"), "/feeds/"),
        ("/podcast/feed/", "https://pod.example/rss", ("/podcast/feed/", "/podcast/feed"), "https://pod.example/rss"),
        ("/category/gone/", "/section/world", ("/category/gone/", "/category/gone"), "/section/world/"),
        ("/tag/old-name/", "/section/world/", ("/tag/old-name/",), "/section/world/"),
        ("/x", f"{BASE}/section/business", ("/x/",), "/section/business/"),
        ("/y", "/feed/", ("/y/",), "/feed.rss"),
        ("/a b/", "/über/#kontakt", ("/a%20b/",), "/%C3%BCber/#kontakt"),
    ],
)
async def test_an_old_path_leads_where_it_is_told(
    desk: Desk, old: str, new: str, asks: tuple[str, ...], location: str
) -> None:
    for path in asks:
        assert (await desk.reader.get(path)).status_code in (200, 404)
    made = await put(desk, old, new)
    shown = kept(made, 201)
    for path in asks:
        response = await desk.reader.get(path)
        assert (response.status_code, response.headers["location"]) == (301, location), path
        assert response.headers["cache-control"] == "public, max-age=60"
    assert kept(await put(desk, old, new)) == shown
    assert kept(await desk.editor.get("/api/redirects"))["items"] == [shown]
    assert (await desk.editor.delete("/api/redirects", params={"old": shown["old"]})).status_code == 204
    assert (await desk.editor.delete("/api/redirects", params={"old": shown["old"]})).status_code == 404
    assert (await desk.reader.get(asks[0])).status_code in (200, 404)


async def test_what_two_parameters_name_is_not_what_one_of_them_leads_to(desk: Desk) -> None:
    kept(await put(desk, "/?cat=70", "/section/world/"), 201)
    for path in ("/?cat=70", "/?cat=70&utm=1", "/?cat=70&paged=2"):
        assert await asked(desk, path) == (301, "/section/world/")
    assert await asked(desk, "/?cat=70&feed=rss2") == (301, "/section/world/feed.rss")
    for path in ("/?cat=70&tag=nato", "/?feed=rss2&cat=70&author=2", "/?s=ferry&cat=70&feed=rss2"):
        assert await asked(desk, path) == (404, "")
    await desk.editor.delete("/api/redirects", params={"old": "/?cat=70"})


@ANY_ENGINE
@pytest.mark.parametrize(
    "old",
    [
        "/", "/?x=1", "/feed.rss", "/feed/", "/section/world", "/category/world/", "/2023/03/22/", "/api/x", "/search", "/about/",
        "/about/?x=1", "/2023/03/22/harbour-reopens/", "/feeds/", "/robots.txt", "/wp-content/uploads/a.jpg", "/moved/",
        "/?feed=rss2", "/tag/nato/", "/2023/03/22/harbour-reopens/feed.rss", "/comments/feed/",
    ],
)  # fmt: skip
async def test_what_stands_at_an_address_is_not_led_away_from(desk: Desk, old: str) -> None:
    await desk.publish("Harbour reopens", tags=["NATO"])
    for path in ("moved", "about"):
        fields = {"title": "About", "status": "published"} | ({"path": "/about/"} if path == "about" else {})
        await desk.editor.put(f"/api/pages/{path}", json=fields)
    await desk.editor.put("/api/pages/moved", json={"title": "Moved", "path": "/elsewhere/"})
    before = await asked(desk, old)
    response = await put(desk, old, "/section/business/")
    assert response.status_code == 409, response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert await asked(desk, old) == before


async def test_what_comes_to_stand_there_is_found_first(desk: Desk) -> None:
    await put(desk, "/2023/03/22/harbour-reopens/", "/section/world/")
    assert await asked(desk, "/2023/03/22/harbour-reopens/") == (301, "/section/world/")
    article = await desk.publish("Harbour reopens")
    assert await asked(desk, "/2023/03/22/harbour-reopens/") == (200, "")
    await desk.edit(article["id"], slug="ferry")
    assert await asked(desk, "/2023/03/22/harbour-reopens/") == (301, "/2023/03/22/ferry/")
    await desk.withdraw(article["id"])
    assert await asked(desk, "/2023/03/22/harbour-reopens/") == (301, "/section/world/"), "rather than nowhere"
    assert (await asked(desk, "/2023/03/22/ferry/"))[0] == 410


async def test_circles_and_wrong_fields(desk: Desk) -> None:
    kept(await put(desk, "/a", "/b"), 201)
    circle = await put(desk, "/b", "/a")
    assert circle.status_code == 409
    assert "leads back" in circle.json()["detail"]
    assert (await put(desk, "/c", f"{BASE}/c/")).status_code == 409
    wrong = await desk.editor.put(
        "/api/redirects", json={"old": "https://x.example/", "new": "javascript:x", "code": 301}
    )
    assert errors(wrong).keys() == {"old", "new", "code"}
    for old, new in (("/a#b", "/b"), ("a", "/b"), ("/a/../b", "/c"), ("/a", "//x.example/"), ("/a", ""), ("/a?", "/b")):
        assert errors(await put(desk, old, new))
    assert errors(await desk.editor.delete("/api/redirects")).keys() == {"old"}


async def test_redirects_are_listed_in_pages(desk: Desk) -> None:
    for number in range(5):
        await put(desk, f"/{number}x/", "/section/world/")
    first = kept(await desk.editor.get("/api/redirects", params={"limit": 3}))
    rest = kept(await desk.editor.get("/api/redirects", params={"limit": 3, "cursor": first["next"]}))
    assert [one["old"] for one in first["items"] + rest["items"]] == [f"/{number}x/" for number in range(5)]


PATHS = ["/a/", "/b/", "/c/", "/2023/03/22/d/", "/é/"]


@pytest.mark.parametrize("seed", range(3))
async def test_whatever_is_done_readers_are_sent_once_and_what_stands_is_seen(desk: Desk, seed: int) -> None:
    random = Random(seed)
    for step in range(25):
        await _anything(desk, random, step)
        live = {page.path for page in await desk.site.store.list_pages(limit=99) if page.public}
        for path in PATHS:
            status, location = await asked(desk, encode_path(path))
            assert (status == 200) == (path in live), (seed, step, path)
            if status == 301 and location.startswith("/"):
                assert location != encode_path(path)
                assert (await asked(desk, location))[0] in (200, 404, 410), (seed, step, path, location)


async def _anything(desk: Desk, random: Random, step: int) -> None:
    """Something that a newsroom does, be it refused."""
    path, other = random.choice(PATHS), random.choice(PATHS)
    page = f"/api/pages{encode_path(path)}"
    fields: dict[str, Any] = {"title": f"Page {step}", "status": random.choice(["published", "draft"])}
    match random.randrange(6):
        case 0:
            response = await put(desk, path, random.choice([other, "https://x.example/", "/feed/", "/section/world/"]))
        case 1:
            response = await put(desk, path, other)
        case 2:
            response = await desk.editor.delete("/api/redirects", params={"old": path})
        case 3:
            response = await desk.editor.put(page, json=fields)
        case 4:
            response = await desk.editor.put(page, json=fields | {"path": other})
        case _:
            response = await desk.editor.delete(page)
    assert response.status_code in (200, 201, 204, 404, 409, 422)
