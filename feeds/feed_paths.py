"""How the addresses of feeds are made, ours and WordPress's, told by their shape alone."""

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl

from feeds import paths

_EXTENSIONS = {"rss2": ".rss", "rss": ".rss", "feed": ".rss", "atom": ".atom", "rdf": ".rdf", "json": ".json"}
"""WordPress's names of formats, as ours. Its 'rss' is RSS 0.92, which RSS 2.0 is a superset of."""

_FEED_TAIL = re.compile(r"(?P<page>/|/.+/)feed(?:/(?P<format>rss2|rss|atom|rdf|json))?/?")
_PAGED_TAIL = re.compile(r"(?:page/|comment-page-)[0-9]+/$")
"""Of a list's pages and of a thread's. A list's are cut elsewhere here: who comes by such a link is led to its beginning."""
_SCRIPT = re.compile(r"/wp-(?P<comments>comments)?(?P<format>rss2|rss|atom|rdf|feed)\.php")


def split_feed(path: str, parameters: Mapping[str, str]) -> tuple[str, str | None]:
    """Of a decoded path and the parameters of its query: the page's path, with its last slash, and the extension of the feed that
    was asked for: '' if none was, None if there is no such format.
    """
    script = _SCRIPT.fullmatch(path)
    if script:
        return paths.COMMENTS() if script["comments"] else paths.HOME(), _EXTENSIONS[script["format"]]
    tail = _FEED_TAIL.fullmatch(path)
    if tail:
        return tail["page"], _EXTENSIONS[tail["format"] or "feed"]
    own = paths.split_feed_path(path)
    if own:
        return own
    page = _PAGED_TAIL.sub("", path if path.endswith("/") else path + "/")
    asked = parameters.get("feed", "")
    if asked.startswith("comments-") and page == paths.HOME() and "p" not in parameters:
        page = paths.COMMENTS()
    return page, _EXTENSIONS.get(asked.removeprefix("comments-")) if asked else ""


def is_script(path: str) -> bool:
    """Whether a decoded path is that of one of WordPress's programs for feeds, as in '/wp-rss2.php'."""
    return _SCRIPT.fullmatch(path) is not None


def asks_for_feed(path: str, query: bytes) -> bool:
    """Whether a decoded path and its query are made as those of a feed are, ours or WordPress's, whatever the format."""
    _, extension = split_feed(path, dict(parse_qsl(query.decode("latin-1"), keep_blank_values=True)))
    return extension != ""
