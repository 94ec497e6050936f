"""Which feeds a site may have, so that somebody may be subscribed to them: whether it has them is asked of it later."""

import re
from collections.abc import AsyncIterator, Iterator
from enum import StrEnum
from typing import NamedTuple, Protocol

import httpx2
from lxml import etree, html

from feeds import paths
from feeds.comparing.asking import Answer, Site
from feeds.comparing.sitemaps import Named
from feeds.urls import encode_path
from feeds.wordpress.shapes import shapes_at
from storage.model import Alias, NameList
from storage.protocol import Aliases, FormerSites, Names

_TYPES = frozenset(
    {"application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml", "text/xml"}
)
_OF_WORDPRESS = (
    "feed/", "feed/atom/", "?feed=rss2", "?feed=atom", "comments/feed/", "comments/feed/atom/", "?feed=comments-rss2",
)  # fmt: skip
"""Its RSS 0.92 and 1.0, which no page of it announces, name an entry by its link: docs/moving.md says so."""
_OF_OTHERS = ("feed/", "rss/", "rss.xml", "feed.xml", "atom.xml", "index.xml", "feed.json")
_MARKS = re.compile(rb"/wp-content/|/wp-includes/|api\.w\.org|<meta[^>]{0,200}WordPress", re.I)
_TAIL = re.compile(rb"/(?:feed|rss|rss2|atom|rdf)/(?:atom/)?\Z")
_AMONG, _MOST_NAMES = 100_000, 10_000
"""Articles whose tags and authors are looked for, and how many of these: sitemaps name the others."""


class Kind(StrEnum):
    """What a feed is of."""

    NEWSROOM = "newsroom"
    SECTION = "section"
    TAG = "tag"
    AUTHOR = "author"
    COMMENTS = "comments"
    """An article's."""


_WORDS = {
    "category": Kind.SECTION, "cat": Kind.SECTION, "category_name": Kind.SECTION, "tag": Kind.TAG, "author": Kind.AUTHOR,
    "p": Kind.COMMENTS, "page_id": Kind.COMMENTS,
}  # fmt: skip


class Candidate(NamedTuple):
    url: httpx2.URL
    kind: Kind


class OurStore(Names, Aliases, FormerSites, Protocol):
    """What discovery needs of our store."""


def is_wordpress(home: Answer) -> bool:
    """By what WordPress leaves in every page."""
    return _MARKS.search(home.body) is not None


def of_newsroom(site: Site, home: Answer) -> Iterator[Candidate]:
    """Those that the home page announces, and those at the usual addresses."""
    for url in announced(home):
        if site.holds(url):
            yield Candidate(url, kind_of(url))
    for written in _OF_WORDPRESS if is_wordpress(home) else _OF_OTHERS:
        yield Candidate(site.base.join(written), Kind.NEWSROOM)


def announced(page: Answer) -> Iterator[httpx2.URL]:
    """What a page names for readers to find (the feed autodiscovery of HTML)."""
    try:
        root = html.document_fromstring(page.body)
    except (etree.ParserError, ValueError):
        return
    for link in root.iter("link"):
        is_alternate = "alternate" in (link.get("rel") or "").lower().split()
        if is_alternate and (link.get("type") or "").lower().strip() in _TYPES:
            try:
                yield page.url.join((link.get("href") or "").strip()).copy_with(fragment=None)
            except (httpx2.InvalidURL, UnicodeError, ValueError):
                continue


async def of_store(site: Site, store: OurStore) -> AsyncIterator[Candidate]:
    """Those of our sections, tags and authors, wherever that WordPress may have them; and of what leads to them from there."""
    names: NameList = await store.read_names(among=_AMONG, limit=_MOST_NAMES)
    shapes = shapes_at(site.base.path.rstrip("/"), await store.get_former_sites())
    lists = [(Kind.SECTION, shapes.categories, section.path) for section in names.sections]
    lists += [(Kind.TAG, shapes.tags, tag.slug) for tag in names.tags]
    lists += [(Kind.AUTHOR, shapes.authors, author.slug) for author in names.authors]
    for kind, bases, name in lists:
        for base in bases:
            for tail in ("feed/", "feed/atom/") if kind is Kind.SECTION else ("feed/",):
                yield Candidate(_below(site, f"{base.lstrip('/')}{name}/{tail}"), kind)
    for alias in await store.get_aliases():
        if alias.page.startswith(paths.UPLOADS):
            # Of files there are no feeds.
            continue
        yield Candidate(feed_below(_aliased(site, alias)), kind_of_page(alias.page))


def of_address(named: Named, *, wordpress: bool) -> Candidate | None:
    """Of an address in a sitemap; None for what has no feed in the system that is there."""
    if not named.is_page:
        return None
    kind = kind_of_sitemap(named)
    if wordpress:
        return Candidate(feed_below(named.url), kind)
    if kind in (Kind.TAG, Kind.AUTHOR):
        return Candidate(feed_below(named.url, "rss/"), kind)
    return None


def feed_below(page: httpx2.URL, tail: str = "feed/") -> httpx2.URL:
    """The feed of a page of WordPress's, with permalinks or without."""
    if page.query:
        return page.copy_with(raw_path=page.raw_path + b"&feed=rss2")
    return page.copy_with(raw_path=page.raw_path.rstrip(b"/") + b"/" + tail.encode())


def page_above(feed: httpx2.URL) -> httpx2.URL:
    """The page that a feed is of: the other way round."""
    path = feed.raw_path.partition(b"?")[0]
    return feed.copy_with(raw_path=_TAIL.sub(b"/", path)) if _TAIL.search(path) else feed.copy_remove_param("feed")


def kind_of(feed: httpx2.URL) -> Kind:
    """By the words in its path, or the parameters that name it; of what names nothing else, the newsroom's."""
    words = {*feed.path.strip("/").split("/")[:-1], *feed.params}
    return next((kind for word, kind in _WORDS.items() if word in words), Kind.NEWSROOM)


def kind_of_page(page: str) -> Kind:
    """By the path of our page."""
    if paths.TAG.matches(page):
        return Kind.TAG
    return Kind.AUTHOR if paths.AUTHOR.matches(page) else Kind.SECTION


def kind_of_sitemap(named: Named) -> Kind:
    """By what a sitemap is called: 'wp-sitemap-taxonomies-post_tag-1.xml', 'author-sitemap.xml'; else by the address."""
    name = named.sitemap.lower()
    for words, kind in (
        (("user", "author"), Kind.AUTHOR),
        (("tag",), Kind.TAG),
        (("categor", "taxonom"), Kind.SECTION),
    ):
        if any(word in name for word in words):
            return kind
    by_path = kind_of(feed_below(named.url))
    return Kind.COMMENTS if by_path is Kind.NEWSROOM else by_path


def _aliased(site: Site, alias: Alias) -> httpx2.URL:
    path, mark, query = alias.path.partition("?")
    url = _below(site, path)
    return url.copy_with(raw_path=url.raw_path + b"?" + query.encode()) if mark else url


def _below(site: Site, path: str) -> httpx2.URL:
    """A path of WordPress's, where the site is not at the root of its host, too."""
    if path.startswith(site.base.path):
        return site.base.join(encode_path(path))
    return site.base.join(encode_path(path.lstrip("/")) or ".")
