"""The kinds of feed. A new kind is a file here and a line in KINDS: every format and the cache come free."""

from feeds.kinds.base import Kind
from feeds.kinds.comments import ALL_COMMENTS, ARTICLE_COMMENTS
from feeds.kinds.dated import DAY, MONTH, YEAR
from feeds.kinds.latest import LATEST
from feeds.kinds.section import SECTION

KINDS: tuple[Kind, ...] = (LATEST, ALL_COMMENTS, DAY, MONTH, YEAR, SECTION, ARTICLE_COMMENTS)
"""In the order in which their routes are tried."""
