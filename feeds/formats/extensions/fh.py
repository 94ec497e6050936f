"""Feed Paging and Archiving (RFC 5005): the mark of an archive's document."""

from feeds.formats.extensions.base import Element, FeedExtension


class FeedHistory(FeedExtension):
    prefix = "fh"
    uri = "http://purl.org/syndication/history/1.0"

    def extend_rss(self, parent: Element) -> None:
        self.extend_atom(parent[0])

    def extend_atom(self, parent: Element) -> None:
        if self.subject.archive:
            self.add(parent, "archive")
