"""The podcast namespace (https://podcastindex.org/namespace/1.0), by which podcasts are the same wherever they are listed."""

from feeds.formats.extensions.base import Element, EntryExtension, FeedExtension, Namespace

_CHAPTERS = "application/json+chapters"


class PodcastIndex(Namespace):
    prefix = "podcast"
    uri = "https://podcastindex.org/namespace/1.0"


class PodcastIndexFeed(PodcastIndex, FeedExtension):
    def extend_rss(self, parent: Element) -> None:
        self._extend(parent[0])

    def extend_atom(self, parent: Element) -> None:
        self._extend(parent)

    def _extend(self, parent: Element) -> None:
        podcast = self.subject.podcast
        if podcast is None:
            return
        self.add(parent, "guid", podcast.guid)
        self.add(parent, "locked", "yes" if podcast.locked else "no", owner=podcast.owner)
        self.add(parent, "medium", "video" if podcast.is_film else "podcast")


class PodcastIndexEntry(PodcastIndex, EntryExtension):
    def extend_rss(self, parent: Element) -> None:
        episode = self.subject.episode
        if episode is None:
            return
        if episode.transcript_url:
            self.add(parent, "transcript", url=episode.transcript_url, type=episode.transcript_type)
        if episode.chapters_url:
            self.add(parent, "chapters", url=episode.chapters_url, type=_CHAPTERS)

    extend_atom = extend_rss
