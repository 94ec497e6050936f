"""An ASGI application between its startup and its shutdown, without a server."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from starlette.types import ASGIApp, Message


@asynccontextmanager
async def running(app: ASGIApp) -> AsyncIterator[dict[str, Any]]:
    """Its lifespan's state (ASGI's lifespan protocol 2.0), until the block ends."""
    state: dict[str, Any] = {}
    orders: asyncio.Queue[Message] = asyncio.Queue()
    reports: asyncio.Queue[Message] = asyncio.Queue()
    scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": state}
    life = asyncio.ensure_future(app(scope, orders.get, reports.put))
    await orders.put({"type": "lifespan.startup"})
    report = await reports.get()
    assert report["type"] == "lifespan.startup.complete", report
    try:
        yield state
    finally:
        await orders.put({"type": "lifespan.shutdown"})
        await life
