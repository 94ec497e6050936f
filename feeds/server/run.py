"""`dateline serve`: bind, then run one worker here, or several under a supervisor."""

import socket
import sys

from feeds.server.supervisor import Supervisor
from feeds.server.worker import run_worker
from feeds.settings import Settings

_BACKLOG = 2048


def serve(settings: Settings, *, host: str, port: int, workers: int = 1) -> None:
    """Serve until SIGINT or SIGTERM, then answer what is under way and return.

    With several workers SIGHUP replaces them one by one, and no connection is refused meanwhile.
    Raises OSError if the address cannot be had, SystemExit if the application cannot start.
    """
    listeners = bind(host, port, workers)
    url = _url_of(listeners[0])
    if "base_url" not in settings.model_fields_set:
        # Nobody said under which name readers come: then it is the address itself.
        settings = settings.model_copy(update={"base_url": url})

    def announce() -> None:
        print(f"Dateline serves {url}/ - open it, or subscribe to {url}/feed.rss", file=sys.stderr, flush=True)

    if workers == 1:
        run_worker(settings, listeners[0], announce)
    else:
        Supervisor(settings, listeners).run(announce)


def _url_of(listener: socket.socket) -> str:
    """Where a browser on this machine finds it."""
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def bind(host: str, port: int, workers: int) -> list[socket.socket]:
    """A listening socket for each worker, all on one address: the kernel spreads connections over them (SO_REUSEPORT).

    Where the system has no such option they are copies of one socket. Raises OSError.
    """
    family, kind, proto, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[
        0
    ]
    shared = workers > 1 and hasattr(socket, "SO_REUSEPORT")
    listeners: list[socket.socket] = []
    try:
        for _ in range(workers):
            if listeners and not shared:
                listeners.append(listeners[0].dup())
                continue
            listener = socket.socket(family, kind, proto)
            listeners.append(listener)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if shared:
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            # Port 0 is a free port: the first socket's, for all.
            listener.bind(listeners[0].getsockname() if len(listeners) > 1 else address)
            listener.listen(_BACKLOG)
            listener.setblocking(False)
    except OSError:
        for listener in listeners:
            listener.close()
        raise
    return listeners
