"""What WordPress puts behind the path of an article or a list: a feed of it, a page of it, another form of it."""

import re
from collections.abc import Iterator
from typing import NamedTuple

PODCAST = "podcast"
EXTENSIONS = {
    "rss2": ".rss",
    "rss": ".rss",
    "feed": ".rss",
    PODCAST: ".rss",
    "atom": ".atom",
    "rdf": ".rdf",
    "json": ".json",
}
"""WordPress's names of formats, and two of plugins, as ours. Its 'rss' is RSS 0.92, which RSS 2.0 is a superset of; 'podcast' is
RSS 2.0 with the articles' enclosures, which ours has."""

SEARCH = "/search/"
"""What words stand behind that are searched for."""

_FEED = re.compile(f"(?P<page>/|/.+/)feed(?:/(?P<format>{'|'.join(EXTENSIONS)}))?/?", re.DOTALL)
_SHORT_FEED = re.compile("(?P<page>/|/.+/)(?P<format>rss2|rss|atom|rdf)/?", re.DOTALL)
_PAGED = re.compile("(?P<page>/|/.+/)page/(?P<number>[0-9]+)/?", re.DOTALL)
"""A list's pages are cut elsewhere here: who comes by such a link is led to its beginning."""
_OTHER_FORM = re.compile("(?P<page>/|/.+/)(?:embed|trackback|comment-page-[0-9]+)/?", re.DOTALL)
_OF_PLUGINS = re.compile("(?P<page>/|/.+/)amp/?", re.DOTALL)
_PART = re.compile("(?P<page>/.+/)[0-9]{1,9}/?", re.DOTALL)
"""A page of a long article."""
_ATTACHMENT = re.compile("(?P<page>/.+/)attachment/(?P<name>[^/]+)/?", re.DOTALL)
_SCRIPT = re.compile(r"(?P<page>/|/.+/)wp-(?P<comments>comments)?(?P<format>rss2|rss|atom|rdf|feed)\.php", re.DOTALL)


class Split(NamedTuple):
    """One way to understand a path."""

    page: str
    """Without what is behind it; with its last slash."""
    format: str = ""
    """WordPress's name of the feed's; '' = none is asked for."""
    comments: bool = False
    """Whether the feed is one of comments."""
    number: str = ""
    """Of the list's page; '' where none is named."""
    of_article: bool = False
    """Whether it is no list's."""


def splits(path: str) -> Iterator[Split]:
    """Every way to understand a path below the site's, what is likeliest first."""
    if script := _SCRIPT.fullmatch(path):
        if script["page"] == "/":
            yield Split("/", script["format"], comments=bool(script["comments"]))
    elif feed := _FEED.fullmatch(path):
        yield Split(feed["page"], feed["format"] or "feed")
    elif paged := _PAGED.fullmatch(path):
        yield Split(paged["page"], number=paged["number"])
    elif other := _OTHER_FORM.fullmatch(path):
        yield Split(other["page"])
    elif path.startswith(SEARCH) and (short := _SHORT_FEED.fullmatch(path)):
        yield Split(short["page"], short["format"])
    else:
        yield Split(path if path.endswith("/") else path + "/")
        # No path of WordPress's ends so but a feed's; a slug of ours may be 'atom'.
        if short := _SHORT_FEED.fullmatch(path):
            yield Split(short["page"], short["format"])
        elif form := _OF_PLUGINS.fullmatch(path):
            yield Split(form["page"])
        elif part := _PART.fullmatch(path):
            yield Split(part["page"], of_article=True)
        elif attached := _ATTACHMENT.fullmatch(path):
            yield Split(f"{attached['page']}{attached['name']}/", of_article=True)


def names_feed(path: str) -> bool:
    """Whether a path is made as those of feeds are, below whatever site."""
    return any(shape.fullmatch(path) for shape in (_FEED, _SHORT_FEED, _SCRIPT))
