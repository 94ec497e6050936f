"""Who subscribes, at the desk: whose deliveries fail and why; an administrator may end one."""

from datetime import timedelta

import pytest

from storage.model import RequestMode, SubscriptionRequest
from tests.desk.editing import Editor, browser_of, sign_in
from tests.web.site import Site

pytestmark = pytest.mark.anyio

PATH = "/desk/subscriptions/"


async def subscribe(site: Site, path: str) -> int:
    request = SubscriptionRequest(
        callback=f"https://reader.example{path}?key=Hunter-2", callback_host="reader.example", path=path,
        asked=f"https://news.example{path}", mode=RequestMode.SUBSCRIBE, lease=timedelta(days=1), secret="Hunter-3",
    )  # fmt: skip
    return (await site.state.store.add_subscription(request, scopes=["home"])).id


async def test_they_are_seen_without_what_opens_anything(site: Site, editor: Editor) -> None:
    assert "There are none." in (await editor.see(PATH)).text_content()
    for path in ("/feed.rss", "/section/world/feed.atom"):
        await subscribe(site, path)
    page = await editor.see(PATH)
    assert page.xpath("//h2/a/@href") == ["/feed.rss", "/section/world/feed.atom"]
    said = page.text_content()
    assert "https://reader.example/feed.rss?key=***" in said
    assert "2 feeds have subscribers" in said
    assert "Hunter" not in said
    assert page.xpath("//form[@action='/desk/subscriptions/end']") == [], "a moderator ends none"
    response = await editor.post("/desk/subscriptions/end", {"id": "1", "back": PATH})
    assert response.status_code == 403
    assert (await editor.see(f"{PATH}?show=failing")).xpath("//h2") == []


async def test_there_are_pages(site: Site, editor: Editor) -> None:
    for number in range(51):
        await subscribe(site, f"/tag/t{number}/feed.rss")
    first = await editor.see(PATH)
    assert len(first.xpath("//h2")) == 50
    [more] = first.xpath("//a[@rel='next']/@href")
    assert (await editor.see(more)).xpath("//h2/a/@href") == ["/tag/t50/feed.rss"]


async def test_an_administrator_ends_one(site: Site) -> None:
    number = await subscribe(site, "/feed.rss")
    async with browser_of(site) as browser:
        await sign_in(browser, "bob")
        bob = Editor(site, browser)
        page = await bob.see(PATH)
        [form] = page.xpath("//form[@action='/desk/subscriptions/end']")
        fields = {field.get("name"): field.get("value") for field in form.xpath(".//input")}
        assert fields["id"] == str(number)
        for _ in range(2):
            response = await bob.post("/desk/subscriptions/end", fields)
            assert (response.status_code, response.headers["location"]) == (303, PATH)
        assert (await bob.post("/desk/subscriptions/end", {"id": "x"})).status_code == 400
        assert (await bob.post("/desk/subscriptions/end", fields | {"token": "x"})).status_code == 403
        assert (await bob.see(PATH)).xpath("//h2") == []
