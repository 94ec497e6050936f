"""RDF Site Summary 1.0 Syndication: how often to look, in the names that the module has (feedgen writes others)."""

from feeds.formats.extensions.base import Element, FeedExtension

_PERIODS = (("hourly", 60), ("daily", 1440), ("weekly", 10_080))
"""With their minutes."""


def minutes(seconds: int) -> int:
    """Rounded up, and one at least: what neither RSS's ttl nor this module can say in seconds."""
    return max(1, -(-seconds // 60))


class Syndication(FeedExtension):
    prefix = "sy"
    uri = "http://purl.org/rss/1.0/modules/syndication/"

    def extend_rss(self, parent: Element) -> None:
        """So many times in a period as the interval fits in: never more often."""
        interval = minutes(self.subject.max_age)
        period, length = next((one for one in _PERIODS if interval <= one[1]), _PERIODS[-1])
        self.add(parent[0], "updatePeriod", period)
        self.add(parent[0], "updateFrequency", str(max(1, length // interval)))
