"""Who a client is, behind proxies."""

import pytest

from feeds.web.clients import TrustedProxies


@pytest.mark.parametrize(
    ("trusted", "peer", "forwarded_for", "client"),
    [
        ("", "192.0.2.1", "198.51.100.1", "192.0.2.1"),
        ("10.0.0.1", "192.0.2.1", "198.51.100.1", "192.0.2.1"),
        ("10.0.0.1", "10.0.0.1", None, "10.0.0.1"),
        ("10.0.0.1", "10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.0/8", "10.9.9.9", "203.0.113.5, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
        ("10.0.0.0/8", "10.9.9.9", "10.0.0.3, 10.0.0.2", "10.0.0.3"),
        ("10.0.0.1", "10.0.0.1", "203.0.113.5, 198.51.100.1:4711", "198.51.100.1"),
        ("::1", "::1", "[2001:db8::1]:4711", "2001:db8::1"),
        ("::1", "::1", "2001:db8::1", "2001:db8::1"),
        ("*", "192.0.2.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "10.0.0.1", "198.51.100.1, unknown", "10.0.0.1"),
        ("10.0.0.1", "10.0.0.1", "", "10.0.0.1"),
        (" 10.0.0.1 , ", "10.0.0.1", "198.51.100.1", "198.51.100.1"),
    ],
)
def test_the_last_that_is_no_proxy(trusted: str, peer: str, forwarded_for: str | None, client: str) -> None:
    assert TrustedProxies(trusted).client_of(peer, forwarded_for) == client


def test_a_name_is_refused() -> None:
    with pytest.raises(ValueError, match="proxy"):
        TrustedProxies("proxy.example")
