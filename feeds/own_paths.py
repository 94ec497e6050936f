"""Which paths are the site's own: no standing page may sit there, and no redirect lead away from there."""

import re

from feeds import paths
from feeds.feed_paths import asks_for_feed
from feeds.paths import PathTemplate, split_feed_path

_ROOTS = frozenset(
    ("api", "desk", "static", "media", "wp-content", "partner", "hub", "search", "healthz", "readyz", "metrics")
)
"""First segments below which all is."""
_TEMPLATES = (
    paths.HOME,
    paths.YEAR,
    paths.MONTH,
    paths.DAY,
    paths.SECTION,
    paths.TAG,
    paths.AUTHOR,
    paths.COMMENTS,
    paths.REPLIES,
    paths.REPLY_DELETION,
    paths.REPLY_FOLLOWING,
    paths.REPLY_FEED,
    paths.REPLY_FEED_END,
    paths.SITEMAP_PAGE,
)
"""Shapes of which all are. An article's are not: who has such a path first keeps it."""
_CATEGORY = PathTemplate("/category/{category:path}/")
_FILES = frozenset(
    (
        paths.DIRECTORY,
        paths.OPML,
        paths.SITEMAP,
        paths.NEWS_SITEMAP,
        paths.ROBOTS,
        paths.LICENSE,
        paths.EMBED,
        paths.EVENTS,
        paths.HUB,
        paths.FAVICON,
        paths.ICON,
    )
)
_NUMBERED = re.compile(r"(/.*)?/(page/|comment-page-)[0-9]+/", re.DOTALL)
"""WordPress's pages of lists and threads."""


def is_own(path: str) -> bool:
    """Whether an unencoded path, with its last slash or without, is answered by a route or by the shape of it, whatever is kept."""
    return has_route(path) or is_of_a_shape(path)


def has_route(path: str) -> bool:
    """Whether a route answers there, if only that there is nothing; of articles' paths that is not told."""
    if _is_below_root(path):
        return True
    return any(
        spelling in _FILES or split_feed_path(spelling) or any(shape.matches(spelling) for shape in _TEMPLATES)
        for spelling in _spellings(path)
    )


def is_a_file(path: str) -> bool:
    """Whether what a route has there is at the path as it is written, without a last slash: a feed, a sitemap, an upload."""
    return (
        _is_below_root(path) or path in _FILES or split_feed_path(path) is not None or paths.SITEMAP_PAGE.matches(path)
    )


def _is_below_root(path: str) -> bool:
    return path[1:].partition("/")[0] in _ROOTS or f"{path}/".startswith(paths.GHOST_FILES)


def is_of_a_shape(path: str) -> bool:
    """Whether it is made as WordPress's addresses of feeds, of lists of categories, or of pages of lists are."""
    if _NUMBERED.fullmatch(path if path.endswith("/") else f"{path}/"):
        return True
    return any(_CATEGORY.matches(spelling) or asks_for_feed(spelling, b"") for spelling in _spellings(path))


def _spellings(path: str) -> tuple[str, ...]:
    return (path, path.removesuffix("/") or "/", path if path.endswith("/") else f"{path}/")
