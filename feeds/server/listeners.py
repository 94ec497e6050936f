"""Listening sockets: bound, shut to newcomers, and asked how many connections wait in them."""

import ctypes
import errno
import socket
import struct
import sys
import time
from collections.abc import Iterable, Sequence

LAST_CALL = 0.25
"""Seconds for handshakes to end once no new connection can begin."""
_BACKLOG = 2048
_PREDECESSOR = 4.0
"""Seconds to wait for an address: the workers of a server that was killed hold theirs until they have ended, which takes 2."""


def bind(host: str, port: int, count: int) -> list[socket.socket]:
    """So many sockets on one address; the kernel spreads connections over them (SO_REUSEPORT) once they listen.

    Where the system has no such option they are copies of one socket. Raises OSError, EADDRINUSE where another server listens.
    """
    family, kind, proto, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[
        0
    ]
    shared = count > 1 and hasattr(socket, "SO_REUSEPORT")
    # Sockets that share would share with another server's, too: one that does not tells whether there is any.
    first = socket.socket(family, kind, proto)
    try:
        first.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        _bind_patiently(first, address)
        if not shared:
            return [first, *(first.dup() for _ in range(count - 1))]
        # Port 0 is a free port: the first socket's, for all.
        address = first.getsockname()
    except OSError:
        first.close()
        raise
    first.close()
    sockets: list[socket.socket] = []
    try:
        for _ in range(count):
            sockets.append(socket.socket(family, kind, proto))
            sockets[-1].setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sockets[-1].setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            sockets[-1].bind(address)
    except OSError:
        for each in sockets:
            each.close()
        raise
    return sockets


def _bind_patiently(first: socket.socket, address: object) -> None:
    until = time.monotonic() + _PREDECESSOR
    while True:
        try:
            first.bind(address)  # type: ignore[arg-type]
        except OSError as error:
            if error.errno != errno.EADDRINUSE or time.monotonic() > until:
                raise
            time.sleep(0.05)
        else:
            return


def listen(listeners: Iterable[socket.socket]) -> None:
    """Let connections come. Raises OSError where another server came first."""
    for listener in listeners:
        listener.listen(_BACKLOG)
        listener.setblocking(False)


def url_of(listener: socket.socket) -> str:
    """Where a browser on this machine finds it."""
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    host = host.partition("%")[0]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


_SO_ATTACH_FILTER = 26
_SYN = 0x02
_NO_SYN = b"".join(
    struct.pack("HBBI", *instruction)
    for instruction in (
        (0x30, 0, 0, 13),  # load the byte of the TCP header that holds its flags
        (0x45, 0, 1, _SYN),  # is SYN among them?
        (0x06, 0, 0, 0),  # then drop the packet,
        (0x06, 0, 0, 0xFFFFFFFF),  # else take it
    )
)
"""A packet filter (bpf(4)) that lets no new connection begin, and those whose handshake is under way come to be."""


def shut_to_newcomers(listeners: Iterable[socket.socket]) -> None:
    """From now on no new connection comes; those that came, or are about to, can still be accepted.

    Closing a listener resets whatever has come between the last accept and the close. A client whose first packet is dropped
    sends it again after a second: then it is refused, or a next server takes it. Where the system is not Linux nothing is done.
    """
    if sys.platform != "linux":
        return
    program = ctypes.create_string_buffer(_NO_SYN, len(_NO_SYN))
    option = struct.pack("HP", len(_NO_SYN) // 8, ctypes.addressof(program))
    for listener in listeners:
        listener.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, option)


def waiting(listeners: Sequence[socket.socket]) -> int:
    """How many connections wait to be accepted; 0 where the system does not say (only Linux does)."""
    if sys.platform != "linux":
        return 0
    # Of a listening socket, `tcpi_unacked` is the length of its queue (tcp(7), struct tcp_info).
    return sum(
        struct.unpack_from("I", listener.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 28), 24)[0]
        for listener in listeners
    )
