"""The Host field: each request says for which host it is (RFC 9110, section 7.2; RFC 9112, section 3.2)."""

import re
from functools import lru_cache
from http import HTTPStatus
from ipaddress import IPv6Address

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from feeds.http.headers import field_value
from feeds.web.problems import problem

_HOST = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|(?:[A-Za-z0-9._~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+)(?::[0-9]*)?")
"""RFC 3986, section 3.2.2. An empty name, which that allows, is the host of no http URI (RFC 9110, section 4.2.1)."""

_LONGEST_KEPT = 256
"""Characters of a value that is remembered: names have 253 at most (RFC 1035, section 2.3.4)."""

_REFUSED = HTTPException(HTTPStatus.BAD_REQUEST, "Send one Host field, as in Host: news.example")


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


class HostMiddleware:
    """Answers 400 to a request that does not say its host; this is the reference for the server's fast path."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        fine = scope["type"] != "http" or says_its_host(
            field_value(Headers(scope=scope), "host"), scope["http_version"]
        )
        await (self._app if fine else problem(_REFUSED))(scope, receive, send)
