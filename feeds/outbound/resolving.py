"""Where hosts are, as the system's resolver knows them."""

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from ipaddress import ip_address

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""The addresses of a host and port, as the system's resolver has them. Raises OSError for a host that is not known."""

AT_ONCE = 32
"""Look-ups under way at once: a name server that never answers holds one up for half a minute."""

_Asked = tuple[str, int]


async def system_resolve(host: str, port: int) -> Sequence[str]:
    """As the machine itself would connect: it reads every spelling of an IPv4 address, such as 0x7f.1."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return _addresses(found)


class Resolver:
    """The same for hosts that strangers name: their name servers may never answer, and so these look-ups have threads of their
    own, which hold up neither other work of the process nor its end. Look-ups of one host at the same time are one.
    """

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._slots = asyncio.Semaphore(at_once)
        self._under_way: dict[_Asked, asyncio.Task[Sequence[str]]] = {}

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        with suppress(ValueError):
            return [str(ip_address(host))]
        asked = (host, port)
        if asked not in self._under_way:
            looking = self._under_way[asked] = asyncio.create_task(self._looked_up(host, port))
            looking.add_done_callback(lambda task: self._ended(asked, task))
        # Whoever gives up leaves it to the others who wait.
        return await asyncio.shield(self._under_way[asked])

    async def _looked_up(self, host: str, port: int) -> Sequence[str]:
        async with self._slots:
            loop = asyncio.get_running_loop()
            found: asyncio.Future[Sequence[str]] = loop.create_future()

            def tell(addresses: Sequence[str], error: Exception | None) -> None:
                if not found.done():
                    if error is None:
                        found.set_result(addresses)
                    else:
                        found.set_exception(error)

            def look_up() -> None:
                addresses: Sequence[str] = []
                failure: Exception | None = None
                try:
                    addresses = _addresses(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
                except Exception as error:
                    failure = error
                # The loop may have ended meanwhile.
                with suppress(RuntimeError):
                    loop.call_soon_threadsafe(tell, addresses, failure)

            threading.Thread(target=look_up, name=f"looking up {host[:40]}", daemon=True).start()
            return await found

    def _ended(self, asked: _Asked, task: asyncio.Task[Sequence[str]]) -> None:
        del self._under_way[asked]
        if not task.cancelled():
            # Nobody may be left who wants to hear of it.
            task.exception()


def _addresses(found: Sequence[tuple[object, object, object, object, tuple[object, ...]]]) -> list[str]:
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


async def written_address(host: str, port: int) -> Sequence[str]:
    """The address that a host is in itself, in whatever spelling the system reads. Raises OSError for a name."""
    found = await asyncio.get_running_loop().getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST
    )
    return list(dict.fromkeys(str(address[0]) for *_, address in found))
