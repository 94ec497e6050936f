"""An answer for some readers alone needs no way of its own: its policy and its key say for whom it is."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.routing import Route

from feeds.http.freshness import CachePolicy
from feeds.http.representation import Representation, represent
from feeds.validity import LASTING
from feeds.web.middleware import CacheMiddleware, CommonFieldsMiddleware
from feeds.web.respond import Answered, respond
from storage.scopes import SITE
from tests.kinds.newsroom import SettableClock
from tests.web.site import Site, client_of, open_site

pytestmark = pytest.mark.anyio


def application_of(site: Site, made: Counter[str]) -> Site:
    """The same newsroom, with one feed whose bytes depend on what the reader may see."""

    async def feed(request: Request) -> Answered:
        entitled = request.headers.get("authorization", "")

        async def make(_before: Representation | None) -> Representation:
            made[entitled] += 1
            listed = await site.state.store.read_articles(SITE, limit=0)
            return represent(
                f"for {entitled or 'anybody'}".encode(),
                media_type="text/plain",
                snapshot=listed.snapshot,
                seq=0,
                policy=CachePolicy.of(60, private=bool(entitled)),
                validity=LASTING,
            )

        return await respond(request, make, entitlements=entitled)

    app = Starlette(routes=[Route("/feed.txt", feed)], middleware=[Middleware(CacheMiddleware)])
    app.state.site = site.state
    return Site(site.state, site.newsroom, CommonFieldsMiddleware(app, site.clock))


async def test_each_set_of_entitlements_has_its_own_answer_and_nobody_else_gets_it(tmp_path: Path) -> None:
    made: Counter[str] = Counter()
    async with open_site(tmp_path, SettableClock(datetime(2023, 3, 22, 12, tzinfo=UTC))) as site:
        site.clock.advance(hours=1)
        async with client_of(application_of(site, made)) as client:
            for _ in range(3):
                for entitled in ("world", "business", ""):
                    said = {"Authorization": entitled} if entitled else {}
                    reply = await client.ask("/feed.txt", said)
                    assert reply.text == f"for {entitled or 'anybody'}"
                    assert reply.fields["cache-control"] == f"{'private' if entitled else 'public'}, max-age=60"
                    again = await client.ask("/feed.txt", said | {"If-None-Match": reply.etag})
                    assert (again.status, again.fields["cache-control"]) == (304, reply.fields["cache-control"])
    assert made == {"world": 1, "business": 1, "": 1}
