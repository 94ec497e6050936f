"""What every handler works with; it hangs at `request.app.state.site`."""

from dataclasses import dataclass

from feeds.cache.cache import RepresentationCache
from feeds.cache.follower import Follower
from feeds.kinds.base import Publication
from feeds.render import KeptItems
from feeds.settings import Settings
from feeds.urls import Urls
from storage.connect import Clock
from storage.model import Site
from storage.protocol import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteState:
    store: Store
    settings: Settings
    clock: Clock
    urls: Urls
    site: Site
    publication: Publication
    follower: Follower
    cache: RepresentationCache
    kept_items: KeptItems
