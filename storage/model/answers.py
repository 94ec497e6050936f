"""What a request was answered, kept so that the same request again is answered the same, and done once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Generic, TypeVar

T = TypeVar("T", contravariant=True)

ANSWERS_KEPT = timedelta(days=1)
"""How long a key stands for one request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAnswer:
    """Nothing of it is secret from who holds the token."""

    digest: str
    """Of the request, SHA-256 in hex."""
    status: int
    """Of HTTP; 0 where what was kept has been forgotten since, and the answer with it."""
    fields: Mapping[str, str]
    """Of the answer's header."""
    body: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Once(Generic[T]):
    """A write that is done once, however often its request is sent."""

    token: str
    """The name of the token that sent it."""
    key: str
    """Of the request, SHA-256 in hex."""
    answer: Callable[[T], KeptAnswer]
    """What is answered when this has been kept. It runs within the write: it must not wait, nor call the store."""
