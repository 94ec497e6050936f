"""Moves from a test's WordPress into a store."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from feeds.importers import ImportOptions, Summary, ToldAddresses
from feeds.importers.wordpress.api import Manners, Sleep
from feeds.importers.wordpress.discovery import Found, Login
from feeds.importers.wordpress.moving import OldSite, opened_site
from feeds.settings import Settings
from storage.model import ArticleRecord
from storage.protocol import Store
from tests.importers.reading import settings_in
from tests.wordpress.site import Site

UNTOLD = ToldAddresses()


def settings_of_move(folder: Path, **changes: Any) -> Settings:
    return settings_in(folder, **{"timezone": "UTC", "wordpress_dir": folder / "wordpress", **changes})


def login_of(site: Site) -> Login:
    return Login(site.user, site.password)


@asynccontextmanager
async def opened(
    store: Store,
    site: Site,
    folder: Path,
    *,
    login: Login | None = None,
    url: str = "",
    scheduled: bool = False,
    told: ToldAddresses = UNTOLD,
    sleep: Sleep = asyncio.sleep,
    **settings: Any,
) -> AsyncIterator[tuple[OldSite, Found]]:
    """A site as its administrator sees it, unless another login is given."""
    async with opened_site(
        store,
        url or site.url,
        settings=settings_of_move(folder, **settings),
        login=login_of(site) if login is None else login,
        options=ImportOptions(scheduled=scheduled, told=told),
        clock=store.now,
        manners=Manners(at_once=3, sleep=sleep),
    ) as found:
        yield found


async def take(store: Store, site: Site, folder: Path, **how: Any) -> Summary:
    """Import all of a site."""
    async with opened(store, site, folder, **how) as (old, found):
        return await old.take(found)


async def records_of(store: Store) -> Mapping[str, ArticleRecord]:
    """What is in a store, by guid, but for what is noted of where it came from."""
    exported = [thing async for thing in store.export()]
    return {
        thing.article.guid: replace(thing, imported=(), imported_comments=())
        for thing in exported
        if isinstance(thing, ArticleRecord)
    }


async def headlines_of(store: Store) -> set[str]:
    return {record.article.headline for record in (await records_of(store)).values()}
