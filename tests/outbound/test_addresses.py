"""Which addresses are public, and what an address stands for."""

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.outbound.addresses import Networks, is_public, meant

PUBLIC = (
    "1.1.1.1", "8.8.8.8", "100.63.255.255", "100.128.0.0", "172.15.255.255", "172.32.0.0", "169.253.255.255", "192.167.255.255",
    "223.255.255.255", "2606:4700::1111", "2001:4860:4860::8888", "2a00:1450:4001::1", "::ffff:8.8.8.8", "64:ff9b::808:808",
    "2002:808:808::1",
)  # fmt: skip
NOT_PUBLIC = (
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.254",
    "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1",
    "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::7f00:1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:a9fe:a9fe", "::ffff:0:127.0.0.1",
    "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::7f00:1", "2002:7f00:1::", "2002:a00:1::1", "2002:c0a8:101::1",
    "2001::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:10::1", "2001:20::1", "2001:db8::1", "3fff::1", "100::1", "5f00::1",
    "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "4000::1",
)  # fmt: skip


@pytest.mark.parametrize("address", PUBLIC)
def test_public(address: str) -> None:
    assert Networks().let(address)


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_not_public(address: str) -> None:
    assert not Networks().let(address)


@given(st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6), st.sampled_from([*PUBLIC, *NOT_PUBLIC]).map(str)))
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
