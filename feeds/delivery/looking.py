"""What became of a feed that somebody subscribes to, once something raised it: other bytes, another address, or nothing more."""

import logging
from datetime import timedelta

from feeds.delivery.admission import raised_with, scopes_of
from feeds.delivery.entitling import Denied, NotYet, admitted_to
from feeds.kinds.base import BadDate, FeedGone, FeedMoved, NoSuchFeed
from feeds.loops import growing_pause
from feeds.making import fetch_feed
from feeds.site import SiteState
from feeds.topics import Topic, kept_topic
from storage.errors import StoreError
from storage.model import ClaimedTopic

_log = logging.getLogger(__name__)

WITHDRAWN = "what this feed was about is withdrawn"
NO_FEED = "there is no such feed any more"
_AGAIN = timedelta(seconds=1)


async def look_at(site: SiteState, claimed: ClaimedTopic) -> None:
    """Render the feed, which is kept for those who poll it, and tell the store. Raises StoreError.

    One that cannot be rendered is tried again later, and holds no other up.
    """
    topic = kept_topic(claimed.path)
    try:
        if topic is None:
            raise NoSuchFeed(claimed.path)
        admitted = await admitted_to(site, topic)
        feed = await fetch_feed(site, topic, admitted.entitled if admitted else None)
        # By now it may show more of its list, or a partner have other terms, which are another view.
        scopes = raised_with(feed.scopes, admitted)
        # What is kept is older than the last Change where that did not reach it.
        await site.store.looked_at(claimed, seq=max(feed.seq, claimed.raised), digest=feed.digest, scopes=scopes)
    except Denied as denied:
        await _end(site, claimed, str(denied))
    except NotYet:
        await site.store.put_off_topic(claimed, due_at=site.clock() + _AGAIN)
    except FeedMoved as moved:
        assert topic is not None, "it was asked for"
        await _move(site, claimed, topic, moved.path)
    except FeedGone:
        await _end(site, claimed, WITHDRAWN)
    except (NoSuchFeed, BadDate):
        await _end(site, claimed, NO_FEED)
    except StoreError:
        raise
    except Exception:
        _log.exception("the feed at %s cannot be made for its subscribers, and is tried again", claimed.path)
        pause = timedelta(seconds=growing_pause(claimed.attempt))
        await site.store.put_off_topic(claimed, due_at=site.clock() + pause)


async def _move(site: SiteState, claimed: ClaimedTopic, topic: Topic, page: str) -> None:
    present = topic.at(page)
    if present is None:
        await _end(site, claimed, NO_FEED)
        return
    try:
        scopes = await scopes_of(site, present)
    except (Denied, NotYet):
        # Whoever looks at it next is told why.
        await site.store.put_off_topic(claimed, due_at=site.clock() + _AGAIN)
        return
    while not await site.store.move_topic(claimed, path=present.path, scopes=scopes):
        pass


async def _end(site: SiteState, claimed: ClaimedTopic, reason: str) -> None:
    while not await site.store.end_topic(claimed, reason=reason):
        pass
