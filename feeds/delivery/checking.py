"""A subscriber of the server's own, for a moment: whether deliveries leave this machine, and how long they take."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from secrets import token_urlsafe
from time import perf_counter

import httpx2

from feeds.delivery.messages import verification
from feeds.delivery.present import Present
from feeds.delivery.sending import Sender
from feeds.delivery.signing import signature
from feeds.outbound import Callbacks, Guard, Networks
from feeds.site import SiteState
from storage.model import Algorithm, Delivery, DeliveryFailed, DeliverySucceeded, PushContent, Subscription

_STUCK = timedelta(minutes=1)
"""What is due for longer nobody delivers."""
_LONGEST_HEAD = 16_384


@dataclass(frozen=True, slots=True)
class Findings:
    """`faults` is empty where all is well; times in seconds."""

    asked: float
    """From the question whether it wants the feed to its answer."""
    made: float
    """To make the feed."""
    size: int
    """Bytes of it."""
    delivered: float
    """From the first byte sent to the answer."""
    faults: tuple[str, ...]


async def check_delivery(site: SiteState, path: str) -> Findings:
    """Ask a listener on this machine whether it wants the feed at a topic's path, and send it, signed. Nothing is kept.

    Raises NoSuchFeed, FeedGone, FeedMoved, BadDate, Unavailable, OutboundError; OSError where nothing can listen.
    """
    secret, challenge, present = token_urlsafe(), token_urlsafe(), Present(site)
    async with _listening() as (url, received):
        guard = Guard(Networks(), trusted=httpx2.URL(url))
        async with Callbacks(guard) as callbacks:
            began = perf_counter()
            asked = verification(url, mode="subscribe", topic=path, challenge=challenge, lease_seconds=60)
            answer = await callbacks.get(asked, {})
            answered = perf_counter()
            delivery = _delivery(site, path, url, secret)
            message = await present.of(delivery.subscription)
            made = perf_counter()
            sender = Sender(present, callbacks.post, site.clock, lambda: 0.0, site.deliveries)
            outcome = await sender.send(delivery)
            delivered = perf_counter()
    present.close()
    faults = [] if answer.body.decode() == challenge else ["what is asked comes to nobody who answers"]
    if isinstance(outcome, DeliveryFailed):
        faults.append(f"the delivery failed: {outcome.error}")
    elif not isinstance(outcome, DeliverySucceeded) or received != [
        (signature("sha256", secret, message.body), message.body)
    ]:
        faults.append("what was delivered did not arrive as it was sent")
    faults += await _stuck(site)
    return Findings(answered - began, made - answered, len(message.body), delivered - made, tuple(faults))


async def _stuck(site: SiteState) -> list[str]:
    counts = await site.store.push_counts()
    if counts.due_since is None or site.clock() - counts.due_since < _STUCK:
        return []
    return [
        f"{counts.due} deliveries are due, the first since {counts.due_since:%Y-%m-%d %H:%M} (UTC): nobody delivers. "
        "`dateline serve` does unless DATELINE_DELIVER is off, and `dateline worker` does"
    ]


def _delivery(site: SiteState, path: str, callback: str, secret: str) -> Delivery:
    now = site.clock()
    subscription = Subscription(
        id=0, path=path, callback=callback, asked=path, secret=secret, algorithm=Algorithm.SHA256, content=PushContent.FULL,
        created_at=now, verified_at=now, expires_at=now, wanted=0, delivered=0, due_at=now, attempts=1, last_error="",
        last_error_at=None, last_delivered_at=None,
    )  # fmt: skip
    return Delivery(subscription=subscription, claim="")


@asynccontextmanager
async def _listening() -> AsyncIterator[tuple[str, list[tuple[str, bytes]]]]:
    """The URL of a callback on this machine that wants whatever it is asked about, and what it received: signatures and bodies."""
    received: list[tuple[str, bytes]] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                fields = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
                body = await reader.readexactly(int(fields.get("content-length", "0")))
                said = httpx2.URL(head.split(" ", 2)[1]).params.get("hub.challenge", "").encode()
                if body:
                    received.append((fields.get("x-hub-signature", ""), body))
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(said), said))
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, limit=_LONGEST_HEAD)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/", received
    finally:
        server.close()
