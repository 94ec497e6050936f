"""Network addresses, as far as they tell readers apart."""

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address


@lru_cache(maxsize=4096)
def parse_address(text: str) -> IPv4Address | IPv6Address | None:
    """None for what is no address."""
    try:
        return ip_address(text)
    except ValueError:
        return None


@lru_cache(maxsize=4096)
def subscriber_of(text: str) -> str:
    """What one subscriber has: an IPv4 address, or an IPv6 network of 64 bits; '' for what is no address."""
    address = parse_address(text)
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or IPv6Network((int(address), 64), strict=False))
    return "" if address is None else str(address)
