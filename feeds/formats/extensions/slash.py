"""Slash: the comment count in RSS."""

from feeds.formats.extensions.base import Element, EntryExtension


class Slash(EntryExtension):
    prefix = "slash"
    uri = "http://purl.org/rss/1.0/modules/slash/"

    def extend_rss(self, parent: Element) -> None:
        if self.subject.replies is not None:
            self.add(parent, "comments", str(self.subject.replies.count))
