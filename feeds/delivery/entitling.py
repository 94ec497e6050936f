"""For whom a topic's feed is made: judged each time, by what is known now."""

from feeds.newsroom.partners.access import Admitted, Claim, Refusal
from feeds.site import SiteState
from feeds.topics import Topic

_PATIENCE = 10.0
"""Seconds until views may have to be brought up."""


class Denied(Exception):
    """Whoever subscribed may have nothing any more. The message is a sentence for them."""


class NotYet(Exception):
    """What they see is being put together: it is to be tried again in a moment."""


async def admitted_to(site: SiteState, topic: Topic) -> Admitted | None:
    """Who holds the key by which a partner's feed was subscribed to, with the present terms, whose view is whole and brought up to
    date; None of a public feed.

    Raises Denied, NotYet; and Unavailable.
    """
    if not topic.holder:
        return None
    if not site.follower.is_current(site.clock()):
        await site.follower.catch_up()
    claim = Claim(topic.holder, None, in_path=False)
    judged = site.partners.judge(claim, site.clock()) or await site.partners.find(claim)
    if isinstance(judged, Refusal):
        raise Denied(judged.why)
    # Of a view that is half filled, what is not in it yet would be missing, and what is to leave it would still be there.
    is_whole = site.partner_views.is_current(site.clock()) or await site.partner_views.catch_up(_PATIENCE)
    if not is_whole:
        raise NotYet("what the terms grant is being put together")
    return judged
