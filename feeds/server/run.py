"""`dateline serve`: workers under a supervisor, from the address to the last answer."""

import asyncio
import signal
import socket
from collections.abc import Sequence

from feeds.origins import origin_of
from feeds.server.files import raise_file_limit, warn_of_few_files
from feeds.server.listeners import listen, url_of
from feeds.server.logs import announce
from feeds.server.supervisor import Supervisor
from feeds.settings import Settings


def serve(settings: Settings, listeners: Sequence[socket.socket]) -> int:
    """Serve on bound sockets, a worker for each, until SIGINT or SIGTERM; then answer what is under way.

    SIGHUP replaces the workers one by one. No connection is refused or lost meanwhile. The store has to be there, and current.
    Returns the exit code: 0, or 130 after SIGINT. Raises OSError if the address was taken meanwhile, CannotServe if no worker can
    be started.
    """
    raise_file_limit()
    warn_of_few_files(settings.max_connections)
    url = url_of(listeners[0])
    if "base_url" not in settings.model_fields_set:
        # Nobody said under which name readers come: then it is the address itself.
        settings = settings.model_copy(update={"base_url": origin_of(url)})

    def ready() -> None:
        announce(f"Dateline serves {url}/ - open it, or subscribe to {url}/feed.rss", settings.log_format)

    listen(listeners)

    async def supervise() -> int:
        return await Supervisor(settings, listeners, ready).run()

    return 130 if asyncio.run(supervise()) == signal.SIGINT else 0
