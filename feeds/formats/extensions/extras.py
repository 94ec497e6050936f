"""Elements that partners ask for, whose namespaces public feeds do not have: each is declared where it is used."""

from collections.abc import Sequence

from lxml import etree

from feeds.document import Extra, FeedDocument, FeedItem
from feeds.formats.extensions.base import Element, Extension, Subject
from feeds.formats.extensions.dcterms import DublinCoreTerms
from feeds.formats.extensions.mi import MicrosoftIngestion
from feeds.formats.extensions.snf import SmartFormat

_URIS = {namespace.prefix: namespace.uri for namespace in (DublinCoreTerms, MicrosoftIngestion, SmartFormat)}


class _Extras(Extension[Subject]):
    def _write(self, parent: Element, extras: Sequence[Extra]) -> None:
        for extra in extras:
            uri = _URIS[extra.prefix] if extra.prefix else ""
            tag = f"{{{uri}}}{extra.name}" if uri else extra.name
            element = etree.SubElement(parent, tag, nsmap={extra.prefix: uri} if uri else None)
            element.text = extra.text or None
            self._write(element, extra.children)


class EntryExtras(_Extras[FeedItem]):
    def extend_rss(self, parent: Element) -> None:
        self._write(parent, self.subject.extras)

    extend_atom = extend_rss


class FeedExtras(_Extras[FeedDocument]):
    def extend_rss(self, parent: Element) -> None:
        self._write(parent[0], self.subject.extras)

    def extend_atom(self, parent: Element) -> None:
        self._write(parent, self.subject.extras)
