"""The kinds of feed. A new kind is a file here and a line in KINDS: every format and the cache come free."""

from feeds.kinds.author import AUTHOR
from feeds.kinds.base import Kind
from feeds.kinds.comments import ALL_COMMENTS, ARTICLE_COMMENTS, SECTION_COMMENTS
from feeds.kinds.dated import DAY, MONTH, YEAR
from feeds.kinds.latest import LATEST
from feeds.kinds.search import SEARCH
from feeds.kinds.section import SECTION
from feeds.kinds.tag import TAG

KINDS: tuple[Kind, ...] = (
    LATEST, ALL_COMMENTS, DAY, MONTH, YEAR, SECTION_COMMENTS, SECTION, TAG, AUTHOR, SEARCH, ARTICLE_COMMENTS
)  # fmt: skip
"""In the order in which their routes are tried."""
