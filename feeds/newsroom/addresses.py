"""Network addresses of readers, as they are kept: as keyed hashes, by which nobody is found who is not known already."""

import hmac

from feeds.http.addresses import network_of, subscriber_of


def ip_hash(secret: bytes, address: str) -> str:
    """A keyed hash of what one subscriber has, an IPv4 address or an IPv6 network; '' for anything else."""
    known_as = subscriber_of(address)
    return _hash(secret, f"ip {known_as}") if known_as else ""


def network_hash(secret: bytes, address: str) -> str:
    """The same of the network that an address is in, as a provider has it: of 24 bits (IPv4) or 48 (IPv6)."""
    number = network_of(address)
    return _hash(secret, f"network {number}") if number else ""


def _hash(secret: bytes, text: str) -> str:
    return hmac.digest(secret, text.encode(), "sha256").hex()
