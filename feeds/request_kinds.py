"""What a request is for, told by its address alone: one of a few kinds, for figures."""

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import unquote

from feeds import paths
from feeds.formats import PARTNER_FORMATS
from feeds.http.conditional import Conditions
from feeds.http.readers import family_of
from feeds.kinds import KINDS, in_route_order
from feeds.metrics.traffic import Label
from feeds.own_paths import has_route, is_of_a_shape

_BELOW: Mapping[str, str] = {
    "api": "api",
    "desk": "desk",
    "static": "file",
    "media": "file",
    "wp-content": "file",
    "hub": "hub",
    "events": "events",
    "replies": "replies",
    "healthz": "health",
    "readyz": "health",
    "metrics": "metrics",
}
"""By the first segment of a path."""
PARTNER, _DIRECTORY, _PAGE, _OTHER, UNREADABLE = "partner", "directory", "page", "other", "unreadable"
_KINDS = in_route_order()
_DIRECTORIES = frozenset((paths.OPML, paths.SITEMAP, paths.NEWS_SITEMAP, paths.ROBOTS, paths.LICENSE, paths.EMBED))
REQUEST_KINDS = frozenset(
    (*(kind.name for kind in KINDS), *_BELOW.values(), PARTNER, _DIRECTORY, _PAGE, _OTHER, UNREADABLE)
)


class RequestKind(NamedTuple):
    kind: str
    """One of REQUEST_KINDS."""
    format: str
    """A format's name at a feed's address; '' elsewhere."""


UNREAD = RequestKind(UNREADABLE, "")
"""Of what was no request, or refused before its address was looked at."""


def request_kind(target: str) -> RequestKind:
    """Of a request's target as it came, '/search/feed.rss?q=x'; whether or not there is anything."""
    path = unquote(target.partition("?")[0])
    split = paths.split_feed_path(path)
    format = PARTNER_FORMATS.get(split[1]) if split else None
    name = format.name if format else ""
    if path.startswith(paths.PARTNER):
        return RequestKind(PARTNER, name)
    if split and name:
        found = next((kind.name for kind in _KINDS if kind.page.matches(split[0])), _OTHER)
        return RequestKind(_BELOW.get(_first_segment(path), found), name)
    if below := _BELOW.get(_first_segment(path)):
        return RequestKind(below, "")
    if path in _DIRECTORIES or paths.SITEMAP_PAGE.matches(path):
        return RequestKind(_DIRECTORY, "")
    is_page = path == paths.SEARCH_PAGE or paths.ARTICLE.matches(path) or (path.endswith("/") and has_route(path))
    return RequestKind(_PAGE if is_page and not is_of_a_shape(path) else _OTHER, "")


def label_of(
    target: str, status: int, agent: str | None, *, conditions: Conditions | None, coding: str, is_fast: bool
) -> Label:
    """What is told of a request. `conditions`: None of one that does not read; `coding`: which it gets, '' where it refuses all."""
    kind, format = request_kind(target)
    if conditions is None or not format:
        validator = coding = ""
    else:
        validator = "etag" if conditions.if_none_match else "date" if conditions.if_modified_since else "none"
        coding = coding or "none"
    return Label(kind, format, status, family_of(agent), validator, coding, is_fast)


def _first_segment(path: str) -> str:
    return path[1:].partition("/")[0]
