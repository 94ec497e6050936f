"""Standing pages: put, moved, deleted; what readers find at their paths, and what they must not take."""

import re
from typing import Any

import pytest
from starlette.routing import Mount, Route

from feeds import paths
from feeds.own_paths import is_own
from feeds.settings import Settings
from feeds.web.app import routes
from tests.api.desk import BASE, FORMATS, Desk, errors, kept
from tests.stores import ANY_ENGINE

pytestmark = pytest.mark.anyio

ABOUT = {"title": "About us", "body_html": '<p>Who <a href="team/">we</a> are.</p>', "status": "published"}


async def put(desk: Desk, at: str, expected: int = 201, **fields: Any) -> dict[str, Any]:
    return kept(await desk.editor.put(f"/api/pages/{at}", json=ABOUT | fields), expected)


async def test_a_page_is_answered_with_where_it_is(desk: Desk) -> None:
    response = await desk.editor.put("/api/pages/about", json=ABOUT)
    page = kept(response, 201)
    assert page == {
        "path": "/about/",
        "version": page["version"],
        "title": "About us",
        "body_html": '<p>Who <a href="team/">we</a> are.</p>',
        "status": "published",
        "created_at": "2023-03-22T12:00:00Z",
        "modified_at": "2023-03-22T12:00:00Z",
        "published_at": "2023-03-22T12:00:00Z",
        "urls": {"page": f"{BASE}/about/", "api": f"{BASE}/api/pages/about"},
    }
    assert response.headers["location"] == page["urls"]["api"]
    read = await desk.editor.get("/api/pages/about/")
    assert kept(read) == page
    same = await desk.editor.get("/api/pages/about", headers={"If-None-Match": read.headers["etag"]})
    assert same.status_code == 304
    assert (await desk.editor.get("/api/pages/nothing")).status_code == 404


async def test_readers_find_it_with_validators_and_its_links_absolute(desk: Desk) -> None:
    await put(desk, "about")
    shown = await desk.reader.get("/about/")
    assert shown.status_code == 200
    assert f'href="{BASE}/about/team/"' in shown.text
    assert f'<link rel="canonical" href="{BASE}/about/">' in shown.text
    again = await desk.reader.get("/about/", headers={"If-None-Match": shown.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["cache-control"] == shown.headers["cache-control"]
    assert (await desk.reader.head("/about/")).status_code == 200
    short = await desk.reader.get("/about")
    assert (short.status_code, short.headers["location"]) == (301, "/about/")
    await put(desk, "about", 200, body_html="<p>Who we were.</p>")
    changed = await desk.reader.get("/about/", headers={"If-None-Match": shown.headers["etag"]})
    assert changed.status_code == 200
    assert "Who we were." in changed.text


async def test_it_is_in_footer_and_sitemap_and_in_no_feed(desk: Desk) -> None:
    await desk.publish("Harbour reopens")
    desk.clock.advance(minutes=5)
    feeds = [f"/feed.{extension}" for extension in (*FORMATS,)]
    before = {path: await desk.reader.get(path) for path in feeds}
    front = await desk.reader.get("/")
    desk.clock.advance(minutes=5)
    await put(desk, "about")
    for path in ("/", "/search", "/feeds/", "/comments/", "/section/world/", "/2023/03/22/harbour-reopens/", "/about/"):
        assert '<a href="/about/"' in (await desk.reader.get(path)).text, path
    assert '<a href="/about/"' in (await desk.reader.get("/nothing/")).text
    assert (await desk.reader.get("/", headers={"If-None-Match": front.headers["etag"]})).status_code == 200
    for path, old in before.items():
        new = await desk.reader.get(path)
        assert (new.content, new.headers["etag"], new.headers["last-modified"]) == (
            old.content, old.headers["etag"], old.headers["last-modified"]
        )  # fmt: skip
    places = (await desk.reader.get("/sitemap-0.xml")).text
    assert f"<url><loc>{BASE}/about/</loc><lastmod>2023-03-22T12:10:00+00:00</lastmod></url>" in places
    index = (await desk.reader.get("/sitemap.xml")).text
    desk.clock.advance(minutes=5)
    await put(desk, "about", 200, body_html="<p>Anew.</p>")
    assert "<lastmod>2023-03-22T12:15:00+00:00</lastmod>" in (await desk.reader.get("/sitemap-0.xml")).text
    assert (await desk.reader.get("/sitemap.xml")).text != index
    assert (await desk.reader.get("/about/feed.rss")).status_code == 404
    assert (await desk.reader.get("/about/feed/")).status_code == 410, "as WordPress has one of its comments"


async def test_one_that_moves_is_led_to_and_one_that_is_deleted_is_gone(desk: Desk) -> None:
    await put(desk, "about")
    page = await put(desk, "about", 200, path="who/we-are")
    assert page["path"] == "/who/we-are/"
    for asked in ("/about/", "/about"):
        moved = await desk.reader.get(asked)
        assert (moved.status_code, moved.headers["location"]) == (301, "/who/we-are/")
        assert moved.headers["cache-control"] == "public, max-age=60"
    refused = await desk.editor.put("/api/pages/about", json=ABOUT)
    assert refused.status_code == 409
    assert "/who/we-are/" in refused.json()["detail"]
    assert (await desk.editor.delete("/api/pages/who/we-are")).status_code == 204
    for asked in ("/about/", "/who/we-are/", "/who/we-are"):
        assert (await desk.reader.get(asked)).status_code == 410
    assert (await desk.editor.delete("/api/pages/who/we-are")).status_code == 404
    assert '<a href="/who/' not in (await desk.reader.get("/")).text


async def test_a_draft_is_seen_by_nobody(desk: Desk) -> None:
    await put(desk, "about", status="draft")
    assert (await desk.reader.get("/about/")).status_code == 404
    assert "/about/" not in (await desk.reader.get("/")).text + (await desk.reader.get("/sitemap-0.xml")).text
    fields = {"title": "About"}
    assert (await put(desk, "about", 200))["status"] == "published"
    kept_status = kept(await desk.editor.put("/api/pages/about", json=fields))
    assert kept_status["status"] == "published", "what is not said stays"
    await put(desk, "about", 200, status="draft")
    assert (await desk.reader.get("/about/")).status_code == 410


async def test_another_edit_came_first(desk: Desk) -> None:
    first = await desk.editor.put("/api/pages/about", json=ABOUT)
    tag = first.headers["etag"]
    await put(desk, "about", 200, title="Us")
    stale = await desk.editor.put("/api/pages/about", json=ABOUT, headers={"If-Match": tag})
    assert stale.status_code == 412
    assert (await desk.editor.delete("/api/pages/about", headers={"If-Match": tag})).status_code == 412
    assert (await desk.editor.put("/api/pages/none", json=ABOUT, headers={"If-Match": tag})).status_code == 412
    assert kept(await desk.editor.get("/api/pages/about"))["title"] == "Us"


async def test_every_wrong_field_is_named(desk: Desk) -> None:
    before = await desk.last_seq()
    wrong = {"title": " ", "body_html": 7, "status": "withdrawn", "path": "a//b", "color": "red"}
    response = await desk.editor.put("/api/pages/about", json=wrong)
    assert errors(response).keys() == wrong.keys()
    assert response.headers["content-type"] == "application/problem+json"
    assert errors(await desk.editor.put("/api/pages/about", json={})).keys() == {"title"}
    for path in ("a b", "a/%2E%2E/b", "a%3Fb", "%3Cb%3E"):
        assert (await desk.editor.put(f"/api/pages/{path}", json=ABOUT)).status_code in (404, 422)
    assert await desk.last_seq() == before


@ANY_ENGINE
@pytest.mark.parametrize(
    "path",
    [
        "feed", "feed.rss", "feeds", "feeds.opml", "section/world", "section/none", "tag/x", "author/x", "api/x", "desk", "2023",
        "2023/03", "2023/03/22", "comments", "search", "search/words", "sitemap.xml", "sitemap-9.xml", "robots.txt", "media/kit",
        "wp-content/uploads/a", "static/x", "about/feed", "page/2", "about/page/2", "healthz", "metrics", "partner/x", "hub",
        "category/world", "favicon.ico", "oembed", "wp-rss2.php", "comments/feed", "%20/", "/",
    ],
)  # fmt: skip
async def test_a_path_that_is_the_sites_own_is_refused(still_desk: Desk, path: str) -> None:
    response = await still_desk.editor.put(f"/api/pages/{path}", json=ABOUT)
    assert response.status_code == (422 if path == "%20/" else 409), response.text
    if response.status_code == 409:
        assert "choose another path" in response.json()["detail"]


async def test_a_page_may_be_where_no_article_is_and_keeps_its_place(desk: Desk) -> None:
    await put(desk, "2023/03/22/harbour-reopens")
    assert (await desk.reader.get("/2023/03/22/harbour-reopens/")).status_code == 200
    assert (await desk.reader.get("/2023/03/22/harbour-reopens/feed.rss")).status_code == 404
    assert (await desk.reader.get("/oembed", params={"url": f"{BASE}/2023/03/22/harbour-reopens/"})).status_code == 404
    article = await desk.publish("Harbour reopens")
    assert article["urls"]["page"] == f"{BASE}/2023/03/22/harbour-reopens-2/"
    refused = await desk.editor.put("/api/pages/2023/03/22/harbour-reopens-2", json=ABOUT)
    assert refused.status_code == 409


async def test_pages_are_listed_in_pages(desk: Desk) -> None:
    for number in range(5):
        await put(desk, f"p{number}", status="draft")
    first = kept(await desk.editor.get("/api/pages", params={"limit": 3}))
    rest = kept(await desk.editor.get("/api/pages", params={"limit": 3, "cursor": first["next"]}))
    assert [page["path"] for page in first["items"] + rest["items"]] == [f"/p{number}/" for number in range(5)]
    assert rest["next"] is None


def test_what_a_route_answers_is_the_sites_own() -> None:
    """But articles' paths, and what pages themselves are at."""
    named = {"year": "2023", "month": "03", "day": "22", "page": "3", "extension": "rss"}
    for route in routes(Settings()):
        assert isinstance(route, Route | Mount)
        if route.path not in (paths.PAGE.pattern, paths.ARTICLE.pattern):
            sample = re.sub(r"{(\w+)[^}]*}", lambda name: named.get(name[1], "7"), route.path)
            assert is_own(sample if isinstance(route, Route) else f"{sample}/x"), route.path
    for path in (
        "/about/",
        "/contact",
        "/2023/03/22/a/",
        "/2023/about/",
        "/feedback/",
        "/news/2023/",
        "/authors/",
        "/a/b/c/",
    ):
        assert not is_own(path), path
