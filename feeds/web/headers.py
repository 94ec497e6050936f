"""A request's header fields, as they are read everywhere."""

from starlette.datastructures import Headers

from feeds.cache.conditional import Conditions


def field_value(headers: Headers, name: str) -> str | None:
    """A field's value, its lines joined (RFC 9110, section 5.3); None if absent."""
    lines = headers.getlist(name)
    return ", ".join(lines) if lines else None


def conditions_of(headers: Headers) -> Conditions:
    return Conditions(
        field_value(headers, "if-match"),
        field_value(headers, "if-unmodified-since"),
        field_value(headers, "if-none-match"),
        field_value(headers, "if-modified-since"),
    )
