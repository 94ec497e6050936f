"""Which content coding a client gets (RFC 9110, section 12.5.3)."""

import gzip
from enum import StrEnum
from functools import lru_cache
from math import isnan

import brotli
import deflate


class Coding(StrEnum):
    """In the order in which they are preferred where the client has no preference of its own."""

    BROTLI = "br"
    GZIP = "gzip"
    IDENTITY = "identity"


ETAG_SUFFIX = {Coding.BROTLI: "-br", Coding.GZIP: "-gz", Coding.IDENTITY: ""}
"""A strong validator tells codings apart (RFC 9110, section 8.8.3.3)."""


_LONGEST_KEPT = 256
"""Characters of a field's value; longer ones are nobody's habit, and would fill the memory if they were kept."""


def choose_coding(accept_encoding: str | None) -> Coding | None:
    """The best coding that the field's value allows; None when it allows none of ours, identity included (406).

    An absent field means identity: a client that wants compression says so.
    """
    if accept_encoding is None:
        return Coding.IDENTITY
    choose = _choose if len(accept_encoding) <= _LONGEST_KEPT else _choose.__wrapped__
    return choose(accept_encoding)


@lru_cache(maxsize=256)
def _choose(accept_encoding: str) -> Coding | None:
    weights: dict[str, float] = {}
    for element in accept_encoding.lower().split(","):
        name, *parameters = (part.strip() for part in element.split(";"))
        if name:
            weights["gzip" if name == "x-gzip" else name] = weight(parameters)
    rest = weights.get("*")
    offered = {coding: weights.get(coding, rest) for coding in Coding}
    # Identity needs no invitation; uninvited, it comes after whatever was asked for.
    if offered[Coding.IDENTITY] is None:
        offered[Coding.IDENTITY] = 0.0005
    best = max(Coding, key=lambda coding: offered[coding] or 0.0)
    return best if offered[best] else None


def weight(parameters: list[str]) -> float:
    """qvalue (RFC 9110, section 12.4.2); one that cannot be read counts as 1."""
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                weight = float(value)
            except ValueError:
                return 1.0
            return 1.0 if isnan(weight) else min(max(weight, 0.0), 1.0)
    return 1.0


def encode(body: bytes, coding: Coding) -> bytes:
    """The body in a coding: the same bytes each time."""
    match coding:
        case Coding.BROTLI:
            # Quality 5: 18.3 kB in 2.1 ms for an 85 kB feed, against 18.1 kB in 27 ms for 9.
            return bytes(brotli.compress(body, quality=5))
        case Coding.GZIP:
            # libdeflate, whose frame has a modification time of 0: 20.9 kB in 1.3 ms for a 136 kB feed, zlib the same in 2.8.
            return bytes(deflate.gzip_compress(body, 6))
        case Coding.IDENTITY:
            return body


def decode(encoded: bytes, coding: Coding) -> bytes:
    """The body that `encode` was given."""
    match coding:
        case Coding.BROTLI:
            return bytes(brotli.decompress(encoded))
        case Coding.GZIP:
            return gzip.decompress(encoded)
        case Coding.IDENTITY:
            return encoded
