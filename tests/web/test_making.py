"""Feeds without a request, and answers that are the same whether what they are made of is kept or made for them."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path

import pytest

from feeds.cache.cache import RepresentationCache
from feeds.formats import FORMATS
from feeds.http.negotiation import Coding
from feeds.kinds.base import Kind, Params
from feeds.kinds.comments import ALL_COMMENTS
from feeds.kinds.dated import DAY
from feeds.kinds.latest import LATEST
from feeds.kinds.section import SECTION
from feeds.making import make_feed
from tests.kinds.newsroom import SettableClock
from tests.server.newsroom import fill
from tests.web.site import Reply, Site, client_of, open_site

pytestmark = pytest.mark.anyio


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    async with open_site(tmp_path, SettableClock(datetime(2023, 3, 20, 9, tzinfo=UTC))) as site:
        await fill(site)
        yield site


@pytest.mark.parametrize(
    ("kind", "params", "path"),
    [
        (LATEST, {}, "/"),
        (SECTION, {"section": "world/africa"}, "/section/world/africa/"),
        (DAY, {"year": "2023", "month": "03", "day": "22"}, "/2023/03/22/"),
        (ALL_COMMENTS, {}, "/comments/"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_a_feed_made_without_a_request_is_what_readers_are_sent(
    site: Site, kind: Kind, params: Params, path: str
) -> None:
    async with client_of(site) as client:
        for extension, format in FORMATS.items():
            made = await make_feed(site.state, kind, format, params)
            sent = await client.ask(f"{path}feed{extension}")
            assert (sent.status, sent.body) == (200, made.bodies[Coding.IDENTITY])
            assert sent.etag == made.etag(Coding.IDENTITY)
            whole = made.answer(HTTPStatus.OK, Coding.IDENTITY, site.clock())
            assert whole is not None
            assert {name.decode(): value.decode() for name, value in whole.fields}.items() <= dict(sent.fields).items()


def without_what_is_kept(site: Site) -> Site:
    caches = [RepresentationCache(site.state.follower, site.clock, max_bytes=0, max_heads=0) for _ in range(2)]
    return site.with_state(replace(site.state, cache=caches[0], side_cache=caches[1]))


DATES = ("Wed, 22 Mar 2023 11:59:59 GMT", "Mon, 20 Mar 2023 10:00:00 GMT", "Thu, 23 Mar 2023 10:00:00 GMT", "soon")


async def test_a_miss_is_answered_as_a_hit_is(site: Site) -> None:
    """One decision: whatever is asked, it does not matter whether it was kept."""
    seen: set[int] = set()
    async with client_of(site) as client, client_of(without_what_is_kept(site)) as bare:
        for path in (
            "/feed.rss",
            "/feed.json",
            "/section/world/feed.atom",
            "/",
            "/sitemap.xml",
            "/feed.rss?before=0-1",
        ):
            known: Reply = await client.ask(path, Accept_Encoding="gzip")
            # What a client had before the newest change of the feed, and what it has now.
            tags = [known.etag, known.etag[:-1] + '-gzip"', f"W/{known.etag}", '"other"', "*"]
            asked = [
                {},
                *({"If-None-Match": tag} for tag in tags),
                *({"If-Match": tag} for tag in tags),
                *({"If-Modified-Since": date} for date in DATES),
                *({"If-Unmodified-Since": date} for date in DATES),
                {"If-None-Match": '"other"', "If-Modified-Since": DATES[0]},
                {"If-Match": "*", "If-None-Match": known.etag},
                {"A-IM": "feed", "If-None-Match": known.etag},
                {"A-IM": "feed", "If-None-Match": known.etag.replace(known.etag[-8:-4], "0000")},
                {"Accept-Encoding": "identity;q=0, br;q=0, gzip;q=0"},
            ]
            for fields in asked:
                for method in ("GET", "HEAD"):
                    given = {"Accept-Encoding": "gzip"} | fields
                    hit, miss = [await one.ask(path, given, method=method) for one in (client, bare)]
                    told = (hit.status, dict(hit.fields), hit.body)
                    assert told == (miss.status, dict(miss.fields), miss.body), (path, method, fields)
                    seen.add(hit.status)
    assert seen == {200, 226, 304, 406, 412}
