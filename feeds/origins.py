"""Hosts and origins, in the one spelling in which browsers send them (WHATWG URL, section 3; RFC 6454)."""

import re
import socket
from functools import lru_cache
from ipaddress import IPv6Address
from urllib.parse import unquote, urlsplit

import idna

_FORBIDDEN = re.compile(r"[\x00-\x20\x7f\"#%/:<>?@\[\\\]^`{|}]")
"""In no name of a host: browsers refuse most of these, and the rest ends what stands around a URL."""
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_AUTHORITY = re.compile(r"(\[[^\[\]]*\]|[^:\[\]]*)(?::([0-9]{0,5}))?")
_ROOT = re.compile(r"\.(?=:|$)")
"""The dot at the end of a name, before a port."""
_LARGEST_PORT = 65535
_LONGEST_NAME, _LONGEST_LABEL = 253, 63
"""Characters (RFC 1035, section 2.3.4)."""
_BEGINNING = re.compile(r"\s*[^/?#]{0,20}//[^/?#]{1,2000}(?=[/?#]|\Z)")
"""Of a URL, up to its path: `urlsplit` takes quadratic time for a host of thousands of accents."""
_DEFAULT_PORTS = {"http": 80, "https": 443}


def ascii_host(host: str) -> str:
    """The host of a URL in ASCII and lower case: names by UTS 46 and Punycode (RFC 3492), IPv4 addresses with four numbers,
    IPv6 ones in brackets and as short as can be.

    Raises ValueError for what is no host.
    """
    if host.startswith("["):
        if not host.endswith("]"):
            raise ValueError("a bracket is missing")
        return f"[{_ipv6(host[1:-1])}]"
    name = unquote(host, errors="strict")
    if len(name) > _LONGEST_NAME:
        raise ValueError("longer than a name may be")
    # As browsers do it: what IDNA 2008 forbids, as signs and emoji, is somebody's registered name all the same.
    mapped = idna.uts46_remap(name, std3_rules=False)
    labels = [label if label.isascii() else f"xn--{label.encode('punycode').decode()}" for label in mapped.split(".")]
    found = ".".join(labels)
    # The name of the root may end a name.
    named = labels[:-1] if len(labels) > 1 and not labels[-1] else labels
    if len(found) > _LONGEST_NAME or not all(0 < len(label) <= _LONGEST_LABEL for label in named):
        raise ValueError("a part of the name is empty, or too long")
    if _FORBIDDEN.search(found):
        raise ValueError("no name has such characters")
    return _ipv4(found.rstrip(".")) if _NUMBER.fullmatch(named[-1]) else found


def host_and_port(netloc: str, scheme: str) -> str:
    """What stands between // and the path of an http(s) URL, but for a user and password: the host as `ascii_host` has it, and
    `:port` where it is not the scheme's own.

    Raises ValueError for what is none.
    """
    read = _AUTHORITY.fullmatch(netloc.rpartition("@")[2])
    if read is None:
        raise ValueError("no host, or no port, is written so")
    host, port = ascii_host(read[1]), int(read[2] or _DEFAULT_PORTS[scheme])
    if port > _LARGEST_PORT:
        raise ValueError("no port has such a number")
    return host if port == _DEFAULT_PORTS[scheme] else f"{host}:{port}"


def origin_of(url: str) -> str:
    """`scheme://host`, and `:port` where it is not the scheme's own: equal for URLs that are of one origin.

    A dot at the end of the name is left out: it names the same host. Raises ValueError for what is no absolute http(s) URL.
    """
    if not _BEGINNING.match(url):
        raise ValueError("no host has such a name")
    scheme, netloc, *_ = urlsplit(url.strip())
    if scheme not in _DEFAULT_PORTS:
        raise ValueError("neither http nor https")
    return f"{scheme}://{_ROOT.sub('', host_and_port(netloc, scheme))}"


def with_ascii_host(url: str) -> str:
    """An absolute http(s) URL, its host and port as `host_and_port` has them; any other as it is. Raises ValueError."""
    parts = urlsplit(url)
    if parts.scheme not in _DEFAULT_PORTS:
        return url
    user, at, _ = parts.netloc.rpartition("@")
    return parts._replace(netloc=f"{user}{at}{host_and_port(parts.netloc, parts.scheme)}").geturl()


@lru_cache(maxsize=256)
def is_of_origin(url: str, origin: str) -> bool:
    """Whether a URL is of an origin that `origin_of` has made; of what is no URL, not."""
    try:
        return origin_of(url) == origin
    except ValueError:
        return False


def _ipv4(text: str) -> str:
    # The last of fewer than four numbers fills what is left; they may be octal or hexadecimal (inet_aton(3), as in browsers).
    try:
        return socket.inet_ntoa(socket.inet_aton(text))
    except OSError:
        raise ValueError("no address has such numbers") from None


def _ipv6(text: str) -> str:
    if "%" in text:
        raise ValueError("an address with a zone leads nowhere from another machine")
    address = IPv6Address(text)
    if address.ipv4_mapped is None:
        return str(address)
    low = int(address) & 0xFFFFFFFF
    return f"::ffff:{low >> 16:x}:{low & 0xFFFF:x}"
