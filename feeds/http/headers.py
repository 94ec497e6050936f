"""A request's header fields, as they are read everywhere."""

from datetime import datetime
from http import HTTPStatus

from starlette.datastructures import Headers

from feeds.http.conditional import Conditions, Unmet, evaluate
from feeds.http.decision import Asked
from feeds.http.delta import delta_base
from feeds.http.negotiation import choose_coding

READ_METHODS = ("GET", "HEAD")


def field_value(headers: Headers, name: str) -> str | None:
    """A field's value, its lines joined (RFC 9110, section 5.3); None if absent."""
    lines = headers.getlist(name)
    return ", ".join(lines) if lines else None


def asked_of(method: str, headers: Headers) -> Asked | None:
    """What a GET or HEAD asks of a representation; None if its Accept-Encoding refuses every coding of ours."""
    coding = choose_coding(field_value(headers, "accept-encoding"))
    if coding is None:
        return None
    conditions = conditions_of(headers)
    # Changes have a body, which HEAD does not ask for.
    since = (
        delta_base(field_value(headers, "a-im"), conditions.if_none_match, field_value(headers, "user-agent"))
        if method == "GET"
        else None
    )
    return Asked(coding, conditions, since)


def is_unmodified(headers: Headers, *, etag: str, modified_at: datetime | None, now: datetime) -> bool:
    """Whether a GET or HEAD that would be answered 200 is answered 304. Raises Unmet where it is answered 412.

    `etag` and `modified_at` as in `evaluate`.
    """
    status = evaluate(conditions_of(headers), etag=etag, modified_at=modified_at, now=now)
    if status is HTTPStatus.PRECONDITION_FAILED:
        raise Unmet
    return status is HTTPStatus.NOT_MODIFIED


def conditions_of(headers: Headers) -> Conditions:
    """A request's, whatever its method."""
    return Conditions(
        field_value(headers, "if-match"),
        field_value(headers, "if-unmodified-since"),
        field_value(headers, "if-none-match"),
        field_value(headers, "if-modified-since"),
    )
