"""The HTML pages: one builder each, and the handlers of the reply form.

A page is built as a feed's document is, raises what the kind of feed at its path raises, and is kept by the same cache.
"""

from collections.abc import Iterator, Mapping

from feeds import paths
from feeds.kinds import in_route_order
from feeds.kinds.comments import ALL_COMMENTS, ARTICLE_COMMENTS, SECTION_COMMENTS
from feeds.kinds.dated import DAY, MONTH, YEAR
from feeds.kinds.latest import LATEST
from feeds.kinds.paging import CURSORS
from feeds.kinds.search import WORDS
from feeds.kinds.section import SECTION
from feeds.urls import THREAD_PAGE
from feeds.web.pages.article import build_article
from feeds.web.pages.assets import static_routes
from feeds.web.pages.comments import build_comments, build_section_comments
from feeds.web.pages.dated import build_dated
from feeds.web.pages.directory import build_directory
from feeds.web.pages.errors import error_page
from feeds.web.pages.home import build_home
from feeds.web.pages.named import build_section, named_page
from feeds.web.pages.page import MEDIA_TYPE, PAGE_FIELDS, Page, PageBuilder, build_page
from feeds.web.pages.private import comment_page, private_page
from feeds.web.pages.replies import form_routes
from feeds.web.pages.search import build_search
from feeds.web.pages.standing import build_standing

_OF_KINDS: Mapping[str, PageBuilder] = {
    LATEST.name: build_home,
    ALL_COMMENTS.name: build_comments,
    DAY.name: build_dated,
    MONTH.name: build_dated,
    YEAR.name: build_dated,
    SECTION_COMMENTS.name: build_section_comments,
    SECTION.name: build_section,
    ARTICLE_COMMENTS.name: build_article,
}
"""What builds the pages of a kind that are more than a list of articles under its name."""


def _of_kinds() -> Iterator[tuple[str, PageBuilder, tuple[str, ...]]]:
    for kind in in_route_order():
        build = _OF_KINDS.get(kind.name) or named_page(kind)
        if build is not None:
            yield kind.path, build, (THREAD_PAGE,) if kind.name == ARTICLE_COMMENTS.name else CURSORS


PAGES: tuple[tuple[str, PageBuilder, tuple[str, ...]], ...] = (
    (paths.DIRECTORY, build_directory, ()),
    (paths.SEARCH_PAGE, build_search, (WORDS,)),
    *_of_kinds(),
    (paths.PAGE.pattern, build_standing, ()),
)
"""Routes, what builds their page, and the parameters of the query that it depends on, in the order in which they are tried."""


__all__ = [
    "MEDIA_TYPE",
    "PAGES",
    "PAGE_FIELDS",
    "Page",
    "PageBuilder",
    "build_page",
    "comment_page",
    "error_page",
    "form_routes",
    "private_page",
    "static_routes",
]
