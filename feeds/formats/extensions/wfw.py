"""Well-Formed Web comments: an item's comment feed."""

from feeds.formats.base import with_extension
from feeds.formats.extensions.base import Element, EntryExtension


class WellFormedWeb(EntryExtension):
    prefix = "wfw"
    uri = "http://wellformedweb.org/CommentAPI/"

    def extend_rss(self, parent: Element) -> None:
        if self.subject.replies is not None:
            self.add(parent, "commentRss", with_extension(self.subject.replies.feed_url, self.extension))
