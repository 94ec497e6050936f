"""Pages of other origins may read what is answered at a feed's URL, whatever it is; nothing of the desk and the API."""

from pathlib import Path

import pytest

from feeds.formats import FORMATS
from tests.kinds.newsroom import SettableClock
from tests.web.site import Client, Site, client_of, in_every_format, open_site

pytestmark = pytest.mark.anyio

ORIGIN = {"Origin": "https://reader.example"}
EXPOSED = {"etag", "link", "last-modified", "im", "retry-after"}
ASKS = ORIGIN | {
    "Access-Control-Request-Method": "GET",
    "Access-Control-Request-Headers": "a-im,if-modified-since,if-none-match",
}
OPEN = (
    *in_every_format("/", "/section/world/", "/comments/", "/2023/03/01/", "/section/nowhere/", "/2023/03/01/nothing/"),
    *("/feed/", "/feed", "/feed/atom/", "/category/world/feed/", "/?feed=rss2", "/wp-rss2.php", "/nothing/feed/"),
    *(
        "/rss2/",
        "/category/world/atom",
        "/blog/feed/",
        "/blog/index.php/tag/x/rdf/",
        "/blog/wp-atom.php",
    ),
    *("/feed.xml", "/%66eed.rss", "/search/feed.rss?q=x", "/?feed=nothing&p=1"),
    *(
        "/feeds.opml",
        "/sitemap.xml",
        "/sitemap-0.xml",
        "/news-sitemap.xml",
        "/oembed",
        "/oembed?url=x",
    ),
)
CLOSED = (
    *("/", "/section/world/", "/feeds/", "/search?q=x", "/nothing", "/healthz", "/robots.txt", "/media/x.jpg"),
    *("/api/articles", "/api/feed.rss", "/api/articles?feed=rss2", "/%61pi/feed.rss", "/desk/", "/desk/?feed=rss2"),
    *("/api/openapi.json", "/api/", "/api/nothing"),
    *("/desk/feed/", "/partner/feed.rss", "/partner/KEY/section/world/feed.rss", "/feed.rss.html", "/feedx.rss"),
    *("/blog/", "/blog/rss/x/", "/atoms/", "/rss.xml", "/desk/rss/", "/api/atom", "/partner/rss/"),
)


def readable(client_fields: object) -> bool:
    fields = dict(client_fields)  # type: ignore[call-overload]
    assert "access-control-allow-credentials" not in fields
    assert "access-control-allow-private-network" not in fields
    assert "origin" not in fields.get("vary", "").lower()
    if "access-control-allow-origin" not in fields:
        return False
    assert fields["access-control-allow-origin"] == "*"
    return True


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "DELETE"])
async def test_whatever_is_answered_at_a_feeds_url_is_readable(client: Client, method: str) -> None:
    for path in OPEN:
        reply = await client.ask(path, ORIGIN, method=method)
        if path.startswith("/?") and method not in ("GET", "HEAD"):
            assert not readable(reply.fields), "what writes asks for no feed"
            continue
        assert readable(reply.fields), (reply.status, path)
        named = {name.strip().lower() for name in reply.fields["access-control-expose-headers"].split(",")}
        assert named >= EXPOSED, path
        assert len(reply.fields.get_list("access-control-allow-origin")) == 1, path


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS"])
async def test_nothing_else_is(client: Client, method: str) -> None:
    for path in CLOSED:
        reply = await client.ask(path, ASKS, method=method)
        assert not readable(reply.fields), path
        assert method != "OPTIONS" or reply.status in (401, 404, 405), path


async def test_a_preflight_is_answered_without_the_store(site: Site, client: Client) -> None:
    await site.state.store.close()
    for path in OPEN:
        reply = await client.ask(path, ASKS, method="OPTIONS")
        assert (reply.status, reply.body) == (204, b""), path
        assert readable(reply.fields)
        assert reply.fields["access-control-allow-methods"] == "GET, HEAD"
        allowed = {name.strip().lower() for name in reply.fields["access-control-allow-headers"].split(",")}
        assert allowed == {"if-none-match", "if-modified-since", "a-im", "last-event-id"}
        assert int(reply.fields["access-control-max-age"]) >= 600
        assert "content-length" not in reply.fields
        assert (await client.ask(path, host="", method="OPTIONS")).status == 400


async def test_of_every_status(tmp_path: Path) -> None:
    settings = {"rate_limit": 1, "rate_burst": 60}
    async with open_site(tmp_path, SettableClock(), **settings) as site, client_of(site) as client:
        article = await site.newsroom.publish("first")
        gone = await site.newsroom.publish("gone")
        await site.newsroom.edit(article, slug="other")
        await site.newsroom.withdraw(gone)
        seen = set()
        for extension in FORMATS:
            known = await client.ask(f"/feed{extension}")
            asked = (
                known,
                await client.ask(f"/feed{extension}", If_None_Match=known.etag),
                await client.ask(f"/feed{extension}", If_Match='"x"'),
                await client.ask(f"/feed{extension}", Accept_Encoding="*;q=0"),
                await client.ask(f"{article.path}feed{extension}"),
                await client.ask(f"{gone.path}feed{extension}"),
                await client.ask(f"/2023/02/30/feed{extension}"),
                await client.ask(f"/tag/x/feed{extension}"),
                await client.ask(f"/feed{extension}", method="PUT"),
            )
            assert all(readable(reply.fields) for reply in asked)
            seen |= {reply.status for reply in asked}
        known = await client.ask("/feed.atom")
        await site.newsroom.publish("news")
        delta = await client.ask("/feed.atom", If_None_Match=known.etag, A_IM="feed")
        await site.state.store.close()
        down = await client.ask("/section/business/feed.rss")
        for _ in range(60):
            busy = await client.ask("/feed.rss")
        assert all(readable(reply.fields) for reply in (delta, down, busy))
        assert "retry-after" in busy.fields
        seen |= {delta.status, down.status, busy.status}
        assert seen == {200, 226, 301, 304, 400, 404, 405, 406, 410, 412, 429, 503}
