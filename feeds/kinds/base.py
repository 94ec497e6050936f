"""What every feed kind shares: the newsroom it speaks for, and how it says that there is no such feed."""

from collections.abc import Awaitable, Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from feeds import paths
from feeds.document import FeedDocument, FeedItem, Shown
from feeds.kinds.listing import Listing, Named
from feeds.licence import Licence, is_web_url
from feeds.media_files import MediaFiles
from feeds.paths import PathTemplate
from feeds.podcasts import Podcasts, categories_of, pages_of
from feeds.settings import Settings, listed
from feeds.urls import Urls
from feeds.wording import ENGLISH, Wording, wording_of
from storage.model import ArticleList, NameList
from storage.protocol import Store

_ICON_SIZE = (144, 144)


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """What the feeds say of the newsroom itself."""

    title: str
    description: str
    language: str
    wording: Wording = ENGLISH
    """What it says to readers: in that language, or one near to it."""
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
    hubs: tuple[str, ...] = ()
    """Where feeds can be subscribed to (WebSub): absolute URLs, the newsroom's own hub first."""
    cloud: str = ""
    """The same of rssCloud, whose readers know no other."""
    analytics_html: str = ""
    """What SmartNews is to run with each article."""
    licence: Licence | None = None
    """Of what is published: None where there is none, or where it is elsewhere."""
    licence_url: str = ""
    """Of the file with it; '' where there is none."""
    content_usage: str = ""
    """What AI may be made of it, as the newsroom's preference (Content-Usage); '' where it says nothing."""
    profiles: tuple[str, ...] = ()
    """Its own elsewhere: absolute URLs."""
    creator: str = ""
    """Its account in the fediverse, as in '@news@social.example'; '' = it has none."""
    podcasts: Podcasts | None = None
    """Which feeds are podcasts; None: none, and no entry is an episode."""
    urls: Urls
    for_partners: bool = False
    """Whether entries are made for partners, whose addresses are others than readers'. Which there are, the view says."""

    @property
    def podcast_page(self) -> str:
        """Of the newsroom's own podcast; '' where it has none."""
        return self.podcasts.first if self.podcasts is not None else ""

    @property
    def has_own_icon(self) -> bool:
        return self.icon_url != self.urls.of(paths.ICON)

    @classmethod
    def of(cls, settings: Settings, created_at: datetime) -> "Publication":
        urls = Urls(settings.base_url)
        icon_url = urls.absolute(settings.icon_url)
        licence = None if is_web_url(settings.license) else Licence.of(settings.license)
        return cls(
            title=settings.title,
            description=settings.description,
            language=settings.language,
            wording=wording_of(settings.language),
            rights=settings.rights,
            zone=settings.zone,
            created_at=created_at,
            feed_items=settings.feed_items,
            day_items=settings.day_items,
            max_age=settings.max_age,
            icon_url=icon_url or urls.of(paths.ICON),
            icon_size=MediaFiles(urls.base, (settings.media_dir,)).size(icon_url) if icon_url else _ICON_SIZE,
            shown=Shown(
                photo=settings.content_photo,
                dateline=settings.content_dateline,
                correction=settings.content_correction,
                enclosure=settings.photo_enclosure,
            ),
            hubs=(*([urls.of(paths.HUB)] if settings.hub else []), *listed(settings.hubs)),
            cloud=settings.rsscloud,
            analytics_html=settings.smartnews_analytics,
            licence=licence,
            licence_url=urls.of(paths.LICENSE) if licence is not None else settings.license,
            content_usage=settings.content_usage,
            profiles=tuple(listed(settings.rel_me)),
            creator=settings.fediverse_creator,
            podcasts=_podcasts(settings, urls),
            urls=urls,
        )


def _podcasts(settings: Settings, urls: Urls) -> Podcasts | None:
    pages, every = pages_of(settings.podcasts)
    if not pages and not every:
        return None
    return Podcasts(
        pages=pages,
        every=every,
        image_url=urls.absolute(settings.podcast_image),
        categories=categories_of(settings.podcast_category),
        explicit=settings.podcast_explicit,
        owner=settings.podcast_owner,
        serial=settings.podcast_type == "serial",
        locked=settings.podcast_locked,
    )


Params = Mapping[str, str]
"""What the route found in the path, and the kind's own parameters of the query, decoded."""


class Made(Protocol):
    """Entries that were made before for one publication. Threads may share it."""

    def find(self, keys: Iterable[Hashable]) -> dict[Hashable, FeedItem]:
        """By `FeedItem.key` those that are known."""

    def add(self, items: Iterable[FeedItem]) -> None:
        """Know these, too, as long as there is room."""


class NothingMade:
    """Of which nothing is known: every entry is made anew."""

    def find(self, keys: Iterable[Hashable]) -> dict[Hashable, FeedItem]:  # noqa: ARG002
        return {}

    def add(self, items: Iterable[FeedItem]) -> None:
        pass


NOTHING_MADE = NothingMade()


class Build(Protocol):
    """Makes a document of a kind from one unit of work on the store."""

    def __call__(
        self, store: Store, publication: Publication, params: Params, now: datetime, made: Made = NOTHING_MADE
    ) -> Awaitable[FeedDocument]:
        """`made`: entries that need not be made again. Raises NoSuchFeed, FeedGone, FeedMoved, BadDate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of feed."""

    name: str
    page: PathTemplate
    """Of its page, which ends in '/'; the feed stands below it."""
    build: Build
    query: tuple[str, ...] = ()
    """Parameters of the query that name another document; every other one is ignored."""
    scopes: Callable[[Params], tuple[str, ...]]
    """Whatever changes one of its documents, the clock apart, raises one of these scopes or the site's. They follow from the
    document's address alone, without the store: a write may raise one of them and leave the document as it is. Where the document
    shows a list, the first is that list's.

    Raises NoSuchFeed, BadDate."""
    named: Callable[[ArticleList, Params], Named] | None = None
    """What the list is called that it shows. None where it is no plain list of articles, and so has a page of its own making.

    Raises NoSuchFeed."""
    listings: Callable[[Publication, NameList], Iterable[Listing]] | None = None
    """Its feeds, as lists of all feeds name them; None where there is one for every article or every word."""
    in_sitemap: bool = False
    """Whether the sitemap names the pages of those of the newsroom and of sections."""
    private: bool = False
    """Its addresses are known to whom they were given alone: no shared cache keeps it, and nothing tells of it."""
    in_wordpress: bool = True
    """Whether its pages have the same paths in WordPress, so that an address of a feed there leads here whatever the store says."""
    wordpress_parameter: str = ""
    """By which a WordPress without permalinks names its page, with the one name in the path."""

    @property
    def path(self) -> str:
        """Route of its page."""
        return self.page.pattern


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
