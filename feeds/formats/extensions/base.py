"""feedgen's extension hooks, with types."""

from collections.abc import Iterable
from typing import ClassVar, Generic, TypeVar

from lxml import etree

from feeds.document import FeedDocument, FeedItem

Element = etree._Element
Subject = TypeVar("Subject", FeedDocument, FeedItem)


class Namespace:
    """A prefix and what it stands for."""

    prefix: ClassVar[str] = ""
    uri: ClassVar[str] = ""
    """'' for elements of no namespace."""


class Extension(Namespace, Generic[Subject]):
    """One namespace, of a feed or of an entry; feedgen calls the hooks once its own elements are written.

    A hook of an entry is handed <item> or <entry>; one of a feed is handed <rss> or <feed>, without entries.
    """

    def __init__(self, subject: Subject, extension: str) -> None:
        """`extension` is the format's: what its feeds' URLs end in."""
        self.subject: Subject = subject
        self.extension = extension

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

    def add_declared(self, parent: Element, name: str, text: str = "", /) -> Element:
        """The same with the namespace declared on the element, where the root does not: in an entry that has what few have."""
        element = etree.SubElement(parent, f"{{{self.uri}}}{name}", nsmap={self.prefix: self.uri})
        element.text = text or None
        return element


EntryExtension = Extension[FeedItem]
FeedExtension = Extension[FeedDocument]


class Extensions(Generic[Subject]):
    """All extensions of a feed or an entry, as the one that feedgen is told of: registering takes time, too."""

    def __init__(
        self,
        kinds: Iterable[type[Extension[Subject]]],
        subject: Subject,
        extension: str,
        *,
        namespaces: dict[str, str] | None = None,
        holder: Element | None = None,
    ) -> None:
        """`namespaces`, by prefix, are declared on the feed's root, so that no entry has to.

        `holder` is what the entry is put into before anything of ours is added to it: to move it there afterwards, and all
        its namespaces with it, takes a sixth of its rendering.
        """
        self._extensions: list[Extension[Subject]] = [kind(subject, extension) for kind in kinds]
        self._namespaces = namespaces or {}
        self._holder = holder

    def extend_ns(self) -> dict[str, str]:
        return self._namespaces

    def extend_rss(self, parent: Element) -> None:
        self._place(parent)
        for extension in self._extensions:
            extension.extend_rss(parent)

    def extend_atom(self, parent: Element) -> None:
        self._place(parent)
        for extension in self._extensions:
            extension.extend_atom(parent)

    def _place(self, entry: Element) -> None:
        if self._holder is not None:
            self._holder.append(entry)
