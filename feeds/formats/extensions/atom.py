"""Atom (RFC 4287): what feedgen loses of its elements, and its `updated` in RSS."""

from lxml import etree

from feeds.formats.extensions.base import Element, EntryExtension, FeedExtension
from feeds.licence import MEDIA_TYPE

_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def _plain(parent: Element) -> None:
    """Say that text constructs are plain text (section 3.1.1), for readers that would guess."""
    for name in ("title", "subtitle", "rights"):
        for element in parent.findall(name):
            element.set("type", "text")


def _drop_blank_content(parent: Element) -> None:
    """An entry may do without, having a link (section 4.1.2); feedgen, which has not seen that yet, demands one."""
    content = parent.find("content")
    if content is not None and not (content.text or "").strip():
        parent.remove(content)


class AtomFeed(FeedExtension):
    prefix = "atom"
    uri = "http://www.w3.org/2005/Atom"

    def extend_atom(self, parent: Element) -> None:
        _plain(parent)
        if self.subject.licence_url:
            # RFC 4946.
            etree.SubElement(parent, "link", rel="license", type=MEDIA_TYPE, href=self.subject.licence_url)


class AtomEntry(EntryExtension):
    prefix = "atom"
    uri = "http://www.w3.org/2005/Atom"

    def extend_rss(self, parent: Element) -> None:
        """RSS has a date of publication alone, and one link."""
        if self.subject.updated != self.subject.published:
            self.add(parent, "updated", self.subject.updated.isoformat())
        if self.subject.canonical_url:
            self.add(parent, "link", rel="canonical", href=self.subject.canonical_url)

    def extend_atom(self, parent: Element) -> None:
        """Links whole: feedgen keeps no more than href of an entry's (feedgen's Atom elements carry no namespace)."""
        item = self.subject
        _plain(parent)
        _drop_blank_content(parent)
        if item.language:
            parent.set(_LANG, item.language)
        etree.SubElement(parent, "link", rel="alternate", type="text/html", href=item.url)
        if item.canonical_url:
            etree.SubElement(parent, "link", rel="canonical", href=item.canonical_url)
        for attachment in item.attachments:
            link = etree.SubElement(parent, "link", rel="enclosure", type=attachment.type, href=attachment.url)
            if attachment.length:
                link.set("length", str(attachment.length))
        if item.agency is not None and item.agency.url:
            etree.SubElement(parent, "link", rel="via", href=item.agency.url, title=item.agency.name)
