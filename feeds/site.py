"""What every handler works with; it hangs at `request.app.state.site`."""

from asyncio import Event, Semaphore
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from feeds.cache.cache import RepresentationCache
from feeds.cache.follower import Follower
from feeds.cache.views import Views
from feeds.http.access_log import AccessLog
from feeds.http.clients import TrustedProxies
from feeds.http.decision import Asked, Decision, decide
from feeds.http.representation import CacheKey
from feeds.http.shared_cache import SharedCache
from feeds.http.throttle import Throttle
from feeds.kinds.base import Publication
from feeds.loops import Loops
from feeds.media_files import MediaFiles
from feeds.metrics.figures import Figures
from feeds.metrics.histogram import Histogram
from feeds.metrics.traffic import Traffic
from feeds.newsroom.former_sites import KnownFormerSites
from feeds.newsroom.last_use import LastUse
from feeds.newsroom.partners.access import KnownPartners
from feeds.newsroom.partners.member_uses import MemberUses
from feeds.newsroom.partners.notices import Notices
from feeds.newsroom.partners.pickups import Pickups
from feeds.newsroom.partners.silences import Silences
from feeds.newsroom.reply_policy import Policy
from feeds.newsroom.sealing import Sealing
from feeds.newsroom.unchanged import Unchanged
from feeds.render import KeptItems
from feeds.settings import Settings
from feeds.urls import Urls
from storage.clock import Clock
from storage.model import PartnerAccess, Site
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
    """Feeds and pages."""
    side_cache: RepresentationCache
    """What anybody may ask for in endless variety, such as deltas, and what is large: it has its own room, and cannot push feeds
    out."""
    kept_items: KeptItems
    shared_cache: SharedCache | None = None
    """The cache in front, which is told when to forget; None: there is none."""
    throttle: Throttle | None = None
    """None: clients may ask as often as they like."""
    trusted_proxies: TrustedProxies
    silences: Silences
    """Partners that are."""
    sealing: Sealing
    """Of secrets that are used again."""
    pickups: Pickups
    """What partners take."""
    last_use: LastUse
    """Of tokens and of partners' own keys."""
    member_uses: MemberUses
    partners: KnownPartners
    partner_views: Views
    former_sites: KnownFormerSites
    traffic: Traffic | None = None
    """Where requests are counted; None: they are not."""
    access_log: AccessLog | None = None
    store_waits: Mapping[str, Histogram] = field(default_factory=lambda: {"read": Histogram(), "write": Histogram()})
    """How long units of work of the store were waited for."""
    deliveries: Counter[str] = field(default_factory=Counter)
    """Attempts to deliver to subscribers, by what became of them."""
    webhook_messages: Counter[str] = field(default_factory=Counter)
    """Attempts to send a message to a webhook, a partner's or the newsroom's, likewise."""
    figures: Figures = field(default_factory=Figures)
    """What is told of the processes of this server."""
    loops: Loops = field(default_factory=Loops)
    """What runs by itself in this worker."""
    ending: Event = field(default_factory=Event)
    """Set when this worker is about to end: what would go on without end, ends."""
    private_pages: Semaphore = field(default_factory=lambda: Semaphore(1))
    """Pages for one reader alone, which anybody may ask for: one at a time holds its thread in memory."""
    hub_clients: Throttle = field(default_factory=lambda: Throttle(rate=30, burst=300))
    """Of what is asked of the hub, by who asks."""
    hub_hosts: Throttle = field(default_factory=lambda: Throttle(rate=30, burst=300, known_as=str))
    """The same, by the host of the callback: whoever asks, nobody is asked back more often."""
    hub_asked: Event = field(default_factory=Event)
    """Set when something was asked of the hub: a worker need not wait for its next look."""
    unchanged: Unchanged = field(default_factory=Unchanged)
    """Of articles that are put by their guids."""
    notices: Notices = field(default_factory=Notices)
    """Partners who wait for changes."""
    mirrors: Semaphore = field(default_factory=lambda: Semaphore(1))
    """Mirrors of partners that are compared with all that they see: one at a time."""
    sign_ins: Throttle = field(default_factory=lambda: Throttle(rate=6, burst=10))
    """Of attempts at the desk's door that failed, by client."""
    key_guesses: Throttle = field(default_factory=lambda: Throttle(rate=30, burst=60))
    """Of partners' keys that the store was asked for in vain, by client."""

    def lookup(self, key: CacheKey, asked: Asked, now: datetime) -> Decision | None:
        """What a request is answered from what is kept under a key; None where it has to be made.

        Only ask while the follower is current.
        """
        kept = self.cache.get(key) or self.side_cache.get(key)
        return None if kept is None else decide(kept, asked, now)

    def known_until(self, now: datetime) -> datetime | None:
        """Until when what is kept is known to be right, while the store cannot be read, and it may be served all the same by the
        settings; None where it may not.
        """
        since = self.follower.known_until()
        is_young = since is not None and now - since <= timedelta(seconds=self.settings.stale_if_error)
        return since if is_young and self.settings.stale_if_error else None

    def note_member(self, access: PartnerAccess, client: str, now: datetime) -> None:
        """A request with a member's key: its partner's readers are there, and what they are shown is not what a partner took."""
        self.member_uses.note(access, client)
        self.pickups.note_visit(access.partner, now)

    @property
    def comment_policy(self) -> Policy:
        """What the newsroom decides about replies."""
        return Policy.of(self.settings, self.site.secret)

    @property
    def media(self) -> MediaFiles:
        """The media folder's."""
        return MediaFiles(self.urls.base, (self.settings.media_dir,))
