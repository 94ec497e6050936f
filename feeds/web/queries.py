"""Query parameters that mean something on a page. All others are ignored, and none is in a cache's key."""

from urllib.parse import parse_qsl

from feeds.kinds import KINDS
from feeds.kinds.paging import PAGED
from feeds.urls import COMMENT, THREAD_PAGE

WORDPRESS = frozenset(
    {"p", "feed", "s", "page_id", "attachment_id", "attachment", "name", "pagename", "cat", "category_name", "author"}
    | {"m", "year", "monthnum", "day", PAGED, "cpage"}
    | {kind.wordpress_parameter for kind in KINDS if kind.wordpress_parameter}
)
"""An article by its number, a feed by its format's name, a search, what else names a page there, and the number of a list's page or
a thread's."""
NUMBERED = ("page_id", "attachment_id", "cat")
"""Those that no other program has for anything else: a number that nothing has is 404 at the front page, as that of an article."""
_OF_LISTS = tuple({THREAD_PAGE, *(name for kind in KINDS for name in kind.query)})
REPLY = frozenset({"parent", "mine"})
"""The reply form's: what is replied to, and one's own reply, just written."""


def parse_query(query: bytes) -> dict[str, str]:
    """The parameters that mean something; of one given twice, the last."""
    pairs = parse_qsl(query.decode("latin-1"), keep_blank_values=True)
    return {name: value for name, value in pairs if name in WORDPRESS or name in REPLY or name == COMMENT}


def wanted_query(query: bytes, names: tuple[str, ...]) -> dict[str, str]:
    """The parameters of these names, in the order of the names; of one given twice the last, none that is empty."""
    if not query or not names:
        return {}
    given = dict(parse_qsl(query.decode("latin-1")))
    return {name: given[name] for name in names if name in given}


def may_change_the_answer(path: str, query: bytes) -> bool:
    """Whether the answer for a path may depend on its query: then what is kept under the path alone is not asked."""
    if not query:
        return False
    return bool(wanted_query(query, _OF_LISTS)) or (path.endswith("/") and bool(parse_query(query)))


def number_of(digits: str | None) -> int | None:
    """Of a parameter or a form's field; None for what is none that the store could know."""
    return int(digits) if digits and digits.isascii() and digits.isdigit() and len(digits) < 19 else None
