"""The reference: an application that does nothing but answer, on the same uvicorn. `python -m tests.bench.bare PORT KIND`."""

import sys
from typing import Any

import uvicorn

_BODY = b"x" * 20_000


async def small(scope: Any, _receive: Any, send: Any) -> None:
    """304 without a body."""
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 304, "headers": [(b"etag", b'"1-abc"')]})
        await send({"type": "http.response.body", "body": b""})


async def large(scope: Any, _receive: Any, send: Any) -> None:
    """200 with 20,000 bytes."""
    if scope["type"] == "http":
        fields = [(b"content-type", b"application/rss+xml"), (b"content-length", b"%d" % len(_BODY))]
        await send({"type": "http.response.start", "status": 200, "headers": fields})
        await send({"type": "http.response.body", "body": _BODY})


if __name__ == "__main__":
    uvicorn.run(
        {"small": small, "large": large}[sys.argv[2]],
        port=int(sys.argv[1]),
        http="httptools",
        lifespan="off",
        # As the others have it: not the default of five seconds, for the targets take turns.
        timeout_keep_alive=75,
        access_log=False,
        log_level="error",
    )
