"""`dateline worker`."""

import asyncio
import signal
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

import typer

from feeds.cli.outcome import CommandFailed
from feeds.cli.store import read_settings, require_base_url

if TYPE_CHECKING:
    from feeds.settings import Settings


def worker() -> None:
    """Deliver to the subscribers of feeds, without serving.

    `serve` does so itself, in a process beside its workers; this is for another host, and DATELINE_DELIVER=false for a server
    that is to leave it to this. The settings have to be the server's. SIGTERM ends it: what it had in hand is the next one's at
    once.
    """
    from feeds.server.logs import set_up_logs

    settings = require_base_url(read_settings())
    if not settings.hub:
        raise CommandFailed("DATELINE_HUB is off: no subscription is served")
    set_up_logs(settings.log_format)
    raise typer.Exit(asyncio.run(_work(settings)))


async def _work(settings: "Settings") -> int:
    """The exit code: 0 after SIGTERM, 130 after SIGINT."""
    from feeds.delivery.worker import delivering
    from feeds.main import site_state
    from feeds.server.logs import announce
    from storage.clock import utc_now

    loop = asyncio.get_running_loop()
    ended: asyncio.Future[int] = loop.create_future()

    def end(code: int) -> None:
        if not ended.done():
            ended.set_result(code)

    loop.add_signal_handler(signal.SIGTERM, end, 0)
    loop.add_signal_handler(signal.SIGINT, end, 130)
    async with AsyncExitStack() as stack:
        site = await stack.enter_async_context(site_state(settings, utc_now, migrate=False))
        await stack.enter_async_context(delivering(site))
        announce(f"Dateline delivers to the subscribers of {settings.base_url}/", settings.log_format)
        return await ended
