"""IPTC Extension schema for XMP: by what an entry was made."""

from feeds.formats.extensions.base import Element, EntryExtension


class IptcExtension(EntryExtension):
    """Few entries say it: the namespace is declared where it is used."""

    prefix = "Iptc4xmpExt"
    uri = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"

    def extend_rss(self, parent: Element) -> None:
        if self.subject.digital_source_type:
            self.add_declared(parent, "DigitalSourceType", self.subject.digital_source_type)

    extend_atom = extend_rss
