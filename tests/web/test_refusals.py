"""What is not there, was there, cannot be, or cannot be done."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest

from tests.kinds.newsroom import FOUNDED
from tests.web.site import Client, Site, in_every_format

pytestmark = pytest.mark.anyio

UNKNOWN = (
    *in_every_format(
        "/section/nowhere/", "/section/world/nowhere/", "/2023/03/01/nothing/", "/tag/x/", "/author/x/", "/search/"
    ),
    *in_every_format("/2023/03/02/", "/2023/04/", "/2024/"),
    "/feed.xml",
    "/feed.",
    "/feed.RSS",
    "/Feed.rss",
    "/feed.rss/",
    "/feed.rss/x",
    "/feeds.xml",
    "/section/nowhere/",
    "/section/",
    "/section//feed.rss",
    "/2023/03/01/nothing/",
    "/2023/03/02/",
    "/2023/3/1/",
    "/2023/3/feed.rss",
    "/23/03/01/",
    "/2023/03/01/feed.xml",
    "/٢٠٢٣/",
    "/nothing/",
    "/wp-login.php",
    "/.env",
    "/%00/",
    "/%ff/",
    "/%F0%9F%8C%8D/",
    "/" + "x" * 8000 + "/",
    "/" + "x/" * 4000,
    "/static/../feeds/main.py",
    "/?p=1",
    "/?p=x",
    "/?p=",
    "/?feed=rss2&p=99999999999999999999",
    *in_every_format("/9999/12/31/", "/9999/12/", "/9999/"),
    "/9999/12/31/",
)
IMPOSSIBLE = (
    *in_every_format("/2023/02/30/", "/2023/13/", "/2023/00/10/", "/2023/01/00/", "/0000/", "/2023/02/29/"),
    "/2023/02/30/",
    "/2023/13/",
    "/9999/13/",
)


@pytest.mark.parametrize("path", UNKNOWN)
async def test_what_never_was_is_404(client: Client, path: str) -> None:
    reply = await client.ask(path)
    assert reply.status == 404
    assert reply.fields["content-type"] == "text/html; charset=utf-8"
    assert reply.fields["cache-control"] == "no-store"
    assert "content-security-policy" in reply.fields
    head = await client.ask(path, method="HEAD")
    assert (head.status, head.fields.raw) == (404, reply.fields.raw)


@pytest.mark.parametrize("path", IMPOSSIBLE)
async def test_a_date_that_is_not_in_the_calendar_is_400(client: Client, path: str) -> None:
    reply = await client.ask(path)
    assert reply.status == 400
    assert "not in the calendar" in reply.text


@pytest.mark.parametrize(
    "path", ["/", "/feed.rss", "/2023/03/01/feed.atom", "/section/world/", "/comments/feed.json", "/feeds/", "/healthz"]
)
async def test_a_method_that_means_nothing_here_is_405(client: Client, path: str) -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"):
        if method == "OPTIONS" and "/feed." in path:
            continue  # a preflight
        reply = await client.ask(path, method=method)
        assert reply.status == 405
        assert set(reply.fields["allow"].split(", ")) == {"GET", "HEAD"}


async def test_a_client_that_takes_no_coding_of_ours_is_406(client: Client) -> None:
    for path in ("/feed.rss", "/", "/section/world/feed.json"):
        for _ in range(2):
            reply = await client.ask(path, Accept_Encoding="br;q=0, gzip;q=0, identity;q=0")
            assert (reply.status, reply.fields["vary"]) == (406, "accept-encoding")
            assert (await client.ask(path, Accept_Encoding="*;q=0")).status == 406


async def test_a_path_without_its_last_slash_is_301(site: Site, client: Client) -> None:
    await site.newsroom.publish("harbour-reopens")
    for page in (
        "/2023/03/01",
        "/2023/03",
        "/2023",
        "/section/world",
        "/section/world/africa",
        "/comments",
        "/feeds",
        "/2023/03/01/harbour-reopens",
    ):
        for method in ("GET", "HEAD"):
            reply = await client.ask(page, method=method)
            assert (reply.status, reply.fields["location"]) == (301, page + "/")
        assert (await client.ask(page + "/")).status == 200


@pytest.mark.parametrize("host", ["elsewhere.example", "elsewhere.example:81", "[::1]", "news.example:99999"])
async def test_where_a_redirect_leads_is_not_the_clients_to_say(site: Site, client: Client, host: str) -> None:
    article = await site.newsroom.publish("old")
    await site.newsroom.edit(article, slug="new")
    for path, present in {
        "/2023/03/01/old": "/2023/03/01/new/",
        "/2023/03/01/old/": "/2023/03/01/new/",
        "/2023/03/01/old/feed.rss": "/2023/03/01/new/feed.rss",
        "/section/world": "/section/world/",
        "/feed/atom/": "/feed.atom",
    }.items():
        reply = await client.ask(path, host=host)
        assert (reply.status, reply.fields["location"]) == (301, present)


@pytest.mark.parametrize("host", ["[", "a b", "", "x/y?z#", "user@elsewhere.example"])
async def test_what_is_no_host_is_led_nowhere(client: Client, host: str) -> None:
    for path in ("/section/world", "/feed/atom/", "/feed.rss", "/nothing", "/api/articles"):
        reply = await client.ask(path, host=host)
        assert (reply.status, reply.fields.get("location")) == (400, None)


async def test_a_path_that_looks_like_a_host_is_not_one(client: Client) -> None:
    for path in (
        "//elsewhere.example/feed/",
        "//elsewhere.example/2023",
        "///elsewhere.example",
        "/\\elsewhere.example/feed/",
    ):
        reply = await client.ask(path)
        assert reply.status == 404, reply.fields.get("location")


async def test_an_odd_request_is_never_our_fault(client: Client) -> None:
    fields: list[dict[str, str]] = [
        {"Accept_Encoding": "\xff" * 5000},
        {"If_None_Match": '"' * 5000},
        {"If_None_Match": '"a",' * 2000},
        {"If_Modified_Since": "Thu, 01 Jan 0000 00:00:00 GMT"},
        {"If_Modified_Since": "Fri, 31 Dec 9999 23:59:59 GMT"},
        {"If_Modified_Since": "Thu, 99 Jan 2023 99:99:99 GMT"},
        {"Accept_Encoding": ";".join("q=0." + "0" * n for n in range(50))},
        {"Range": "bytes=0-0"},
        {"Content_Length": "5"},
    ]
    for path in ("/feed.rss", "/", "/2023/03/01/feed.json", "/nothing", "/?parent=x&mine=y"):
        for extra in fields:
            assert (await client.ask(path, extra)).status in (200, 404), (path, extra)


async def test_a_period_that_has_not_begun_is_not_there_yet(site: Site, client: Client) -> None:
    await site.newsroom.publish("first")
    for path in ("/2023/03/02/feed.rss", "/2023/04/feed.rss", "/2024/feed.rss", "/2023/03/02/"):
        assert (await client.ask(path)).status == 404
    site.clock.now = datetime(2024, 1, 1, tzinfo=UTC)
    for path in ("/2023/03/02/feed.rss", "/2023/04/feed.rss", "/2024/feed.rss", "/2023/03/02/"):
        assert (await client.ask(path)).status == 200
    assert site.clock() - FOUNDED > timedelta(days=1)


async def test_a_period_before_the_first_article_never_was(site: Site, client: Client) -> None:
    """Unlike one between others, or one whose only article was withdrawn; older articles that are brought in make theirs."""
    before = ("/2023/02/28/", "/2023/02/", "/2022/", "/0999/05/01/", "/0999/05/", "/0999/", "/0001/01/01/")

    async def statuses(pages: Iterable[str]) -> set[int]:
        return {(await client.ask(path)).status for page in pages for path in (page, *in_every_format(page))}

    assert await statuses(("/2023/03/01/", "/2023/03/", "/2023/")) == {200}, "today, of a newsroom with nothing"
    assert await statuses(before) == {404}
    first = await site.newsroom.publish("first")
    site.clock.advance(days=3)
    await site.newsroom.publish("second")
    assert await statuses(before) == {404}
    assert await statuses(("/2023/03/01/", "/2023/03/02/", "/2023/03/", "/2023/")) == {200}
    await site.newsroom.withdraw(first)
    assert await statuses(("/2023/03/01/", "/2023/03/02/", "/2023/03/", "/2023/")) == {200}
    assert await statuses(before) == {404}
    await site.newsroom.publish("of-old", datetime(999, 5, 1, tzinfo=UTC))
    assert await statuses(before[:-1]) == {200}
    assert await statuses(before[-1:]) == {404}


async def test_all_of_a_deleted_section_is_gone(site: Site, client: Client) -> None:
    await site.state.store.delete_section("world/africa")
    pages = ("/section/world/africa/", "/section/world/africa/comments/")
    paths = [path for page in pages for path in (page, page.rstrip("/"), f"{page}feed/", *in_every_format(page))]
    for path in (*paths, "/category/world/africa/", "/category/world/africa/feed/", "/category/world/africa/page/2/"):
        assert (await client.ask(path)).status == 410, path
    # It was of another, which stands.
    assert (await client.ask("/section/world/comments/feed.rss")).status == 200
    for path in ("/section/world/comments", "/section/world/comments/page/2/"):
        assert (await client.ask(path)).fields["location"] == "/section/world/comments/"
    assert (await client.ask("/section/nowhere/comments/feed.rss")).status == 404
