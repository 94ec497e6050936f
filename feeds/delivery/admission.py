"""Which feeds the hub takes subscribers for, and what raises them."""

from collections.abc import Collection

from feeds.making import fetch_feed
from feeds.site import SiteState
from feeds.topics import Topic
from storage.errors import StoreError
from storage.scopes import HOME

NO_ROOM = "The hub takes no subscribers for further searches: poll this feed."


async def has_room(site: SiteState, topic: Topic) -> bool:
    """Every article raises every search, of which there is no end: with subscribers to many, each publication would make all of
    these.
    """
    if HOME not in topic.scopes or not topic.has_query:
        return True
    return await site.store.has_room(topic.path, scope=HOME, most=site.settings.hub_searches)


async def scopes_of(site: SiteState, topic: Topic) -> Collection[str]:
    """What the feed was read from, which says more than its address does: of an article's thread, the article's own scopes. Of one
    that cannot be made now, what its kind names; who looks at it next finds out why.

    Raises StoreError, NoSuchFeed, BadDate.
    """
    try:
        return (await fetch_feed(site, topic)).scopes
    except StoreError:
        raise
    except Exception:
        return topic.scopes
