"""An application that can be made to wait."""

import asyncio

from starlette.types import Receive, Scope, Send

from tests.web.site import Site


class Gate:
    """The application, with one more path whose answer waits until the test says so."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.opened = asyncio.Event()
        self.waiting = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != "/slow":
            await self.site.app(scope, receive, send)
            return
        self.waiting.set()
        await self.opened.wait()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"4")]})
        await send({"type": "http.response.body", "body": b"slow"})
