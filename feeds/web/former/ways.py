"""Every way in which an old address may lead on: where to, as far as its shape tells, or by what the store may know it."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from feeds import paths
from feeds.kinds import KINDS
from feeds.kinds.paging import PAGED
from feeds.media_types import media_type
from feeds.newsroom.submissions import RESERVED_SECTION_SLUGS
from feeds.web.former.query import Named, Parameters, date_page, named_list, named_single, narrows
from feeds.wordpress.shapes import Rewritten, Shapes, is_below, shapes_of
from feeds.wordpress.tails import EXTENSIONS, PODCAST
from storage.model import FormerSite

_OF_COMMENTS = "comments-"
_DEEPEST = 12
"""Folders in one another that are looked at."""
_SITEMAPS = {"index": paths.SITEMAP, "news": paths.NEWS_SITEMAP}
_RESERVED = re.compile(f"(?<=/)({'|'.join(sorted(RESERVED_SECTION_SLUGS))})(?=/)")


class Feed(NamedTuple):
    """The feed that an address asks for, if it does."""

    extension: str = ""
    """'' = it asks for a page."""
    of_comments: bool = False
    number: str = ""
    """Of the feed's page."""
    of_podcast: bool = False
    """It was a plugin's, of all episodes."""


class Way(NamedTuple):
    page: str
    """Where it leads; unless `is_shape`, that depends on whether the store knows this path, and where it leads."""
    feed: Feed
    is_shape: bool = False
    for_good: bool = False
    words: str | None = None
    """For the search."""
    article_only: bool = False
    """Whether it leads nowhere unless to an article."""
    category: str = ""
    """Of one that may stand elsewhere among the sections now, the path that it had."""
    file: str = ""
    """Of one in a folder, which is `page`, what follows that."""


def ways(path: str, parameters: Parameters, sites: tuple[FormerSite, ...], *, podcast: str = "") -> Iterator[Way]:
    """The likeliest first; after one by shape no other is meant. `podcast`: the page of the newsroom's own, or ''."""
    if own := paths.split_feed_path(path):
        page, extension = own
        yield from _of_path(page, Feed(extension, number=parameters.get(PAGED, "")), parameters, is_ours=True)
        return
    for shapes in shapes_of(sites):
        if is_below(path, shapes.root):
            for rewritten in shapes.rewrite(path):
                yield from _of(rewritten, parameters, shapes, podcast)
    yield from _of_folders(path)


def _of_folders(path: str) -> Iterator[Way]:
    """Of a file that may have been in a folder of a former site's, the innermost first."""
    folder, _, name = path.rpartition("/")
    if media_type(name):
        parts = folder.split("/")[:_DEEPEST]
        for count in range(len(parts), 1, -1):
            page = "/".join(parts[:count]) + "/"
            yield Way(page, Feed(), file=path.removeprefix(page))


def _of(rewritten: Rewritten, parameters: Parameters, shapes: Shapes, podcast: str) -> Iterator[Way]:
    feed = _feed(rewritten, parameters)
    if feed is None:
        return
    split, variables = rewritten.split, rewritten.variables
    if split.page == "/":
        if podcast and feed.of_podcast and not narrows(parameters):
            yield Way(podcast, feed)
        yield from _of_home(feed, parameters, shapes)
    elif rewritten.path:
        is_ours = not (shapes.root or rewritten.is_article or split.of_article)
        for way in _of_path(rewritten.path, feed, parameters, is_ours=is_ours):
            yield way._replace(article_only=way.article_only or split.of_article)
    elif upload := variables.get("upload"):
        # A file is one whatever the query asks for.
        yield Way(paths.UPLOADS + upload, Feed(), is_shape=True)
    elif sitemap := variables.get("sitemap"):
        yield Way(_SITEMAPS[sitemap], feed, is_shape=True, for_good=not shapes.root)
    elif "name" in variables:
        yield Way(f"{shapes.root}/?name={variables['name']}", feed, article_only=True)
    elif not (feed.extension and narrows(parameters)):
        yield from _of_list(rewritten, feed, shapes)


def _feed(rewritten: Rewritten, parameters: Parameters) -> Feed | None:
    """None where there is no such feed: of an unknown format, or of an article without its comments."""
    split = rewritten.split
    asked = parameters.get("feed") or split.format
    extension = EXTENSIONS.get(asked.removeprefix(_OF_COMMENTS), "")
    if asked and (not extension or _is_set(parameters, "withoutcomments")):
        return None
    of_comments = split.comments or asked.startswith(_OF_COMMENTS) or _is_set(parameters, "withcomments")
    number = parameters.get(PAGED) or split.number
    return Feed(extension, bool(asked) and of_comments, number if asked else "", of_podcast=asked == PODCAST)


def _is_set(parameters: Parameters, name: str) -> bool:
    return parameters.get(name, "") not in ("", "0")


def _of_home(feed: Feed, parameters: Parameters, shapes: Shapes) -> Iterator[Way]:
    """Of an address whose path names nothing: what the query does."""
    named = named_single(parameters, shapes.roots) or named_list(parameters, shapes.roots)
    if not feed.extension and parameters.get("s"):
        # A person goes on from there.
        named = Named(words=parameters["s"])
    if named is None:
        page = paths.COMMENTS() if feed.of_comments else paths.HOME()
        yield Way(page, feed, is_shape=True, for_good=not shapes.root)
    else:
        yield from _of_named(named, feed, for_good=not shapes.root)


def _of_named(named: Named, feed: Feed, *, for_good: bool) -> Iterator[Way]:
    if named.words is not None:
        yield Way(paths.SEARCH(), feed, is_shape=True, for_good=for_good, words=named.words)
    elif named.page:
        yield Way(named.page, feed, is_shape=True, for_good=for_good)
    elif named.category:
        yield Way(section_page(named.category), feed, category=named.category)
    elif named.listed:
        yield Way(named.listed, feed, for_good=for_good)
    for key in named.known_as:
        yield Way(key, feed)


def _of_path(path: str, feed: Feed, parameters: Parameters, *, is_ours: bool) -> Iterator[Way]:
    """Of what was at a path; `is_ours`: or is, for lists have the same paths there and here."""
    narrowed = bool(feed.extension) and narrows(parameters)
    is_list = is_ours and (
        path == paths.DIRECTORY or any(kind.in_wordpress and kind.page.matches(path) for kind in KINDS)
    )
    if is_list:
        if not narrowed:
            if paths.AUTHOR.matches(path):
                # WordPress may have had another name for its list.
                yield Way(path, feed)
            yield Way(path, feed, is_shape=True, for_good=True)
        return
    yield Way(path, feed, article_only=narrowed)
    comments = paths.SECTION_COMMENTS.match(path) if is_ours else None
    if comments is not None and not narrowed:
        yield Way(paths.SECTION(**comments), feed._replace(of_comments=True))


def _of_list(rewritten: Rewritten, feed: Feed, shapes: Shapes) -> Iterator[Way]:
    variables, for_good = rewritten.variables, rewritten.by_shape and not shapes.root
    if "withcomments" in variables:
        yield Way(paths.COMMENTS(), feed, is_shape=True, for_good=for_good)
    elif "category_name" in variables:
        category = variables["category_name"]
        yield Way(section_page(category), feed, category=category)
    elif "tag" in variables:
        yield Way(paths.TAG(tag=variables["tag"]), feed)
    elif "author_name" in variables:
        yield Way(paths.AUTHOR(author=variables["author_name"]), feed)
    elif "s" in variables:
        yield from _of_named(Named(words=variables["s"]), feed, for_good=for_good)
    elif page := date_page(variables).page:
        yield Way(page, feed, is_shape=True, for_good=for_good)


def section_page(category: str) -> str:
    """Where a category's section is, or would be: slugs that have a meaning in our addresses are others here."""
    return _RESERVED.sub(r"\1-2", paths.SECTION(section=category))
