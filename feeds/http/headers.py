"""A request's header fields, as they are read everywhere."""

from datetime import datetime
from http import HTTPStatus

from starlette.datastructures import Headers

from feeds.http.conditional import Conditions, Unmet, evaluate


def field_value(headers: Headers, name: str) -> str | None:
    """A field's value, its lines joined (RFC 9110, section 5.3); None if absent."""
    lines = headers.getlist(name)
    return ", ".join(lines) if lines else None


def is_unmodified(headers: Headers, *, etag: str, modified_at: datetime | None, now: datetime) -> bool:
    """Whether a GET or HEAD that would be answered 200 is answered 304. Raises Unmet where it is answered 412.

    `etag` and `modified_at` as in `evaluate`.
    """
    asked = Conditions(
        field_value(headers, "if-match"),
        field_value(headers, "if-unmodified-since"),
        field_value(headers, "if-none-match"),
        field_value(headers, "if-modified-since"),
    )
    status = evaluate(asked, etag=etag, modified_at=modified_at, now=now)
    if status is HTTPStatus.PRECONDITION_FAILED:
        raise Unmet
    return status is HTTPStatus.NOT_MODIFIED
