"""Bans: whose replies go to the trash as they come, and how a moderator says so."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Network
from typing import Annotated, Protocol

from pydantic import Field

from feeds.aside import aside
from feeds.clean.fields import Fields, Id, Line, read
from feeds.http.addresses import parse_address, parse_network
from feeds.newsroom.addresses import ip_hash
from feeds.newsroom.reply_policy import Policy
from storage.bans import ban_key, email_ban, name_ban
from storage.clock import Clock
from storage.errors import Invalid, NotFound
from storage.lifecycle import IP_HASHES_KEPT
from storage.model import Ban, BanKind, Comment, CommentStatus
from storage.protocol import Bans, Comments, Moderation

Network = IPv4Network | IPv6Network

_WIDEST = {4: 8, 6: 16}
"""Bits of the widest networks that are banned, by the version of IP: a wider one is a part of the world."""
_SUBSCRIBER = {4: 32, 6: 64}
"""Bits of what one subscriber has."""
_AT_ONCE = 200
"""Comments that go to the trash in one transaction."""


class Banning(Bans, Comments, Moderation, Protocol):
    """What banning asks of a store."""


class BanFields(Fields):
    kind: Annotated[BanKind, Field(strict=False)]
    value: Line = Field(default="", repr=False)
    """An email, or `@host.example` for all of a host; a name; an IP address; or a network, as in `203.0.113.0/24`."""
    comment: Id | None = None
    """Instead of a value: the comment whose email, name, address or network it is."""
    note: Line = ""
    """For moderators: why."""
    trash_held: bool = False
    """What waits of whom it bans is put in the trash. Of a network that was given in digits that is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Banned:
    ban: Ban
    is_new: bool
    """Whether it was not there already."""
    trashed: int
    """Comments that waited, and were put in the trash."""


@dataclass(frozen=True, slots=True)
class _Target:
    kind: BanKind
    key: str
    shown: str = ""

    @property
    def is_hashed(self) -> bool:
        """Whether nothing but a keyed hash is kept of it."""
        return not self.shown


async def ban(store: Banning, data: Mapping[str, object], *, policy: Policy, by: str, clock: Clock) -> Banned:
    """Keep the ban that `BanFields` describe. One that is known by a keyed hash ends when these are forgotten.

    Raises Invalid naming every wrong field.
    """
    fields = await aside(read, BanFields, data)
    if (fields.comment is None) == (not fields.value):
        raise Invalid({"value": "Give a value, or a comment that has it"})
    if fields.comment is None:
        target = _target(fields.kind, fields.value or "", policy.secret)
    else:
        try:
            target = _target_of(fields.kind, await store.get_comment(fields.comment))
        except NotFound:
            raise Invalid({"comment": "There is no such comment"}) from None
    now = clock()
    kept, is_new = await store.add_ban(
        Ban(
            kind=target.kind,
            key=target.key,
            shown=target.shown,
            note=fields.note or "",
            by=by,
            created_at=now,
            ends_at=now + IP_HASHES_KEPT if target.is_hashed else None,
        )
    )
    trashed = 0
    if fields.trash_held:
        waiting = await store.held_under([kept.key])
        for first in range(0, len(waiting), _AT_ONCE):
            decided = await store.moderate(
                waiting[first : first + _AT_ONCE], CommentStatus.TRASH, by=by, list_after=policy.list_after
            )
            trashed += len(decided)
    return Banned(ban=kept, is_new=is_new, trashed=trashed)


def network_keys(address: str) -> Iterable[str]:
    """The keys of the bans on networks that an address is in, the widest first; none of what is no address.

    They are as many as there may be lengths of prefixes: each is looked up by itself, however many networks are banned.
    """
    known = parse_address(address)
    if known is None:
        return ()
    lengths, number = range(_WIDEST[known.version], _SUBSCRIBER[known.version]), int(known)
    of_version = IPv4Network if isinstance(known, IPv4Address) else IPv6Network
    return [_network_key(of_version((number, length), strict=False)) for length in lengths]


def of_what(comment: Comment) -> tuple[BanKind, ...]:
    """What of a comment can be banned: what is known of who sent it."""
    known = {
        BanKind.EMAIL: email_ban(comment.author_email),
        BanKind.NAME: name_ban(comment.author_name),
        BanKind.ADDRESS: comment.ip_hash,
        BanKind.NETWORK: comment.network_hash,
    }
    return () if comment.newsroom or comment.erased else tuple(kind for kind, what in known.items() if what)


def _target(kind: BanKind, value: str, secret: bytes) -> _Target:
    """Raises Invalid."""
    if kind is BanKind.EMAIL:
        key, advice = email_ban(value), "Give an email address, as in name@news.example, or @news.example for its host"
    elif kind is BanKind.NAME:
        key, advice = name_ban(value), "Write something that can be read"
    elif kind is BanKind.ADDRESS:
        known, advice = ip_hash(secret, value), "Give an IP address; several are a network, as in 203.0.113.0/24"
        return _required(_Target(kind, ban_key(kind, known) if known else ""), advice)
    else:
        return _network(value, secret)
    return _required(_Target(kind, key, value), advice)


def _network(value: str, secret: bytes) -> _Target:
    """A network; of what one subscriber has, the address. Raises Invalid."""
    advice = "Give a network, as in 203.0.113.0/24 or 2001:db8::/48"
    try:
        network = parse_network(value)
    except ValueError:
        raise Invalid({"value": advice}) from None
    if network.prefixlen < _WIDEST[network.version]:
        raise Invalid({"value": f"This is wider than /{_WIDEST[network.version]}: it would ban a part of the world"})
    if network.prefixlen >= _SUBSCRIBER[network.version]:
        return _target(BanKind.ADDRESS, str(network.network_address), secret)
    return _Target(BanKind.NETWORK, _network_key(network), str(network))


def _target_of(kind: BanKind, comment: Comment) -> _Target:
    """Raises Invalid."""
    if kind not in of_what(comment):
        raise Invalid({"comment": f"The {kind.value} of its author is not known (any more)"})
    if kind is BanKind.EMAIL:
        return _Target(kind, email_ban(comment.author_email), comment.author_email)
    if kind is BanKind.NAME:
        return _Target(kind, name_ban(comment.author_name), comment.author_name)
    return _Target(kind, ban_key(kind, comment.ip_hash if kind is BanKind.ADDRESS else comment.network_hash))


def _required(target: _Target, advice: str) -> _Target:
    if not target.key:
        raise Invalid({"value": advice})
    return target


def _network_key(network: Network) -> str:
    return ban_key(BanKind.NETWORK, str(network))
