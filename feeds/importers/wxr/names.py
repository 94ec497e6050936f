"""What an export's elements are called: WordPress's namespaces as its versions, other software and editors of files spell them."""

import re
from contextlib import suppress
from xml.parsers import expat

from feeds.clean.text import xml_safe
from feeds.importers.file import ImportRefused

_WORDPRESS = re.compile(r"/export/(?:1\.[012])(?P<excerpt>/excerpt)?")
_ANOTHER_VERSION = re.compile(r"/export/\d[\d.]*(?:/excerpt)?$")
UNKNOWN = (
    "its elements are WordPress's, but in a namespace that is not known: "
    "those that begin with http://wordpress.org/export/1.0/, 1.1/ and 1.2/ are"
)
_OTHERS = {"purl.org/rss/1.0/modules/content": "content", "purl.org/dc/elements/1.1": "dc"}
_SCHEME = re.compile(r"(?:\w+:)?//(?:www\.)?", re.I)
_EXPORT = re.compile(r"/export(?:/[\d.]+)?(?:/excerpt)?/?$")
_OF_CHANNELS = frozenset({"wxr_version", "base_site_url", "base_blog_url"})
_OF_POSTS = frozenset({"wp:post_type", "wp:post_name", "wp:post_password", "wp:post_date_gmt", "wp:status"})
"""Elements that no feed has: one of them makes an RSS file an export, whatever its namespace."""
_ROOTS = frozenset({"rss", "rdf", "feed"})


def prefix_of(uri: str) -> str:
    """The prefix that a namespace has in WordPress's own exports: 'wp', 'excerpt', 'content', 'dc'; '' for one unknown.

    Scheme, host and a last slash do not matter: exports have 'http://wordpress.org/export/1.2/' and
    'https://wordpress.org/export/1.2'. The version does: raises ImportRefused for another one's, as what it says of a post is not
    understood, which may be that nobody else may read it.
    """
    plain = _SCHEME.sub("", uri.strip()).rstrip("/").lower()
    if plain in _OTHERS:
        return _OTHERS[plain]
    found = _WORDPRESS.fullmatch("/" + plain.partition("/")[2])
    if found is None and _ANOTHER_VERSION.search(plain):
        raise ImportRefused(UNKNOWN)
    return ("excerpt" if found["excerpt"] else "wp") if found else ""


def is_export(head: str) -> bool:
    """Whether a file that begins so is an RSS file with elements or a namespace of WordPress's export."""
    look = _Look()
    parser = expat.ParserCreate("utf-8")
    parser.StartElementHandler = look.start
    # Entities that the file does not declare are passed over.
    parser.UseForeignDTD(True)
    with suppress(expat.ExpatError):
        parser.Parse(xml_safe(head).lstrip("\ufeff \n\t").encode(), False)
    return look.root in _ROOTS and look.exported


class _Look:
    """At the elements of a file's beginning, by the prefixes they are written with: one may be declared nowhere."""

    def __init__(self) -> None:
        self.root = ""
        self.exported = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        self.root = self.root or local.lower()
        namespaces = (value for key, value in attributes.items() if key.startswith("xmlns"))
        if local in _OF_CHANNELS or name in _OF_POSTS or any(map(_EXPORT.search, namespaces)):
            self.exported = True
