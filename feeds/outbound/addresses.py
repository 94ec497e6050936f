"""Which IP addresses are of the public Internet: by the special-purpose registries of IANA (RFC 6890), whatever Python knows."""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address

_NOT_PUBLIC_4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this host (RFC 1122)
        "10.0.0.0/8",
        "100.64.0.0/10",  # between a carrier and its customers (RFC 6598)
        "127.0.0.0/8",
        "168.63.129.16/32",  # Azure's machines are told their secrets there; on the Internet it is nobody's
        "169.254.0.0/16",  # link-local; clouds tell their machines secrets at 169.254.169.254
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",  # relays of 6to4 (RFC 7526)
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",  # multicast, reserved, broadcast
    )
)
_UNICAST = IPv6Network("2000::/3")
"""What is given out of IPv6 (RFC 4291, 2.4): all else is local, multicast, or nobody's."""
_NOT_PUBLIC_6 = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # protocols' own, Teredo (RFC 4380) among them
        "2001:db8::/32",
        "3fff::/20",
    )
)
_NAT64 = IPv6Network("64:ff9b::/96")
_6TO4 = IPv6Network("2002::/16")
_COMPATIBLE = IPv6Network("::/96")


def meant(address: str) -> Address:
    """The address that a packet to it reaches: of an IPv6 address that stands for an IPv4 one, that one.

    Raises ValueError for what is no address.
    """
    parsed = ip_address(address.partition("%")[0])
    if isinstance(parsed, IPv4Address):
        return parsed
    if parsed.ipv4_mapped is not None:
        return parsed.ipv4_mapped
    if parsed in _NAT64 or (parsed in _COMPATIBLE and int(parsed) > 1):
        return IPv4Address(int(parsed) & 0xFFFFFFFF)
    if parsed in _6TO4:
        return IPv4Address(int(parsed) >> 80 & 0xFFFFFFFF)
    return parsed


def is_public(address: Address) -> bool:
    """Whether it is a machine's on the public Internet."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _NOT_PUBLIC_4)
    return address in _UNICAST and not any(address in network for network in _NOT_PUBLIC_6)


@dataclass(frozen=True, slots=True)
class Networks:
    """Networks that are open though they are not public."""

    opened: tuple[IPv4Network | IPv6Network, ...] = ()

    @classmethod
    def of(cls, written: str) -> "Networks":
        """'10.0.0.0/8, fd00::/8'. Raises ValueError."""
        return cls(tuple(ip_network(name, strict=False) for name in map(str.strip, written.split(",")) if name))

    def let(self, address: str) -> bool:
        """Whether a connection may be made to the address: it is public, or opened."""
        reached = meant(address)
        return is_public(reached) or any(reached in network for network in self.opened)
