"""What WordPress stores as what it serves: an article's body."""

import re
from urllib.parse import unquote

from feeds.clean.html import sanitize_article
from feeds.importers.paragraphs import add_paragraphs
from feeds.importers.wxr.shortcodes import Gallery, expand_shortcodes
from feeds.importers.wxr.values import host_of
from feeds.paths import UPLOADS

_BLOCK_EDITOR = "<!-- wp:"
_MARKERS = re.compile(r"<!--(?:more|nextpage|noteaser)\b[^<>]*?-->")
_ADDRESS_ALONE = re.compile(r"^[ \t]*(https?://[^\s<>\"'&\[\]]+)[ \t]*$", re.M)
_QUERY = re.compile("[?#]")


class Bodies:
    """Makes bodies of one site's export."""

    def __init__(self, *site_urls: str) -> None:
        """`site_urls`: the site's and the blog's addresses; what they serve under wp-content/uploads is served here."""
        hosts = {re.escape(host.removeprefix("www.")) for url in site_urls if (host := host_of(url))}
        # '"' begins the value of an attribute: the sanitiser has written it.
        self._upload = re.compile(
            rf'"(?:https?:)?//(?:www\.)?(?:{"|".join(sorted(hosts)) or "$^"})(?:/[\w~.-]+){{0,4}}?{UPLOADS}', re.I
        )

    def article(self, content: str, gallery: Gallery, page: str = "") -> str:
        """A body, sanitised. Links stay as they are; those to uploads of the old site become paths of this one, and those to the
        `page` that it was published at, with a fragment, links within it.
        """
        html = _MARKERS.sub("\n\n", content)
        html = expand_shortcodes(html, gallery)
        if "http" in html:
            html = _ADDRESS_ALONE.sub(r'<a href="\1">\1</a>', html)
        if _BLOCK_EDITOR not in content:
            html = add_paragraphs(html)
        return self._upload.sub(f'"{UPLOADS}', sanitize_article(html, page))

    def upload(self, url: str) -> str | None:
        """The path, decoded, of a file below the uploads folder; None if the address is no upload of the site."""
        quoted = f'"{url}'
        found = self._upload.match(quoted)
        return unquote(_QUERY.split(quoted[found.end() :], maxsplit=1)[0]) if found else None
