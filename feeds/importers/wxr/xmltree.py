"""A large XML file, one small tree at a time. No DTD, no entity of its own, nothing fetched."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from xml.parsers import expat

from feeds.importers.file import ImportFile, ImportRefused
from feeds.importers.xml_text import not_well_formed

DEEPEST = 50
"""Elements in one another."""
LARGEST = 64 * 1024 * 1024
"""Characters in one tree, each element counted as 100 of them: an article and a thread of some 40,000 comments."""
LONGEST_TAG = 1024 * 1024
"""Bytes of one tag or comment: the parser has to hold it whole."""

_ELEMENT_COST = 100
_LISTED = frozenset({"category"})
"""Elements of which there are many side by side, in old exports without attributes."""


class Node:
    """An element with its text and what is in it.

    `fields` holds the text of children that hold nothing but text, the first of each name; `children` are those with
    elements in them or with attributes, and categories, in order. `oversize`: it was too large, and is not all here.
    """

    __slots__ = ("attributes", "children", "fields", "listed", "name", "oversize", "size", "text")

    def __init__(self, name: str, attributes: Mapping[str, str]) -> None:
        self.name = name
        self.attributes = attributes
        self.fields: dict[str, str] = {}
        self.children: list[Node] = []
        self.text = ""
        self.oversize = False
        self.size = 0
        """Of a whole tree: its characters, each element counted as 100 of them."""
        self.listed: dict[str, list[str]] | None = None
        """What was once looked up among its children, for who looks it up again (see `values.meta`)."""

    def get(self, name: str) -> str:
        """The text of a child, '' if there is none."""
        return self.fields.get(name, "")

    def said(self) -> list[object]:
        """All that it holds, in values of JSON."""
        return [self.name, self.attributes, self.text, self.fields, [child.said() for child in self.children]]


_TEXTS = frozenset({"title", "content:encoded", "excerpt:encoded", "wp:post_type", "wp:status", "wp:post_password"})
"""Elements of an item that hold text: of elements in them nothing would be left."""


class _Builder:
    """Builds a tree for each element at one depth (the root's is 1), and queues it when it ends."""

    def __init__(self, depth: int, prefix_of: Callable[[str], str], skip: frozenset[str]) -> None:
        self.done: deque[Node] = deque()
        self._at_depth = depth
        self._prefix_of = prefix_of
        self._names: dict[str, str] = {}
        self._skip = skip
        self._depth = 0
        self._skipped = 0
        self._open: list[Node] = []
        self._leaf: str | None = None
        """The name of an element within these in which no other was met; most have none, and become no node."""
        self._leaf_attributes: Mapping[str, str] = {}
        self._leaf_text = ""
        self._size = 0
        self.parser = parser = expat.ParserCreate("utf-8", namespace_separator=" ")
        parser.buffer_text = True
        parser.buffer_size = 65536
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.StartDoctypeDeclHandler = self._doctype

    def _doctype(self, *_: object) -> None:
        raise ImportRefused(f"it has a document type declaration (line {self.parser.CurrentLineNumber}): refused")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise ImportRefused(f"its elements are nested too deeply (line {self.parser.CurrentLineNumber})")
        if self._skipped:
            self._skipped += 1
            return
        if self._depth < self._at_depth:
            return
        name = self._names.get(name) or self._short(name)
        if name in self._skip:
            self._skipped = 1
            self.parser.CharacterDataHandler = None
            return
        self._size += _ELEMENT_COST
        if not self._open:
            self._open.append(Node(name, attributes))
            return
        if self._leaf is not None:
            if self._leaf in _TEXTS:
                where = f"line {self.parser.CurrentLineNumber}"
                raise ImportRefused(f"<{self._leaf}> holds elements, which should stand there as text ({where})")
            node = Node(self._leaf, self._leaf_attributes)
            node.text = self._leaf_text
            self._open.append(node)
        self._leaf, self._leaf_attributes, self._leaf_text = name, attributes, ""

    def _short(self, name: str) -> str:
        """'post_id' in WordPress's namespace as 'wp:post_id'."""
        uri, _, local = name.rpartition(" ")
        prefix = self._prefix_of(uri) if uri else ""
        short = f"{prefix}:{local}" if prefix else local
        if len(self._names) < 1000:
            self._names[name] = short
        return short

    def _characters(self, text: str) -> None:
        if self._open:
            self._size += len(text)
            if self._size > LARGEST:
                return
            if self._leaf is not None:
                self._leaf_text += text
            else:
                self._open[-1].text += text

    def _end(self, _name: str) -> None:
        self._depth -= 1
        if self._skipped:
            self._skipped -= 1
            if not self._skipped:
                self.parser.CharacterDataHandler = self._characters
            return
        if self._leaf is not None:
            if self._size <= LARGEST:
                parent = self._open[-1]
                parent.fields.setdefault(self._leaf, self._leaf_text)
                if self._leaf_attributes or self._leaf in _LISTED:
                    node = Node(self._leaf, self._leaf_attributes)
                    node.text = self._leaf_text
                    parent.children.append(node)
            self._leaf = None
        elif self._open:
            self._end_node(self._open.pop())

    def _end_node(self, node: Node) -> None:
        if not self._open:
            node.size = self._size
            node.oversize = self._size > LARGEST
            self._size = 0
            self.done.append(node)
        elif self._size <= LARGEST:
            if not node.fields and not node.children:
                # Of what was in it nothing was kept.
                self._open[-1].fields.setdefault(node.name, node.text)
            if node.fields or node.children or node.attributes:
                self._open[-1].children.append(node)


def read_trees(
    source: ImportFile,
    *,
    depth: int,
    prefix_of: Callable[[str], str],
    skip: frozenset[str] = frozenset(),
    done_before: float = 0.0,
    share: float = 1.0,
) -> Iterator[Node]:
    """Each element at a depth (the root's is 1) as a tree, as soon as it has ended.

    `prefix_of` gives namespaces their prefixes, '' to those it does not know; elements named in `skip` are passed over with all
    that they hold.
    Raises ImportRefused, with a line number, for what is not well-formed or has a document type declaration.
    """
    builder = _Builder(depth, prefix_of, skip)
    parser, fed = builder.parser, 0
    try:
        for text in source.text(done_before=done_before, share=share):
            chunk = text.encode()
            fed += len(chunk)
            parser.Parse(chunk, False)
            if fed - parser.CurrentByteIndex > LONGEST_TAG:
                raise ImportRefused(f"a tag or comment is too long (line {parser.CurrentLineNumber})")
            while builder.done:
                yield builder.done.popleft()
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise ImportRefused(not_well_formed(error)) from None
    yield from builder.done
