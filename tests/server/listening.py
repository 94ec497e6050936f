"""uvicorn in the test's own event loop: several servers may share one site."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from feeds.server.listeners import bind, listen
from feeds.server.poll import Poll
from feeds.server.protocol import PollProtocol
from feeds.server.worker import Server
from feeds.site import SiteState


class CountedPolls(PollProtocol):
    """The product's protocol, counting what the fast path answered."""

    hits = 0
    """Of all connections together."""

    def _answer(self, poll: Poll) -> bool:
        answered = super()._answer(poll)
        CountedPolls.hits += answered
        return answered


@dataclass(frozen=True)
class Listening:
    server: Server
    port: int

    @property
    def total_requests(self) -> int:
        return self.server.server_state.total_requests

    @property
    def connections(self) -> list[Any]:
        """uvicorn's protocols, one for each open connection."""
        return list(self.server.server_state.connections)


@asynccontextmanager
async def listening(
    app: ASGIApp, state: SiteState, http: type[HttpToolsProtocol] = CountedPolls, **config: Any
) -> AsyncIterator[Listening]:
    """The application on a free port until the block ends, set up as `feeds.server.worker` does."""
    (listener,) = bind("127.0.0.1", 0, 1)
    listen([listener])
    port = listener.getsockname()[1]
    ready = asyncio.Event()
    settings: dict[str, Any] = {
        "http": http,
        "ws": "none",
        "lifespan": "on",
        "log_config": None,
        "log_level": "critical",
        "access_log": False,
        "server_header": False,
        "date_header": False,
        "proxy_headers": False,
    }
    server = Server(uvicorn.Config(_with_lifespan(app, state), **settings | config), ready.set)
    running = asyncio.create_task(server.serve([listener]))
    try:
        waiting = asyncio.create_task(ready.wait())
        await asyncio.wait({running, waiting}, return_when=asyncio.FIRST_COMPLETED)
        yield Listening(server, port)
    finally:
        waiting.cancel()
        server.should_exit = True
        await running


def _with_lifespan(app: ASGIApp, state: SiteState) -> ASGIApp:
    """The application, with a lifespan that leaves the server what the product's own leaves it."""

    async def shared(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            await app(scope, receive, send)
            return
        await receive()
        scope["state"]["site"] = state
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})

    return shared
