"""Addresses of an old site's uploads, wherever they were served from, as paths of this site where the files are here."""

import re
from collections.abc import Iterable
from html import unescape
from urllib.parse import quote, unquote, urlsplit

from feeds.importers.media import Media, upload_url
from feeds.importers.wxr.values import host_of
from feeds.media_types import media_type
from feeds.paths import UPLOADS

_PHOTON = r"i\d\.wp\.com/"
"""Jetpack's servers of pictures: behind the host stands the address of the original."""
_HOSTED = re.compile(r"([\w-]+)\.wordpress\.com", re.I)
_QUERY = re.compile("[?#]")
_NOTHING = "(?!)"


class Uploads:
    """Knows the uploads of one site.

    What the site itself served below `wp-content/uploads`, or wherever else its attachments were, becomes a path of this site,
    unless the folder of its uploads is at hand and does not hold it; then, and where it is of a kind that is not kept, it stays at
    the old site's address and is counted as missing. So does what other servers handed out for the site, unless it is here.
    """

    def __init__(self, site_urls: Iterable[str], bases: Iterable[str], media: Media) -> None:
        """`site_urls`: the site's and the blog's addresses. `bases`: those below which attachments were, as a network of servers
        or WordPress.com has them.
        """
        urls = [url for url in site_urls if host_of(url)]
        hosts = {re.escape(host_of(url).removeprefix("www.")) for url in urls}
        own = f"(?:www\\.)?(?:{'|'.join(sorted(hosts)) or _NOTHING})"
        elsewhere = {_bare(base) for base in bases}
        at_home = {base for base in elsewhere if _is_folder_of(base, urls)}
        elsewhere -= at_home
        folders = {f"/{base.partition('/')[2]}" for base in at_home if UPLOADS not in base}
        self.folders = sorted(map(unquote, folders))
        """Paths of the site, decoded, below which its uploads were, other than `wp-content/uploads`."""
        elsewhere |= {f"{found[1]}.files.wordpress.com/" for url in urls if (found := _HOSTED.fullmatch(host_of(url)))}
        others = "|".join(re.escape(base) for base in sorted(elsewhere, key=len, reverse=True)) or _NOTHING
        among = "|".join(re.escape(folder) for folder in sorted(folders, key=len, reverse=True)) or _NOTHING
        address = (
            rf"(?P<before>(?:https?:)?//(?P<photon>{_PHOTON})?{own}(?:(?:/[\w~.-]+){{0,4}}?{UPLOADS}|{among})"
            rf"|(?:https?:)?//(?P<elsewhere>(?:{_PHOTON})?(?:www\.)?(?:{others}))"
            rf"|(?P<relative>(?:/[\w~.-]+){{0,2}}?{UPLOADS}|{among})"
            rf"|(?P<beside>(?:\.{{1,2}}/){{0,9}}+{UPLOADS[1:]}))"
        )
        self._address = re.compile(f"{address}(?P<rest>.+)", re.I)
        # The sanitiser has written every attribute so. What a pattern begins with is looked for fast.
        self._attribute = re.compile(
            f'="(?:(?<= href=")|(?<= src=")|(?<= poster=")|(?<= cite=")){address}(?P<rest>[^"]+)"', re.I
        )
        self._signs = (UPLOADS[1:], *elsewhere, *folders)
        self._site = f"{urlsplit(urls[0]).scheme}://{host_of(urls[0])}" if urls else ""
        self._media = media

    def path(self, url: str) -> str | None:
        """The path, decoded, below the uploads folder; None if the address is of no upload that the site itself served."""
        found = self._address.fullmatch(url)
        return None if found is None or found["elsewhere"] or found["photon"] else _file(found["rest"])

    def at_home(self, url: str) -> str:
        """The address that a file has from now on."""
        found = self._address.fullmatch(url)
        moved = url if found is None else self._moved(found, found["rest"])
        return _QUERY.split(moved, maxsplit=1)[0] if moved.startswith(UPLOADS) else moved

    def miss(self, name: str) -> None:
        """Count what no address is known of as missing, once."""
        self._media.miss(name)

    def in_html(self, html: str) -> str:
        """Sanitised HTML with these addresses."""
        if not any(sign in html for sign in self._signs):
            return html
        return self._attribute.sub(lambda found: f'="{_written(self._moved(found, unescape(found["rest"])))}"', html)

    def _moved(self, found: re.Match[str], rest: str) -> str:
        relative = _file(rest)
        is_own = not (found["elsewhere"] or found["photon"])
        if self._media.holds(relative):
            return UPLOADS + rest if is_own else upload_url(relative)
        if is_own and media_type(relative) and not self._media.has_source:
            self._media.keep(relative)
            return UPLOADS + rest
        if is_own or media_type(relative):
            self._media.miss(relative)
        # Relative to the article's page, as editors of old wrote it, it is meant from the top: here the page is another.
        before = UPLOADS if found["beside"] else found["before"]
        return f"{self._site if found['relative'] or found['beside'] else ''}{before}{rest}"


def _is_folder_of(base: str, site_urls: Iterable[str]) -> bool:
    """Whether an address without its scheme is of a folder of one of these sites' hosts."""
    host, _, folder = base.partition("/")
    return bool(folder) and host in {host_of(url).removeprefix("www.") for url in site_urls}


def _bare(base: str) -> str:
    return base.partition("://")[2].removeprefix("www.")


def _written(url: str) -> str:
    """In an attribute, as the sanitiser writes it."""
    return url.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;")


def _file(rest: str) -> str:
    return unquote(_QUERY.split(rest, maxsplit=1)[0])


def base_of(url: str, relative: str) -> str:
    """What stands in an attachment's address before its path below the uploads folder; '' where the two do not fit."""
    for written in (relative, quote(relative)):
        if written and url.endswith(f"/{written}"):
            return url.removesuffix(written)
    return ""
