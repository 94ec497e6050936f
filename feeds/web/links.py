"""The Link field (RFC 8288): what a feed or page says of its others before it is read. Each answer carries it: it is short."""

from feeds.document import FeedDocument
from feeds.formats.base import Format, with_extension
from feeds.web.pages.frame import FeedLinks

LINK = b"link"


def feed_links_field(document: FeedDocument, format: Format) -> tuple[bytes, bytes]:
    """The feed itself, and its HTML twin."""
    own = with_extension(document.feed_url, format.extension)
    return LINK, f'<{own}>; rel="self", <{document.page_url}>; rel="alternate"; type="text/html"'.encode()


def page_links_field(feed: FeedLinks) -> tuple[bytes, bytes]:
    """The page's feed in the format to recommend; its head names the others."""
    first = feed.addresses[0]
    return LINK, f'<{first.url}>; rel="alternate"; type="{first.media_type}"'.encode()
