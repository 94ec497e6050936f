"""Paths that no route knows: where they lead, if they were ever public. WordPress's shapes included."""

import re
from collections.abc import Callable
from typing import NamedTuple

from feeds import paths
from feeds.feed_paths import is_script, split_feed
from feeds.kinds import KINDS
from feeds.kinds.base import FeedGone
from feeds.kinds.paging import PAGED, with_query
from feeds.kinds.search import WORDS
from feeds.paths import PathTemplate
from feeds.urls import THREAD_PAGE, encode_path
from feeds.web.queries import parse_query
from storage.protocol import Store

_THREAD_TAIL = re.compile(r"/comment-page-([0-9]{1,9})/?$")
_THREAD_NUMBER = re.compile("0*([1-9][0-9]{0,8})")
_WORDS_IN_PATH = PathTemplate("/search/{words}/")
_CATEGORY = PathTemplate("/category/{category:path}/")

_NOWHERE = "?"
"""A path that nothing ever had."""
_NUMBER, _NAME = re.compile("[0-9]+"), re.compile("[^/]+")
_PAGE_BY_QUERY: tuple[tuple[str, re.Pattern[str], Callable[[str], str]], ...] = (
    ("p", _NUMBER, "/?p={}".format),
    ("page_id", _NUMBER, "/?page_id={}".format),
    ("attachment_id", _NUMBER, "/?attachment_id={}".format),
    ("name", _NAME, "/{}/".format),
    ("cat", _NUMBER, "/?cat={}".format),
    ("category_name", re.compile(".+"), _CATEGORY.fill),
    *((kind.wordpress_parameter, _NAME, kind.page.fill) for kind in KINDS if kind.wordpress_parameter),
    ("author", _NUMBER, "/?author={}".format),
)
"""How a WordPress without permalinks names a page: the parameter, what it may be, and how the page's path is made of it."""
_DATED = (paths.YEAR, paths.MONTH, paths.DAY)
_DATE = re.compile(r"([0-9]{4})([0-9]{2})?([0-9]{2})?")


class Moved(NamedTuple):
    """Where something is now."""

    location: str
    """A reference for Location."""
    for_good: bool
    """Told by the address's shape alone: nothing that the newsroom does leads it elsewhere."""


async def find_moved(store: Store, path: str, query: bytes) -> Moved | None:
    """Where what a decoded path and its query led to once is now; None if they never led anywhere.

    Raises FeedGone for what is withdrawn.
    """
    parameters = parse_query(query)
    page, extension = split_feed(path, parameters)
    if extension is None:
        return None
    # Of a feed they are followed by programs, which find its other entries at the same numbers; of a page by people.
    numbered = {PAGED: parameters[PAGED]} if extension and parameters.get(PAGED) else {}
    words = _searched(page, parameters)
    if words is not None:
        page = paths.feed_path(paths.SEARCH(), extension) if extension else paths.SEARCH_PAGE
        return Moved(with_query(page, {WORDS: words} | numbered), for_good=True)
    if page == paths.HOME() or is_script(path):
        page = _named_by_query(parameters) or page
    by_shape = page == paths.DIRECTORY or any(kind.in_wordpress and kind.page.matches(page) for kind in KINDS)
    present = page if by_shape else await _present_page(store, page)
    if present is None or (extension and not any(kind.page.matches(present) for kind in KINDS)):
        # Standing pages have no feeds.
        return None
    target = paths.feed_path(present, extension) if extension else present
    thread_page = _thread_page(path, parameters)
    if thread_page and not extension and paths.ARTICLE.matches(present):
        # Cut into as many comments by default, and counted from the oldest, too; a thread that has fewer pages leads on from there.
        numbered = {THREAD_PAGE: thread_page}
    elif target == path:
        return None
    return Moved(with_query(encode_path(target), numbered), by_shape)


def _thread_page(path: str, parameters: dict[str, str]) -> str:
    """Of an article's comments, by its number; '' where none is named."""
    tail = _THREAD_TAIL.search(path)
    number = _THREAD_NUMBER.fullmatch(tail[1] if tail else parameters.get("cpage", ""))
    return number[1] if number else ""


def _searched(page: str, parameters: dict[str, str]) -> str | None:
    """WordPress's search, by its parameter or in the path."""
    in_path = _WORDS_IN_PATH.match(page)
    if in_path:
        return in_path["words"].replace("+", " ")
    return parameters.get("s") if page == paths.HOME() else None


def _named_by_query(parameters: dict[str, str]) -> str | None:
    """The path of the page that parameters name, if they do."""
    for name, form, page in _PAGE_BY_QUERY:
        if value := parameters.get(name):
            return page(value.strip("/")) if form.fullmatch(value) else _NOWHERE
    if value := parameters.get("m"):
        date = _DATE.fullmatch(value)
        digits = [*filter(None, date.groups())] if date else []
        return _DATED[len(digits) - 1].fill(*digits) if digits else _NOWHERE
    return None


async def _present_page(store: Store, page: str) -> str | None:
    """Raises FeedGone."""
    found = await _standing(store, page)
    if found is not None:
        return found
    if category := _CATEGORY.match(page):
        return await _section_page(store, category["category"].strip("/"))
    comments = paths.SECTION_COMMENTS.match(page)
    if comments is not None and await _standing(store, paths.SECTION(**comments)) is not None:
        return page
    return None


async def _standing(store: Store, page: str) -> str | None:
    """Where what was at a page is now. Raises FeedGone."""
    target = await store.find_path(page)
    if target is not None and target.gone:
        raise FeedGone(f"what was at {page} is withdrawn")
    return target.path if target is not None else None


async def _section_page(store: Store, path: str) -> str | None:
    """WordPress's slugs of categories are unique, and it finds one by the last of a path alone. Raises FeedGone."""
    found = await _standing(store, paths.SECTION(section=path))
    if found is not None:
        return found
    slug = path.rpartition("/")[2]
    same = [section.path for section in await store.get_sections() if section.path.rpartition("/")[2] == slug]
    return paths.SECTION(section=same[0]) if len(same) == 1 else None
