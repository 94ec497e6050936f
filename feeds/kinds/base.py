"""What every feed kind shares: the newsroom it speaks for, and how it says that there is no such feed."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from feeds.document import FeedDocument, Shown
from feeds.kinds.icons import size_in_media
from feeds.settings import Settings
from feeds.urls import Urls
from storage.protocol import Store

ICON_PATH = "/icon.png"
"""The icon of a newsroom that has none of its own: it stands in feeds, and so never changes its address."""
_ICON_SIZE = (144, 144)


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """What the feeds say of the newsroom itself."""

    title: str
    description: str
    language: str
    rights: str
    zone: ZoneInfo
    created_at: datetime
    """Of the site's store: the `updated` of a feed with nothing in it."""
    feed_items: int
    day_items: int = 500
    """Entries that the feed of a day shows."""
    max_age: int = 60
    """Seconds that a client may keep any feed without asking."""
    icon_url: str
    """Absolute."""
    icon_size: tuple[int, int] = (0, 0)
    """Width and height in pixels; 0 = unknown."""
    shown: Shown = field(default_factory=Shown)
    urls: Urls

    @property
    def has_own_icon(self) -> bool:
        return self.icon_url != self.urls.of(ICON_PATH)

    @classmethod
    def of(cls, settings: Settings, created_at: datetime) -> "Publication":
        urls = Urls(settings.base_url)
        icon_url = urls.absolute(settings.icon_url)
        return cls(
            title=settings.title,
            description=settings.description,
            language=settings.language,
            rights=settings.rights,
            zone=settings.zone,
            created_at=created_at,
            feed_items=settings.feed_items,
            day_items=settings.day_items,
            max_age=settings.max_age,
            icon_url=icon_url or urls.of(ICON_PATH),
            icon_size=size_in_media(settings.media_dir, icon_url, urls.base) if icon_url else _ICON_SIZE,
            shown=Shown(
                photo=settings.content_photo,
                dateline=settings.content_dateline,
                correction=settings.content_correction,
                enclosure=settings.photo_enclosure,
            ),
            urls=urls,
        )


Params = Mapping[str, str]
"""What the route found in the path, and the kind's own parameters of the query, decoded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of feed. `build` makes its document from one unit of work on the store."""

    name: str
    path: str
    """Route of its page, which ends in '/'; the feed's own is this with 'feed' and a format's extension."""
    build: Callable[[Store, Publication, Params, datetime], Awaitable[FeedDocument]]
    """Raises NoSuchFeed, FeedGone, FeedMoved, BadDate."""
    query: tuple[str, ...] = ()
    """Parameters of the query that name another document; every other one is ignored."""


class NoSuchFeed(Exception):
    """Nothing of that name was ever published."""


class FeedGone(Exception):
    """What the feed was about is withdrawn."""


class FeedMoved(Exception):
    """The feed is at another page now; `path` is that page's, unencoded."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


class BadDate(Exception):
    """There is no such date in the calendar; the message says which."""
