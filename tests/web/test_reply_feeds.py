"""A commenter takes a feed of the replies to their comments, by the page and a browser with a memory."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest

from feeds.formats import FORMATS
from feeds.web.signing import OWN, sign
from storage.model import Article, Comment
from tests.kinds.newsroom import SettableClock
from tests.pages.newsroom import one, parse, select
from tests.pages.rules import faults
from tests.web.site import BASE, Site, open_site

pytestmark = [pytest.mark.anyio, pytest.mark.both_engines]


@pytest.fixture
async def site(tmp_path: Path, store_url: str) -> AsyncIterator[Site]:
    async with open_site(tmp_path, SettableClock(), database_url=store_url, comments_hold="none") as site:
        yield site


@pytest.fixture
async def browser(site: Site) -> AsyncIterator[httpx2.AsyncClient]:
    transport = httpx2.ASGITransport(app=site.app, client=("192.0.2.7", 4711))
    async with httpx2.AsyncClient(transport=transport, base_url=BASE) as browser:
        yield browser


class Reader:
    """Who writes with a browser, and follows the answers."""

    def __init__(self, site: Site, browser: httpx2.AsyncClient) -> None:
        self.site, self.browser = site, browser

    async def write(self, article: Article, words: str, parent: Comment | None = None) -> str:
        """Send a reply; the address of the page that shows it to its author."""
        self.site.clock.advance(minutes=1)
        page = parse((await self.browser.get(article.path)).content)
        fields = {field.get("name"): field.get("value") or "" for field in select(page, "//form//input")}
        fields |= {
            "name": "Ann",
            "email": "ann@mail.example",
            "comment": words,
            "parent": str(parent.id) if parent else "",
        }
        sent = await self.browser.post(f"{article.path}comments", data=fields)
        assert sent.status_code == 303, sent.text
        return str(sent.headers["location"])

    async def follow(self, own: str, what: str) -> str:
        """Press a button of that page; the page of the feed."""
        shown = await self.browser.get(own)
        assert faults(shown.content) == []
        form = one(parse(shown.content), "//form[contains(@action, 'follow')]")
        assert what in select(form, ".//button/@value")
        mine = one(form, ".//input[@name='mine']/@value")
        sent = await self.browser.post(form.get("action"), data={"mine": mine, "what": what})
        assert (sent.status_code, sent.headers["cache-control"]) == (303, "no-store")
        return str(sent.headers["location"])

    async def titles(self, page: str) -> list[str]:
        answer = await self.browser.get(f"{page}feed.json")
        assert answer.status_code == 200
        return [
            item["content_text"] if "content_text" in item else item["content_html"] for item in answer.json()["items"]
        ]


@pytest.fixture
def ann(site: Site, browser: httpx2.AsyncClient) -> Reader:
    return Reader(site, browser)


async def test_replies_to_all_that_a_browser_sends_come_into_one_feed(site: Site, ann: Reader) -> None:
    one, two = await site.newsroom.publish("one"), await site.newsroom.publish("two")
    page = await ann.follow(await ann.write(one, "First"), "all")
    [first] = await site.newsroom.store.list_comments(article_id=one.id, limit=5)
    assert await ann.titles(page) == []
    await site.newsroom.reply(one, "Bob", parent=first)
    assert len(await ann.titles(page)) == 1
    again = await ann.write(two, "Second")
    assert await ann.follow(again, "all") == page, "the browser has the feed already"
    [second] = await site.newsroom.store.list_comments(article_id=two.id, limit=5)
    site.clock.advance(minutes=1)
    await site.newsroom.reply(two, "Cid", parent=second)
    await site.newsroom.reply(two, "Dee")
    names = [item["authors"][0]["name"] for item in (await ann.browser.get(f"{page}feed.json")).json()["items"]]
    assert names == ["Cid", "Bob"]
    shown = await ann.browser.get(page)
    assert (shown.status_code, faults(shown.content)) == (200, [])
    assert shown.headers["cache-control"] == "private, no-store"
    assert "Cid" in shown.text
    assert "Dee" not in shown.text


async def test_of_one_thread_the_feed_is_another(site: Site, ann: Reader) -> None:
    article = await site.newsroom.publish("one")
    top = await site.newsroom.reply(article, "Top")
    own = await ann.write(article, "Mine", top)
    page = await ann.follow(own, "thread")
    assert "replies" not in ann.browser.cookies
    site.clock.advance(minutes=1)
    await site.newsroom.reply(article, "Beside", parent=top)
    assert len(await ann.titles(page)) == 1
    assert await ann.follow(own, "all") != page
    assert "replies" in ann.browser.cookies


@pytest.mark.parametrize("extension", FORMATS)
async def test_it_is_for_its_reader_alone(site: Site, ann: Reader, extension: str) -> None:
    article = await site.newsroom.publish("one")
    page = await ann.follow(await ann.write(article, "First"), "all")
    [first] = await site.newsroom.store.list_comments(article_id=article.id, limit=5)
    await site.newsroom.reply(article, "Bob", parent=first)
    site.clock.advance(minutes=5)
    answer = await ann.browser.get(f"{page}feed{extension}")
    assert answer.status_code == 200
    assert answer.headers["cache-control"].startswith("private")
    assert answer.headers["x-robots-tag"] == "noindex"
    assert "surrogate-key" not in answer.headers
    assert "hub" not in answer.headers["link"] + answer.text, "who subscribes there would have to tell the address"
    again = await ann.browser.get(f"{page}feed{extension}", headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    dated = await ann.browser.get(
        f"{page}feed{extension}", headers={"if-modified-since": answer.headers["last-modified"]}
    )
    assert dated.status_code == 304
    # A comment more that is followed, and answered long ago: the same scopes, other bytes.
    other = await site.newsroom.publish("other")
    own = await ann.write(other, "Second")
    [second] = await site.newsroom.store.list_comments(article_id=other.id, limit=5)
    await site.newsroom.reply(other, "Cid", parent=second)
    moved = await ann.browser.get(
        f"{page}feed{extension}", headers={"if-modified-since": answer.headers["last-modified"]}
    )
    assert moved.status_code == 200
    assert own
    for public in ("/", "/comments/", "/feeds/", "/feeds.opml", "/sitemap.xml", article.path, "/comments/feed.rss"):
        assert page.strip("/").rpartition("/")[2] not in (await ann.browser.get(public)).text


async def test_who_ends_it_ends_it_for_good(site: Site, ann: Reader) -> None:
    article = await site.newsroom.publish("one")
    own = await ann.write(article, "First")
    page = await ann.follow(own, "all")
    form = one(parse((await ann.browser.get(page)).content), "//form")
    elsewhere = await ann.browser.post(form.get("action"), headers={"sec-fetch-site": "cross-site"})
    assert (elsewhere.status_code, (await ann.browser.get(page)).status_code) == (403, 200)
    assert (await ann.browser.get(form.get("action"))).headers["location"] == page
    ended = await ann.browser.post(form.get("action"))
    assert (ended.status_code, ended.headers["location"]) == (303, page)
    for path in (page, f"{page}feed.rss", f"{page}feed.json"):
        assert (await ann.browser.get(path)).status_code == 410
    ann.browser.cookies.set("replies", page.split("/")[2])
    assert (await ann.browser.get(await ann.write(article, "Second"))).status_code == 200
    assert await ann.follow(own, "all") != page


@pytest.mark.parametrize("key", ["x", "x" * 22, "%00", "%F0%9F%9A%A2", "a" * 500, "%ED%A0%80"])
async def test_what_is_no_feed_is_none(ann: Reader, key: str) -> None:
    for path in (f"/replies/{key}/", f"/replies/{key}/feed.rss", f"/replies/{key}/feed.txt"):
        assert (await ann.browser.get(path)).status_code in (400, 404), path
    assert (await ann.browser.post(f"/replies/{key}/end")).status_code in (400, 404)


async def test_nobody_follows_for_somebody_else(site: Site, ann: Reader) -> None:
    article = await site.newsroom.publish("one")
    comment = await site.newsroom.reply(article, "Bob")
    signed = f"{comment.id}-{sign(site.state.site.secret, OWN, comment.id)}"
    path = f"{article.path}comments/follow"
    for mine in ("", f"{comment.id}-", f"{comment.id}-{'0' * 32}", f"99{signed}"):
        assert (await ann.browser.post(path, data={"mine": mine, "what": "all"})).status_code == 404
    assert (
        await ann.browser.post(path, data={"mine": signed}, headers={"sec-fetch-site": "cross-site"})
    ).status_code == 403
    assert (await ann.browser.post(path, data={"mine": signed})).status_code == 303
    site.clock.advance(hours=2)
    assert (await ann.browser.post(path, data={"mine": signed})).status_code == 404
    assert (await ann.browser.get(path)).status_code == 303
