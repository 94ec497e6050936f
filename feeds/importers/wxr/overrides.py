"""Synced patterns in which blocks have other words wherever they are shown: `core/pattern-overrides` of WordPress 6.6."""

import re
from collections.abc import Callable, Mapping
from html import escape
from typing import Any

from feeds.importers.wxr.editor import Block, with_contents

_SOURCE = "core/pattern-overrides"
_ANY = "__default"
"""In the place of an attribute: each of the block's."""
_UNSEEN = frozenset({"id", "linkTarget", "rel"})
"""Attributes of which readers see nothing."""
_ELEMENTS: Mapping[tuple[str, str], tuple[str, str]] = {
    ("core/paragraph", "content"): ("p", ""),
    ("core/heading", "content"): ("h[1-6]", ""),
    ("core/button", "text"): ("a", ""),
    ("core/button", "url"): ("a", "href"),
    ("core/button", "title"): ("a", "title"),
    ("core/image", "url"): ("img", "src"),
    ("core/image", "alt"): ("img", "alt"),
    ("core/image", "title"): ("img", "title"),
    ("core/image", "caption"): ("figcaption", ""),
}
"""Which element of a block an attribute is of, and which attribute of that; '' = it is what the element holds."""


def with_overrides(html: str, content: Mapping[str, Any], missed: Callable[[], None]) -> str:
    """A pattern's text with what a post wrote in its blocks, by their names; `missed` is called of what has no place there."""
    left = {
        (name, attribute)
        for name, values in content.items()
        for attribute in (values if isinstance(values, Mapping) else ("",))
        if attribute not in _UNSEEN
    }

    def changed(block: Block, inner: str) -> str:
        name = _name(block)
        values = content.get(name) if name else None
        if not isinstance(values, Mapping):
            return inner
        for attribute, value in values.items():
            if _is_bound(block, attribute) and isinstance(value, str) and (block.name, attribute) in _ELEMENTS:
                placed = _placed(inner, *_ELEMENTS[block.name, attribute], value)
                if placed is not None:
                    inner = placed
                    left.discard((name, attribute))
        return inner

    made = with_contents(html, changed)
    if left:
        missed()
    return made


def _name(block: Block) -> str:
    metadata = block.attributes.get("metadata")
    name = metadata.get("name") if isinstance(metadata, Mapping) else ""
    return name if isinstance(name, str) else ""


def _is_bound(block: Block, attribute: str) -> bool:
    bindings = block.attributes["metadata"].get("bindings")
    bound = bindings.get(attribute, bindings.get(_ANY)) if isinstance(bindings, Mapping) else None
    return isinstance(bound, Mapping) and bound.get("source") == _SOURCE


def _placed(html: str, element: str, attribute: str, value: str) -> str | None:
    """A block's content with a value in its place; None where that is not there."""
    tag = re.search(rf"<({element})\b[^<>]*>", html)
    if tag is None:
        return None
    if attribute:
        begun = re.sub(rf"\s{attribute}=(?:\"[^\"]*\"|'[^']*')", "", tag[0])
        begun = f'{begun.rstrip("/> ")} {attribute}="{escape(value)}">'
        return html[: tag.start()] + begun + html[tag.end() :]
    end = html.rfind(f"</{tag[1]}>")
    return html[: tag.end()] + value + html[end:] if end >= tag.end() else None
