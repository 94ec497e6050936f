"""RDF Site Summary 1.0 Content: the full text. feedgen moves it to the description of an item that has no other."""

from feeds.formats.extensions.base import Element, EntryExtension
from feeds.formats.safe import body_html


class Content(EntryExtension):
    prefix = "content"
    uri = "http://purl.org/rss/1.0/modules/content/"

    def extend_rss(self, parent: Element) -> None:
        self.add(parent, "encoded", body_html(self.subject))
