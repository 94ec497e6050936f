"""`dateline serve`."""

import asyncio
import gc
import logging
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from feeds.cli.outcome import CommandFailed
from feeds.cli.store import is_embedded, media_notes, opened_store, read_settings

if TYPE_CHECKING:
    from feeds.settings import Settings

_log = logging.getLogger(__name__)


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
    # Of what is imported nothing becomes garbage: not to look for it saves a part of a start.
    gc.disable()
    from feeds.origins import origin_of
    from feeds.server.listeners import bind
    from feeds.server.logs import set_up_logs
    from feeds.server.run import serve as serve_until_stopped
    from feeds.server.supervisor import CannotServe
    from storage.connect import missing_file

    gc.freeze()
    gc.enable()
    settings = read_settings()
    is_named = "base_url" in settings.model_fields_set
    if port and not is_named:
        settings = settings.model_copy(update={"base_url": origin_of(_url_of(host, port))})
    set_up_logs(settings.log_format)
    try:
        # Who has the address is alone: no worker of another server works on the store while its schema is brought up to date.
        listeners = bind(host, port, workers)
    except OSError as error:
        raise _taken(host, port, error) from None
    with ExitStack() as held:
        for listener in listeners:
            held.enter_context(listener)
        new = missing_file(settings.database_url)
        asyncio.run(_open_and_close(settings))
        for notice in _notices(settings, new, is_open_to_others=not is_named and not _is_loopback(listeners[0])):
            _log.warning("%s", notice)
        try:
            code = serve_until_stopped(settings, listeners)
        except OSError as error:
            raise _taken(host, port, error) from None
        except CannotServe as error:
            raise CommandFailed(f"no worker can start: {error}") from None
    raise typer.Exit(code)


def _notices(settings: "Settings", new: str, *, is_open_to_others: bool) -> Iterator[str]:
    """What may be meant otherwise. `new`: the path of a database that was made just now, or ''."""
    if new:
        yield f"there was no database at {Path(new).absolute()}: an empty newsroom was made there"
    yield from media_notes(settings)
    if is_open_to_others:
        yield "readers may come from other machines, but links lead to this one: set DATELINE_BASE_URL to what they type"


def _is_loopback(listener: socket.socket) -> bool:
    return ip_address(listener.getsockname()[0].partition("%")[0]).is_loopback


def _taken(host: str, port: int, error: OSError) -> CommandFailed:
    return CommandFailed(
        f"cannot listen on {host}, port {port} ({error.strerror}): choose another port (PORT, or --port) or address (--host)"
    )


async def _open_and_close(settings: "Settings") -> None:
    """What keeps a store from opening is said here in one line, before any worker starts."""
    async with opened_store(settings, migrate=is_embedded(settings)):
        pass


def _url_of(host: str, port: int) -> str:
    """Where a browser on this machine finds a server that listens there."""
    host = host.partition("%")[0]
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{shown}:{port}"
