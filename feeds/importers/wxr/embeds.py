"""What WordPress and its Jetpack show of other sites, as links: shortcodes of those sites, and addresses alone in their line."""

import re
from html import escape
from itertools import chain, pairwise
from typing import NamedTuple

from feeds.clean.shown import medium_of
from feeds.clean.tokenizer import in_attribute
from feeds.importers.wxr.shortcodes import Code
from feeds.importers.wxr.texts import VERBATIM, Part, parts


class _Place(NamedTuple):
    page: str = ""
    """Where what has an id is; '' where ids say nothing."""
    id: str = r"[\w-]{1,64}"
    """How such an id looks."""
    host: str = ""
    """What an address without its scheme begins with."""


_NUMBER = r"\d{1,20}"
PLACES = {
    "archiveorg": _Place("https://archive.org/details/{}", r"[\w.-]{1,100}"),
    "bandcamp": _Place(),
    "codepen_embed": _Place(),
    "crowdsignal": _Place("https://poll.fm/{}", _NUMBER),
    "dailymotion": _Place("https://www.dailymotion.com/video/{}", host="dailymotion.com"),
    "descript": _Place(),
    "embedyt": _Place("https://www.youtube.com/watch?v={}", r"[\w-]{11}", "youtube.com"),
    "facebook": _Place(host="facebook.com"),
    "flickr": _Place(host="flickr.com"),
    "getty": _Place("https://www.gettyimages.com/detail/{}", _NUMBER),
    "gist": _Place("https://gist.github.com/{}", r"(?:[\w-]{1,60}/)?[0-9a-f]{1,64}", "gist.github.com"),
    "googlemaps": _Place(),
    "houzz": _Place(host="houzz.com"),
    "hulu": _Place("https://www.hulu.com/watch/{}", _NUMBER),
    "instagram": _Place("https://www.instagram.com/p/{}/", r"[\w-]{5,40}", "instagram.com"),
    "kickstarter": _Place(),
    "loom": _Place(),
    "medium": _Place(),
    "mixcloud": _Place("https://www.mixcloud.com/{}", r"[\w-]{1,60}/[\w-]{1,100}/?"),
    "pinterest": _Place(),
    "polldaddy": _Place("https://poll.fm/{}", _NUMBER),
    "scribd": _Place("https://www.scribd.com/document/{}", _NUMBER),
    "slideshare": _Place("https://www.slideshare.net/slideshow/embed_code/{}", _NUMBER),
    "soundcloud": _Place("https://api.soundcloud.com/tracks/{}", _NUMBER, "soundcloud.com"),
    "spotify": _Place("https://open.spotify.com/{}", r"[a-z]{4,10}[:/]\w{1,40}", "open.spotify.com"),
    "ted": _Place("https://www.ted.com/talks/{}", r"[\w-]{1,100}", "ted.com"),
    "tiktok": _Place(),
    "tweet": _Place("https://twitter.com/i/status/{}", _NUMBER, "twitter.com"),
    "twitch": _Place(host="twitch.tv"),
    "twitchtv": _Place(host="twitch.tv"),
    "videopress": _Place("https://videopress.com/v/{}", r"\w{4,20}", "videopress.com"),
    "vimeo": _Place("https://vimeo.com/{}", _NUMBER, "vimeo.com"),
    "vine": _Place(),
    "wpvideo": _Place("https://videopress.com/v/{}", r"\w{4,20}", "videopress.com"),
    "youtube": _Place("https://www.youtube.com/watch?v={}", r"[\w-]{6,16}", "youtube.com"),
}  # fmt: skip
"""Shortcodes of Jetpack, of WordPress.com and of a plugin that writes the same, each of one place."""

_KEYS = ("url", "src", "href", "link", "id", "video", "clip_id", "tweet", "poll", "survey")
"""Attributes that say what is shown."""
_SCHEME = re.compile(r"(?:https?:)?//[^\s/<>\"]", re.I)
_ALONE = re.compile(
    r"^(?:[ \t\r\xa0]|&nbsp;)*+(?P<address>https?://(?:[^\s<>\"&]|&(?!nbsp;))++)(?:[ \t\r\xa0]|&nbsp;)*+$", re.M | re.I
)
_BEGINS_A_LINE = re.compile(r"(?:\A|[\n>])(?:[ \t\r\xa0]|&nbsp;)*+https?\Z", re.I)
_BEFORE = 60
"""Characters before an address that are looked at; of so many spaces it may stand behind, whatever is before them."""
_QUIET = VERBATIM | {"a", "button", "audio", "video", "object", "svg"}


def linked(code: Code, content: str) -> str | None:
    """A shortcode of another site as a link; None if it does not say where to."""
    place = PLACES[code.name]
    attributes = code.attributes()
    for value in (*(attributes.get(key, "") for key in _KEYS), *code.bare(), in_attribute(content)):
        if address := _address(value, place):
            return link(address)
    return None


def _address(value: str, place: _Place) -> str:
    value = value.strip("\"'“”″ \t\r\n")
    if address := web_address(value):
        return address
    if place.host and re.match(rf"(?:[a-z]{{1,10}}\.)?{re.escape(place.host)}/\S", value, re.I):
        return web_address(f"https://{value}")
    value = value.removeprefix("spotify:")
    return place.page.format(value.replace(":", "/")) if place.page and re.fullmatch(place.id, value, re.A) else ""


def web_address(value: str) -> str:
    """An absolute address of the web; '' for anything else."""
    value = value.strip()
    if not _SCHEME.match(value) or re.search(r'[\s<>"]', value):
        return ""
    return f"https:{value}" if value.startswith("//") else value


def link(address: str, words: str = "") -> str:
    """With its words, as text, or else the address for them."""
    return f'<a href="{escape(address)}">{escape(words or address)}</a>' if address else ""


def shown(address: str) -> str:
    """What is at an address: a player where it is a file that can be played, else a link."""
    medium = medium_of(address, "")
    return f'<{medium} src="{escape(address)}"></{medium}>' if medium else link(address)


def show_addresses(html: str) -> str:
    """The HTML with the addresses that stand alone in a line, or between the tags of a block, as what is there. Linear."""
    if not _may_stand_alone(html):
        return html
    out: list[str] = []
    written = 0
    before: Part | None = None
    for part, after in pairwise(chain(parts(html, _QUIET), (None,))):
        if part is not None and part.tag is None and not part.quiet:
            text = html[part.start : part.end]
            for found in _ALONE.finditer(text) if "://" in text else ():
                # Its line may go on in an element that breaks none.
                if (found.start() == 0 and _goes_on(before)) or (found.end() == len(text) and _goes_on(after)):
                    continue
                out += (html[written : part.start + found.start()], shown(in_attribute(found["address"])))
                written = part.start + found.end()
        before = part
    return "".join((*out, html[written:]))


def _may_stand_alone(html: str) -> bool:
    """Whether some address begins a line: most bodies have none."""
    at = html.find("://")
    while at >= 0:
        if _BEGINS_A_LINE.search(html[max(0, at - _BEFORE) : at]):
            return True
        at = html.find("://", at + 3)
    return False


def _goes_on(beside: Part | None) -> bool:
    return beside is not None and not beside.parts_lines
