"""Moves from a test's WordPress into a store."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from feeds.importers import Summary
from feeds.importers.wordpress.api import Manners
from feeds.importers.wordpress.moving import Login, OldSite, opened_site
from feeds.settings import Settings
from storage.model import ArticleRecord
from storage.protocol import Store
from tests.importers.reading import settings_in
from tests.wordpress.site import Site


def settings_of_move(folder: Path, **changes: Any) -> Settings:
    return settings_in(folder, **{"timezone": "UTC", "wordpress_dir": folder / "wordpress", **changes})


def login_of(site: Site) -> Login:
    return Login(site.user, site.password)


async def take(
    store: Store, site: Site, folder: Path, *, login: Login | None = None, url: str = "", scheduled: bool = False
) -> Summary:
    """Import all of a site: as its administrator, unless another login is given."""
    async with opened_site(
        store,
        url or site.url,
        settings=settings_of_move(folder),
        login=login_of(site) if login is None else login,
        scheduled=scheduled,
        clock=store.now,
        manners=Manners(at_once=3),
    ) as (old, found):
        return await old.take(found)


async def records_of(store: Store) -> Mapping[str, ArticleRecord]:
    """What is in a store, by guid."""
    exported = [thing async for thing in store.export()]
    return {thing.article.guid: thing for thing in exported if isinstance(thing, ArticleRecord)}


__all__ = ["OldSite", "login_of", "records_of", "settings_of_move", "take"]
