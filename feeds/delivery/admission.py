"""Which feeds the hub takes subscribers for, and what raises them."""

from collections.abc import Collection

from feeds.delivery.entitling import Denied, NotYet, admitted_to
from feeds.making import fetch_feed
from feeds.newsroom.partners.access import Admitted
from feeds.site import SiteState
from feeds.topics import Topic
from storage.errors import StoreError
from storage.scopes import HOME, in_view, partner_scope, raised_in_view

NO_ROOM = "The hub takes no subscribers for further searches: poll this feed."


async def has_room(site: SiteState, topic: Topic) -> bool:
    """Every article raises every search, of which there is no end: with subscribers to many, each publication would make all of
    these.

    Raises as `admitted_to`.
    """
    if HOME not in topic.scopes or not topic.has_query:
        return True
    admitted = await admitted_to(site, topic)
    scope = HOME if admitted is None else in_view(admitted.entitled.set_id, HOME)
    return await site.store.has_room(topic.path, scope=scope, most=site.settings.hub_searches)


async def scopes_of(site: SiteState, topic: Topic) -> Collection[str]:
    """What the feed was read from, which says more than its address does: of an article's thread, the article's own scopes. Of one
    that cannot be made now, what its kind names; who looks at it next finds out why.

    Raises StoreError, Denied, NotYet.
    """
    admitted = None
    try:
        admitted = await admitted_to(site, topic)
        feed = await fetch_feed(site, topic, admitted.entitled if admitted else None)
        return raised_with(feed.scopes, admitted)
    except (StoreError, Denied, NotYet):
        raise
    except Exception:
        if admitted is None:
            return topic.scopes
        return raised_with(raised_in_view(topic.scopes, admitted.entitled.set_id), admitted)


def raised_with(scopes: Collection[str], admitted: Admitted | None) -> Collection[str]:
    """With what raises a feed because of whom it is for: other terms, and the end of a key."""
    return scopes if admitted is None else {*scopes, partner_scope(admitted.access.partner.id)}
