"""What a format is: a pure function from a FeedDocument to bytes, in two steps so that entries can be kept."""

from collections.abc import Sequence
from typing import Protocol

from feeds.document import FeedDocument, FeedItem


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

    def item(self, item: FeedItem) -> bytes:
        """One entry, as it stands in the feed."""

    def feed(self, document: FeedDocument, items: Sequence[bytes]) -> bytes:
        """The document around entries rendered before."""


def render(format: Format, document: FeedDocument) -> bytes:
    """The whole document, nothing kept."""
    return format.feed(document, [format.item(entry) for entry in document.items])
