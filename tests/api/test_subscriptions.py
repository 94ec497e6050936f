"""Subscriptions by the API: which there are, whether they fail, and their end; never their secrets."""

from datetime import timedelta

import pytest

from storage.model import RequestMode, SubscriptionRequest
from tests.api.desk import Desk, kept

pytestmark = pytest.mark.anyio

FEEDS = ("/feed.rss", "/search/feed.atom?q=a+b", "/section/kultúra/feed.json")


async def subscribe(desk: Desk, path: str, number: int) -> None:
    request = SubscriptionRequest(
        callback=f"https://reader.example/{number}", callback_host="reader.example", path=path,
        asked=f"https://news.example/{number}", mode=RequestMode.SUBSCRIBE, lease=timedelta(days=1),
        secret="Hunter-2" if number else "",
    )  # fmt: skip
    await desk.site.store.add_subscription(request, scopes=["home"])


async def test_they_are_listed_shown_and_ended(desk: Desk) -> None:
    for number, path in enumerate(FEEDS):
        await subscribe(desk, path, number)
    before = await desk.last_seq()
    first = kept(await desk.admin.get("/api/subscriptions", params={"limit": 2}))
    rest = kept(await desk.admin.get("/api/subscriptions", params={"limit": 2, "cursor": first["next"]}))
    items = first["items"] + rest["items"]
    assert rest["next"] is None
    assert [item["feed"] for item in items] == [
        "https://news.example/feed.rss",
        "https://news.example/search/feed.atom?q=a+b",
        "https://news.example/section/kult%C3%BAra/feed.json",
    ]
    assert [item["signed"] for item in items] == [None, "sha256", "sha256"]
    assert "Hunter-2" not in str(items)
    one = kept(await desk.admin.get(f"/api/subscriptions/{items[1]['id']}"))
    assert one == items[1]
    of_one = kept(await desk.admin.get("/api/subscriptions", params={"feed": FEEDS[1]}))
    assert of_one["items"] == [one]
    assert kept(await desk.admin.get("/api/subscriptions", params={"failing": "true"}))["items"] == []
    assert (await desk.admin.delete(f"/api/subscriptions/{one['id']}")).status_code == 204
    for asked in (desk.admin.get, desk.admin.delete):
        assert (await asked(f"/api/subscriptions/{one['id']}")).status_code == 404
    assert await desk.last_seq() == before


async def test_they_are_an_administrators(desk: Desk) -> None:
    await subscribe(desk, FEEDS[0], 0)
    for method, path in (("GET", ""), ("GET", "/1"), ("DELETE", "/1")):
        response = await desk.editor.request(method, f"/api/subscriptions{path}")
        assert response.status_code == 403
