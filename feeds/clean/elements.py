"""The elements that are replaced: which there are, where what they show is found, and which show nothing."""

import re
from collections.abc import Mapping

from feeds.clean.pictures import late_address, same, web_reference
from feeds.clean.players import played_by

LONGEST = 40_000
"""Characters of an attribute that is looked into."""
_LONGEST_NAME = 100
"""Characters of its name: patterns that look into names take quadratic time."""


class _Any:
    """Every attribute: what is loaded late may have its address in any."""

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and len(name) <= _LONGEST_NAME


ANY = _Any()
FALLBACKS = frozenset({"noembed", "noframes", "noscript", "template"})
"""What they hold is shown where something else is not, which may be the same."""
MEDIA = {"audio": "audio", "video": "video", "amp-audio": "audio", "amp-video": "video"}
PICTURES = frozenset({"img", "image", "amp-img", "amp-anim"})
UNSEEN = frozenset(
    {
        "select", "datalist", "textarea", "title", "annotation", "annotation-xml", "amp-ad", "amp-analytics", "amp-auto-ads",
        "amp-pixel",
    }
)  # fmt: skip
"""What they hold is not of the text: what may be chosen or was typed, and how a formula is written."""
ELEMENTS = frozenset(
    {
        *FALLBACKS, *MEDIA, *PICTURES, *UNSEEN, "area", "embed", "form", "frame", "iframe", "object", "param", "picture", "source",
        "svg", "track",
    }
)  # fmt: skip
POINTING = frozenset({"blockquote", "div"})
"""Elements in which scripts show a post, and the attributes that say where it is."""
POINTERS = ("data-instgrm-permalink", "data-href")
BLOCKS = FALLBACKS | {
    "article", "aside", "blockquote", "center", "dd", "details", "div", "figure", "footer", "form", "header", "li", "object",
    "section", "td", "th",
}  # fmt: skip
"""Elements in which paragraphs stand."""

_FETCHING = frozenset({"amp-list", "amp-script", "amp-state"})
"""Components whose address is of data."""
_STYLE = 500
"""Characters of a style that are looked at."""
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)


def is_component(name: str) -> bool:
    return name.startswith(("amp-", "lite-"))


def is_replaced(name: str) -> bool:
    return name in ELEMENTS or is_component(name)


def src_of(found: Mapping[str, str]) -> str:
    return late_address(found) or web_reference(found.get("src", ""))


def address_of(name: str, found: Mapping[str, str]) -> str:
    """Where a frame, or an element that is made into one, leads to."""
    if name == "area":
        return web_reference(found.get("href", ""))
    if not is_component(name):
        return src_of(found)
    if name in _FETCHING:
        return ""
    named = (web_reference(found.get(name, "")) for name in ("data-href", "data-url"))
    return played_by(name, found) or src_of(found) or next(filter(None, named), "")


def is_invisible(found: Mapping[str, str]) -> bool:
    """Whether it is there to count who reads."""
    sizes = [found.get(name, "").strip().removesuffix("px") for name in ("width", "height")]
    if all(size in ("0", "1") for size in sizes):
        return True
    # What waits for consent, or for the reader to come near, may be hidden until then.
    return bool(_HIDDEN.search(found.get("style", "")[:_STYLE])) and not late_address(found)


def file_of(url: str) -> str:
    return same(url).rpartition("/")[2]
