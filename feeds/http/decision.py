"""What a GET or HEAD asks of a representation, and the one place that decides what it is answered."""

from datetime import datetime
from http import HTTPStatus
from typing import NamedTuple

from feeds.http.conditional import Conditions, evaluate
from feeds.http.delta import Base
from feeds.http.negotiation import Coding
from feeds.http.representation import Answer, Representation

_OK, _NOT_MODIFIED = HTTPStatus.OK, HTTPStatus.NOT_MODIFIED
"""By name they take 0.2 us each time."""
_AT_HAND = (_OK, _NOT_MODIFIED)


class Asked(NamedTuple):
    """What the fields of a request say, as far as its answer depends on them."""

    coding: Coding
    conditions: Conditions
    since: Base | None
    """What the client has of the feed, if it asks for the changes alone; None: it is to have all of it."""


class Decision(NamedTuple):
    """What is answered from a representation."""

    kept: Representation
    status: HTTPStatus
    """200, 226, 304, 412."""

    def answer(self, coding: Coding, now: datetime) -> Answer | None:
        """200 or 304, from memory; None for what takes more than that: a body that has to be made, the changes alone, 412."""
        return self.kept.answer(self.status, coding, now) if self.status in _AT_HAND else None

    def is_fleeting(self, asked: Asked) -> bool:
        """Whether time alone may decide otherwise: a date to come is one that the client made up, until it has come (RFC 9110,
        section 13.1.3).
        """
        conditions = asked.conditions
        by_date = conditions.if_modified_since is not None and conditions.if_none_match is None
        return by_date and self.status is not _NOT_MODIFIED


def decide(kept: Representation, asked: Asked, now: datetime) -> Decision:
    """What a GET or HEAD is answered (RFC 9110, section 13.2.2; RFC 3229, section 10.4.1)."""
    status = evaluate(asked.conditions, etag=kept.etag(asked.coding), modified_at=kept.freshness.modified_at, now=now)
    if status is _OK and asked.since is not None and kept.gives_changes_since(asked.since):
        status = HTTPStatus.IM_USED
    return Decision(kept, status)
