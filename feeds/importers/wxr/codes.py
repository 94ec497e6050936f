"""What WordPress's own shortcodes stand for: captions, galleries, playlists, sound, film, embedded addresses."""

import re
from collections.abc import Callable, Iterable, Mapping
from html import escape

from feeds.clean.pictures import web_reference
from feeds.clean.shown import medium_of, name_of
from feeds.clean.tokenizer import in_attribute
from feeds.importers.wxr.attachments import Attachment, Attachments
from feeds.importers.wxr.embeds import PLACES, link, linked, shown, web_address
from feeds.importers.wxr.galleries import chosen
from feeds.importers.wxr.shortcodes import Code
from feeds.media_types import is_picture, media_type

_PICTURE = re.compile(
    r"(?:\s|<(?:p|div|span|center)\b[^<>]*+>)*+((?:<a\s[^<>]*>\s*)?<img\s[^<>]*>(?:\s*</a>)?)(?:\s|</(?:p|div|span|center)>)*+(.*)",
    re.S | re.I,
)
_FILES = {
    "audio": ("src", "mp3", "m4a", "ogg", "wav", "flac"),
    "video": ("src", "mp4", "m4v", "webm", "ogv", "mov", "flv", "wmv"),
}
"""Attributes that name the file of a player, or its other encodings."""


class Codes:
    """WordPress's own codes and Jetpack's, in the post with this id."""

    def __init__(
        self, attachments: Attachments, post_id: int, lost: Callable[[int], None], stripped: Callable[[str], None]
    ) -> None:
        """`lost` is told the ids of attachments that nothing has, `stripped` what is not shown of what there is."""
        self._attachments = attachments
        self._post_id = post_id
        self._lost = lost
        self._stripped = stripped
        self._room = MOST_SHOWN
        self._first: dict[str, list[str]] = {}
        """The post's first sound and film, by 'audio' and 'video'."""

    def expand(self, code: Code, content: str) -> str | None:
        """What a code of KNOWN stands for; None for one of another site that does not say what it shows."""
        return _KNOWN[code.name](self, code, content)

    def caption(self, code: Code, content: str) -> str:
        """The picture, linked or not, comes first; the words after it are the caption, unless an attribute holds them."""
        found = _PICTURE.fullmatch(content)
        picture, words = (found[1], found[2].strip()) if found else (content, "")
        return figure(picture, code.markup("caption") or words)

    def gallery(self, code: Code, content: str) -> str:
        return self.pictures(code.attributes()) + content

    def pictures(self, attributes: Mapping[str, str]) -> str:
        """The figures of a gallery with these attributes."""
        return "".join(picture(one) for one in self._chosen(attributes) if is_picture(one.url))

    def _chosen(self, attributes: Mapping[str, str]) -> list[Attachment]:
        """As many as the article has room for."""
        if not self._room:
            self._stripped(f"what galleries show beyond {MOST_SHOWN:,}")
            return []
        found = list(chosen(attributes, self._post_id, self._attachments, self._lost, self._stripped))[: self._room]
        self._room -= max(1, len(found))
        return found

    def playlist(self, code: Code, content: str) -> str:
        attributes = code.attributes()
        kind = "video" if attributes.get("type") == "video" else "audio"
        played = (one for one in self._chosen(attributes) if medium_of(one.url, "") == kind)
        return "".join(figure(shown(one.url), _text(one.title or one.caption)) for one in played) + content

    def player(self, code: Code, content: str) -> str:
        attributes = code.attributes()
        named = [web_reference(attributes.get(name, "")) for name in _FILES[code.name]]
        bare = [_before_titles(value) for value in (*code.bare(), in_attribute(content.strip()))]
        files = list(dict.fromkeys(filter(None, [*named, *bare])))
        if not files:
            files = self._first_of(code.name)
        # What was written for readers without a player follows it, but for a link to the same.
        words = "" if content.strip() in ("", *bare) or any(file in content for file in files) else content
        if not files and not words.strip():
            self._stripped(f"shortcode [{code.name}] without a file")
        return player(code.name, attributes, files) + words

    def _first_of(self, medium: str) -> list[str]:
        if medium not in self._first:
            of_post = self._attachments.of_parent(self._post_id)
            self._first[medium] = [one.url for one in of_post if medium_of(one.url, "") == medium][:1]
        return self._first[medium]

    def embed(self, code: Code, content: str) -> str:
        attributes = code.attributes()
        values = (in_attribute(content), attributes.get("src", ""), attributes.get("url", ""), *code.bare())
        address = next(filter(None, map(web_address, values)), "")
        return shown(address) if address else content

    def elsewhere(self, code: Code, content: str) -> str | None:
        return linked(code, content)


_KNOWN: Mapping[str, Callable[[Codes, Code, str], str | None]] = {
    **dict.fromkeys(PLACES, Codes.elsewhere),
    "audio": Codes.player,
    "caption": Codes.caption,
    "embed": Codes.embed,
    "gallery": Codes.gallery,
    "playlist": Codes.playlist,
    "slideshow": Codes.gallery,
    "video": Codes.player,
    "wp_caption": Codes.caption,
}
KNOWN = frozenset(_KNOWN)
"""The names of codes that are understood."""
MOST_SHOWN = 5_000
"""Pictures, and pieces of sound and film, in the galleries and playlists of an article."""


def picture(shown: Attachment) -> str:
    """A picture with its caption."""
    return figure(f'<img src="{escape(shown.url)}" alt="{escape(shown.alt)}">', _text(shown.caption), always=True)


def _text(text: str) -> str:
    """As HTML in which nobody finds a shortcode."""
    return escape(text).replace("[", "&#91;")


def figure(html: str, caption: str, *, always: bool = False) -> str:
    """What is shown with its caption, which is HTML; without one it is no figure, unless it is to be one `always`."""
    words = f"<figcaption>{caption}</figcaption>" if caption else ""
    return f"<figure>{html}{words}</figure>" if words or always else html


def player(kind: str, attributes: Mapping[str, str], files: Iterable[str]) -> str:
    """A player of what readers can play, in its encodings; else a link, which a player would hide. '' without a file."""
    files = list(files)
    played = [file for file in files if medium_of(file, "")]
    if not played:
        # A file that browsers do not play is known by its name, a page by its address.
        return link(files[0], name_of(files[0]) if media_type(_path(files[0])) else "") if files else ""
    kept = {
        name: attributes[name] for name in ("poster", "width", "height") if attributes.get(name) and kind == "video"
    }
    if len(played) == 1:
        kept = {"src": played[0], **kept}
    tag = f"<{kind}" + "".join(f' {name}="{escape(value)}"' for name, value in kept.items()) + ">"
    sources = [f'<source src="{escape(file)}" type="{media_type(_path(file))}">' for file in played]
    return f"{tag}{''.join(sources) if len(played) > 1 else ''}</{kind}>"


def _path(url: str) -> str:
    return url.partition("#")[0].partition("?")[0]


def _before_titles(value: str) -> str:
    """An address of a file, of which older codes say more behind a stroke."""
    address = value.partition("|")[0].strip()
    return address if web_address(address) or (address.startswith("/") and not re.search(r"[\s<>]", address)) else ""
