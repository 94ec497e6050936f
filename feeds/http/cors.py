"""Which answers pages of other origins may read (CORS, in the Fetch standard): whatever is answered at a feed's URL, at its events,
and at the lists of feeds and articles for programs. Never those of the desk, of the API or of partners; and pages are for people.

It is the address alone that decides, so that errors, redirects and refusals can be read as the feeds can.
"""

from functools import lru_cache
from urllib.parse import unquote

from feeds import paths
from feeds.feed_paths import asks_for_feed
from feeds.http.representation import Fields

_OPEN = frozenset((paths.OPML, paths.SITEMAP, paths.NEWS_SITEMAP, paths.EMBED, paths.EVENTS))
_CLOSED = (paths.API, paths.DESK, paths.PARTNER)

_READABLE: Fields = (
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"ETag, Link, Last-Modified, IM, Retry-After"),
)
"""The same whoever asks, so nothing varies on Origin; and never with credentials, which nothing there heeds."""

_LONGEST_KEPT = 256
"""Characters of a target that is remembered; longer ones are nobody's habit."""


def origin_fields(target: str) -> Fields:
    """What every answer to a request target, as it came ('/search/feed.rss?q=x'), says of who may read it."""
    is_open = _is_open if len(target) <= _LONGEST_KEPT else _is_open.__wrapped__
    return _READABLE if is_open(target) else ()


@lru_cache(maxsize=1024)
def _is_open(target: str) -> bool:
    raw_path, _, query = target.partition("?")
    path = unquote(raw_path)
    if path in _OPEN or path.startswith(paths.SITEMAP_PAGE.root):
        return True
    return not path.startswith(_CLOSED) and asks_for_feed(path, query.encode("latin-1"))
