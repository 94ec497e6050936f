"""Requests and their answers, counted: integers of one process, added to by the fast path too."""

from typing import NamedTuple


class Size:
    """Bytes of a body in one coding; 0 while it was not made in that coding."""

    __slots__ = ("bytes",)

    def __init__(self, bytes: int = 0) -> None:
        self.bytes = bytes


NOTHING = Size()
"""Of what would have had no body either."""


class Label(NamedTuple):
    """What is told of requests that are counted together. Every member has few values, none of which stands in a request."""

    kind: str
    format: str
    """'' of what is no feed."""
    status: int
    reader: str
    validator: str
    """By what a poll says what it has: 'etag', 'date' or 'none'; '' of what is no poll of a feed."""
    coding: str
    """Which a poll gets: 'br', 'gzip' or 'identity'; '' of what is no poll of a feed."""
    is_fast: bool
    """Whether the fast path answered."""


class Tally:
    """Of requests with one label."""

    __slots__ = ("requests", "sent", "unsent")

    def __init__(self) -> None:
        self.requests = 0
        self.sent = 0
        """Bytes of bodies."""
        self.unsent = 0
        """Bytes that would have been sent besides: of a 304 the whole body, of a 226 the rest of it, else without compression."""

    def count(self, sent: int, unsent: int) -> None:
        self.requests += 1
        self.sent += sent
        self.unsent += unsent


class Traffic(dict[Label, Tally]):
    """A tally for each label, made when it is first asked for."""

    def __missing__(self, label: Label) -> Tally:
        tally = self[label] = Tally()
        return tally
