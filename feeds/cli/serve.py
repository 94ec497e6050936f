"""`dateline serve`."""

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from feeds.cli.outcome import CommandFailed
from feeds.cli.store import is_embedded, opened_store, read_settings

if TYPE_CHECKING:
    from feeds.settings import Settings


def serve(
    host: Annotated[str, typer.Option(metavar="HOST", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(metavar="PORT", help="Port to listen on; 0 is any free one.", envvar="PORT", min=0, max=65535)
    ] = 8000,
    workers: Annotated[int, typer.Option(metavar="N", help="Processes that share the port.", min=1, max=64)] = 1,
) -> None:
    """Serve the feeds and pages.

    Brings an embedded store up to date first. While DATELINE_BASE_URL is not set, links lead to HOST and PORT.
    """
    import logging

    settings = read_settings()
    if port and "base_url" not in settings.model_fields_set:
        settings = settings.model_copy(update={"base_url": _url_of(host, port)})
    asyncio.run(_open_and_close(settings))
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    from feeds.server.run import serve as serve_until_stopped

    try:
        serve_until_stopped(settings, host=host, port=port, workers=workers)
    except OSError as error:
        raise CommandFailed(f"cannot listen on {host}, port {port} ({error.strerror}): choose others") from None


async def _open_and_close(settings: "Settings") -> None:
    """What keeps a store from opening is said here in one line, before any worker starts."""
    async with opened_store(settings, migrate=is_embedded(settings)):
        pass


def _url_of(host: str, port: int) -> str:
    """Where a browser on this machine finds a server that listens there."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{shown}:{port}"
