"""Delta polls (RFC 3229): who has a feed already is sent what changed since, not all of it."""

import re

from feeds.cache.negotiation import weight

_TAG = re.compile(r'(?:W/)?"([0-9a-f]{1,16})-[0-9a-f]{24}(?:-gz|-br)?(?:[-;]gzip)?"')
"""An entity tag of ours, perhaps with what proxies make of it: the sequence, the digest, the coding."""

_ASKS_UNAWARES = "feedparser/"
"""The library feedparser asks for deltas whoever uses it. Programs that give no name of their own go by this one, among them
rss2email (3.14): it takes every status but 200 and 304 for a failure, and would fail at each poll from then on."""


def delta_base(a_im: str | None, if_none_match: str | None, user_agent: str | None) -> int | None:
    """The sequence since which a client asks for the changes, from the values of its fields; None if it asks for the whole.

    It accepts the instance manipulation 'feed' (RFC 3229, section 10.5.3, as feed readers use it) and names the one
    instance that it has, by a tag of ours.
    """
    if a_im is None or if_none_match is None or not _accepts_feed(a_im):
        return None
    if user_agent is not None and user_agent.startswith(_ASKS_UNAWARES):
        return None
    tag = _TAG.fullmatch(if_none_match.strip())
    return int(tag[1], 16) if tag else None


def _accepts_feed(a_im: str) -> bool:
    for element in a_im.split(","):
        name, *parameters = (part.strip().lower() for part in element.split(";"))
        if name == "feed":
            return weight(parameters) > 0
    return False
