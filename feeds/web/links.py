"""The Link field (RFC 8288) of pages: their feeds, before they are read. Each answer carries it: it is short."""

from collections.abc import Sequence

from feeds.kinds.base import Publication
from feeds.making import LINK, licence_links, subscription_links
from feeds.web.pages.layout import FeedLinks


def page_links_field(feeds: Sequence[FeedLinks], site: Publication) -> tuple[bytes, bytes]:
    """The feeds that the page's head names, in its order, each in the format to recommend; the head has the others.

    And what to subscribe to: whoever looks for it here, by WebSub, wants the feed that a reader would take. A page is no topic, for
    nobody could be sent one.
    """
    named = [feed.addresses[0] for feed in feeds]
    topic = (subscription_links(named[0].url, site.hubs),) if site.hubs else ()
    links = (*topic, *(f'<{one.url}>; rel="alternate"; type="{one.media_type}"' for one in named))
    return LINK, ", ".join((*links, *licence_links(site.licence_url))).encode()
