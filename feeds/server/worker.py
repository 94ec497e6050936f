"""One server process: uvicorn with the fast path, and an end that no client notices."""

import asyncio
import logging
import socket
import sys
from collections.abc import Callable

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from feeds.main import create_app
from feeds.server.access_log import WithoutSecrets
from feeds.server.guard import keep_watch, raise_file_limit
from feeds.server.heap import bound_heap
from feeds.server.protocol import is_tested
from feeds.settings import Settings
from feeds.web.state import SiteState

_log = logging.getLogger(__name__)

DRAIN = 0.5
"""Seconds during which a server that ends goes on answering on open connections, asking each client to close its own.

uvicorn closes idle connections at once, and a request that is on its way then is reset; after half a second of this, none was."""


class Server(uvicorn.Server):
    """Calls `on_ready` once it listens, and drains its connections before it ends."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready
        self._watch: asyncio.Task[None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        site: SiteState | None = self.lifespan.state.get("site")
        if site is not None:
            self._watch = asyncio.create_task(keep_watch(self.server_state.connections, site.settings))
        if self.started:
            self._on_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        self.lifespan.state["draining"] = True
        for connection in self.server_state.connections:
            cycle = connection.cycle if isinstance(connection, HttpToolsProtocol) else None
            if cycle is not None and not cycle.response_complete:
                # Whoever is being answered is asked as well; the protocol sees to the requests that come from now on.
                cycle.keep_alive = False
        if self.server_state.connections:
            await asyncio.sleep(DRAIN)
        if self._watch is not None:
            self._watch.cancel()
        await super().shutdown(sockets=sockets)


def run_worker(settings: Settings, listener: socket.socket, on_ready: Callable[[], None]) -> None:
    """Serve on a bound socket until SIGINT or SIGTERM, then answer what is under way and return.

    Raises SystemExit (3) if the application cannot start; why is logged.
    """
    bound_heap()
    raise_file_limit()
    # A thread that renders or reads hands over after a millisecond, not Python's five: polls wait no longer than that.
    sys.setswitchinterval(0.001)
    http = "feeds.server.protocol:PollProtocol" if settings.fast_path else "feeds.server.guard:GuardedProtocol"
    if not is_tested():
        _log.warning(
            "uvicorn %s is not one that this was tested with: going without the fast path and the limits of connections",
            uvicorn.__version__,
        )
        http = "httptools"
    config = uvicorn.Config(
        # Whoever starts workers has made the store: an empty one beside a site that lost its own helps nobody.
        create_app(settings, migrate=False),
        http=http,
        ws="none",
        lifespan="on",
        log_level="info" if settings.access_log else "warning",
        access_log=settings.access_log,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        timeout_keep_alive=settings.idle_timeout,
        timeout_graceful_shutdown=10,
    )
    # After the configuration, which sets up its loggers anew.
    logging.getLogger("uvicorn.access").addFilter(WithoutSecrets())
    Server(config, on_ready).run(sockets=[listener])
