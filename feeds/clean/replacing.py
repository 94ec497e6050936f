"""Well-formed HTML, read once, with what readers do not show replaced as its elements begin and end."""

from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from html import escape

from feeds.clean import pictures
from feeds.clean.elements import (
    ANY,
    BLOCKS,
    FALLBACKS,
    LONGEST,
    MEDIA,
    PICTURES,
    POINTERS,
    POINTING,
    UNSEEN,
    address_of,
    file_of,
    is_component,
    is_invisible,
    is_replaced,
    src_of,
)
from feeds.clean.pictures import is_image, late_address, same, web_reference
from feeds.clean.players import played
from feeds.clean.shown import element as tag_of
from feeds.clean.shown import link, medium_of, player
from feeds.clean.tags import VOID
from feeds.clean.text import one_line
from feeds.clean.tokenizer import Tag, attributes, resolved, tokens


@dataclass(slots=True)
class _Open:
    """An element that is open."""

    name: str
    attributes: Mapping[str, str]
    begins: int
    """Where in what is written."""
    substance: int
    """How much stood before it; `links`: how many."""
    links: int
    end: Callable[["_Open"], None] | None = None
    url: str = ""
    parts: list[str] = field(default_factory=list)
    """Of a player, its sources, tracks and links; of a link, what follows it; of what is not seen, its words."""
    offers: list[tuple[bool, str]] = field(default_factory=list)
    """Of a picture, its sources: whether one is of a newer kind, and its address."""


class Replacing:
    """Reads well-formed HTML, and writes what becomes of it."""

    def __init__(self, elsewhere: AbstractSet[str], *, alone: bool = False) -> None:
        """`elsewhere`: what is shown outside of fallbacks. `alone`: what they hold is passed over."""
        self.shown: set[str] = set()
        """What was embedded, by what all its addresses have in common."""
        self._elsewhere = elsewhere
        self._alone = alone
        self._out: list[str] = []
        self._open: list[_Open] = []
        self._media: list[_Open] = []
        self._objects: list[_Open] = []
        self._pictures: list[_Open] = []
        self._drawings: list[_Open] = []
        self._links: list[_Open] = []
        self._linked: set[str] = set()
        self._fallback = self._silent = self._unseen = 0
        """How many elements are open of which what they hold stands in for something, has no text, is nothing."""
        self._substance = self._count = 0
        """How much was written that a reader sees; how many links."""
        self._late: tuple[int, str] | None = None
        """Where a picture stands that is loaded late, and its address, until something follows."""

    def text(self) -> str:
        return "".join(self._out)

    def read(self, html: str) -> "Replacing":
        for token in tokens(html):
            if isinstance(token, str):
                self._text(token)
            elif token["end"]:
                self._end()
            else:
                self._start(token["tag"], token)
        return self

    def _text(self, text: str) -> None:
        if self._unseen:
            self._open[-1].parts.append(text)
        elif not self._silent:
            if not text.isspace():
                self._substance += 1
                self._late = None
            self._out.append(escape(text, quote=False))

    def _start(self, name: str, tag: Tag) -> None:
        known = is_replaced(name) or name in POINTING or name == "a"
        found = attributes(tag["rest"], ANY, LONGEST) if known and not self._unseen else {}
        opened = _Open(name, found, len(self._out), self._substance, self._count)
        if not self._unseen:
            if is_replaced(name):
                self._replace(opened, tag[0])
            elif not self._silent:
                self._keep(opened, tag[0])
        if name not in VOID:
            self._open.append(opened)

    def _end(self) -> None:
        closed = self._open.pop()
        if closed.end is not None:
            closed.end(closed)
        if not (is_replaced(closed.name) or self._silent or self._unseen):
            self._out.append(f"</{closed.name}>")
            if closed.name == "a":
                self._out += closed.parts

    def _keep(self, opened: _Open, written: str) -> None:
        self._out.append(written)
        if opened.name == "a":
            opened.url = web_reference(opened.attributes.get("href", ""))
            opened.end = self._link_ends
            self._count += 1
            self._linked.add(same(opened.url))
            self._links.append(opened)
        elif opened.name in POINTING:
            opened.end = self._pointing_ends

    def _link_ends(self, closed: _Open) -> None:
        self._links.pop()
        if self._media and closed.url:
            words = "".join(part for part in self._out[closed.begins :] if not part.startswith("<"))
            if words.strip():
                self._media[-1].parts.append(link(closed.url, resolved(words)))

    def _pointing_ends(self, closed: _Open) -> None:
        """Without a link it holds nothing but what a script would look for."""
        if self._count == closed.links:
            pointed = (web_reference(closed.attributes.get(name, "")) for name in POINTERS)
            self._out.append(self._embedded(next(filter(None, pointed), ""), closed.attributes))

    def _replace(self, opened: _Open, written: str) -> None:
        name = opened.name
        if "id" in opened.attributes and name not in PICTURES:
            self._out.append(f'<span id="{escape(opened.attributes["id"])}"></span>')
            opened.begins += 1
        if name in PICTURES:
            self._picture(opened.attributes, written if name == "img" else "")
        elif name in ("source", "track"):
            self._source(opened, written)
        elif name in FALLBACKS:
            self._fallback_begins(opened)
        elif name in UNSEEN:
            self._unseen += 1
            opened.end = self._unseen_ends
        elif (begin := _BEGINNINGS.get(name)) is not None:
            begin(self, opened)
        elif not is_invisible(opened.attributes):
            self._out.append(self._embedded(address_of(opened.name, opened.attributes), opened.attributes))

    def _unseen_ends(self, closed: _Open) -> None:
        self._unseen -= 1
        if closed.name == "title" and self._drawings:
            self._drawings[-1].parts.append("".join(closed.parts))

    def _fallback_begins(self, opened: _Open) -> None:
        self._fallback += 1
        self._silent += opened.name == "template"
        self._unseen += self._alone
        opened.end = self._fallback_ends

    def _fallback_ends(self, closed: _Open) -> None:
        self._fallback -= 1
        self._silent -= closed.name == "template"
        self._unseen -= self._alone
        if self._substance == closed.substance:
            del self._out[closed.begins :]
            if self._late is not None and self._late[0] >= closed.begins:
                self._late = None

    def _form_begins(self, opened: _Open) -> None:
        opened.end = self._form_ends

    def _form_ends(self, closed: _Open) -> None:
        """What another site asks is asked there as well, as a rule."""
        action = web_reference(closed.attributes.get("action", ""))
        if "//" in action:
            self._out.append(self._embedded(action, closed.attributes))

    def _drawing_begins(self, opened: _Open) -> None:
        self._silent += 1
        self._drawings.append(opened)
        opened.end = self._drawing_ends

    def _drawing_ends(self, closed: _Open) -> None:
        """A drawing has no address. What it is called is text where a link has nothing else to show."""
        self._silent -= 1
        self._drawings.pop()
        called = one_line(closed.attributes.get("aria-label") or next(iter(closed.parts), ""))
        if called and self._links and self._links[-1].substance == self._substance:
            self._text(called)

    def _object_begins(self, opened: _Open) -> None:
        opened.url = web_reference(opened.attributes.get("data", "")) or late_address(opened.attributes)
        opened.end = self._object_ends
        self._out.append("")
        self._objects.append(opened)

    def _object_ends(self, closed: _Open) -> None:
        """What it holds is shown in its stead, and leads to the same place as a rule."""
        if same(closed.url) not in self._linked:
            self._out[closed.begins] = self._embedded(closed.url, closed.attributes)
        self._objects.pop()

    def _parameter(self, opened: _Open) -> None:
        if self._objects and opened.attributes.get("name", "").lower() in ("filename", "movie", "src", "url"):
            self._objects[-1].url = self._objects[-1].url or web_reference(opened.attributes.get("value", ""))

    def _medium_begins(self, opened: _Open) -> None:
        opened.url = src_of(opened.attributes)
        opened.end = self._medium_ends
        self._out.append(tag_of(MEDIA[opened.name], opened.attributes))
        self._media.append(opened)

    def _medium_ends(self, closed: _Open) -> None:
        """What it holds is for readers that have no player: a link serves them as well."""
        self._media.pop()
        if not closed.url:
            self._out.append(f"</{MEDIA[closed.name]}>")
            return
        del self._out[closed.begins :]
        self._late = None
        if self._is_new(closed.url):
            self._substance += 1
            name, linked = MEDIA[closed.name], bool(self._links)
            self._out.append(player(name, closed.attributes, closed.url, closed.parts, linked=linked))

    def _source(self, opened: _Open, written: str) -> None:
        above = self._open[-1] if self._open else opened
        if above.name == "picture":
            url, is_modern = pictures.source(opened.attributes)
            above.offers += [(is_modern, url)] * bool(url)
        elif above.name not in MEDIA:
            self._out.append("" if self._silent else written)
        elif (url := src_of(opened.attributes)) and (opened.name == "track" or not src_of(above.attributes)):
            above.parts.append(tag_of(opened.name, opened.attributes, src=url))
            if opened.name == "source":
                above.url = above.url or url

    def _picture_begins(self, opened: _Open) -> None:
        opened.end = self._picture_ends
        self._pictures.append(opened)

    def _picture_ends(self, closed: _Open) -> None:
        self._pictures.pop()
        if closed.offers:
            self._picture({"src": min(closed.offers, key=lambda offer: offer[0])[1], "alt": ""}, "")

    def _picture(self, found: Mapping[str, str], written: str) -> None:
        """`written`: as it may stay where nothing is wrong with it."""
        offers: Iterable[tuple[bool, str]] = ()
        if self._pictures:
            offers, self._pictures[-1].offers = sorted(self._pictures[-1].offers, key=lambda offer: offer[0]), []
        if "src" not in found:
            found = {"src": found.get("href") or found.get("xlink:href", ""), **found} if not written else found
        picture = pictures.find(found, [url for _, url in offers])
        if self._fallback and (is_invisible(found) or self._is_twin(picture.url)):
            return
        if not self._is_new(*picture.candidates):
            return
        if picture.url and not picture.late and written:
            self._out.append(written)
        elif picture.url:
            size = {name: "" for name in ("width", "height") if picture.late and found.get(name) in ("0", "1")}
            kept = {name: value for name, value in found.items() if name not in size}
            self._out.append(tag_of("img", kept, src=picture.url))
        elif found.get("alt"):
            self._out.append(tag_of("img", found))
        else:
            self._out.append("")
        self._substance += bool(picture.url)
        self._late = (len(self._out) - 1, picture.url) if picture.late else None

    def _is_twin(self, url: str) -> bool:
        """Whether a picture is the one that stands before it and is loaded late."""
        if self._late is None:
            return False
        at, before = self._late
        self._late = None
        if not before:
            self._out[at] = ""
        return bool(before) and file_of(before) == file_of(url)

    def _is_new(self, *urls: str) -> bool:
        """Whether something is embedded by none of these addresses yet, as far as that matters where it stands."""
        keys = set(map(same, urls))
        if (self._fallback and keys & self._elsewhere) or (self._objects and keys & self.shown):
            return False
        self.shown |= keys
        return True

    def _embedded(self, url: str, found: Mapping[str, str]) -> str:
        """What is shown of what was embedded at an address; '' of nothing, and of what is shown already."""
        url = played(f"https:{url}" if url.startswith("//") else url)
        if not url or not self._is_new(url):
            return ""
        self._late = None
        self._substance += 1
        title, kind = found.get("title") or found.get("aria-label") or found.get("alt", ""), found.get("type", "")
        if is_image(url) or kind.lower().startswith("image/"):
            return tag_of("img", {"alt": title, **found}, src=url)
        if medium := medium_of(url, kind):
            return player(medium, found, url, linked=bool(self._links))
        self._count += 1
        words = link(url, title)
        above = (opened.name for opened in reversed(self._open) if opened.name != "a" and not is_component(opened.name))
        written = f"<p>{words}</p>" if next(above, "div") in BLOCKS else words
        if not self._links:
            return written
        # A link in a link would end it.
        self._links[-1].parts.append(written)
        return ""


_BEGINNINGS: Mapping[str, Callable[[Replacing, _Open], None]] = {
    **dict.fromkeys(MEDIA, Replacing._medium_begins),
    "form": Replacing._form_begins,
    "object": Replacing._object_begins,
    "param": Replacing._parameter,
    "picture": Replacing._picture_begins,
    "svg": Replacing._drawing_begins,
}
