"""The application, put together: what an ASGI server runs."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import datetime, timedelta
from functools import partial

from starlette.applications import Starlette
from starlette.types import ASGIApp

from feeds import __version__
from feeds.cache.cache import RepresentationCache
from feeds.cache.follower import Follower
from feeds.cache.views import Views
from feeds.database import open_site_store
from feeds.delivery.endpoints import FORMS, Endpoint, PurgeFailed
from feeds.delivery.pinging import Pinger
from feeds.delivery.purging import Purger
from feeds.delivery.streams import streaming
from feeds.formats import PARTNER_FORMATS
from feeds.http.access_log import AccessLog
from feeds.http.clients import TrustedProxies
from feeds.http.shared_cache import SharedCache
from feeds.http.throttle import Throttle
from feeds.kinds.base import Publication
from feeds.loops import Loops
from feeds.metrics.figures import Figures
from feeds.metrics.traffic import Traffic
from feeds.newsroom.former_sites import KnownFormerSites
from feeds.newsroom.last_use import LastUse
from feeds.newsroom.partners.access import KnownPartners
from feeds.newsroom.partners.member_uses import MemberUses
from feeds.newsroom.partners.pickups import Pickups
from feeds.newsroom.partners.silences import Silences
from feeds.newsroom.sealing import Sealing
from feeds.render import KeptItems
from feeds.settings import Settings, listed
from feeds.site import SiteState
from feeds.specimens import rendering_of
from feeds.urls import Urls
from feeds.web.app import build_app
from feeds.web.middleware import CommonFieldsMiddleware
from feeds.web.noted import NotedMiddleware
from storage.clock import Clock, utc_now
from storage.errors import Unavailable
from storage.model import Subject
from storage.protocol import Articles, Sites, Store
from storage.protocol.retention import Onward

_KEPT_ITEMS = 8 << 20
"""Bytes for rendered entries, per worker: the newest of some thousand feeds' worth."""


_PATIENCE = 1.0
"""Seconds that a reader waits for a database that does not answer, where something may be served without it."""
_RARELY, _SOMETIMES, _OFTEN, _AT_ONCE = 3600.0, 10.0, 0.5, 0.02
"""Seconds."""
_DAY = 24 * 3600
"""Seconds."""
_UNUSED = 30 * _DAY
"""Seconds for which terms that no partner has any more are kept: who had them is told what the new ones take away."""
_ASKED_AT_ONCE = 10
"""Minutes' worth of what is asked of the hub that may come at once: who follows many feeds subscribes to them in a row."""
_SIDE_SHARE = 8
"""The side cache may hold this part of what the cache may."""
_SIDE_HEADS = 512
"""Of what anybody may ask for in endless variety, no more validators are kept than readers ask for."""

_SHOWN = (
    "title",
    "description",
    "language",
    "rights",
    "icon_url",
    "base_url",
    "timezone",
    "feed_items",
    "day_items",
    "max_age",
    "comments_depth",
    "comments_close_after",
    "comments_require_name_email",
    "content_photo",
    "content_dateline",
    "content_correction",
    "photo_enclosure",
    "rel_me",
    "fediverse_creator",
    "podcasts",
    "podcast_image",
    "podcast_category",
    "podcast_explicit",
    "podcast_owner",
    "podcast_type",
    "podcast_locked",
    "hub",
    "hubs",
    "rsscloud",
    "license",
    "content_usage",
    "ai_crawlers",
)
"""Settings that every feed shows, or may."""


def create_app(
    settings: Settings, *, clock: Clock = utc_now, migrate: bool = True, figures: Figures | None = None
) -> ASGIApp:
    """The whole server as an ASGI application. Its lifespan opens the store and closes it.

    `migrate`: an embedded store is made if there is none, and its schema brought up to date; else it has to be there, and current:
    so a worker that starts beside others never makes an empty one. `figures`: of the processes that it is one of.
    Raises Unavailable, from the lifespan, if the store cannot be opened.
    """

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[dict[str, SiteState]]:
        async with AsyncExitStack() as stack:
            site = app.state.site = await stack.enter_async_context(
                site_state(settings, clock, migrate=migrate, figures=figures)
            )
            app.state.streams = await stack.enter_async_context(streaming(site))
            await stack.enter_async_context(telling(site))
            # The server's fast path finds it among what uvicorn calls the lifespan's state.
            yield {"site": site}

    app = build_app(settings, lifespan)

    def now() -> datetime:
        """By the clock that Last-Modified is held against."""
        site: SiteState | None = getattr(app.state, "site", None)
        return clock() if site is None else site.clock()

    return NotedMiddleware(CommonFieldsMiddleware(app, now), lambda: getattr(app.state, "site", None))


@asynccontextmanager
async def site_state(
    settings: Settings, clock: Clock, *, migrate: bool = True, figures: Figures | None = None
) -> AsyncIterator[SiteState]:
    """An open store with all that handlers work with, following the change log until the block ends.

    A store that can be read is served, whatever keeps it from being written to: what is to be written is tried again.
    """
    store = await open_site_store(settings, clock=clock, migrate=migrate)
    # Hosts that share a store share its clock.
    clock = store.now
    try:
        site = await store.get_site()
        publication = Publication.of(settings, site.created_at)
        announce = _Announcement(store, _rendering_fingerprint(settings, publication))
        with suppress(Unavailable):
            await announce()
        follower = Follower(store, clock, patience=_PATIENCE if settings.stale_if_error else None)
        state = SiteState(
            store=store,
            settings=settings,
            clock=clock,
            urls=Urls(settings.base_url),
            site=site,
            publication=publication,
            follower=follower,
            cache=RepresentationCache(follower, clock, max_bytes=settings.cache_bytes),
            side_cache=RepresentationCache(
                follower, clock, max_bytes=settings.cache_bytes // _SIDE_SHARE, max_heads=_SIDE_HEADS
            ),
            kept_items=KeptItems(_KEPT_ITEMS),
            shared_cache=_shared_cache(settings, site.secret),
            throttle=Throttle(settings.rate_limit, settings.rate_burst) if settings.rate_limit else None,
            hub_clients=Throttle(settings.hub_rate, settings.hub_rate * _ASKED_AT_ONCE),
            hub_hosts=Throttle(settings.hub_rate, settings.hub_rate * _ASKED_AT_ONCE, known_as=str),
            trusted_proxies=TrustedProxies(settings.trusted_proxies),
            traffic=Traffic() if settings.metrics else None,
            figures=figures or Figures(),
            access_log=AccessLog(as_json=settings.log_format == "json") if settings.access_log else None,
            loops=Loops(clock),
            last_use=LastUse(store, clock),
            sealing=Sealing(site.secret),
            member_uses=MemberUses(store, clock, site.secret),
            pickups=Pickups(store, clock),
            silences=Silences(store, clock),
            partners=KnownPartners(store, clock),
            partner_views=Views(store, follower, clock),
            former_sites=KnownFormerSites(store),
        )
        store.tell_waits(lambda work, seconds: state.store_waits[work].note(seconds))
        follower.on_changes.append(store.omissions.written)
        follower.on_changes += [state.former_sites.look_at, state.partners.look_at]
        follower.on_another_log += [state.kept_items.forget_all, state.former_sites.forget, state.partners.forget]
        with suppress(Unavailable):
            await store.settle_dates()
        await follower.start()
        follower.on_changes.append(state.notices.look_at)
        follower.on_another_log.append(state.notices.wake_all)
        running = [
            asyncio.create_task(running)
            for running in (
                follower.run(state.loops),
                state.loops.run_forever("announcing how feeds are rendered", announce),
                state.loops.run_forever("dating what was written", partial(_settle_dates, store)),
                state.loops.run_forever("indexing for the search", partial(_reindex, store)),
                state.loops.run_forever("letting go of what is old", _Pruning(store, settings)),
                state.loops.run_forever("showing partners what changed", state.partner_views.step),
                state.loops.run_forever("telling partners who wait", partial(_hear, state)),
                state.loops.run_forever("noting how members' keys are used", state.member_uses.step),
                state.loops.run_forever("noting what partners take", state.pickups.step),
                state.loops.run_forever("noticing silent partners", state.silences.step),
                state.loops.run_forever("watching the store's file", partial(_watch, store)),
            )
        ]
        try:
            yield state
        finally:
            await state.last_use.stop()
            await state.pickups.stop()
            state.partner_views.stop()
            for task in running:
                task.cancel()
            await asyncio.wait(running)
            await state.member_uses.stop()
    finally:
        await store.close()


@asynccontextmanager
async def telling(site: SiteState) -> AsyncIterator[None]:
    """Tell caches in front and hubs of others' of each Change: a few requests, which wait for no delivery to subscribers."""
    tellers: list[Purger | Pinger] = [*_purgers(site), *_pingers(site)]
    running = [
        asyncio.create_task(
            site.loops.run_forever(str(teller), teller.step, plain=(PurgeFailed,), known_as=teller.what)
        )
        for teller in tellers
    ]
    try:
        yield
    finally:
        for task in running:
            task.cancel()
        if running:
            await asyncio.wait(running)
        for teller in tellers:
            with suppress(Unavailable):
                await teller.stop()


def _shared_cache(settings: Settings, secret: bytes) -> SharedCache | None:
    fields = tuple(listed(settings.surrogate_keys))
    return SharedCache(fields, settings.cdn_max_age, secret) if fields else None


def _purgers(site: SiteState) -> list[Purger]:
    """One for each cache in front that is to be told what to forget."""
    settings, keys = site.settings, site.shared_cache
    if keys is None:
        return []
    form = FORMS[settings.purge_form]
    return [
        Purger(
            site.store,
            site.follower,
            Endpoint(url, form, settings.purge_header),
            keys,
            site.clock,
            interval=settings.purge_interval,
        )
        for url in listed(settings.purge_urls)
    ]


def _pingers(site: SiteState) -> list[Pinger]:
    """One for each hub of others', and for the rssCloud server, if there is one."""
    settings, known = site.settings, (site.store, site.follower)
    hubs = [Pinger.of_hub(*known, url, site.urls) for url in listed(settings.hubs)]
    return hubs + [Pinger.of_cloud(*known, url, site.urls) for url in listed(settings.rsscloud)]


class _Announcement:
    """A step of a loop that has something to do until it has succeeded once: other workers may have other settings."""

    def __init__(self, store: Sites, fingerprint: str) -> None:
        self._store = store
        self._fingerprint = fingerprint
        self._is_made = False

    async def __call__(self) -> float:
        if not self._is_made:
            await self._store.announce_rendering(self._fingerprint)
            self._is_made = True
        return _RARELY


async def _settle_dates(store: Sites) -> float:
    """A step of a loop: where nobody writes for long, nobody else makes up for a date that a slow disk made wrong."""
    await store.settle_dates()
    return _SOMETIMES


async def _reindex(store: Articles) -> float:
    """A step of a loop: after the first start of a new release, what it indexes otherwise is brought along while it serves."""
    return _AT_ONCE if await store.reindex() else _RARELY


class _Pruning:
    """A step of a loop: a short transaction at most, and then the others have their turn."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._changes, self._decisions = (
            timedelta(days=days) if days else None for days in (settings.keep_changes, settings.keep_decisions)
        )
        self._keep_log = settings.partner_log_days * _DAY
        self._onward: Onward | None = None

    async def __call__(self) -> float:
        if self._onward is None:
            await self._store.prune_sets(keep_log=self._keep_log, keep_unused=max(self._keep_log, _UNUSED))
        self._onward = await self._store.prune(changes=self._changes, decisions=self._decisions, onward=self._onward)
        return _RARELY if self._onward is None else _OFTEN


async def _hear(site: SiteState) -> float:
    """A step of a loop, which does nothing while nobody waits: whoever does is told by the log of Changes, once that is read."""
    await site.notices.somebody.wait()
    now = site.clock()
    if site.ending.is_set():
        site.notices.wake_all()
    elif not (site.follower.is_current(now) and site.partner_views.is_current(now)):
        await site.partner_views.catch_up()
    return _AT_ONCE


async def _watch(store: Store) -> float:
    """A step of a loop: nobody has to write, or to ask, for it to be noticed that the store was taken away."""
    if fault := store.fault():
        raise Unavailable(fault)
    return _OFTEN


def _rendering_fingerprint(settings: Settings, publication: Publication) -> str:
    """Changes when anything changes that every feed shows: raises the site's scope at the next start.

    How entries are rendered is told by specimens, too: a release whose number nobody raised may render them otherwise.
    """
    entries = [
        rendering_of(format, publication, subject)
        for format in PARTNER_FORMATS.values()
        for subject in (Subject.ARTICLE, Subject.COMMENT)
    ]
    shown = [getattr(settings, name) for name in _SHOWN]
    return hashlib.sha256(
        f"{__version__}{publication.wording.version}\n{publication.icon_size}\n{shown}\n{entries}".encode()
    ).hexdigest()
