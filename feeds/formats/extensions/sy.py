"""RDF Site Summary 1.0 Syndication: how often to look, in the names that the module has (feedgen writes others)."""

from feeds.formats.extensions.base import Element, FeedExtension


class Syndication(FeedExtension):
    prefix = "sy"
    uri = "http://purl.org/rss/1.0/modules/syndication/"

    def extend_rss(self, parent: Element) -> None:
        self.add(parent[0], "updatePeriod", "hourly")
        self.add(parent[0], "updateFrequency", "1")
