"""Delta polls (RFC 3229): who has a feed already is sent what changed since, not all of it."""

import re
from itertools import islice
from typing import NamedTuple

from feeds.http.conditional import entity_tags
from feeds.http.negotiation import weight

_TAG = re.compile(r'"([0-9a-f]{1,16})-([0-9a-f]{6})([0-9a-f]{3})[0-9a-f]{24}(?:-gz|-br)?"')
"""A feed's entity tag: the sequence, what `Terms.told` says, the digest, the coding."""

_ASKS_UNAWARES = "feedparser/"
"""The library feedparser asks for deltas whoever uses it. Programs that give no name of their own go by this one, among them
rss2email (3.14): it takes every status but 200 and 304 for a failure, and would fail at each poll from then on."""


class Base(NamedTuple):
    """What a client has of a feed, as its tag tells."""

    seq: int
    """The largest change sequence among the entries."""
    rendering: str
    window: int


class Terms(NamedTuple):
    """What a client must have of a feed so that the changes since make it whole."""

    floor: int
    """As of this Change, or a later one."""
    rendering: str
    """How its entries are rendered, in six hexadecimal digits: what is rendered otherwise has not changed in any sequence."""
    window: int
    """How many entries it shows, where there are more; 0 where it shows all."""

    @property
    def told(self) -> str:
        """For the tag: it moves with the feed's bytes alone, and so do these."""
        return f"{self.rendering}{self.window:03x}"

    def are_met_by(self, base: Base) -> bool:
        """Who has all that there was lacks no older entries, however many are shown by now."""
        return self.floor <= base.seq and self.rendering == base.rendering and base.window in (0, self.window)


def delta_base(a_im: str | None, if_none_match: str | None, user_agent: str | None) -> Base | None:
    """What a client that asks for the changes has, from the values of its fields; None if it asks for the whole.

    It accepts the instance manipulation 'feed' (RFC 3229, section 10.5.3, as feed readers use it) and names the one
    instance that it has, by a tag of ours.
    """
    if a_im is None or if_none_match is None or not _accepts_feed(a_im):
        return None
    if user_agent is not None and user_agent.startswith(_ASKS_UNAWARES):
        return None
    known = [*islice(entity_tags(if_none_match), 2)]
    tag = _TAG.fullmatch(known[0].as_given) if len(known) == 1 else None
    return Base(int(tag[1], 16), tag[2], int(tag[3], 16)) if tag else None


def _accepts_feed(a_im: str) -> bool:
    for element in a_im.split(","):
        name, *parameters = (part.strip().lower() for part in element.split(";"))
        if name == "feed":
            return weight(parameters) > 0
    return False
