"""What presets make of entries, as far as several do it."""

from dataclasses import replace
from urllib.parse import urljoin

from feeds.clean.html import excerpt
from feeds.clean.tokenizer import attributes, tokens
from feeds.document import FeedItem, Photo

_SIDES = frozenset({"src", "alt", "width", "height"})
_LONGEST_SIDE = 5
"""Digits."""


def dated_by_edits(item: FeedItem) -> FeedItem:
    """Its `updated` moves with every edit, not with those alone that readers should see again."""
    latest = max(filter(None, (item.updated, item.modified, item.versioned)))
    return replace(item, updated=latest) if latest != item.updated else item


def with_picture(item: FeedItem) -> FeedItem:
    """The first picture of the text is the entry's photo, where it has no other."""
    if item.photo is not None:
        return item
    photo = first_picture(item)
    return replace(item, photo=photo) if photo is not None else item


def first_picture(item: FeedItem) -> Photo | None:
    """Of the text."""
    if "<img" not in item.content_html:
        return None
    for token in tokens(item.content_html):
        if isinstance(token, str) or token["tag"].lower() != "img":
            continue
        found = attributes(token["rest"], _SIDES)
        url = _absolute(item.url, found.get("src", ""))
        if url:
            width, height = (_side(found.get(side, "")) for side in ("width", "height"))
            alt = found.get("alt", "")
            return Photo(url=url, type="", length=0, width=width, height=height, alt=alt, caption="", credit="")
    return None


def _absolute(base: str, url: str) -> str:
    try:
        absolute = urljoin(base, url.strip()) if url.strip() else ""
    except ValueError:
        return ""
    return absolute if absolute.lower().startswith(("https://", "http://")) else ""


def _side(written: str) -> int:
    """Pixels; 0 where it says anything else."""
    return int(written) if written.isascii() and written.isdigit() and len(written) <= _LONGEST_SIDE else 0


def excerpt_of(html: str, characters: int) -> str:
    """The first words of a text, at least so many characters where it has them."""
    # No word is shorter than one character and a space.
    words = characters // 6
    while len(text := excerpt(html, words)) < characters and text.endswith("…") and words < characters:
        words += characters // 12 or 1
    return text


def shortened(text: str, longest: int) -> str:
    """In so many characters at most, cut between words where one ends in the second half, with '…' where more follows."""
    if len(text) <= longest:
        return text
    cut = text[: longest - 1]
    between = cut.rfind(" ")
    if not text[longest - 1].isspace() and between >= longest // 2:
        cut = cut[:between]
    return f"{cut.rstrip()}…"
