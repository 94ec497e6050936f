"""Cut entries out of a document, and join them into another: the same bytes as all in one."""

from collections.abc import Iterable

from lxml import etree

from feeds import paths
from feeds.formats.extensions.base import Element

_DECLARATION_END = b"?>\n"
_STYLE = f'<?xml-stylesheet type="text/css" href="{paths.STYLE_SHEET}"?>\n'.encode()
"""Associating Style Sheets with XML documents 1.0. CSS, for browsers do without XSLT now; feed readers look past it."""


def cut(root: Element, holder: Element) -> bytes:
    """The bytes of the one entry in `holder` as they stand in its feed. `root` is a feed with all namespaces."""
    document: bytes = etree.tostring(root, encoding="UTF-8", pretty_print=True)
    name = _name(holder)
    # Neither tag can be met earlier, or later, than here: '<' is escaped in text.
    start = document.index(b">", document.index(b"<" + name)) + len(b">\n")
    return document[start : _end(document, name)]


def join(feed: bytes, holder: str, entries: Iterable[bytes], note: str = "") -> bytes:
    """A feed without entries, and entries that were cut, as one; and what it is shown with in a browser: a style sheet, and the
    note, as a comment."""
    start, end = feed.index(_DECLARATION_END) + len(_DECLARATION_END), _end(feed, holder.encode())
    return b"".join((feed[:start], _STYLE, _comment(note), feed[start:end], *entries, feed[end:]))


def _comment(note: str) -> bytes:
    """Two hyphens would end it (XML 1.0, section 2.5). They stand in a URL, where one of them may be encoded."""
    return f"<!-- {note.replace('--', '-%2D')} -->\n".encode() if note else b""


def _name(element: Element) -> bytes:
    """As the tag has it: 'channel', 'rdf:RDF'."""
    name = etree.QName(element).localname
    return (f"{element.prefix}:{name}" if element.prefix else name).encode()


def _end(document: bytes, name: bytes) -> int:
    """Where the line with the end tag begins."""
    return document.rindex(b"\n", 0, document.rindex(b"</" + name + b">")) + 1
