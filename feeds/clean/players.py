"""Addresses of players, as the addresses of what they play: a frame shows a film without its page, a link leads to the page."""

import re
from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

from feeds.clean import pictures

_PAGES = tuple(
    (re.compile(pattern, re.I), page)
    for pattern, page in (
        (r"(?:www\.|m\.)?youtube(?:-nocookie)?\.com/(?:embed|v)/videoseries\?.*?\blist=([\w-]+).*", r"https://www.youtube.com/playlist?list=\1"),
        (r"(?:www\.|m\.)?youtube(?:-nocookie)?\.com/(?:embed|v|shorts|live)/([\w-]{6,})(?:[/?&#].*)?", r"https://www.youtube.com/watch?v=\1"),
        (r"player\.vimeo\.com/video/(\d+)\?(?:.*&)?h=(\w+).*", r"https://vimeo.com/\1/\2"),
        (r"player\.vimeo\.com/video/(\d+)(?:[/?&#].*)?", r"https://vimeo.com/\1"),
        (r"(?:www\.)?dailymotion\.com/embed/video/(\w+).*", r"https://www.dailymotion.com/video/\1"),
        (r"open\.spotify\.com/embed/(\w+/\w+).*", r"https://open.spotify.com/\1"),
        (r"platform\.twitter\.com/embed/.*[?&]id=(\d+).*", r"https://twitter.com/i/status/\1"),
        (r"www\.instagram\.com/(p|reel|tv)/([\w-]+)/embed\b.*", r"https://www.instagram.com/\1/\2/"),
        (r"www\.tiktok\.com/embed/(?:v2/)?(\d+).*", r"https://www.tiktok.com/embed/\1"),
    )
)  # fmt: skip
_ASKED = {"w.soundcloud.com/player": "url", "www.facebook.com/plugins": "href"}
"""Players that are told in a parameter what to play."""
_SCHEME = re.compile(r"(?:https?:)?//", re.I)

_PARTS = {
    "amp-youtube": ("data-videoid", "https://www.youtube.com/watch?v={}"),
    "lite-youtube": ("videoid", "https://www.youtube.com/watch?v={}"),
    "amp-vimeo": ("data-videoid", "https://vimeo.com/{}"),
    "lite-vimeo": ("videoid", "https://vimeo.com/{}"),
    "amp-dailymotion": ("data-videoid", "https://www.dailymotion.com/video/{}"),
    "amp-twitter": ("data-tweetid", "https://twitter.com/i/status/{}"),
    "amp-instagram": ("data-shortcode", "https://www.instagram.com/p/{}/"),
    "amp-tiktok": ("data-src", "https://www.tiktok.com/embed/{}"),
    "amp-soundcloud": ("data-trackid", "https://api.soundcloud.com/tracks/{}"),
}
"""Elements that are players of one place, and the attribute that says which film or post."""
_NAMED = re.compile(r"[\w-]{1,64}", re.ASCII)


def played(address: str) -> str:
    """The page of what a player at this address plays; the address itself where that is not known."""
    scheme = _SCHEME.match(address)
    if scheme is None:
        return address
    rest = address[scheme.end() :]
    for pattern, page in _PAGES:
        if (found := pattern.fullmatch(rest)) is not None:
            return found.expand(page)
    for start, parameter in _ASKED.items():
        if rest.lower().startswith(start):
            asked = pictures.web_reference(_asked(address, parameter))
            return asked if _SCHEME.match(asked) else address
    return address


def _asked(address: str, parameter: str) -> str:
    try:
        return parse_qs(urlsplit(address).query, max_num_fields=50).get(parameter, [""])[0]
    except ValueError:
        return ""


def played_by(element: str, attributes: Mapping[str, str]) -> str:
    """The page of what an element of one place's own plays; '' of any other element."""
    attribute, page = _PARTS.get(element, ("", ""))
    name = attributes.get(attribute, "")
    return page.format(name) if page and _NAMED.fullmatch(name) else ""
