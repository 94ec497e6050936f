"""What a subscriber calls a topic, whatever address of a feed that is, and which feed it leads to now.

It is followed by what answers such addresses with redirects: where a reader who asks is sent, a subscriber is subscribed.
"""

from dataclasses import dataclass, field
from urllib.parse import quote, unquote, urlsplit

from feeds import paths
from feeds.formats import FORMATS
from feeds.http.credentials import is_partners, split_key
from feeds.kinds.base import BadDate, FeedGone, FeedMoved, NoSuchFeed
from feeds.making import fetch_feed
from feeds.newsroom.partners.access import Admitted
from feeds.origins import origin_of
from feeds.site import SiteState
from feeds.topics import ForeignTopic, GoneTopic, NoTopic, Topic, partner_topic_at, topic_at
from feeds.urls import encode_path
from feeds.web.legacy_urls import Moved, moved_to
from feeds.web.redirects import find_led

_STEPS = 5
"""Redirects that are followed. Nothing of ours takes more than two."""
_AS_SENT = "-._~!$&'()*+,;=:@/?%[]"
_FIRST = next(iter(FORMATS))


async def find_topic(site: SiteState, asked: str) -> Topic:
    """The feed that a URL, or a path of this site with its query, leads to now, and that there is.

    Raises ForeignTopic, GoneTopic and NoTopic, each with a sentence for whoever asked; and Unavailable.
    """
    path, query = await _within(site, asked)
    if is_partners(path):
        # It is not said again: a key may stand in it.
        raise NoTopic("What is below /partner/ is for partners alone.")
    for _ in range(_STEPS):
        topic = topic_at(path, query)
        fault = await _fault_of(site, topic) if topic is not None else None
        if topic is not None and fault is None:
            return topic
        moved = await _way_on(site, path, query.encode(), fault)
        if moved is None:
            raise NoTopic(await _no_feed(site, path))
        path, query = await _within(site, moved.location)
    raise NoTopic(f"{asked} is redirected again and again: give the address of a feed.")


@dataclass(frozen=True, slots=True)
class PartnerFeed:
    """An address below `/partner/`, whether or not there is a feed."""

    path: str
    """Decoded, without a key."""
    query: str
    key: str = field(repr=False)
    """That stood in it; '' where none did."""
    url: str
    """The address as it was given; without the key, where one stood in it."""


async def partner_feed(site: SiteState, asked: str) -> PartnerFeed | None:
    """What a topic names below `/partner/`; None of any other. Raises ForeignTopic, NoTopic."""
    path, query = await _within(site, asked)
    if not is_partners(path):
        return None
    key, bare = split_key(path)
    if not key:
        return PartnerFeed(path, query, "", asked)
    return PartnerFeed(bare, query, key, site.urls.base + encode_path(bare) + (f"?{query}" if query else ""))


async def find_partner_topic(site: SiteState, asked: PartnerFeed, admitted: Admitted) -> Topic:
    """The feed that it leads to now, within the terms of who asks. Raises GoneTopic, NoTopic; and Unavailable."""
    topic = partner_topic_at(asked.path, asked.query, admitted.access.key.hash)
    for _ in range(_STEPS):
        if topic is None:
            break
        try:
            await fetch_feed(site, topic, admitted.entitled)
        except FeedMoved as moved:
            topic = topic.at(moved.path)
        except FeedGone:
            raise GoneTopic(f"What was at {asked.url} is withdrawn: there will be nothing new.") from None
        except (NoSuchFeed, BadDate):
            break
        else:
            return topic
    raise NoTopic(
        f"There is no feed of yours at {asked.url}: {site.urls.of(paths.PARTNER)} lists those that there are."
    )


async def require_own(site: SiteState, asked: str) -> None:
    """Raises ForeignTopic and NoTopic for what is no address of this site, whether or not there is a feed."""
    await _within(site, asked)


async def _fault_of(site: SiteState, topic: Topic) -> Exception | None:
    """Why there is no such feed; None if there is."""
    try:
        await fetch_feed(site, topic)
    except (FeedMoved, NoSuchFeed, BadDate, FeedGone) as error:
        return error
    return None


async def _way_on(site: SiteState, path: str, query: bytes, fault: Exception | None) -> Moved | None:
    """Where an address leads at which there is no feed, or none any more. Raises GoneTopic."""
    if isinstance(fault, FeedMoved):
        return moved_to(fault, path, query)
    try:
        sites = await site.former_sites.get()
        moved = await find_led(site.store, path, query, sites=sites, podcast=site.publication.podcast_page)
    except FeedGone as gone:
        moved, fault = None, gone
    if moved is None and isinstance(fault, FeedGone):
        raise GoneTopic(f"What was at {site.urls.of(path)} is withdrawn: there will be nothing new.") from None
    return moved


async def _within(site: SiteState, asked: str) -> tuple[str, str]:
    """The decoded path and the query of an address of this site, or of one that the newsroom had. Raises NoTopic, ForeignTopic."""
    if not asked or not asked.isprintable() or " " in asked:
        raise NoTopic(f"This is no URL: give that of a feed, as in {_example(site)}")
    try:
        _, netloc, path, query, _ = urlsplit(asked)
        host = "" if asked.startswith("/") and not netloc else host_of(asked)
    except ValueError:
        raise NoTopic(f"This is no http or https URL: give that of a feed, as in {_example(site)}") from None
    if "@" in netloc:
        raise NoTopic("Give the topic without a user and password.")
    if host and host != host_of(site.settings.base_url) and host not in await _former_hosts(site):
        raise ForeignTopic(
            f"This hub speaks for {site.settings.base_url} alone: subscribe to that topic at its own hub."
        )
    return unquote(path) or paths.HOME(), quote(query, safe=_AS_SENT)


async def _former_hosts(site: SiteState) -> set[str]:
    return {former.address.partition("/")[0] for former in await site.former_sites.get()}


def host_of(url: str) -> str:
    """The host of an http(s) URL, and its port where it is not the scheme's own: the same for http and https, for a site that went
    from one to the other, and with 'www.' or without. Raises ValueError.
    """
    return origin_of(url).partition("://")[2].removeprefix("www.")


async def _no_feed(site: SiteState, path: str) -> str:
    page = path if path.endswith("/") else f"{path}/"
    topic = topic_at(paths.feed_path(page, _FIRST))
    if topic is not None and await _fault_of(site, topic) is None:
        return f"{site.urls.of(path)} is a page: subscribe to its feed, {site.urls.base}{topic.target}"
    return f"There is no feed at {site.urls.of(path)}: {site.urls.of(paths.DIRECTORY)} lists those that there are."


def _example(site: SiteState) -> str:
    return site.urls.feed(paths.HOME(), _FIRST)
