"""The product's own application, running in the test's event loop without a socket."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
from starlette.types import ASGIApp, Message

from feeds.main import create_app
from feeds.settings import Settings
from storage.clock import Clock, utc_now


@asynccontextmanager
async def served(settings: Settings, clock: Clock = utc_now) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of the application, within its lifespan. It follows no redirects."""
    app = create_app(settings, clock=clock)
    async with _lifespan(app):
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url=settings.base_url) as client:
            yield client


@asynccontextmanager
async def _lifespan(app: ASGIApp) -> AsyncIterator[None]:
    """ASGI's lifespan protocol, the server's side of it."""
    sent: asyncio.Queue[Message] = asyncio.Queue()
    received: asyncio.Queue[Message] = asyncio.Queue()
    running = asyncio.create_task(_run(app, sent, received))
    try:
        for step in ("startup", "shutdown"):
            await sent.put({"type": f"lifespan.{step}"})
            answer = await received.get()
            assert answer["type"] == f"lifespan.{step}.complete", answer
            if step == "startup":
                yield
    finally:
        await running


async def _run(app: ASGIApp, sent: "asyncio.Queue[Message]", received: "asyncio.Queue[Message]") -> None:
    await app({"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}, sent.get, received.put)
