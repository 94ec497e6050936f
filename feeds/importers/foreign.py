"""Exports of other software: told apart, but not read. Each is refused with what to do instead."""

import re
from collections.abc import Callable
from pathlib import Path

_LOOKED_AT = 1024 * 1024
"""Bytes of an archive in which names of files are looked for."""
_ARCHIVED = re.compile(rb"PK\x03\x04.{22}(.)(.).{2}", re.S)
"""What stands before a file in an archive, up to the length of its name (APPNOTE.TXT, 4.3.7)."""

_BY_WAY_OF_WORDPRESS = "import it into a WordPress (Tools > Import there), and what that exports (Tools > Export) here"
_FEED_INSTEAD = "give the address of the site's feed instead"


def _xml(root: str) -> Callable[[str], object]:
    return re.compile(
        rf"(?>[\s\ufeff]|<\?[^>]*>|<!--.*?-->|<!DOCTYPE[^>]*>)*+<(?:\w+:)?(?:{root})[\s>/]", re.S | re.I
    ).match


def _json(*keys: str) -> Callable[[str], object]:
    """All of the keys, each in the file's beginning."""
    patterns = [re.compile(rf'"{key}"\s*:') for key in keys]
    return lambda head: head.lstrip("\ufeff \t\r\n")[:1] in ("{", "[") and all(one.search(head) for one in patterns)


_WEB_PAGE = _xml("html|head|body")

_KNOWN: tuple[tuple[str, Callable[[str], object], str], ...] = (
    (
        "Substack's list of posts, which holds none of their text",
        re.compile(r'\ufeff?"?post_id"?,"?post_date"?,"?is_published"?').match,
        f"{_FEED_INSTEAD}, https://NAME.substack.com/feed",
    ),
    (
        "a story of Medium's export",
        lambda head: _WEB_PAGE(head) and 'class="h-entry"' in head and "medium.com" in head,
        f"{_FEED_INSTEAD}, https://medium.com/feed/@NAME",
    ),
    (
        "an export of Movable Type or TypePad",
        re.compile(r"\ufeff?(?:[A-Z][A-Z ]{1,30}:[^\n]*\r?\n){2,}(?:.*\n)*?-----\r?\n").match,
        _BY_WAY_OF_WORDPRESS,
    ),
    ("a Movable Type backup", _xml("movabletype"), "export its entries (Tools > Export there), and " + _BY_WAY_OF_WORDPRESS),
    ("a Drupal export", _json("jsonapi"), f"{_FEED_INSTEAD}, https://SITE/rss.xml"),
    ("a Drupal export", _xml("node_export|nodes?|drupal"), f"{_FEED_INSTEAD}, https://SITE/rss.xml"),
    ("a Joomla export", _xml("j2xml"), f"{_FEED_INSTEAD}, https://SITE/?format=feed&type=rss"),
    ("a Tumblr export", _xml("tumblr"), f"{_FEED_INSTEAD}, https://NAME.tumblr.com/rss"),
    ("a LiveJournal export", _xml("livejournal"), _BY_WAY_OF_WORDPRESS),
    ("a BlogML file", _xml("blog"), _BY_WAY_OF_WORDPRESS),
    ("an export of Disqus", _xml("disqus"), "take its comments into WordPress (Disqus > Sync there), and export that"),
    (
        "a copy of a database",
        re.compile(r"\s*(?:-- (?:phpMyAdmin|MySQL|MariaDB|PostgreSQL)|/\*!\d{5} )").match,
        "export the articles from the software that wrote it, WordPress under Tools > Export",
    ),
    ("a sitemap", _xml("urlset|sitemapindex"), _FEED_INSTEAD),
    ("a web page", lambda head: _WEB_PAGE(head), f"{_FEED_INSTEAD}: pages name it in <link rel=\"alternate\">"),
)  # fmt: skip
"""Of each kind: what a person calls it, how it is known, and what to do with it."""


def advice(head: str) -> str:
    """What a file is that begins so, and what to do: 'a Ghost export: give ...'; '' for one that nobody here knows."""
    return next((f"{name}, which cannot be imported: {what}" for name, is_it, what in _KNOWN if is_it(head)), "")


def advice_on_archive(path: Path) -> str:
    """The same of a zip archive, by the files that are in it; '' for any other file, and for one of files that may be imported."""
    with path.open("rb") as file:
        start = file.read(_LOOKED_AT)
    if not start.startswith(_ARCHIVE):
        return ""
    names = [
        start[found.end() : found.end() + found[1][0] + 256 * found[2][0]].decode("utf-8", "replace")
        for found in _ARCHIVED.finditer(start)
    ]
    return next(
        (f"{name}, which cannot be imported: {what}" for name, file, what in _ARCHIVES if any(map(file.search, names))),
        "",
    )


_ARCHIVE = b"PK\x03\x04"
_ARCHIVES = (
    ("a Substack export", re.compile(r"(?:^|/)posts\.csv$"), f"{_FEED_INSTEAD}, https://NAME.substack.com/feed"),
    ("a Medium export", re.compile(r"(?:^|/)posts/[^/]*\.html$"), f"{_FEED_INSTEAD}, https://medium.com/feed/@NAME"),
)
"""Of each kind: what a person calls it, a file that is in it, and what to do with it."""
