"""Ports for programs that have to be told one before they listen."""

import random
import socket

# Below those that the system gives to whoever asks for any, as to each end of a connection (ip_local_port_range of Linux).
_PORTS = range(12_000, 32_000)
_held: list[socket.socket] = []


def free_port() -> int:
    """A port of this machine at which nobody listens, and which no other process of tests is given until this one ends."""
    # Each process by itself: the order of `random` is the same in all of them.
    for _ in _PORTS:
        port = random.SystemRandom().choice(_PORTS)
        mark = socket.socket(type=socket.SOCK_DGRAM)
        try:
            # Of another protocol, it is in nobody's way, and keeps the port from whoever comes for it by this function.
            mark.bind(("127.0.0.1", port))
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", port))
        except OSError:
            mark.close()
            continue
        _held.append(mark)
        return port
    raise RuntimeError("no port is free")
