"""The shapes of the addresses of one WordPress site, and which of them a path has."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from feeds.wordpress.permalinks import DATE_ORDERS, INDEX, Permalinks, without_index
from feeds.wordpress.tails import SEARCH, Split, splits
from storage.model import FormerSite

_LONGEST = 2_000
"""Characters of a path that is held against a structure; no store keeps a longer one."""
_DIGITS = re.compile("[0-9]{1,4}")
_SLUG = re.compile("[^/]+")
_NEWS_SITEMAP = re.compile(r"/(?:sitemap-news|(?:google-)?news-sitemap)[0-9]*\.xml(?:\.gz)?")
_SITEMAP = re.compile(
    r"/(?:wp-sitemap[a-z0-9_-]{0,80}|sitemap(?:[0-9]{1,9}|[_-][a-z][a-z0-9_-]{0,80})?|sitemaps"
    r"|[a-z][a-z0-9_-]{0,60}-sitemap(?:-index)?-?[0-9]{0,9})\.xml(?:\.gz)?"
)
"""Those of WordPress, of plugins that replace it, and of Ghost: '/wp-sitemap-posts-post-1.xml', '/sitemap_index.xml',
'/post-sitemap2.xml', '/sitemap-pt-post-2024-03.xml', '/image-sitemap-1.xml', '/sitemap-authors.xml'. '/sitemap-1.xml' is one of
ours, or none."""
_UPLOADS = re.compile(r"(?P<before>(?:/[\w~.-]+){0,4}?)/wp-content/uploads/(?P<upload>.+)")
"""Wherever below the host a WordPress had its own files: that may be a folder of which its pages' addresses tell nothing."""

Variables = Mapping[str, str]
"""WordPress's query variables: what it makes of a path, and takes from a query."""


_NONE: Variables = MappingProxyType({})


class Rewritten(NamedTuple):
    """One way in which a site may understand a path. It names a list by variables, or whatever was at `path`."""

    split: Split
    variables: Variables = _NONE
    path: str = ""
    """Of the site's host, with its last slash: one that an article may have had. '' where the variables name a list."""
    by_shape: bool = False
    """Whether the list follows from the path alone: no other thing can have been there."""
    is_article: bool = False
    """Whether what was at `path` was an article, by the structure of their addresses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shapes:
    """Made of a former site, or with nothing known for the root of the host: what is common to all sites."""

    root: str = ""
    """What the site's paths begin with: '/blog'."""
    roots: tuple[str, ...] = ("",)
    """Those of sites that may have what is named by its number alone."""
    permalinks: Permalinks | None = None
    is_alone: bool = True
    """Whether no other site stood at this root: then a name alone says which article is meant."""
    is_known: bool = False
    categories: tuple[str, ...] = ("/category/",)
    """What may stand before a category's path."""
    tags: tuple[str, ...] = ("/tag/",)
    authors: tuple[str, ...] = ("/author/",)

    @classmethod
    def of(cls, site: FormerSite, *, is_alone: bool) -> "Shapes":
        permalinks = Permalinks(site.permalinks) if site.permalinks else None
        front = permalinks.front if permalinks else "/"
        return cls(
            root=site.path,
            roots=(site.path,),
            permalinks=permalinks,
            is_alone=is_alone,
            is_known=True,
            categories=_before(front, site.category_base, "category"),
            tags=_before(front, site.tag_base, "tag"),
            authors=_before(front, site.author_base, "author"),
        )

    def rewrite(self, path: str) -> Iterator[Rewritten]:
        """Every way to understand a path of the host that is below the site's, what is likeliest first."""
        below = path.removeprefix(self.root) or "/"
        plain = without_index(below)
        upload = _UPLOADS.fullmatch(plain)
        if upload and (self.root or upload["before"]):
            yield Rewritten(Split(plain), {"upload": upload["upload"]}, by_shape=True)
        elif _NEWS_SITEMAP.fullmatch(plain) or _SITEMAP.fullmatch(plain):
            kind = "news" if _NEWS_SITEMAP.fullmatch(plain) else "index"
            yield Rewritten(Split(plain), {"sitemap": kind}, by_shape=True)
        else:
            for split in splits(plain):
                yield from self._ways(split, INDEX if plain != below else "")

    def _ways(self, split: Split, index: str) -> Iterator[Rewritten]:
        page = split.page
        if page == "/":
            yield Rewritten(split, by_shape=True)
            return
        lists = [] if split.of_article or len(page) > _LONGEST else [*self._lists(page)]
        article = self.permalinks.match(page) if self.permalinks and len(page) <= _LONGEST else None
        numbered = article is not None and "post_id" in article
        at = [Rewritten(split, path=self.root + before + page, is_article=numbered) for before in self._indexes(index)]
        if numbered:
            # '/archives/2024/' may be an article's number, and so may '/2024/'.
            yield from at
        yield from (Rewritten(split, named, by_shape=True) for named, is_sure in lists if is_sure)
        if not numbered:
            yield from at
        if article and self.permalinks and self.permalinks.is_by_name and self.is_alone:
            yield Rewritten(split, {"name": article["postname"]})
        yield from (Rewritten(split, named) for named, is_sure in lists if not is_sure)

    def _indexes(self, index: str) -> Sequence[str]:
        """What may stand before the path of an article: what does in the request, and what does in the site's own links."""
        other = INDEX if self.permalinks and self.permalinks.uses_index else ""
        return tuple(dict.fromkeys((index, other)))

    def _lists(self, page: str) -> Iterator[tuple[Variables, bool]]:
        """What list is at a page, by its shape; and whether nothing else can be."""
        if page == "/comments/":
            yield {"withcomments": "1"}, True
        elif page.startswith(SEARCH) and page != SEARCH:
            yield {"s": page.removeprefix(SEARCH).strip("/").replace("+", " ")}, True
        elif date := self._date(page):
            is_sure = all(len(digits) > 1 for digits in date.values())
            if is_sure or self.is_known:
                yield date, is_sure
        for name, fronts, pattern in (
            ("category_name", self.categories, None),
            ("tag", self.tags, _SLUG),
            ("author_name", self.authors, _SLUG),
        ):
            for front in fronts:
                named = page.removeprefix(front).strip("/") if page.startswith(front) else ""
                if named and (pattern is None or pattern.fullmatch(named)):
                    yield {name: named}, False
        if walked := self.permalinks.match_list(page) if self.permalinks else None:
            tag, named = walked
            yield {"category_name" if tag == "category" else "author_name": named}, False

    def _date(self, page: str) -> Variables:
        """The year, the month, the day that a path is of; of a day alone, or a month, there is no list."""
        front = self.permalinks.date_front if self.permalinks else "/"
        order = self.permalinks.date_order if self.permalinks else DATE_ORDERS[0]
        if not page.startswith(front):
            return {}
        digits = page.removeprefix(front).strip("/").split("/")
        if len(digits) > len(order) or not all(map(_DIGITS.fullmatch, digits)):
            return {}
        date = dict(zip(order, digits, strict=False))
        fits = all((len(text) == 4) == (part == "year") and len(text) in (1, 2, 4) for part, text in date.items())
        return date if fits else {}


def _before(front: str, base: str, usual: str) -> tuple[str, ...]:
    """What may stand before a name in a list's path: the base that the site has, and the usual one, with the front and without."""
    if base == "/":
        return ("/", f"{front}{usual}/")
    bases = filter(None, (base.strip("/"), usual))
    return tuple(dict.fromkeys(f"{start}{base}/" for base in bases for start in (front, "/")))


_ANYWHERE = Shapes()


@lru_cache(maxsize=8)
def shapes_of(sites: tuple[FormerSite, ...]) -> tuple[Shapes, ...]:
    """Of every former site, those with the longest paths first; and of the root, where one may have been that is not known."""
    known = [
        Shapes.of(site, is_alone=sum(other.path == site.path for other in sites) == 1)
        for site in sorted(sites, key=lambda site: (-len(site.path), site.address))
    ]
    if any(not shapes.root for shapes in known):
        return (*known, _ANYWHERE)
    roots = tuple(dict.fromkeys(("", *(shapes.root for shapes in known))))
    return (*known, Shapes(roots=roots))


def shapes_at(root: str, sites: tuple[FormerSite, ...]) -> Shapes:
    """Of the former site at a path; where none is known, what is common to all sites."""
    return next((shapes for shapes in shapes_of(sites) if shapes.is_known and shapes.root == root), _ANYWHERE)


def is_below(path: str, root: str) -> bool:
    return path == root or path.startswith(root + "/")
