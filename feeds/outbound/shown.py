"""Addresses of the web as they may stand in a log, an error or a summary: without what may be a secret."""

from urllib.parse import unquote_plus

import httpx2

_HARMLESS = frozenset(
    {
        "author",
        "cat",
        "category",
        "feed",
        "format",
        "id",
        "lang",
        "language",
        "name",
        "order",
        "orderby",
        "p",
        "page",
        "paged",
        "per_page",
        "post_type",
        "q",
        "s",
        "section",
        "since",
        "tag",
        "topic",
        "type",
        "withcomments",
    }
)
"""Parameters of feeds that are no secrets. Any other may be: nobody can tell by its name."""


def is_fetchable(url: str) -> bool:
    try:
        parsed = httpx2.URL(url)
    except (httpx2.InvalidURL, UnicodeError, ValueError):
        return False
    return parsed.scheme in ("http", "https") and bool(parsed.host)


def shown(url: httpx2.URL | str) -> str:
    """For people: neither a user and password nor the value of a parameter that may be a secret. Raises httpx2.InvalidURL."""
    bare = httpx2.URL(url).copy_with(username=None, password=None, fragment=None)
    query = bare.query.decode("ascii")
    if not query:
        return str(bare)
    return f"{bare.copy_with(query=None)}?{'&'.join(map(_masked, query.split('&')))}"


def without_secrets(url: httpx2.URL | str) -> str:
    """An address that is kept and may be published: without its query, where that may hold a secret. Raises httpx2.InvalidURL."""
    bare = httpx2.URL(url).copy_with(username=None, password=None, fragment=None)
    return str(bare) if shown(bare) == str(bare) else str(bare.copy_with(query=None))


def _masked(parameter: str) -> str:
    name, equals, value = parameter.partition("=")
    if not parameter or unquote_plus(name).lower() in _HARMLESS:
        return parameter
    return f"{name}=***" if equals and value else name if equals else "***"
