"""The fast path: a poll for something kept is answered from its packet or from uvicorn's parser callbacks, without ASGI.

The ASGI cache layer (`feeds.web.middleware.CacheMiddleware`) is the reference: whatever is answered here is, byte for byte, what it
would have answered, and all that is out of the ordinary is left to it.
"""

import logging
import re
from asyncio import AbstractEventLoop
from collections import deque
from datetime import datetime
from time import perf_counter
from typing import Any

import uvicorn
from httptools import HttpRequestParser
from uvicorn import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from feeds import paths
from feeds.http.access_log import AccessLog, Request, masked
from feeds.http.representation import Representation
from feeds.http.throttle import Throttle
from feeds.newsroom.partners.access import Admitted, Claim
from feeds.newsroom.partners.pickups import NOTED
from feeds.server.answers import Heads, answer_poll, refusal, tally_of
from feeds.server.connection_limits import FINISHED, GuardedProtocol
from feeds.server.poll import NOT_NOTED, PACKET, Poll, ReadOnce, read_head, read_packet
from feeds.site import SiteState
from storage.model import PartnerAccess

_log = logging.getLogger(__name__)

TESTED_UVICORN = ((0, 54), (0, 55))
"""From this version, to below that one. The parser callbacks are not documented and have changed between versions."""

_POLLS = 6 << 20
"""Bytes for packets that are remembered, with what they ask for: some 6,000 of them."""
_heads = Heads()


def is_tested() -> bool:
    """Whether the uvicorn at hand is one that this and its guard were tested with."""
    # Of '0.55rc1', 0 and 55.
    version = tuple(int(part) for part in re.findall(r"\d+", uvicorn.__version__)[:2])
    oldest, beyond = TESTED_UVICORN
    return oldest <= version < beyond


class PollProtocol(GuardedProtocol):
    """uvicorn's protocol, with answers from the cache before a scope is even built."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: AbstractEventLoop | None = None,
    ) -> None:
        # Most of what a connection begins with is the same for all of a server: a poll on a new connection takes 112 us where it
        # is made anew, the parser included, and 101 where it is not.
        alike = app_state.get("alike")
        if alike is not None:
            vars(self).update(alike)
        else:
            super().__init__(config, server_state, app_state, _loop)
            # A limit has to see every request: it is uvicorn's own, on the ordinary way.
            self._is_on = self.site is not None and self.limit_concurrency is None
            self._polls: ReadOnce[Poll] = ReadOnce(read_packet, _POLLS, PACKET)
            """What packets that were whole polls asked for, by their very bytes: readers and proxies send the same ones again
            and again."""
            self._between = True
            """No request has begun that is not at its end."""
            self._has_parser = False
            app_state["alike"] = vars(self) | {"parser": None}
        self.pipeline = deque()

    def data_received(self, data: bytes) -> None:
        if self._log is not None:
            self._began = perf_counter()
        if self._between and self._is_free():
            poll = self._polls[data]
            if poll is not None:
                if self._answer(poll):
                    return
                # Whoever walks through all that there is must not push out what readers ask for.
                self._polls.forget(data)
        if not self._has_parser:
            # As uvicorn makes it.
            self._has_parser = True
            self.parser = HttpRequestParser(self)
            self.parser.set_dangerous_leniencies(lenient_data_after_close=True)
        super().data_received(data)

    def on_message_begin(self) -> None:
        self._in_head = True
        self._between = False
        # The scope, three microseconds of it, is made in on_headers_complete when it is needed.
        self.url = b""
        self.expect_100_continue = False
        self.headers = []

    def on_headers_complete(self) -> None:
        if self.transport.is_closing() or not self.has_small_head():
            return
        poll = read_head(self.parser, self.url, self.headers) if self._is_free() else None
        if poll is not None and self._answer(poll):
            return
        self._begin_scope()
        HttpToolsProtocol.on_headers_complete(self)
        if "draining" in self.app_state:
            # This server is about to end: ask the client to take its next request elsewhere.
            self.cycle.keep_alive = False

    def on_message_complete(self) -> None:
        self._between = True
        super().on_message_complete()

    def _begin_scope(self) -> None:
        self.look_up_addresses()
        url, headers, expect = self.url, self.headers, self.expect_100_continue
        HttpToolsProtocol.on_message_begin(self)
        self.url = url
        self.headers.extend(headers)
        self.expect_100_continue = expect

    def _is_free(self) -> bool:
        """Whether an answer may be written at once: the fast path is on, and nothing is before it."""
        return (
            self._is_on
            and self._is_idle()
            and not self.flow.write_paused
            and not self.transport.is_closing()
            and "draining" not in self.app_state
        )

    def _answer(self, poll: Poll) -> bool:
        """Whether it was answered. An exception in a callback would become a 400: the ordinary way answers instead."""
        site = self.site
        assert site is not None, "the fast path is on"
        try:
            now = site.clock()
            if site.throttle is not None and self._is_throttled(poll, site, site.throttle, now):
                return True
            if not site.follower.is_current(now):
                return False
            partner = None
            if poll.claim is not None:
                partner = self._admitted(poll, poll.claim, site, now)
                if partner is None:
                    return False
                if partner.throttle is not None and self._is_held_back(poll, site, partner, partner.throttle, now):
                    return True
            answer = poll.answer
            kept = answer.at(now) if answer is not None else None
            if kept is None:
                poll.noted = NOT_NOTED
                answer = poll.answer = answer_poll(poll, site, now)
                kept = answer.kept() if answer is not None else None
            if answer is None or kept is None:
                return False
            body = b"" if answer.unmodified or poll.head_only else kept.bodies.get(poll.asked.coding)
            if body is None:
                return False
            if site.throttle is not None and poll.is_limited:
                site.throttle.take(self._client_of(poll, site))
            if partner is not None:
                if partner.throttle is not None:
                    partner.throttle.take(partner.asker)
                if not poll.noted[0] <= now < poll.noted[1]:
                    self._note(poll, site, partner.access, kept, now, unmodified=answer.unmodified)
            kept.was_asked = True
            status = 304 if answer.unmodified else 200
            tally = answer.tally
            if tally is not None:
                # Not by `count`: the call was half of what counting costs, which was 5 of 100 of a poll.
                tally.requests += 1
                tally.sent += len(body)
                tally.unsent += answer.unsent.bytes
            if self._log is not None:
                self._write_line(self._log, poll, site, status, len(body))
            # The last: what fails before it is answered by the ordinary way.
            self._send(_heads.head(status, answer.tail, now, poll.close), body, poll.close)
        except Exception:
            _log.exception("the fast path failed on %r", masked(poll.key.target))
            return False
        return True

    def _note(
        self,
        poll: Poll,
        site: SiteState,
        access: PartnerAccess,
        kept: Representation,
        now: datetime,
        *,
        unmodified: bool,
    ) -> None:
        """What the poll of a partner, or of one of its members, says of who asks."""
        if access.key.of_member:
            # Each time: from how many networks a key is used is looked at.
            site.note_member(access, self._client_of(poll, site), now)
            return
        site.last_use.note_partner(access, now)
        conditions, head = poll.asked.conditions, poll.head_only
        site.pickups.note_answer(access.partner, kept, conditions, now, unmodified=unmodified, head=head)
        poll.noted = now, now + NOTED

    @staticmethod
    def _admitted(poll: Poll, claim: Claim, site: SiteState, now: datetime) -> Admitted | None:
        """The partner that asks, by memory, with what it may see in the poll's key; None where that takes more."""
        if not site.partner_views.is_current(now):
            return None
        known = poll.admitted
        if known is not None and poll.judged == site.partners.state and now < known.until:
            return known
        judged = site.partners.judge(claim, now)
        if not isinstance(judged, Admitted):
            return None
        name = judged.entitlements
        if poll.key.entitlements != name:
            # Its terms are others than they were, or it asks for the first time.
            poll.key, poll.answer = poll.key._replace(entitlements=name), None
        poll.admitted, poll.judged = judged, site.partners.state
        return judged

    def _is_held_back(self, poll: Poll, site: SiteState, partner: Admitted, throttle: Throttle, now: datetime) -> bool:
        """Whether a partner, or a member, asks more often than was agreed, and was told so."""
        wait = throttle.wait(partner.asker)
        if wait:
            self._refuse_poll(poll, site, now, refusal(poll.key.target, wait, has_key=not partner.links))
        return bool(wait)

    def _is_throttled(self, poll: Poll, site: SiteState, throttle: Throttle, now: datetime) -> bool:
        """Whether the client asks too often, and was told so."""
        wait = throttle.wait(self._client_of(poll, site)) if poll.is_limited else 0
        if wait:
            self._refuse_poll(poll, site, now, refusal(poll.key.target, wait))
        return bool(wait)

    def _refuse_poll(self, poll: Poll, site: SiteState, now: datetime, refusal: tuple[bytes, bytes]) -> None:
        """Who asks too often is told so."""
        tail, body = refusal
        head = _heads.head(429, tail, now, poll.close)
        if poll.head_only:
            body = b""
        if site.traffic is not None:
            tally_of(poll, site.traffic, 429).count(len(body), 0)
        if self._log is not None:
            self._write_line(self._log, poll, site, 429, len(body))
        self._send(head + body, b"", poll.close)

    def _client_of(self, poll: Poll, site: SiteState) -> str:
        self.look_up_addresses()
        peer = self.client[0] if self.client else ""
        return peer if poll.forwarded_for is None else site.trusted_proxies.client_of(peer, poll.forwarded_for)

    def _write_line(self, log: AccessLog, poll: Poll, site: SiteState, status: int, sent: int) -> None:
        method, target = "HEAD" if poll.head_only else "GET", poll.key.target
        if poll.is_keyed:
            target = target.replace(paths.PARTNER, f"{paths.PARTNER}***/", 1)
        request = Request(self._client_of(poll, site), method, target, poll.version, poll.agent or "")
        log.note(request, status, sent, perf_counter() - self._began)

    def _send(self, head: bytes, body: bytes, close: bool) -> None:
        """The whole answer at once. No timer is armed, which would cost a third of a poll: the guard looks at `_active_at`."""
        if body:
            self.transport.writelines((head, body))
        else:
            self.transport.write(head)
        self.cycle = FINISHED
        self._in_head = False
        self._active_at = self.loop.time()
        if self.timeout_keep_alive_task is not None:
            self._unset_keepalive_if_required()
        self.server_state.total_requests += 1
        if close:
            self.transport.close()
