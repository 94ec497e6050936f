"""What a format is: a pure function from a FeedDocument to bytes, in two steps so that entries can be kept."""

from collections.abc import Sequence
from typing import Protocol

from feeds.document import FeedDocument, FeedItem

GENERATOR = "Dateline"
"""The software's name in feeds, without its version: a new release must not change every feed's bytes."""


class Format(Protocol):
    """One representation of a feed.

    `feed(document, [item(entry) for entry in document.items])` is the whole of it. Rendering reads no
    clock and nothing random. An item's bytes depend on the item alone, never on its
    feed or its neighbours, so that they may be kept by `FeedItem.key` and joined again.
    """

    name: str
    """'rss'"""
    extension: str
    """'.rss': what a feed's URL ends in."""
    media_type: str
    """The Content-Type, with its charset where that means something."""
    label: str
    """What a person reads: 'RSS'."""
    tells_withdrawals: bool
    """Whether readers understand by it that an entry went. Where they do not, only a whole feed without the entry says so."""

    def item(self, item: FeedItem) -> bytes:
        """One entry, as it stands in the feed."""

    def feed(self, document: FeedDocument, items: Sequence[bytes]) -> bytes:
        """The document around entries rendered before."""


def with_extension(feed_url: str, extension: str) -> str:
    """A feed's URL in a format: '.../search/feed?q=x' with '.rss' is '.../search/feed.rss?q=x'."""
    path, mark, query = feed_url.partition("?")
    return f"{path}{extension}{mark}{query}"


def render(format: Format, document: FeedDocument) -> bytes:
    """The whole document, nothing kept."""
    return format.feed(document, [format.item(entry) for entry in document.items])
