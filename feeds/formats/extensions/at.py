"""Tombstones (RFC 6721): entries that are public no more."""

from feeds.formats.extensions.base import Element, FeedExtension
from feeds.formats.ids import entry_id


class Tombstones(FeedExtension):
    prefix = "at"
    uri = "http://purl.org/atompub/tombstones/1.0"

    def extend_atom(self, parent: Element) -> None:
        for deleted in self.subject.deleted:
            self.add(parent, "deleted-entry", ref=entry_id(deleted.guid), when=deleted.when.isoformat())
