"""The HTML pages: one builder each, and the handlers of the reply form.

A page is built as a feed's document is, raises what the kind of feed at its path raises, and is kept by the same cache.
"""

from feeds.kinds.author import AUTHOR
from feeds.kinds.comments import ALL_COMMENTS, ARTICLE_COMMENTS, SECTION_COMMENTS
from feeds.kinds.dated import DAY, MONTH, YEAR
from feeds.kinds.latest import LATEST
from feeds.kinds.paging import CURSORS
from feeds.kinds.search import WORDS
from feeds.kinds.section import SECTION
from feeds.kinds.tag import TAG
from feeds.urls import THREAD_PAGE
from feeds.web.pages import directory, search
from feeds.web.pages.article import build_article
from feeds.web.pages.assets import static_routes
from feeds.web.pages.comments import build_comments, build_section_comments
from feeds.web.pages.dated import build_dated
from feeds.web.pages.directory import build_directory
from feeds.web.pages.errors import error_page
from feeds.web.pages.home import build_home
from feeds.web.pages.named import build_author, build_section, build_tag
from feeds.web.pages.page import MEDIA_TYPE, PAGE_FIELDS, Page, PageBuilder, build_page
from feeds.web.pages.private import comment_page, private_page
from feeds.web.pages.replies import form_routes
from feeds.web.pages.search import build_search

PAGES: tuple[tuple[str, PageBuilder, tuple[str, ...]], ...] = (
    (LATEST.path, build_home, CURSORS),
    (ALL_COMMENTS.path, build_comments, CURSORS),
    (directory.PATH, build_directory, ()),
    (search.PATH, build_search, (WORDS,)),
    (DAY.path, build_dated, CURSORS),
    (MONTH.path, build_dated, CURSORS),
    (YEAR.path, build_dated, CURSORS),
    (SECTION_COMMENTS.path, build_section_comments, CURSORS),
    (SECTION.path, build_section, CURSORS),
    (TAG.path, build_tag, CURSORS),
    (AUTHOR.path, build_author, CURSORS),
    (ARTICLE_COMMENTS.path, build_article, (THREAD_PAGE,)),
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
