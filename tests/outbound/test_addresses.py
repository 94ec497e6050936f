"""Which addresses are public, and what an address stands for."""

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.outbound.addresses import Networks, is_public, meant
from tests.outbound.table import ADDRESSES, Address


@pytest.mark.parametrize("address", ADDRESSES, ids=lambda address: address.written)
def test_is_public(address: Address) -> None:
    assert Networks().let(address.written) is address.is_public, address.why


@given(
    st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6), st.sampled_from([address.written for address in ADDRESSES]))
)
def test_what_python_knows_to_be_private_is_never_public(address: IPv4Address | IPv6Address | str) -> None:
    reached = meant(str(address))
    assert not is_public(reached) or (reached.is_global and not reached.is_multicast)


@pytest.mark.parametrize(
    ("networks", "address", "let"),
    [
        ("10.0.0.0/8", "10.1.2.3", True),
        ("10.0.0.0/8", "::ffff:10.1.2.3", True),
        ("10.0.0.0/8", "64:ff9b::a01:203", True),
        ("10.0.0.0/8", "11.0.0.1", True),
        ("10.0.0.0/8", "192.168.0.1", False),
        (" fd00::/8 , 192.168.7.9 ", "fd12::1", True),
        ("fd00::/8,192.168.7.9", "192.168.7.9", True),
        ("fd00::/8,192.168.7.9", "192.168.7.8", False),
        ("fe80::/10", "fe80::1%eth0", True),
        ("", "127.0.0.1", False),
    ],
)
def test_networks_that_are_opened(networks: str, address: str, let: bool) -> None:
    assert Networks.of(networks).let(address) is let


def test_what_is_no_address_is_an_error() -> None:
    for text in ("", "localhost", "127.1", "0x7f000001"):
        with pytest.raises(ValueError):
            Networks().let(text)
    assert ip_address("127.0.0.1") == meant("::ffff:127.0.0.1")
