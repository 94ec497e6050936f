"""feedgen's extension hooks, with types."""

from typing import ClassVar, Generic, TypeVar

from lxml import etree

from feeds.document import FeedDocument, FeedItem

Element = etree._Element
Subject = TypeVar("Subject", FeedDocument, FeedItem)


class Extension(Generic[Subject]):
    """One namespace, of a feed or of an entry; feedgen calls the hooks once its own elements are written.

    A hook of an entry is handed <item> or <entry>; one of a feed is handed <rss> or <feed>, without entries.
    """

    prefix: ClassVar[str] = ""
    uri: ClassVar[str] = ""
    """'' for elements of no namespace."""

    def __init__(self, subject: Subject, extension: str) -> None:
        """`extension` is the format's: what its feeds' URLs end in."""
        self.subject: Subject = subject
        self.extension = extension

    def extend_ns(self) -> dict[str, str]:
        """Declare nothing: `Namespaces` declares all on the root."""
        return {}

    def extend_rss(self, parent: Element) -> None:
        """Nothing to say in RSS."""

    def extend_atom(self, parent: Element) -> None:
        """Nothing to say in Atom."""

    def add(self, parent: Element, name: str, text: str = "", /, **attributes: str | int) -> Element:
        """Append an element of this namespace. Attributes that are '' or 0, the unknown ones, are left out."""
        tag = f"{{{self.uri}}}{name}" if self.uri else name
        element = etree.SubElement(parent, tag, {key: str(value) for key, value in attributes.items() if value})
        element.text = text or None
        return element


EntryExtension = Extension[FeedItem]
FeedExtension = Extension[FeedDocument]


class Namespaces(Extension[FeedDocument]):
    """Declares the namespaces of a format on the root, so that no entry has to."""

    def __init__(self, declared: dict[str, str]) -> None:
        self.declared = declared

    def extend_ns(self) -> dict[str, str]:
        return self.declared
