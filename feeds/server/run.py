"""`dateline serve`: one process on one socket."""

import socket
import sys

import uvicorn

from feeds.main import create_app
from feeds.settings import Settings


class _Server(uvicorn.Server):
    """Says what to open once it listens: nothing earlier is true."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        if self.started:
            host, port = self.servers[0].sockets[0].getsockname()[:2]
            shown = f"[{host}]" if ":" in host else host
            url = f"http://{shown}:{port}"
            print(f"Dateline serves {url}/ - open it, or subscribe to {url}/feed.rss", file=sys.stderr, flush=True)


def serve(settings: Settings, *, host: str, port: int) -> None:
    """Serve until SIGINT or SIGTERM, then answer what is under way and return.

    Raises SystemExit (3) if the application cannot start, (1) if the address cannot be had; uvicorn logs why.
    """
    config = uvicorn.Config(
        create_app(settings),
        host=host,
        port=port,
        http="httptools",
        ws="none",
        lifespan="on",
        log_level="warning",
        access_log=settings.access_log,
        server_header=False,
        date_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_graceful_shutdown=10,
    )
    _Server(config).run()
