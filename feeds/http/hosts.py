"""The Host field: each request says for which host it is (RFC 9110, section 7.2; RFC 9112, section 3.2)."""

import re
from functools import lru_cache
from ipaddress import IPv6Address

_HOST = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|(?:[A-Za-z0-9._~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+)(?::[0-9]*)?")
"""RFC 3986, section 3.2.2. An empty name, which that allows, is the host of no http URI (RFC 9110, section 4.2.1)."""

_LONGEST_KEPT = 256
"""Characters of a value that is remembered: names have 253 at most (RFC 1035, section 2.3.4)."""


def says_its_host(host: str | None, http_version: str) -> bool:
    """Whether a request has one Host field that holds a host; one of HTTP/1.0 may have none.

    `host`: the field's value, several lines joined by ', ', None if absent; '1.1' is a version.
    """
    if host is None:
        return http_version == "1.0"
    is_host = _is_host if len(host) <= _LONGEST_KEPT else _is_host.__wrapped__
    return is_host(host)


@lru_cache(maxsize=256)
def _is_host(text: str) -> bool:
    # Of several lines the white space between them is in no host.
    said = _HOST.fullmatch(text)
    return said is not None and (said[1] is None or _is_ipv6(said[1]))


def _is_ipv6(text: str) -> bool:
    try:
        IPv6Address(text)
    except ValueError:
        return False
    return True
