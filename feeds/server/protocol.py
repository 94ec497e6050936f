"""The fast path: a poll for something kept is answered from uvicorn's parser callbacks, without ASGI.

The ASGI cache layer (`feeds.web.layers.CacheLayer`) is the reference: whatever is answered here is, byte for byte, what it
would have answered, and all that is out of the ordinary is left to it.
"""

import asyncio
import logging
import re
from datetime import UTC, datetime
from functools import lru_cache
from http import HTTPStatus
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from feeds.cache.conditional import not_modified
from feeds.cache.negotiation import Coding, choose_coding
from feeds.cache.representation import Fields, Representation, answer
from feeds.web.layers import common_fields
from feeds.web.state import SiteState

_log = logging.getLogger(__name__)

TESTED_UVICORN = ((0, 54), (0, 55))
"""From this version, to below that one. The parser callbacks are not documented and have changed between versions."""

_TAILS = 64
"""Heads kept of one representation: max-age is another each second while something is about to come."""

_ASIDE = frozenset(
    (
        b"expect",
        b"upgrade",
        b"transfer-encoding",
        b"content-length",
        b"range",
        b"cookie",
        b"authorization",
        b"connection",
    )
)
"""Fields that make a request more than a poll. Connection is one even when it says keep-alive: HTTP/1.1 clients need not."""


def fast_path_is_tested() -> bool:
    """Whether the uvicorn at hand is one that the fast path was tested with."""
    # Of '0.55rc1', 0 and 55.
    version = tuple(int(part) for part in re.findall(r"\d+", uvicorn.__version__)[:2])
    oldest, beyond = TESTED_UVICORN
    return oldest <= version < beyond


class _Finished:
    """Stands where uvicorn expects the cycle of an answered request."""

    response_complete = True
    disconnected = False
    keep_alive = True
    message_event = asyncio.Event()


_FINISHED: Any = _Finished()


class PollProtocol(HttpToolsProtocol):
    """uvicorn's protocol, with answers from the cache before a scope is even built."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A limit or a log has to see every request: both are uvicorn's own, on the ordinary way.
        watched = self.access_log and self.config.access_log
        self._site: SiteState | None = (
            None if self.limit_concurrency is not None or watched else self.app_state.get("site")
        )

    def on_message_begin(self) -> None:
        # The scope, three microseconds of it, is made in on_headers_complete when it is needed.
        self.url = b""
        self.expect_100_continue = False
        self.headers = []

    def on_headers_complete(self) -> None:
        if self.transport.is_closing():
            return
        try:
            answered = self._site is not None and "draining" not in self.app_state and self._answer_kept(self._site)
        except Exception:
            # An exception in a callback would become a 400.
            _log.exception("the fast path failed on %r", self.url)
            answered = False
        if not answered:
            # The timer of an earlier answer in this packet must not end a request that takes longer.
            self._unset_keepalive_if_required()
            self._begin_scope()
            super().on_headers_complete()
            if "draining" in self.app_state:
                # This server is about to end: ask the client to take its next request elsewhere.
                self.cycle.keep_alive = False

    def _begin_scope(self) -> None:
        url, headers, expect = self.url, self.headers, self.expect_100_continue
        super().on_message_begin()
        self.url = url
        self.headers.extend(headers)
        self.expect_100_continue = expect

    def _answer_kept(self, site: SiteState) -> bool:
        parser = self.parser
        method = parser.get_method()
        if (
            (method != b"GET" and method != b"HEAD")
            or (self.cycle is not None and not self.cycle.response_complete)
            or self.flow.write_paused
            or parser.get_http_version() != "1.1"
            or not parser.should_keep_alive()
        ):
            return False
        kept = site.cache.get(self.url.decode("latin-1"))
        if kept is None:
            return False
        now = site.clock()
        if not site.follower.is_current(now):
            return False
        accept_encoding = if_none_match = if_modified_since = None
        for name, value in self.headers:
            if name in _ASIDE or (name == b"connection" and value.lower() != b"keep-alive"):
                return False
            if name == b"accept-encoding":
                accept_encoding = _join(accept_encoding, value)
            elif name == b"if-none-match":
                if_none_match = _join(if_none_match, value)
            elif name == b"if-modified-since":
                if_modified_since = _join(if_modified_since, value)
        coding = choose_coding(accept_encoding)
        if coding is None or not kept.is_settled(now):
            return False
        next_publication = site.follower.due.publication_at
        unmodified = (if_none_match is not None or if_modified_since is not None) and not_modified(
            if_none_match, if_modified_since, etag=kept.etag(coding), modified_at=kept.modified_at, now=now
        )
        max_age = kept.max_age_at(now, next_publication)
        tail = kept.tails.get((coding, unmodified, max_age))
        if tail is None:
            tail = _tail(kept, coding, unmodified, now, next_publication)
        if tail is None:
            return False
        head = _head(HTTPStatus.NOT_MODIFIED if unmodified else HTTPStatus.OK, int(now.timestamp()))
        if unmodified or method == b"HEAD":
            self.transport.write(head + tail)
        else:
            self.transport.writelines((head, tail, kept.bodies[coding]))
        self.cycle = _FINISHED
        self.on_response_complete()
        return True


def _join(value: str | None, line: bytes) -> str:
    """A further line of a field (RFC 9110, section 5.3)."""
    text = line.decode("latin-1")
    return text if value is None else f"{value}, {text}"


@lru_cache(maxsize=8)
def _head(status: HTTPStatus, second: int) -> bytes:
    """What begins every answer of a second."""
    line = f"HTTP/1.1 {status.value} {status.phrase}\r\n".encode()
    return line + _lines(common_fields(datetime.fromtimestamp(second, UTC)))


def _tail(
    kept: Representation, coding: Coding, unmodified: bool, now: datetime, next_publication: datetime | None
) -> bytes | None:
    """The rest of the head, made once from the reference; None if the body is not at hand."""
    answered = answer(
        kept,
        coding,
        if_none_match=kept.etag(coding) if unmodified else None,
        if_modified_since=None,
        now=now,
        next_publication=next_publication,
    )
    if answered is None:
        return None
    if len(kept.tails) >= _TAILS:
        kept.tails.clear()
    max_age = kept.max_age_at(now, next_publication)
    tail = kept.tails[coding, unmodified, max_age] = _lines(answered.fields) + b"\r\n"
    return tail


def _lines(fields: Fields) -> bytes:
    return b"".join(b"%b: %b\r\n" % field for field in fields)
