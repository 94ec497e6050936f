"""The Link field (RFC 8288): what a feed or page says of its others before it is read. Each answer carries it: it is short."""

from collections.abc import Iterable

from feeds.document import FeedDocument
from feeds.formats.base import Format, with_extension
from feeds.web.pages.frame import FeedLinks

LINK = b"link"


def feed_links_field(document: FeedDocument, format: Format) -> tuple[bytes, bytes]:
    """The feed itself, and its HTML twin."""
    own = with_extension(document.feed_url, format.extension)
    return LINK, f'<{own}>; rel="self", <{document.page_url}>; rel="alternate"; type="text/html"'.encode()


def page_links_field(feeds: Iterable[FeedLinks]) -> tuple[bytes, bytes]:
    """The feeds that the page's head names, in its order, each in the format to recommend; the head has the others."""
    named = (feed.addresses[0] for feed in feeds)
    return LINK, ", ".join(f'<{one.url}>; rel="alternate"; type="{one.media_type}"' for one in named).encode()
