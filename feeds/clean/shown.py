"""What every reader shows, as HTML: a link to what was embedded, a picture, a player with a link in it."""

from collections.abc import Iterable, Mapping
from html import escape
from urllib.parse import unquote, urlsplit

from feeds.clean.text import one_line
from feeds.clean.tokenizer import EMBED
from feeds.media_types import player_of

_LONGEST_WORDS = 300
"""Characters of a link's words."""
_OF_ALL = ("id", "title", "lang", "dir")
_KEPT = {
    "img": (*_OF_ALL, "alt", "width", "height"),
    "audio": _OF_ALL,
    "video": (*_OF_ALL, "poster", "width", "height"),
    "source": ("type",),
    "track": ("kind", "srclang", "label"),
}


def element(name: str, attributes: Mapping[str, str], **others: str) -> str:
    """The tag, with those of its attributes that are kept."""
    kept = others | {key: attributes[key] for key in _KEPT[name] if key in attributes}
    return f"<{name}" + "".join(f' {key}="{escape(value)}"' for key, value in kept.items()) + ">"


def link(url: str, words: str = "") -> str:
    """With words, or else the name of what it leads to."""
    return f'<a class="{EMBED}" href="{escape(url)}">{escape(one_line(words)[:_LONGEST_WORDS] or name_of(url))}</a>'


def player(
    name: str, attributes: Mapping[str, str], url: str, parts: Iterable[str] = (), *, linked: bool = False
) -> str:
    """Sound or film that readers can start, and a link for those that show neither. `parts`: its sources, tracks and links.

    Where it stands within a link (`linked`), there can be none in it.
    """
    parts = list(parts)
    where = {} if any(part.startswith("<source") for part in parts) else {"src": url}
    if not linked and not any(part.startswith("<a") for part in parts):
        parts.append(link(url, attributes.get("title", "")))
    return element(name, attributes, **where, controls="") + "".join(parts) + f"</{name}>"


def medium_of(url: str, kind: str) -> str:
    """'audio', 'video' or '' by the name of a file and its media type."""
    named = player_of(url.partition("#")[0].partition("?")[0])
    given = kind.lower()
    return next((one for one in ("audio", "video") if given.startswith(f"{one}/") or one == named), "")


def name_of(url: str) -> str:
    """What a person calls it: the file, where its name says what it is, else the host."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return url
    file = one_line(unquote(parts.path.rpartition("/")[2]))
    return file if "." in file or (file and not host) else one_line(host or url)
