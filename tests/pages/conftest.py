from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest

from feeds.cache.cache import RepresentationCache
from feeds.cache.follower import Follower
from feeds.cache.views import Views
from feeds.http.clients import TrustedProxies
from feeds.kinds.base import Publication
from feeds.newsroom.former_sites import KnownFormerSites
from feeds.newsroom.last_use import LastUse
from feeds.newsroom.partners.access import KnownPartners
from feeds.newsroom.partners.member_uses import MemberUses
from feeds.newsroom.partners.pickups import Pickups
from feeds.newsroom.partners.silences import Silences
from feeds.newsroom.sealing import Sealing
from feeds.render import KeptItems
from feeds.settings import Settings
from feeds.site import SiteState
from storage.connect import open_store
from tests.pages.newsroom import NOON, Clock, Newsroom
from tests.stores import file_in


@pytest.fixture
async def newsroom(tmp_path: Path) -> AsyncIterator[Newsroom]:
    clock = Clock()
    settings = Settings(
        base_url="https://news.example", timezone="Africa/Kampala", title="The Courier", comments_hold="none"
    )
    store = await open_store(file_in(tmp_path), clock=clock, migrate=True, synchronous="NORMAL")
    follower = Follower(store, clock)
    publication = Publication.of(settings, NOON)
    site = SiteState(
        store=store,
        settings=settings,
        clock=clock,
        urls=publication.urls,
        site=await store.get_site(),
        publication=publication,
        follower=follower,
        cache=RepresentationCache(follower, clock, max_bytes=0),
        side_cache=RepresentationCache(follower, clock, max_bytes=0),
        kept_items=KeptItems(0),
        trusted_proxies=TrustedProxies(""),
        last_use=LastUse(store, clock),
        sealing=Sealing((await store.get_site()).secret),
        member_uses=MemberUses(store, clock, b"secret"),
        pickups=Pickups(store, clock),
        silences=Silences(store, clock),
        partners=KnownPartners(store, clock),
        partner_views=Views(store, follower, clock),
        former_sites=KnownFormerSites(store),
    )
    room = Newsroom(site=site, clock=clock)
    await room.open_sections()
    yield room
    await store.close()


@pytest.fixture
async def client(newsroom: Newsroom) -> AsyncIterator[httpx2.AsyncClient]:
    """A browser without a memory."""
    transport = httpx2.ASGITransport(app=newsroom.app, client=("192.0.2.7", 4711))
    async with httpx2.AsyncClient(transport=transport, base_url="https://news.example") as browser:
        yield browser
