"""The application, put together: what an ASGI server runs."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from starlette.applications import Starlette
from starlette.types import ASGIApp

from feeds import __version__
from feeds.cache.cache import RepresentationCache
from feeds.cache.follower import Follower
from feeds.kinds.base import Publication
from feeds.loops import Loops
from feeds.render import KeptItems
from feeds.settings import Settings
from feeds.throttle import Throttle
from feeds.urls import Urls
from feeds.web.app import build_app
from feeds.web.clients import TrustedProxies
from feeds.web.layers import CommonFieldsLayer
from feeds.web.state import SiteState
from storage.connect import Clock, open_store, utc_now

_KEPT_ITEMS = 12 << 20
"""Bytes for rendered entries, per worker: the newest of some thousand feeds' worth."""


_SIDE_SHARE = 8
"""The side cache may hold this part of what the cache may."""


def create_app(settings: Settings, *, clock: Clock = utc_now) -> ASGIApp:
    """The whole server as an ASGI application. Its lifespan opens the store, brings its schema up to date, and closes it.

    Raises Unavailable, from the lifespan, if the store cannot be opened.
    """

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[dict[str, SiteState]]:
        async with site_state(settings, clock) as site:
            app.state.site = site
            # The server's fast path finds it among what uvicorn calls the lifespan's state.
            yield {"site": site}

    return CommonFieldsLayer(build_app(settings, lifespan), clock)


@asynccontextmanager
async def site_state(settings: Settings, clock: Clock) -> AsyncIterator[SiteState]:
    """An open store with all that handlers work with, following the change log until the block ends."""
    store = await open_store(settings.database_url, clock=clock, migrate=True, synchronous=settings.synchronous)
    try:
        await store.announce_rendering(_rendering_fingerprint(settings))
        site = await store.get_site()
        follower = Follower(store, clock)
        state = SiteState(
            store=store,
            settings=settings,
            clock=clock,
            urls=Urls(settings.base_url),
            site=site,
            publication=Publication.of(settings, site.created_at),
            follower=follower,
            cache=RepresentationCache(follower, clock, max_bytes=settings.cache_bytes),
            side_cache=RepresentationCache(follower, clock, max_bytes=settings.cache_bytes // _SIDE_SHARE),
            kept_items=KeptItems(_KEPT_ITEMS),
            throttle=Throttle(settings.rate_limit, settings.rate_burst) if settings.rate_limit else None,
            trusted_proxies=TrustedProxies(settings.trusted_proxies),
            loops=Loops(clock),
        )
        await follower.start()
        following = asyncio.create_task(follower.run())
        try:
            yield state
        finally:
            following.cancel()
            with suppress(asyncio.CancelledError):
                await following
    finally:
        await store.close()


def _rendering_fingerprint(settings: Settings) -> str:
    """Changes when anything changes that every feed shows: raises the site's scope at the next start."""
    shown = settings.model_dump_json(
        include={
            "title",
            "description",
            "language",
            "rights",
            "icon_url",
            "base_url",
            "timezone",
            "feed_items",
            "comments_depth",
            "comments_close_after",
            "comments_require_name_email",
        }
    )
    return hashlib.sha256(f"{__version__}\n{shown}".encode()).hexdigest()
