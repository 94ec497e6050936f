"""Topics (WebSub, section 2): what can be subscribed to is a feed of ours in one format, and is known by its path."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode

from feeds import paths
from feeds.formats import FORMATS, PARTNER_FORMATS
from feeds.formats.base import Format
from feeds.kinds import in_route_order
from feeds.kinds.base import Kind
from feeds.kinds.hub_check import HUB_CHECK
from feeds.kinds.paging import FEED_PAGES
from feeds.urls import encode_path
from storage.scopes import with_older


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A feed in a format, whether or not there is one of that name now."""

    kind: Kind
    format: Format
    params: Mapping[str, str]
    """What stands in its path, and in its query where that names another list: what `make_feed` takes."""
    names: tuple[str, ...] = ()
    """Of the parameters, those of the query."""
    holder: str = ""
    """Of a feed within a partner's terms: the SHA-256, in hex, of the key by which it was asked for; '' of a public one."""

    @property
    def path(self) -> str:
        """As the store knows it: unencoded, and with its query where it has one. Of a partner's feed it names the holder, too: what
        that is sent depends on whose it is, and ends with the key.
        """
        return (f"{paths.PARTNER}{self.holder}" if self.holder else "") + self._feed_path + self._tail

    @property
    def target(self) -> str:
        """As requests and the cache name it: percent-encoded. It is the same for all partners."""
        return (paths.PARTNER[:-1] if self.holder else "") + encode_path(self._feed_path) + self._tail

    def at(self, page: str) -> "Topic | None":
        """The feed of another page, in the same format, for the same reader; None where there can be none."""
        found = topic_at(paths.feed_path(page, self.format.extension), formats=PARTNER_FORMATS)
        return found and replace(found, holder=self.holder)

    @property
    def has_query(self) -> bool:
        return bool(self.names)

    @property
    def is_polled(self) -> bool:
        """Whether its address answers with it: with a trial of the hub none does."""
        return self.kind is not HUB_CHECK

    @property
    def scopes(self) -> tuple[str, ...]:
        """What is raised when its feed may be another, but for the site's. Raises NoSuchFeed, BadDate."""
        return with_older(*self.kind.scopes(self.params))

    @property
    def _feed_path(self) -> str:
        return paths.feed_path(self.kind.page(**self.params), self.format.extension)

    @property
    def _tail(self) -> str:
        return "?" + urlencode({name: self.params[name] for name in self.names}) if self.names else ""


def topic_at(path: str, query: str = "", *, formats: Mapping[str, Format] = FORMATS) -> Topic | None:
    """The public topic that a decoded path and its query name; None where that is no feed's address, of whatever name.

    Of a list's page (`?before=`) it is the list: what is new comes there.
    """
    split = paths.split_feed_path(path)
    format = formats.get(split[1]) if split else None
    # No name has such a character, and in a topic's path it would begin the query.
    if split is None or format is None or "?" in path:
        return None
    for kind in (*in_route_order(), HUB_CHECK):
        found = kind.page.match(split[0])
        if found is not None:
            given = dict(parse_qsl(query))
            names = tuple(name for name in kind.query if name in given and name not in FEED_PAGES)
            return Topic(
                kind=kind, format=format, params={**found, **{name: given[name] for name in names}}, names=names
            )
    return None


_PREFIX = paths.PARTNER[:-1]
_KEPT = re.compile(rf"{_PREFIX}/(?P<holder>[0-9a-f]{{64}})(?P<path>/.*)", re.DOTALL)


def partner_topic_at(path: str, query: str, holder: str) -> Topic | None:
    """The same of a path below `/partner/`, in which no key stands, for whoever has the key of that SHA-256."""
    if not path.startswith(paths.PARTNER):
        return None
    found = topic_at(path.removeprefix(_PREFIX), query, formats=PARTNER_FORMATS)
    return found and replace(found, holder=holder)


def kept_topic(path: str) -> Topic | None:
    """The topic of a path as the store knows it; None of one that this release has no feed at."""
    bare, _, query = path.partition("?")
    of_partner = _KEPT.fullmatch(bare)
    if of_partner is None:
        return topic_at(bare, query)
    return partner_topic_at(_PREFIX + of_partner["path"], query, of_partner["holder"])


def split_holder(path: str) -> tuple[str, str]:
    """The holder of a topic by its path as the store knows it, '' of a public one, and the path as it is asked for."""
    found = _KEPT.fullmatch(path)
    return (found["holder"], _PREFIX + found["path"]) if found else ("", path)


class NoTopic(Exception):
    """There is nothing of ours to subscribe to; the message is a sentence that says what to do."""


class ForeignTopic(NoTopic):
    """It is another site's."""


class GoneTopic(NoTopic):
    """What it was about is withdrawn."""
