"""Query parameters that mean something. All others are ignored and are in no key."""

from urllib.parse import parse_qsl

PAGE_PARAMETERS = frozenset({"p", "feed", "s", "cat", "parent", "held", "comment"})
"""WordPress's (`p`, `feed`, `s`), and those of the reply form."""


def parse_query(query: bytes) -> dict[str, str]:
    """The parameters that mean something on a page; of one given twice, the last."""
    pairs = parse_qsl(query.decode("latin-1"), keep_blank_values=True, max_num_fields=None, errors="replace")
    return {name: value for name, value in pairs if name in PAGE_PARAMETERS}


def changes_the_page(path: str, query: bytes) -> bool:
    """Whether the answer for a path may depend on its query; a feed's never does."""
    return bool(query) and path.endswith("/") and bool(parse_query(query))
