"""Paths that no route knows: where they lead, if they were ever public. WordPress's shapes included."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple
from urllib.parse import parse_qsl

from feeds import paths
from feeds.kinds.base import FeedGone, FeedMoved
from feeds.kinds.paging import PAGED, with_query
from feeds.kinds.search import WORDS
from feeds.urls import COMMENT, THREAD_PAGE, encode_path
from feeds.web.former.ways import Feed, Way, ways
from feeds.web.queries import wanted_query
from feeds.wording import saying
from storage.model import FormerSite, PathTarget, list_at
from storage.protocol import Store

_THREAD_TAIL = re.compile(r"/comment-page-([0-9]{1,9})/?\Z")
_THREAD_NUMBER = re.compile("0*([1-9][0-9]{0,8})")
_LONGEST = 2_000
"""Characters of a path that a store may know."""


class Moved(NamedTuple):
    """Where something is now."""

    location: str
    """A reference for Location."""
    for_good: bool
    """Told by the address's shape alone: nothing that the newsroom does leads it elsewhere."""


def moved_to(error: FeedMoved, path: str, query: bytes) -> Moved:
    """Where the feed or page of a decoded path and its query is, which a kind knows elsewhere."""
    _, _, last = path.rpartition("/")
    # Of an article's page, the comment or the page of its thread that was asked for.
    asked = wanted_query(query, () if last else (COMMENT, THREAD_PAGE))
    return Moved(with_query(encode_path(error.path + last), asked), for_good=False)


async def find_moved(
    store: Store, path: str, query: bytes, *, sites: tuple[FormerSite, ...] | None = None, podcast: str = ""
) -> Moved | None:
    """Where what a decoded path and its query led to once is now; None if they never led anywhere.

    `sites`: the former ones, as the store knows them, where they have been read; `podcast`: the page of the newsroom's own, or ''.
    Raises FeedGone for what is withdrawn.
    """
    parameters = dict(parse_qsl(query.decode("latin-1"), keep_blank_values=True))
    if sites is None:
        sites = await store.get_former_sites()
    found = await _first(store, path, ways(path, parameters, sites, podcast=podcast))
    if found is None:
        return None
    way, present = found
    page, numbered = _page_of(present, way.feed), {PAGED: way.feed.number} if way.feed.number else {}
    if page is None:
        return None
    if way.words is not None:
        page = page if way.feed.extension else paths.SEARCH_PAGE
        return Moved(with_query(page, {WORDS: way.words} | numbered), way.for_good)
    thread_page = _thread_page(path, parameters)
    if thread_page and not way.feed.extension and paths.ARTICLE.matches(present):
        # Cut into as many comments by default, and counted from the oldest, too; a thread that has fewer pages leads on from there.
        numbered = {THREAD_PAGE: thread_page}
    elif page == path:
        return None
    return Moved(with_query(encode_path(page), numbered), way.for_good)


async def _first(store: Store, path: str, tried: Iterable[Way]) -> tuple[Way, str] | None:
    """The first way that leads anywhere, and to what page: found in one look into the store, or none.

    Raises FeedGone; of WordPress's feed of a page's comments as well, which is no more.
    """
    asked: list[Way] = []
    sure: Way | None = None
    for way in tried:
        if way.is_shape:
            sure = way
            break
        asked.append(way)
    known = [way.page for way in asked if len(way.page) <= _LONGEST]
    targets = await store.find_paths([*dict.fromkeys(known)]) if known else {}
    ended = ""
    for way in asked:
        target = targets.get(way.page)
        if target is not None and _leads(way, target):
            if way.file:
                return way, target.path + way.file
            if target.gone:
                raise FeedGone(saying("what was at %(path)s is withdrawn", path=way.page))
            if sure and sure.page == target.path:
                return sure, sure.page
            return way._replace(for_good=way.for_good and target.path == way.page), target.path
        if target is not None and target.page and way.feed.extension and not way.article_only:
            ended = way.page
    found = (sure, sure.page) if sure else await _moved_category(store, asked)
    if found is None and ended and not paths.split_feed_path(path):
        # Readers stop to ask, and tell their subscribers; what is not found they ask for time and again.
        raise FeedGone(
            saying(
                "comments on pages were not carried over: the page at %(path)s has no feed of them any more", path=ended
            )
        )
    return found


def _leads(way: Way, target: PathTarget) -> bool:
    """Whether what is there is what the way is to. No reader is led to a folder of files itself."""
    is_folder = target.path.startswith(paths.UPLOADS) and target.path.endswith("/")
    if is_folder or way.file:
        return is_folder and bool(way.file)
    if target.article_id is not None:
        return True
    return not way.article_only and (not way.feed.extension or list_at(target.path) is not None)


async def _moved_category(store: Store, asked: Sequence[Way]) -> tuple[Way, str] | None:
    """WordPress's slugs of categories are unique, and it finds one by the last of a path alone."""
    slugs = {way.category.rpartition("/")[2]: way for way in reversed(asked) if way.category}
    if not slugs:
        return None
    sections = [section.path for section in await store.get_sections()]
    for slug, way in reversed(slugs.items()):
        same = [path for path in sections if path.rpartition("/")[2] == slug]
        if same:
            return (way, paths.SECTION(section=same[0])) if len(same) == 1 else None
    return None


def _page_of(present: str, feed: Feed) -> str | None:
    """What is asked for of the page where something is now: itself, or a feed. None where there is no such feed."""
    if not feed.extension:
        section = paths.SECTION.match(present) if feed.of_comments else None
        return paths.SECTION_COMMENTS(**section) if section else present
    if feed.of_comments and not paths.ARTICLE.matches(present):
        section = paths.SECTION.match(present)
        if section is not None:
            present = paths.SECTION_COMMENTS(**section)
        elif present != paths.COMMENTS():
            return None
    return paths.feed_path(present, feed.extension)


def _thread_page(path: str, parameters: dict[str, str]) -> str:
    """Of an article's comments, by its number; '' where none is named."""
    tail = _THREAD_TAIL.search(path)
    number = _THREAD_NUMBER.fullmatch(tail[1] if tail else parameters.get("cpage", ""))
    return number[1] if number else ""
