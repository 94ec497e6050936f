"""One worker: uvicorn with the fast path, listeners as its supervisor says, and an end that no client notices."""

import asyncio
import contextlib
import json
import logging
import socket
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

import uvicorn
from uvicorn.lifespan.on import LifespanOn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from feeds.loops import Loops, Step, Trouble
from feeds.main import create_app
from feeds.measures import measures_of
from feeds.metrics.figures import Figures
from feeds.server.channel import BEAT, Channel, Start
from feeds.server.connection_limits import sweep_all
from feeds.server.figures import figures_of
from feeds.server.listeners import LAST_CALL, shut_to_newcomers
from feeds.server.logs import set_up_logs
from feeds.server.protocol import is_tested
from feeds.settings import Settings
from feeds.site import SiteState

_log = logging.getLogger(__name__)

DRAIN = 0.5
"""Seconds during which a server that ends goes on answering on open connections, asking each client to close its own.

uvicorn closes idle connections at once, and a request that is on its way then is reset; after half a second of this, none was."""


_LOOK = 5.0
"""Seconds between two looks at whether anybody subscribes whom another process, or host, was asked for."""


class Server(uvicorn.Server):
    """Calls `on_ready` once it can answer, accepts from those of the listeners that `serve_slots` names, drains before it ends."""

    def __init__(
        self, config: uvicorn.Config, on_ready: Callable[[], None], slots: Sequence[socket.socket] = ()
    ) -> None:
        super().__init__(config)
        self._on_ready = on_ready
        self._slots = slots
        self._wanted: frozenset[int] = frozenset()
        self._accepting: dict[int, asyncio.AbstractServer] = {}
        """By the place of the listener among `slots`."""
        self._told = asyncio.Event()
        self._is_ending = False
        """The supervisor may still name the slots of a worker that ended sooner: a server opened now would not be closed."""
        self.loops = Loops()
        self._running: list[asyncio.Task[None]] = []

    def capture_signals(self) -> contextlib.AbstractContextManager[None]:  # type: ignore[override]
        """None: whoever runs the server says when it ends, by `should_exit`."""
        return contextlib.nullcontext()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets or [])
        site: SiteState | None = self.lifespan.state.get("site")
        if site is not None:
            self.loops, settings = site.loops, site.settings
            self.run_forever("connections", lambda: sweep_all(self.server_state.connections, settings))
        self.run_forever("listeners", self._follow)
        self._on_ready()

    def run_forever(self, name: str, step: Step) -> None:
        """Until the server ends."""
        self._running.append(asyncio.create_task(self.loops.run_forever(name, step)))

    def serve_slots(self, wanted: frozenset[int]) -> None:
        """Accept from these listeners, and from no others, as soon as it can be; from none any more once the server is ending."""
        self._wanted = frozenset() if self._is_ending else wanted
        self._told.set()

    async def _follow(self) -> float:
        await self._told.wait()
        for slot in self._accepting.keys() - self._wanted:
            self._accepting.pop(slot).close()
        for slot in self._wanted - self._accepting.keys():
            # A copy: it is closed with the server that accepts from it.
            self._accepting[slot] = await asyncio.get_running_loop().create_server(
                self._protocol, sock=self._slots[slot].dup(), backlog=self.config.backlog
            )
        if self._wanted == self._accepting.keys():
            self._told.clear()
        return 0.0

    def _protocol(self) -> asyncio.Protocol:
        """As uvicorn makes it."""
        made: asyncio.Protocol = self.config.http_protocol_class(  # type: ignore[call-arg]
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )
        return made

    async def end_as_orphan(self) -> None:
        """What the supervisor would have seen to: nobody is left to accept what waits once this process has ended."""
        self.lifespan.state["draining"] = True
        shut_to_newcomers(self._slots)
        self.config.timeout_graceful_shutdown = 1
        await asyncio.sleep(LAST_CALL)
        self.should_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._is_ending = True
        self.serve_slots(frozenset())
        for server in (*self.servers, *self._accepting.values()):
            server.close()
        self.lifespan.state["draining"] = True
        site: SiteState | None = self.lifespan.state.get("site")
        if site is not None:
            site.ending.set()
        for connection in self.server_state.connections:
            cycle = connection.cycle if isinstance(connection, HttpToolsProtocol) else None
            if cycle is not None and not cycle.response_complete:
                # Whoever is being answered is asked as well; the protocol sees to the requests that come from now on.
                cycle.keep_alive = False
        if self.server_state.connections:
            await asyncio.sleep(DRAIN)
            # Where the loop was busy all the while: what came meanwhile is looked at first.
            for _ in range(3):
                await asyncio.sleep(0)
        for running in self._running:
            running.cancel()
        await super().shutdown(sockets=sockets)


class _Lifespan(LifespanOn):
    """Keeps why the application could not start."""

    why = ""

    async def send(self, message: Any) -> None:
        if message["type"] == "lifespan.startup.failed":
            # An error of the store says all there is to say, and the supervisor does. What others say may hold a secret.
            kind, _, text = message["message"].strip().rpartition("\n")[2].partition(": ")
            module, _, name = kind.rpartition(".")
            expected = module == "storage.errors"
            type(self).why = f"{name}: {text}" if expected else name
            if expected:
                message = {**message, "message": ""}
        await super().send(message)


def configuration(settings: Settings, figures: Figures | None = None) -> uvicorn.Config:
    http = (
        "feeds.server.protocol:PollProtocol" if settings.fast_path else "feeds.server.connection_limits:GuardedProtocol"
    )
    if not is_tested():
        _log.warning(
            "uvicorn %s is not one that this was tested with: going without the fast path and the limits of connections",
            uvicorn.__version__,
        )
        http = "httptools"
    config = uvicorn.Config(
        # Whoever starts workers has made the store: an empty one beside a site that lost its own helps nobody.
        create_app(settings, migrate=False, figures=figures),
        http=http,
        ws="none",
        lifespan="on",
        # Its lines are as all others are. Its warnings tell of what clients send, a line or two for each request that is none: the
        # access log has them.
        log_config=None,
        log_level="error",
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        timeout_keep_alive=settings.idle_timeout,
        timeout_graceful_shutdown=10,
    )
    config.load()
    config.lifespan_class = _Lifespan
    return config


async def _ask_for_deliveries(site: SiteState, channel: Channel) -> float:
    """A step of a loop: where somebody subscribes, or asks to, a process of its own has to deliver, and to look at once."""
    is_asked = site.hub_asked.is_set()
    site.hub_asked.clear()
    if is_asked or await site.store.is_push_used():
        channel.say("deliver")
    with suppress(TimeoutError):
        async with asyncio.timeout(_LOOK):
            await site.hub_asked.wait()
    return 0.0


async def _serve(config: uvicorn.Config, slots: Sequence[socket.socket], channel: Channel) -> None:
    loop = asyncio.get_running_loop()

    async def beat() -> float:
        channel.say("beat")
        return BEAT

    def state() -> SiteState | None:
        site: SiteState | None = server.lifespan.state.get("site")
        return site

    async def tell(site: SiteState) -> float:
        site.figures.tell(measures_of(site, "worker", len(server.server_state.connections)))
        return BEAT

    def ready() -> None:
        channel.say("ready")
        server.run_forever("heartbeat", beat)
        site = state()
        if site is not None and site.settings.hub and site.settings.deliver:
            server.run_forever("looking for who subscribes", partial(_ask_for_deliveries, site, channel))
        if site is not None and site.figures.is_told:
            server.run_forever("telling figures", partial(tell, site))

    def obey(word: str, rest: str) -> None:
        if word == "serve":
            loop.call_soon_threadsafe(server.serve_slots, frozenset(map(int, rest.split())))
        elif word == "troubles":
            server.loops.elsewhere = [Trouble.parse(line) for line in json.loads(rest)]
        elif word == "end":
            loop.call_soon_threadsafe(setattr, server, "should_exit", True)

    def orphaned() -> None:
        asyncio.run_coroutine_threadsafe(server.end_as_orphan(), loop)

    server = Server(config, ready, slots)
    channel.heed(obey, orphaned)
    await server.serve(sockets=[])
    if (site := state()) is not None:
        await tell(site)


def run_worker(start: Start, channel: Channel) -> None:
    """Serve as the supervisor says, until it says to end. Raises what keeps the application from starting, having said so."""
    set_up_logs(start.settings.log_format)
    # A thread that renders or reads hands over after a millisecond, not Python's five: polls wait no longer than that.
    sys.setswitchinterval(0.001)
    try:
        config = configuration(start.settings, figures_of(start))
        slots = [socket.socket(fileno=number) for number in start.listeners]
        with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
            runner.run(_serve(config, slots, channel))
    except BaseException as error:
        channel.say("failed", _Lifespan.why or type(error).__name__)
        raise
