"""Which paths are the site's own: no standing page may sit there, and no redirect lead away from there."""

import re

from feeds import paths
from feeds.feed_paths import asks_for_feed
from feeds.paths import PathTemplate

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
    paths.SITEMAP_PAGE,
    PathTemplate("/category/{category:path}/"),
)
"""Shapes of which all are, WordPress's among them. An article's are not: who has such a path first keeps it."""
_FILES = frozenset(
    (
        paths.DIRECTORY,
        paths.OPML,
        paths.SITEMAP,
        paths.NEWS_SITEMAP,
        paths.ROBOTS,
        paths.EMBED,
        paths.FAVICON,
        paths.ICON,
    )
)
_NUMBERED = re.compile(r"(/.*)?/(page/|comment-page-)[0-9]+/", re.DOTALL)
"""WordPress's pages of lists and threads."""


def is_own(path: str) -> bool:
    """Whether an unencoded path, with its last slash or without, is answered by a route or by the shape of it, whatever is kept."""
    spellings = (path, path.removesuffix("/") or "/", path if path.endswith("/") else f"{path}/")
    if path[1:].partition("/")[0] in _ROOTS or _NUMBERED.fullmatch(spellings[2]):
        return True
    return any(
        spelling in _FILES or asks_for_feed(spelling, b"") or any(shape.matches(spelling) for shape in _TEMPLATES)
        for spelling in spellings
    )
