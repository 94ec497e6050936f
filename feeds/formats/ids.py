"""Identifiers that stay the same forever (RFC 4287, section 4.2.6)."""

import re
from uuid import NAMESPACE_URL, UUID, uuid5

_GUIDS = UUID("5f0c7c39-7a0f-4f0e-9d8e-0a6f5d3b1c72")
"""The namespace of guids that are not IRIs. It must never change."""

_CHAR = (
    r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2}"
    "|[\u00a0-\u200d\u2010-\u2029\u202f-\ud7ff\uf900-\ufdcf\ufdf0-\uffef\U00010000-\U000efffd])"
)
_IRI = re.compile(rf"[A-Za-z][A-Za-z0-9+.-]*:(?://\[[0-9A-Fa-f:.]+\])?{_CHAR}+(?:#{_CHAR}*)?")
"""An absolute IRI (RFC 3987, section 2.2), without the bidirectional formatting characters that section 4.1 bars."""

_URN = re.compile("urn:[a-z0-9][a-z0-9-]{0,30}[a-z0-9]:[!-~]+", re.IGNORECASE)
"""Names of this scheme are in ASCII, below a registered name (RFC 8141, section 2)."""


def entry_id(guid: str) -> str:
    """The Atom id of a guid: itself where it is an IRI, else a urn that is the same each time, on every host."""
    return guid if is_iri(guid) else uuid5(_GUIDS, guid).urn


def is_iri(text: str) -> bool:
    """Whether it is an absolute IRI; a urn, one with a namespace of its own."""
    return _IRI.fullmatch(text) is not None and (
        _URN.fullmatch(text) is not None or not text.lower().startswith("urn:")
    )


def feed_id(feed_url: str) -> str:
    """The Atom id of a feed, from its URL without scheme and extension: it survives the step from http to https."""
    return uuid5(NAMESPACE_URL, feed_url.partition(":")[2]).urn
