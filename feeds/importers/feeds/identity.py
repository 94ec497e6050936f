"""What a feed is known by, so that it is the same feed at every import, and no other one's."""

import hashlib
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from storage.model import ImportSource

_PORTS = frozenset({80, 443})
_NAMELESS = "a feed without an address"


def feed_source(own: Iterable[str], fetched: Sequence[str], link: str, *others: str) -> ImportSource:
    """The source of a feed's records.

    It goes by what it calls itself (`own`: rel=self or feed_url, absolute, the one that counts first), else by the address that it
    was `fetched` from, else by the link to its site, else by `others`: its id, its title. After the first of `fetched` come the
    addresses that lead there for good: names that it had before, unless it calls itself by another host's, which anybody may.
    """
    own_name = next(filter(None, map(address_name, own)), "")
    addresses = list(filter(None, map(address_name, fetched)))
    site = address_name(link)
    if not own_name:
        names = addresses or [site or next(filter(None, others), _NAMELESS)]
    elif addresses and _host(own_name) == _host(addresses[0]):
        names = [own_name, *addresses[1:]]
    else:
        names = [own_name]
    return ImportSource(names=tuple(dict.fromkeys(names)), site=site)


def _host(address: str) -> str:
    return urlsplit(address).netloc


def address_name(url: str) -> str:
    """An address without what never tells two feeds apart, and changes when a site moves to https or its server is set up anew:
    'https://agency.example/feed' of 'http://Agency.Example:80/feed/#top'. What may be a secret in it is a digest. '' of ''.
    """
    # With all that speaks HTTP it is a tenth of what an import of a file holds in memory.
    import httpx2

    from feeds.outbound import shown

    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname or "", parts.port
        place = f"[{host}]" if ":" in host else host
        if port is not None and port not in _PORTS:
            place += f":{port}"
        query = f"?{parts.query}" if parts.query else ""
        public = shown(f"https://{place}{parts.path.rstrip('/')}{query}")
    except (ValueError, UnicodeError, httpx2.InvalidURL):
        return ""
    if not host:
        return ""
    public = public.removesuffix("/")
    return f"{public}#{hashlib.sha256(query.encode()).hexdigest()[:32]}" if "***" in public else public
