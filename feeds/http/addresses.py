"""Network addresses, as far as they tell readers apart."""

from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

_LONGEST = 64
"""Characters; IPv6 has 45, and the name of a network interface that may stand behind it 15 (if_nameindex(3))."""


def parse_address(text: str) -> IPv4Address | IPv6Address | None:
    """None for what is no address, or longer than any. An IPv4 address is one also where a socket of IPv6 tells it."""
    # Remembered by what clients wrote: no more of it than an address has.
    return _parse(text) if len(text) <= _LONGEST else None


def parse_network(text: str) -> IPv4Network | IPv6Network:
    """Raises ValueError for what is neither an address nor a network; of IPv4 ones, as `parse_address`."""
    network = ip_network(text, strict=False)
    mapped = network.network_address.ipv4_mapped if isinstance(network, IPv6Network) else None
    return network if mapped is None or network.prefixlen < 96 else IPv4Network((int(mapped), network.prefixlen - 96))


@lru_cache(maxsize=4096)
def _parse(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def subscriber_of(text: str) -> str:
    """What one subscriber has: an IPv4 address, or an IPv6 network of 64 bits; '' for what is no address."""
    return _subscriber_of(text) if len(text) <= _LONGEST else ""


@lru_cache(maxsize=4096)
def _subscriber_of(text: str) -> str:
    address = _parse(text)
    if isinstance(address, IPv6Address):
        return str(IPv6Network((int(address), 64), strict=False))
    return "" if address is None else str(address)


_V6 = 1 << 48


def network_of(text: str) -> int:
    """The network that an address is in, as a provider has it: an IPv4 address's of 24 bits, an IPv6 one's of 48; 0 for none.

    No two of them have the same number.
    """
    return _network_of(text) if len(text) <= _LONGEST else 0


@lru_cache(maxsize=4096)
def _network_of(text: str) -> int:
    address = _parse(text)
    if isinstance(address, IPv6Address):
        return _V6 | int(address) >> 80
    # 0.0.0.0/24 is nobody's.
    return 0 if address is None else int(address) >> 8
