"""Query parameters that mean something on a page. All others are ignored, and none is in a cache's key."""

from urllib.parse import parse_qsl

WORDPRESS = frozenset(
    {"p", "feed", "s", "page_id", "attachment_id", "name", "cat", "category_name", "tag", "author", "author_name", "m"}
)
"""An article by its number, a feed by its format's name, a search, and what else names a page there."""
REPLY = frozenset({"parent", "held"})
"""The reply form's: what is replied to, and one's own reply while it is held."""


def parse_query(query: bytes) -> dict[str, str]:
    """The parameters that mean something; of one given twice, the last."""
    pairs = parse_qsl(query.decode("latin-1"), keep_blank_values=True)
    return {name: value for name, value in pairs if name in WORDPRESS or name in REPLY}


def changes_the_page(path: str, query: bytes) -> bool:
    """Whether the answer for a path may depend on its query; a feed's never does."""
    return bool(query) and path.endswith("/") and bool(parse_query(query))
