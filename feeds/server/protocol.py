"""The fast path: a poll for something kept is answered from uvicorn's parser callbacks, without ASGI.

The ASGI cache layer (`feeds.web.layers.CacheLayer`) is the reference: whatever is answered here is, byte for byte, what it
would have answered, and all that is out of the ordinary is left to it.
"""

import logging
import re
from datetime import UTC, datetime
from functools import lru_cache
from http import HTTPStatus
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from feeds.cache.conditional import not_modified
from feeds.cache.negotiation import Coding
from feeds.cache.representation import Fields, Representation, answer
from feeds.server.guard import FINISHED, GuardedProtocol
from feeds.server.poll import Poll, Repeat, read_poll, repeat_of
from feeds.throttle import Throttle
from feeds.web.layers import common_fields
from feeds.web.state import SiteState
from feeds.web.throttle import too_many

_log = logging.getLogger(__name__)

TESTED_UVICORN = ((0, 54), (0, 55))
"""From this version, to below that one. The parser callbacks are not documented and have changed between versions."""

_TAILS = 64
"""Heads kept of one representation: max-age is another each second while something is about to come."""

_PACKETS, _PACKET = 8192, 2048
"""Packets remembered, and bytes in one of them."""
_REPEATS = 1024
"""Answers of one second that may be repeated within it."""

_END, _END_AND_CLOSE = b"\r\n", b"connection: close\r\n\r\n"


def is_tested() -> bool:
    """Whether the uvicorn at hand is one that this and its guard were tested with."""
    # Of '0.55rc1', 0 and 55.
    version = tuple(int(part) for part in re.findall(r"\d+", uvicorn.__version__)[:2])
    oldest, beyond = TESTED_UVICORN
    return oldest <= version < beyond


_polls: dict[bytes, Poll] = {}
"""What packets that were whole polls asked for, by their very bytes.

Readers and proxies send the same ones again and again, and one that is known need not be parsed.
"""
_repeats: dict[bytes, Repeat] = {}
"""What such packets were answered, all in one second: none of it keeps bodies alive that the cache has let go of."""


class PollProtocol(GuardedProtocol):
    """uvicorn's protocol, with answers from the cache before a scope is even built."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A limit or a log has to see every request: both are uvicorn's own, on the ordinary way.
        watched = self.access_log and self.config.access_log
        self._is_on = self.site is not None and self.limit_concurrency is None and not watched
        self._between = True
        """No request has begun that is not at its end."""
        self._begun = 0
        """Requests that the present packet began."""
        self._answered: Poll | None = None
        """The last of them, if the fast path answered it."""

    def data_received(self, data: bytes) -> None:
        if self._between and self._is_free():
            repeat = _repeats.get(data)
            if repeat is not None and self._repeat(repeat):
                return
            poll = _polls.get(data)
            if poll is not None and self._answer_safely(poll, data):
                return
        whole = self._between
        self._begun, self._answered = 0, None
        super().data_received(data)
        if whole and self._between and self._begun == 1:
            self._remember(data)

    def _remember(self, data: bytes) -> None:
        """Keep what a packet that was one whole request asked for, if it was a poll that was answered here."""
        if self._answered is None or len(data) > _PACKET:
            return
        if len(_polls) >= _PACKETS:
            del _polls[next(iter(_polls))]
        _polls[data] = self._answered

    def on_message_begin(self) -> None:
        self._in_head = True
        self._between = False
        self._begun += 1
        # The scope, three microseconds of it, is made in on_headers_complete when it is needed.
        self.url = b""
        self.expect_100_continue = False
        self.headers = []

    def on_headers_complete(self) -> None:
        if self.transport.is_closing() or not self.has_small_head():
            return
        poll = read_poll(self.parser, self.url, self.headers) if self._is_free() else None
        if poll is not None and self._answer_safely(poll):
            self._answered = poll
            return
        self._answered = None
        # The timer of an earlier answer in this packet must not end a request that takes longer.
        self._unset_keepalive_if_required()
        self._begin_scope()
        HttpToolsProtocol.on_headers_complete(self)
        if "draining" in self.app_state:
            # This server is about to end: ask the client to take its next request elsewhere.
            self.cycle.keep_alive = False

    def on_message_complete(self) -> None:
        self._between = True
        super().on_message_complete()

    def _begin_scope(self) -> None:
        url, headers, expect = self.url, self.headers, self.expect_100_continue
        HttpToolsProtocol.on_message_begin(self)
        self.url = url
        self.headers.extend(headers)
        self.expect_100_continue = expect

    def _is_free(self) -> bool:
        """Whether an answer may be written at once: the fast path is on, and nothing is before it."""
        return (
            self._is_on
            and (self.cycle is None or self.cycle.response_complete)
            and not self.flow.write_paused
            and not self.transport.is_closing()
            and "draining" not in self.app_state
        )

    def _repeat(self, repeat: Repeat) -> bool:
        """Whether it was answered with the very bytes of the answer before: nothing has changed since, and Date has not."""
        site = self.site
        if site is None or repeat.site is not site or repeat.epoch != site.cache.epoch:
            return False
        now = site.clock()
        # Asked for the due-task's sake too: what is known to come due is another object once the log was read again.
        if not (
            repeat.since <= now < repeat.until and site.follower.is_current(now) and repeat.due is site.follower.due
        ):
            return False
        self._send(repeat.head, repeat.body)
        return True

    def _answer_safely(self, poll: Poll, packet: bytes | None = None) -> bool:
        """An exception in a callback would become a 400: the ordinary way answers instead."""
        assert self.site is not None, "the fast path is on"
        try:
            if self.site.throttle is not None and self._is_throttled(poll, self.site.throttle):
                return True
            return self._answer_kept(poll, self.site, packet)
        except Exception:
            _log.exception("the fast path failed on %r", poll.key)
            return False

    def _answer_kept(self, poll: Poll, site: SiteState, packet: bytes | None) -> bool:
        """Whether it was answered. `packet`: the bytes of the request, where they are known to be a whole one."""
        now = site.clock()
        if not site.follower.is_current(now):
            return False
        kept = site.cache.get(poll.key)
        if kept is None or not kept.is_settled(now):
            return False
        next_publication = site.follower.due.publication_at
        unmodified = (poll.if_none_match is not None or poll.if_modified_since is not None) and not_modified(
            poll.if_none_match,
            poll.if_modified_since,
            etag=kept.etag(poll.coding),
            modified_at=kept.modified_at,
            now=now,
        )
        if not unmodified and poll.delta_since is not None and kept.gives_changes_since(poll.delta_since):
            return False
        tail = kept.tails.get((poll.coding, unmodified, kept.max_age_at(now, next_publication)))
        if tail is None:
            tail = _tail(kept, poll.coding, unmodified, now, next_publication)
        if tail is None:
            return False
        if site.throttle is not None and poll.is_limited:
            site.throttle.take(self._client_of(poll))
        second = int(now.timestamp())
        head = _head(HTTPStatus.NOT_MODIFIED if unmodified else HTTPStatus.OK, second, tail, poll.close)
        body = b"" if unmodified or poll.head_only else kept.bodies[poll.coding]
        self._send(head, body, close=poll.close)
        # Worth it only for what is asked for more than once in a second.
        if packet is not None and poll.answered_in == second and not poll.close and site.throttle is None:
            _keep_repeat(packet, repeat_of(head, body, kept, site, now))
        poll.answered_in = second
        return True

    def _is_throttled(self, poll: Poll, throttle: Throttle) -> bool:
        """Whether the client asks too often, and was told so."""
        wait = throttle.wait(self._client_of(poll)) if poll.is_limited else 0
        if not wait:
            return False
        assert self.site is not None, "the fast path is on"
        head, body = _refusal(wait, int(self.site.clock().timestamp()), poll.close)
        self._send(head, b"" if poll.head_only else body, close=poll.close)
        return True

    def _client_of(self, poll: Poll) -> str:
        peer = self.client[0] if self.client else ""
        assert self.site is not None, "the fast path is on"
        return self.site.trusted_proxies.client_of(peer, poll.forwarded_for)

    def _send(self, head: bytes, body: bytes, *, close: bool = False) -> None:
        """The whole answer at once."""
        if body:
            self.transport.writelines((head, body))
        else:
            self.transport.write(head)
        self.cycle = FINISHED
        if close:
            self.transport.close()
        if self.timeout_keep_alive_task is None:
            self.on_response_complete()
        else:
            # The timer that runs since an earlier answer looks at this: arming another costs a third of a poll.
            self.server_state.total_requests += 1
            self._active_at = self.loop.time()

    def timeout_keep_alive_handler(self) -> None:
        """Close what has been idle; what was answered since the timer was armed gets the rest of its time."""
        rest = self._active_at + self.timeout_keep_alive - self.loop.time()
        if rest > 0 and not self.transport.is_closing():
            self.timeout_keep_alive_task = self.loop.call_later(rest, self.timeout_keep_alive_handler)
        else:
            super().timeout_keep_alive_handler()


def _keep_repeat(packet: bytes, repeat: Repeat | None) -> None:
    if repeat is None:
        return
    if len(_repeats) >= _REPEATS or (_repeats and next(iter(_repeats.values())).until != repeat.until):
        _repeats.clear()
    _repeats[packet] = repeat


def _head(status: HTTPStatus, second: int, tail: bytes, close: bool) -> bytes:
    """`tail` are the lines of the answer's own fields."""
    return b"".join((_beginning(status, second), tail, _END_AND_CLOSE if close else _END))


@lru_cache(maxsize=8)
def _beginning(status: HTTPStatus, second: int) -> bytes:
    """What begins every answer of a second."""
    line = f"HTTP/1.1 {status.value} {status.phrase}\r\n".encode()
    return line + _lines(common_fields(datetime.fromtimestamp(second, UTC)))


@lru_cache(maxsize=64)
def _refusal(wait: int, second: int, close: bool) -> tuple[bytes, bytes]:
    """Head and body for who asks too often."""
    _, fields, body = too_many(wait)
    assert body is not None, "it says why"
    return _head(HTTPStatus.TOO_MANY_REQUESTS, second, _lines(fields), close), body


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
    tail = kept.tails[coding, unmodified, max_age] = _lines(answered.fields)
    return tail


def _lines(fields: Fields) -> bytes:
    return b"".join(b"%b: %b\r\n" % field for field in fields)
