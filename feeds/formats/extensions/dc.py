"""Dublin Core 1.1: names without an email (RSS's author demands one, and feedgen drops a name alone), agency, place."""

from feeds.formats.extensions.base import Element, EntryExtension


class DublinCore(EntryExtension):
    prefix = "dc"
    uri = "http://purl.org/dc/elements/1.1/"

    def extend_rss(self, parent: Element) -> None:
        for author in self.subject.authors:
            self.add(parent, "creator", author.name)
        self._source(parent)
        self._coverage(parent)
        for name, text in (("rights", self.subject.rights), ("language", self.subject.language)):
            if text:
                self.add(parent, name, text)

    def extend_atom(self, parent: Element) -> None:
        """Only what Atom has no element for."""
        self._source(parent)
        self._coverage(parent)

    def _source(self, parent: Element) -> None:
        if self.subject.agency is not None:
            self.add(parent, "source", self.subject.agency.name)

    def _coverage(self, parent: Element) -> None:
        if self.subject.dateline:
            self.add(parent, "coverage", self.subject.dateline)
