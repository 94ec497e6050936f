"""Where a request goes, read once from its URL."""

from base64 import b64encode
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote_to_bytes

import httpx2

from feeds.outbound.errors import Forbidden
from feeds.outbound.guard import Origin, origin_of


@dataclass(frozen=True, slots=True)
class Target:
    """What is to be asked, and of whom."""

    url: str
    """Without a user and password."""
    origin: Origin
    host: str
    """The name by which the host is known: ASCII, in lower case, without the dot at its end."""
    site: str
    """The same with its port."""
    head: bytes
    """What every request to it begins with after the method: the request's target, the version, Host, and Authorization."""

    @property
    def is_secure(self) -> bool:
        return self.origin[0] == "https"


# As many as there are callbacks in a large newsroom: reading one costs more than sending a request.
@lru_cache(maxsize=16_384)
def read_target(url: str) -> Target:
    """Raises Forbidden for what is no http or https URL."""
    try:
        parsed = httpx2.URL(url)
        origin = origin_of(parsed)
    except (httpx2.InvalidURL, UnicodeError, ValueError):
        raise Forbidden("it is no URL") from None
    if parsed.scheme not in ("http", "https") or not parsed.host:
        raise Forbidden("it is no http or https URL")
    _, host, port = origin
    bare = parsed.copy_with(username=None, password=None, fragment=None)
    head = b" %b HTTP/1.1\r\nHost: %b\r\n" % (parsed.raw_path, bare.netloc)
    if parsed.userinfo:
        # RFC 7617, as it stands in the URL.
        head += b"Authorization: Basic %b\r\n" % b64encode(unquote_to_bytes(parsed.userinfo))
    known = host.removesuffix(".")
    return Target(str(bare), origin, known, f"{known}:{port}", head)
