"""What becomes of an error: the one table from what the lower floors raise to HTTP, for people and programs alike."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.exceptions import HTTPException

from feeds.http.conditional import Unmet
from feeds.kinds.base import BadDate, FeedGone, NoSuchFeed
from feeds.newsroom.commenting import Closed, Duplicate, TooFast, TooLate
from feeds.newsroom.media import MediaFull, MediaUnwritable, TooLarge, UnknownMedia
from feeds.newsroom.revising import Stale
from storage.errors import Conflict, Invalid, NotFound, OutcomeUnknown, Unavailable, Unreadable

_log = logging.getLogger(__name__)

STATUSES: Mapping[type[Exception], int] = {
    BadDate: 400,
    Closed: 403,
    TooLate: 403,
    NotFound: 404,
    NoSuchFeed: 404,
    Conflict: 409,
    Duplicate: 409,
    FeedGone: 410,
    Stale: 412,
    Unmet: 412,
    TooLarge: 413,
    UnknownMedia: 415,
    Invalid: 422,
    TooFast: 429,
    MediaUnwritable: 503,
    Unavailable: 503,
    Unreadable: 503,
    MediaFull: 507,
}
RETRY_AFTER = 5
"""Seconds that a client is asked to wait for a store that cannot be reached."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What a client is told of an error."""

    status: int
    detail: str = ""
    """A sentence on this very case, or ''."""
    headers: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)
    """What is wrong with each field, by its dotted path."""
    holder: int | None = None
    """The id of the article that has what was wanted."""


def fault_of(error: Exception) -> Fault:
    """An error that nobody expected is logged, and told without details (500)."""
    if isinstance(error, HTTPException):
        return _as_raised(error)
    if isinstance(error, Invalid):
        more = f" {error.more:,} more than those named here." if error.more else ""
        detail = f"Some fields are wrong; nothing was changed.{more}"
        return Fault(status=STATUSES[Invalid], detail=detail, fields=error.fields)
    if isinstance(error, TooFast):
        return Fault(status=STATUSES[TooFast], detail=str(error), headers={"Retry-After": str(error.retry_after)})
    if isinstance(error, OutcomeUnknown):
        # Whoever is asked to come again, or told that nothing was changed, does it twice.
        return Fault(status=STATUSES[Unavailable], detail=str(error))
    if isinstance(error, Unavailable):
        # The store has told the log of it: once, not for every request.
        return Fault(
            status=STATUSES[Unavailable],
            detail=f"{error} Nothing was changed.",
            headers={"Retry-After": str(RETRY_AFTER)},
        )
    for kind, status in STATUSES.items():
        if isinstance(error, kind):
            holder = error.holder if isinstance(error, Conflict) else None
            return Fault(status=status, detail=str(error), holder=holder)
    _log.error("unexpected error", exc_info=error)
    return Fault(status=500)


def _as_raised(error: HTTPException) -> Fault:
    headers = dict(error.headers or {})
    if "Allow" in headers:
        # A route names what it takes in any order.
        headers["Allow"] = ", ".join(sorted(headers["Allow"].split(", ")))
    return Fault(status=error.status_code, detail=error.detail, headers=headers)
