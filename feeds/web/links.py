"""The Link field (RFC 8288) of pages: their feeds, before they are read. Each answer carries it: it is short."""

from collections.abc import Iterable

from feeds.making import LINK
from feeds.web.pages.layout import FeedLinks


def page_links_field(feeds: Iterable[FeedLinks]) -> tuple[bytes, bytes]:
    """The feeds that the page's head names, in its order, each in the format to recommend; the head has the others."""
    named = (feed.addresses[0] for feed in feeds)
    return LINK, ", ".join(f'<{one.url}>; rel="alternate"; type="{one.media_type}"' for one in named).encode()
