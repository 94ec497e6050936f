"""Whether a body shows a picture already, under whatever address, and what it says beside it."""

import re
from dataclasses import dataclass
from urllib.parse import unquote, urljoin, urlsplit

from feeds.clean.tokenizer import attributes, placed_tokens
from feeds.content.opening import BLOCKS
from feeds.media_types import is_picture
from feeds.paths import UPLOADS

_BESIDE = 400
"""Characters after a picture that may be its caption, where no figure says which are."""
_LONGEST = 4_000
"""Characters of an address."""

_SIZE = re.compile(r"-\d{1,5}x\d{1,5}\Z")
_EDIT = re.compile(r"-e\d{10,13}\Z")
_MADE = ("-scaled", "-rotated")
"""What WordPress adds to the names of what it makes of a picture."""
_PROXY = re.compile(r"i\d\.wp\.com\Z")
"""WordPress's proxy of pictures: the picture's own host is the beginning of the path."""
_PLAIN = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture in a body."""

    beside: str
    """The text of its figure, or what follows it."""
    at: int
    """Where more can be said of it."""
    opens: str
    closes: str
    """Markup around what is said there."""


def picture_key(url: str) -> str:
    """The same of all addresses of a picture: over http or https, of another size, scaled, edited, with a query or by proxy."""
    parts = urlsplit(url[:_LONGEST])
    host, path = parts.netloc.lower().removeprefix("www."), unquote(parts.path)
    if _PROXY.match(host):
        host, _, path = path.lstrip("/").partition("/")
        host, path = host.lower().removeprefix("www."), f"/{path}"
    if UPLOADS in path:
        # It may have come with its article from another site.
        host, path = "", path[path.rindex(UPLOADS) :]
    name, dot, extension = path.rpartition(".")
    if not is_picture(path):
        return f"{host}{path}?{parts.query}"
    return f"{host}{_as_taken(name)}{dot}{extension.lower()}"


def _as_taken(name: str) -> str:
    while True:
        shorter = name
        for suffix in _MADE:
            shorter = shorter.removesuffix(suffix)
        end = len(shorter)
        for made in (_SIZE, _EDIT):
            match = made.search(shorter, max(0, end - 16))
            shorter = shorter[: match.start()] if match else shorter
        if shorter == name:
            return name
        name = shorter


def shown_in(html: str, url: str, page_url: str) -> Shown | None:
    """Where a body shows the picture at an absolute URL for the first time; None if it does not. `page_url` is the body's base."""
    if "<img" not in html:
        return None
    try:
        key = picture_key(url)
    except ValueError:
        return None
    if not _may_show(html, key):
        return None
    reading = _Reading(html, key, page_url)
    for start, token in placed_tokens(html):
        if isinstance(token, str):
            reading.text(token)
        else:
            reading.tag(start, token)
        if reading.is_over:
            break
    return reading.shown()


def _may_show(html: str, key: str) -> bool:
    """Most pictures are others: a look that costs a hundredth. A name in other letters may be written in many ways."""
    name = key.rpartition("/")[2].partition("?")[0].rpartition(".")[0]
    return not _PLAIN.fullmatch(name) or name in html


class _Reading:
    def __init__(self, html: str, key: str, page_url: str) -> None:
        self._html = html
        self._key = key
        self._page_url = page_url
        self._at: int | None = None
        self._figures = 0
        self._figure = 0
        """The figures that the picture stands in; 0: none."""
        self._caption: int | None = None
        """Where the caption of this figure ends."""
        self._line_is_over = False
        """What follows is beside the picture no more, within its link or its paragraph."""
        self._goes_on = False
        """More is in the line after the picture."""
        self._text: list[str] = []
        self._size = 0
        self.is_over = False

    def shown(self) -> Shown | None:
        if self._at is None:
            return None
        beside = "".join(self._text)
        if not self._figure:
            return Shown(beside, self._at, "<br>", "<br>" if self._goes_on else "")
        if self._caption is not None:
            return Shown(beside, self._caption, " ", "")
        return Shown(beside, self._at, "<figcaption>", "</figcaption>")

    def text(self, text: str) -> None:
        if self._at is None and not self._figures:
            return
        self._text.append(text)
        if self._at is not None and not self._figure:
            if not self._line_is_over and not text.isspace():
                self._line_is_over = self._goes_on = True
            self._size += len(text)
            self.is_over = self._size > _BESIDE

    def tag(self, start: int, token: re.Match[str]) -> None:
        name, is_end = token["tag"].lower(), bool(token["end"])
        if name in BLOCKS or name == "br":
            self._text.append("\n")
        if name == "figure":
            self._figure_tag(start, is_end=is_end)
        elif name == "figcaption" and is_end and self._figures:
            self._caption = start
        elif name == "img" and self._at is None and self._is_it(attributes(token["rest"], {"src"}).get("src", "")):
            self._at, self._figure = token.end(), self._figures
        elif self._at is not None and not self._figure and not self._line_is_over:
            # The end of its link, or of what else stands around it in the line.
            is_block = name == "br" or (name in BLOCKS and name != "picture")
            self._line_is_over = is_block or not is_end
            self._goes_on = self._line_is_over and not is_block
            if not self._line_is_over:
                self._at = token.end()

    def _figure_tag(self, start: int, *, is_end: bool) -> None:
        if self._at is None:
            self._text, self._caption = [], None
        if is_end and self._figure and self._figures == self._figure:
            self._at = start
            self.is_over = True
        self._figures = max(0, self._figures + (-1 if is_end else 1))

    def _is_it(self, source: str) -> bool:
        try:
            return picture_key(urljoin(self._page_url, source)) == self._key
        except ValueError:
            return False
