"""RSS 1.0, which is RDF, with its modules: Dublin Core, Content, Syndication, Slash, Link, Enclosure, Annotation.

RDF/XML has no place for attributes without a namespace (W3C, RDF 1.1 XML Syntax, section 6.1.4): at the first `atom:link` or
`media:content` a parser gives up the whole feed. RSS 1.0's own modules say the same in attributes that have one.

An item's rdf:about is its guid as Atom has it, not its link, which RSS 1.0 would have "if possible" (section 5.5) and
WordPress has. It is what readers know an item by (feedparser's `id`, newsboat's guid): a link there would show an article as
a new one after each new slug, section or step to https, and give it another name than the other formats do. The price is
paid once: whoever followed a WordPress site's RSS 1.0 sees the entries of the first poll here anew, which a link would spare
only those whose permalinks had our shape.
"""

from collections.abc import Iterator, Sequence
from html import escape
from typing import Any

from lxml import etree

from feeds.clean.text import xml_safe
from feeds.document import Attachment, FeedDocument, FeedItem
from feeds.formats.base import with_extension
from feeds.formats.extensions.base import Element
from feeds.formats.extensions.content import ContentWithFiles
from feeds.formats.extensions.dc import DublinCore
from feeds.formats.extensions.fh import FeedHistory
from feeds.formats.extensions.iptc import IptcExtension
from feeds.formats.extensions.pur import UsageRights
from feeds.formats.extensions.slash import Slash
from feeds.formats.extensions.sy import Syndication
from feeds.formats.extensions.wfw import WellFormedWeb
from feeds.formats.ids import entry_id
from feeds.formats.joining import cut, join
from feeds.formats.safe import safe_document, safe_item, summary_of
from feeds.licence import MEDIA_TYPE

_CHANNEL = (Syndication, FeedHistory)
_ITEM = (DublinCore, ContentWithFiles, Slash, WellFormedWeb)
_RARE = (UsageRights, IptcExtension)
"""What few items have: they declare its namespaces themselves."""

_RSS = "http://purl.org/rss/1.0/"
_ENCLOSURE = "http://purl.oclc.org/net/rss_2.0/enc#"
_NAMESPACES = {
    "": _RSS,
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dcterms": "http://purl.org/dc/terms/",
    "l": f"{_RSS}modules/link/",
    "annotate": f"{_RSS}modules/annotate/",
    **{extension.prefix: extension.uri for extension in (*_CHANNEL, *_ITEM)},
}
_NSMAP: Any = {prefix or None: uri for prefix, uri in _NAMESPACES.items()}
"""As lxml has it; its types know of no default namespace."""
_RELATIONS = "http://www.iana.org/assignments/relation/"
"""Link's relations are URIs; these are those of the registry that Atom's come from (RFC 4287, section 4.2.7.2)."""


def _name(prefixed: str) -> str:
    """'rdf:about' as lxml has it; a name without prefix is RSS's own."""
    prefix, _, name = prefixed.rpartition(":")
    return f"{{{_NAMESPACES[prefix]}}}{name}"


_ROOT, _ABOUT, _RESOURCE = map(_name, ("rdf:RDF", "rdf:about", "rdf:resource"))


class Rdf:
    name = "rdf"
    extension = ".rdf"
    type = "application/rdf+xml"
    media_type = f"{type}; charset=utf-8"
    label = "RSS 1.0"
    tells_withdrawals = False

    def item(self, item: FeedItem) -> bytes:
        item = safe_item(item)
        root = etree.Element(_ROOT, nsmap=_NSMAP)
        element = etree.SubElement(root, _name("item"), {_ABOUT: entry_id(item.guid)})
        _texts(
            element, ("title", item.title), ("link", item.url), ("description", escape(summary_of(item), quote=False))
        )
        _texts(element, *_dates(item), *(("dc:subject", label) for label in _labels(item)))
        for extension in (*_ITEM, *_RARE):
            extension(item, self.extension).extend_rss(element)
        self._links(element, item)
        for attachment in _enclosures(item):
            _enclosure(element, attachment)
        return cut(root, root)

    def _links(self, element: Element, item: FeedItem) -> None:
        if item.replies is not None:
            self._link(element, "replies", f"{item.replies.page_url}#comments", "text/html")
        if item.canonical_url:
            self._link(element, "canonical", item.canonical_url, "text/html")
        if item.agency is not None and item.agency.url:
            self._link(element, "via", item.agency.url)
        if item.in_reply_to is not None:
            # It is the other item's rdf:about.
            etree.SubElement(element, _name("annotate:reference"), {_RESOURCE: entry_id(item.in_reply_to.ref)})

    def feed(self, document: FeedDocument, items: Sequence[bytes]) -> bytes:
        document = safe_document(document)
        root = etree.Element(_ROOT, nsmap=_NSMAP)
        self._channel(root, document)
        head: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)
        return join(head, "rdf:RDF", items, document.note)

    def _channel(self, root: Element, document: FeedDocument) -> None:
        itself = with_extension(document.feed_url, self.extension)
        channel = etree.SubElement(root, _name("channel"), {_ABOUT: itself})
        _texts(
            channel,
            ("title", document.title),
            ("link", document.page_url),
            ("description", document.description or document.title),
        )
        if document.icon_url:
            etree.SubElement(channel, _name("image"), {_RESOURCE: document.icon_url})
            image = etree.SubElement(root, _name("image"), {_ABOUT: document.icon_url})
            _texts(image, ("title", document.title), ("url", document.icon_url), ("link", document.page_url))
        sequence = etree.SubElement(etree.SubElement(channel, _name("items")), _name("rdf:Seq"))
        for item in document.items:
            etree.SubElement(sequence, _name("rdf:li"), {_RESOURCE: entry_id(xml_safe(item.guid))})
        _texts(
            channel,
            ("dc:date", document.updated.isoformat()),
            ("dc:language", document.language),
            ("dc:rights", document.rights),
        )
        for extension in _CHANNEL:
            extension(document, self.extension).extend_rss(root)
        self._link(channel, "self", itself, self.type)
        for hub in document.hubs:
            self._link(channel, "hub", hub)
        if document.licence_url:
            self._link(channel, "license", document.licence_url, MEDIA_TYPE)
        for rel, url in document.paging.links:
            self._link(channel, rel, with_extension(url, self.extension), self.type)

    def _link(self, parent: Element, rel: str, url: str, media_type: str = "") -> None:
        link = etree.SubElement(parent, _name("l:link"), {_name("l:rel"): _RELATIONS + rel, _RESOURCE: url})
        if media_type:
            link.set(_name("l:type"), media_type)


def _texts(parent: Element, *texts: tuple[str, str]) -> None:
    """Append elements that hold text; those without are left out."""
    for name, text in texts:
        if text:
            etree.SubElement(parent, _name(name)).text = text


def _dates(item: FeedItem) -> Iterator[tuple[str, str]]:
    """dc:date is when it was published, as WordPress has it; of an entry that was updated, dcterms tell the two apart."""
    yield "dc:date", item.published.isoformat()
    if item.updated != item.published:
        yield "dcterms:issued", item.published.isoformat()
        yield "dcterms:modified", item.updated.isoformat()


def _labels(item: FeedItem) -> Sequence[str]:
    return list(dict.fromkeys(category.label for category in item.categories))


def _enclosures(item: FeedItem) -> Iterator[Attachment]:
    """The photo is the last: who takes but one wants what is to be heard or read."""
    yield from item.attachments
    if item.photo is not None and item.photo.url not in {attachment.url for attachment in item.attachments}:
        yield Attachment(url=item.photo.url, type=item.photo.type, length=item.photo.length)


def _enclosure(parent: Element, attachment: Attachment) -> None:
    """In its own declaration of the namespace: few feeds have any."""
    # Attributes that are '' or 0, the unknown ones, are left out.
    known = {"type": attachment.type, "length": attachment.length}
    attributes = {f"{{{_ENCLOSURE}}}{name}": str(value) for name, value in known.items() if value}
    etree.SubElement(
        parent, f"{{{_ENCLOSURE}}}enclosure", {_RESOURCE: attachment.url, **attributes}, nsmap={"enc": _ENCLOSURE}
    )
