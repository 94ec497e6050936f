"""What bans are of: an email, a name, an address, a network; and what each is compared by."""

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Network

from feeds.http.addresses import parse_address, parse_network
from feeds.newsroom.addresses import ip_hash
from storage.bans import ban_key, email_ban, name_ban
from storage.errors import Invalid
from storage.model import BanKind, Comment

Network = IPv4Network | IPv6Network

_WIDEST = {4: 8, 6: 16}
"""Bits of the widest networks that are banned, by the version of IP: a wider one is a part of the world."""
_SUBSCRIBER = {4: 32, 6: 64}
"""Bits of what one subscriber has."""


@dataclass(frozen=True, slots=True)
class Target:
    """A ban's kind, what is compared (`storage.bans`), and what moderators see; '' where a keyed hash alone is kept."""

    kind: BanKind
    key: str
    shown: str = ""

    @property
    def is_hashed(self) -> bool:
        """Whether nothing but a keyed hash is kept of it."""
        return not self.shown


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


def ban_in_words(kind: BanKind, value: str) -> tuple[str, str]:
    """Of a ban that is known by more than a keyed hash: what it is compared by, and as it is shown. Raises Invalid."""
    if kind is not BanKind.ADDRESS:
        target = target_in_words(kind, value, b"")
        if not target.is_hashed:
            return target.key, target.shown
    raise Invalid({"value": "Of an address a keyed hash alone is kept: ban it here"})


def target_in_words(kind: BanKind, value: str, secret: bytes) -> Target:
    """What somebody wrote; addresses are hashed with the secret. Raises Invalid."""
    if kind is BanKind.EMAIL:
        key, advice = email_ban(value), "Give an email address, as in name@news.example, or @news.example for its host"
    elif kind is BanKind.NAME:
        key, advice = name_ban(value), "Write something that can be read"
    elif kind is BanKind.ADDRESS:
        known, advice = ip_hash(secret, value), "Give an IP address; several are a network, as in 203.0.113.0/24"
        return _required(Target(kind, ban_key(kind, known) if known else ""), advice)
    else:
        return _network(value, secret)
    return _required(Target(kind, key, value), advice)


def _network(value: str, secret: bytes) -> Target:
    """A network; of what one subscriber has, the address. Raises Invalid."""
    advice = "Give a network, as in 203.0.113.0/24 or 2001:db8::/48"
    try:
        network = parse_network(value)
    except ValueError:
        raise Invalid({"value": advice}) from None
    if network.prefixlen < _WIDEST[network.version]:
        raise Invalid({"value": f"This is wider than /{_WIDEST[network.version]}: it would ban a part of the world"})
    if network.prefixlen >= _SUBSCRIBER[network.version]:
        return target_in_words(BanKind.ADDRESS, str(network.network_address), secret)
    return Target(BanKind.NETWORK, _network_key(network), str(network))


def target_of(kind: BanKind, comment: Comment) -> Target:
    """What is known of a comment's author. Raises Invalid."""
    if kind not in of_what(comment):
        raise Invalid({"comment": f"The {kind.value} of its author is not known (any more)"})
    if kind is BanKind.EMAIL:
        return Target(kind, email_ban(comment.author_email), comment.author_email)
    if kind is BanKind.NAME:
        return Target(kind, name_ban(comment.author_name), comment.author_name)
    return Target(kind, ban_key(kind, comment.ip_hash if kind is BanKind.ADDRESS else comment.network_hash))


def _required(target: Target, advice: str) -> Target:
    if not target.key:
        raise Invalid({"value": advice})
    return target


def _network_key(network: Network) -> str:
    return ban_key(BanKind.NETWORK, str(network))
