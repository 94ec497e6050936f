"""Looking up hosts whose name servers may never answer."""

import asyncio
import socket
import threading
from typing import Any

import pytest

from feeds.outbound import Guard, Networks, Resolver
from feeds.outbound.guard import REMEMBERED

pytestmark = pytest.mark.anyio


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Look-ups of 'slow...' wait until it is set."""
    event = threading.Event()

    def getaddrinfo(host: str, port: int, **_: Any) -> list[tuple[Any, ...]]:
        if host.startswith("slow"):
            event.wait()
        if host.startswith("unknown"):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [(2, 1, 6, "", ("192.0.2.7", port)), (2, 1, 6, "", ("192.0.2.7", port))]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return event


async def test_one_that_never_answers_holds_up_no_other(held: threading.Event) -> None:
    resolve = Resolver(at_once=3)
    slow = [asyncio.create_task(resolve(f"slow{number % 2}.example", 80)) for number in range(20)]
    await asyncio.sleep(0)
    assert await resolve("quick.example", 80) == ["192.0.2.7"]
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(resolve("slow1.example", 80), 0.01)
    held.set()
    assert await asyncio.gather(*slow) == [["192.0.2.7"]] * 20
    with pytest.raises(OSError, match="not known"):
        await resolve("unknown.example", 80)


async def test_an_address_needs_no_looking_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(socket, "getaddrinfo")
    assert await Resolver()("127.0.0.1", 80) == ["127.0.0.1"]
    assert await Resolver()("::ffff:127.0.0.1", 80) == ["::ffff:7f00:1"]


async def test_what_was_found_is_remembered_for_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    import httpx2

    asked = 0

    async def resolve(_host: str, _port: int) -> list[str]:
        nonlocal asked
        asked += 1
        return ["8.8.8.8"]

    loop = asyncio.get_running_loop()
    now = loop.time()
    monkeypatch.setattr(loop, "time", lambda: now)
    guard = Guard(Networks(), resolve=resolve)
    url = httpx2.URL("http://host.example/")
    for later, times in ((0, 1), (REMEMBERED - 1, 1), (REMEMBERED, 2), (REMEMBERED + 1, 2)):
        monkeypatch.setattr(loop, "time", lambda later=later: now + later)
        await guard.addresses(url)
        assert asked == times, later
    await guard.present_addresses(url)
    assert asked == 3
