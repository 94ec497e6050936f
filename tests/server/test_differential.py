"""The fast path answers what the ordinary way answers, byte for byte, and counts and logs it alike, whatever is asked and however
it is sent.
"""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from feeds.http.access_log import AccessLog, Request
from feeds.http.negotiation import Coding
from feeds.metrics.traffic import Label, Traffic
from feeds.server.connection_limits import GuardedProtocol
from tests.kinds.newsroom import SettableClock
from tests.server.listening import CountedPolls, Listening, listening
from tests.server.newsroom import NEXT_DUE, NOON, fill
from tests.server.polls import CUTS, FEEDS, MALFORMED, PAGES, PIPELINES, Poll, Tags, packets
from tests.server.wire import dial, exchange, request
from tests.web.site import Site, application, open_site

pytestmark = pytest.mark.anyio

_LAST = request("/healthz", Connection="close")
"""Ends the exchange, if the connection is still there to carry it: what stays open and what does not is compared too."""
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class Noted:
    """What a server counts and writes to its access log."""

    def __init__(self) -> None:
        self.traffic = Traffic()
        self._lines: list[tuple[Request, int, int]] = []
        self.access_log = AccessLog(as_json=False)
        self.access_log.note = self._note  # type: ignore[method-assign]

    def take(self) -> tuple[list[tuple[Request, int, int]], Mapping[Label, tuple[int, int, int]]]:
        """Since the last time: lines, without their times; and figures, whoever answered."""
        lines, self._lines = self._lines, []
        counts: dict[Label, tuple[int, int, int]] = {}
        for label, tally in self.traffic.items():
            before = counts.get(whoever := label._replace(is_fast=False), (0, 0, 0))
            counts[whoever] = (before[0] + tally.requests, before[1] + tally.sent, before[2] + tally.unsent)
            # Not another: the fast path holds on to it.
            tally.requests = tally.sent = tally.unsent = 0
        return lines, {label: count for label, count in counts.items() if count[0]}

    def _note(self, request: Request, status: int, sent: int, seconds: float) -> None:
        assert seconds >= 0
        self._lines.append((request, status, sent))


class Pair:
    """The same site behind both protocols, each of which notes by itself what it answered."""

    asked = 0
    """Requests, of all pairs together."""

    def __init__(self, site: Site, fast: Listening, plain: Listening, tags: Tags, noted: Mapping[str, Noted]) -> None:
        self.site, self.fast, self.plain, self.tags = site, fast, plain, tags
        self._noted = noted
        for each in noted.values():
            each.take()

    async def compare(self, sent: Sequence[bytes]) -> None:
        by_fast, by_plain = [await exchange(server.port, sent) for server in (self.fast, self.plain)]
        for ended in (by_fast, by_plain):
            # Whether a body is asked for depends on what is kept at that moment: an answer at hand needs none.
            ended.received = ended.received.replace(_CONTINUE, b"")
        if by_fast.reset or by_plain.reset:
            # Sent on after the server had closed: how much of the end arrives is for the kernels to say.
            shown = min(len(by_fast.received), len(by_plain.received))
            assert by_fast.received[:shown] == by_plain.received[:shown]
        else:
            assert by_fast.received == by_plain.received
        fast, plain = [each.take() for each in self._noted.values()]
        if not (by_fast.reset or by_plain.reset):
            assert fast == plain


async def _tags(port: int) -> Tags:
    """Ask for everything in every coding: it is all kept from then on."""
    tags = {}
    async with dial(port) as wire:
        for path in FEEDS + PAGES:
            answers = {coding: await wire.ask(path, Accept_Encoding=coding) for coding in Coding}
            assert {answer.status for answer in answers.values()} == {200}, path
            tags[path] = {coding: answer.field("etag") or "" for coding, answer in answers.items()}
    return tags


@pytest.fixture(scope="module")
async def pairs(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Pair, Pair]]:
    """One with room for everything, one that keeps forgetting bodies and remembers their validators, with a cache in front."""
    in_front = {"surrogate_keys": "xkey, Surrogate-Key, Cache-Tag", "cdn_max_age": 3600}
    async with AsyncExitStack() as stack:
        made = []
        for chosen in ({"cache_bytes": 1 << 26}, {"cache_bytes": 60_000} | in_front):
            folder = tmp_path_factory.mktemp("site")
            site = await stack.enter_async_context(open_site(folder, SettableClock(), **chosen))
            await fill(site)
            noted = {"fast": Noted(), "plain": Noted()}
            states = [replace(site.state, traffic=each.traffic, access_log=each.access_log) for each in noted.values()]
            fast, plain = [
                await stack.enter_async_context(listening(application(state), state, http))
                for state, http in zip(states, (CountedPolls, GuardedProtocol), strict=True)
            ]
            made.append(Pair(site, fast, plain, await _tags(plain.port), noted))
        yield made[0], made[1]


MOMENTS = st.sampled_from(
    [
        NOON,
        NOON + timedelta(milliseconds=700),
        NOON + timedelta(seconds=1),
        *(NOON + timedelta(minutes=20 * steps, seconds=2 + past) for steps in (1, 2, 4) for past in (-1, 0, 1)),
        NEXT_DUE - timedelta(seconds=61),
        NEXT_DUE - timedelta(seconds=20),
        NEXT_DUE - timedelta(milliseconds=1),
        # A clock that was put back: before the newest change, in its very second, and nearly to the day's begin. Not beyond:
        # the home page carries the day, so whether it was forgotten between the two answers would show.
        NOON - timedelta(hours=2),
        NOON.replace(hour=10, minute=0),
        NOON - timedelta(hours=11),
    ]
)


@pytest.fixture
def mostly_fast() -> Iterator[None]:
    """The comparison means something only where the fast path did answer: a quarter of all, at least."""
    asked, hits = Pair.asked, CountedPolls.hits
    yield
    print(CountedPolls.hits - hits, Pair.asked - asked)
    assert CountedPolls.hits - hits > (Pair.asked - asked) / 4


async def _compare(pairs: tuple[Pair, Pair], polls: list[Poll], cuts: list[int], moment: datetime, roomy: bool) -> None:
    pair = pairs[not roomy]
    pair.site.clock.now = moment
    sent = packets(b"".join(poll.encode(pair.tags) for poll in polls) + _LAST, cuts)
    note(f"packets: {[packet[:500] for packet in sent]}")
    Pair.asked += len(polls)
    await pair.compare(sent)


# The fixtures are as they were for every example but for what is cached, which must not matter.
_HEALTHY = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
_THE_SAME = given(polls=PIPELINES, cuts=CUTS, moment=MOMENTS, roomy=st.booleans())


@pytest.mark.usefixtures("mostly_fast")
@settings(max_examples=250, suppress_health_check=_HEALTHY)
@_THE_SAME
async def test_both_ways_answer_the_same(
    pairs: tuple[Pair, Pair], polls: list[Poll], cuts: list[int], moment: datetime, roomy: bool
) -> None:
    await _compare(pairs, polls, cuts, moment, roomy)


@pytest.mark.nightly
@pytest.mark.usefixtures("mostly_fast")
@settings(max_examples=60_000, suppress_health_check=_HEALTHY)
@_THE_SAME
async def test_both_ways_answer_the_same_at_length(
    pairs: tuple[Pair, Pair], polls: list[Poll], cuts: list[int], moment: datetime, roomy: bool
) -> None:
    await _compare(pairs, polls, cuts, moment, roomy)


@pytest.mark.parametrize("raw", MALFORMED)
async def test_what_cannot_be_parsed_is_refused_alike(pairs: tuple[Pair, Pair], raw: bytes) -> None:
    """On a fresh connection, and after an answer: whoever pipelines it gets the answers that are done by then."""
    pair = pairs[0]
    pair.site.clock.now = NOON
    for first in (b"", request("/feed.rss"), request("/nothing-here")):
        transcripts = []
        for server in (pair.fast, pair.plain):
            async with dial(server.port) as wire:
                if first:
                    await wire.send(first)
                    await wire.answer()
                await wire.send(raw, _LAST)
                transcripts.append(await wire.rest())
        assert transcripts[0] == transcripts[1]
