"""A body for those who are not granted its pictures."""

from dataclasses import dataclass

from feeds.clean.tokenizer import placed_tokens
from feeds.content.opening import BLOCKS

_ALONE = frozenset(("br", "hr", "wbr", "col", "source", "track", "img", "input"))
"""Elements without an end."""
_CONTENT = frozenset(("hr", "audio", "video", "iframe", "table", "td", "th"))
"""What is there to be seen, though it has no text, or has its place."""
_POSTER = "poster"


@dataclass(slots=True)
class _Element:
    name: str
    at: int
    """What stands in the result before it."""
    had_picture: bool = False
    has_content: bool = False


def without_pictures(html: str) -> str:
    """Sanitised HTML without its pictures, and without what stood around or beside nothing else: links to them, paragraphs of
    them, figures with their captions. In time proportional to its length.
    """
    if "<img" not in html.lower() and _POSTER not in html:
        return html
    tokens = [*placed_tokens(html)]
    ends = [start for start, _ in tokens[1:]] + [len(html)]
    kept: list[str] = []
    open_: list[_Element] = [_Element("", 0)]
    for (start, token), end in zip(tokens, ends, strict=True):
        raw = html[start:end]
        if isinstance(token, str):
            open_[-1].has_content |= not token.isspace()
            kept.append(raw)
            continue
        name = token["tag"].lower()
        if name == "img":
            open_[-1].had_picture = True
        elif token["end"]:
            _close(open_, kept, name, raw)
        elif name == "picture" or (name == "source" and open_[-1].name == "picture"):
            # It shows nothing without its img.
            if name == "picture":
                open_.append(_Element(name, len(kept)))
        elif name in _ALONE:
            open_[-1].has_content |= name in _CONTENT
            kept.append(raw)
        else:
            open_.append(_Element(name, len(kept), has_content=name in _CONTENT))
            kept.append(_without_poster(raw) if name == "video" else raw)
    return "".join(kept)


def _close(open_: list[_Element], kept: list[str], name: str, raw: str) -> None:
    if len(open_) == 1 or open_[-1].name != name:
        # Sanitised HTML is well-formed; whatever else comes stays as it is.
        kept.append(raw)
        return
    element, outer = open_.pop(), open_[-1]
    outer.had_picture |= element.had_picture
    if element.had_picture and not element.has_content:
        del kept[element.at :]
        if name in BLOCKS and kept and kept[-1][-1] != ">":
            # The words on its two sides are two.
            kept.append("\n")
        return
    is_caption = name == "figcaption" and outer.name == "figure"
    outer.has_content |= element.has_content and not is_caption
    if name != "picture":
        kept.append(raw)


def _without_poster(raw: str) -> str:
    """A video's tag, as the sanitiser writes it."""
    before, found, after = raw.partition(' poster="')
    return before + after.partition('"')[2] if found else raw
