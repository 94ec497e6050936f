"""Requests over kept-alive connections, and what they cost the process that answers, in CPU time."""

import socket
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Target:
    """What is polled: a server's processes, its port, and the request."""

    pids: tuple[int, ...]
    port: int
    request: bytes
    status: int


def request(path: str, *fields: str) -> bytes:
    """A GET as a feed reader sends it."""
    lines = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1", "User-Agent: bench/1.0", "Accept: */*", *fields]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def cpu_ns(pids: Iterable[int]) -> int:
    """Nanoseconds that all threads of the processes have run (Linux)."""
    return sum(
        int(stat.read_text().split()[0]) for pid in pids for stat in Path(f"/proc/{pid}/task").glob("*/schedstat")
    )


@contextmanager
def connection(port: int) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", port)) as open_socket:
        open_socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield open_socket


def exchange(open_socket: socket.socket, sent: bytes) -> bytes:
    """One request and its whole answer, which has a Content-Length or no body."""
    open_socket.sendall(sent)
    received = open_socket.recv(1 << 20)
    while b"\r\n\r\n" not in received:
        received += open_socket.recv(1 << 20)
    head, _, body = received.partition(b"\r\n\r\n")
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:") and b" 304 " not in head[:16]:
            missing = int(line.split(b":")[1]) - len(body)
            while missing > 0:
                more = open_socket.recv(1 << 20)
                received += more
                missing -= len(more)
    return received


def side_by_side(targets: dict[str, Target], requests: int) -> dict[str, float]:
    """Microseconds of CPU a request for each target: the median of rounds in which all take their turn."""
    costs: dict[str, list[float]] = {name: [] for name in targets}
    for _ in range(ROUNDS):
        for name, target in targets.items():
            costs[name].append(_cost(target, requests // ROUNDS))
    return {name: median(each) for name, each in costs.items()}


def _cost(target: Target, requests: int) -> float:
    with connection(target.port) as open_socket:
        for _ in range(50):
            answered = exchange(open_socket, target.request)
        assert answered.startswith(b"HTTP/1.1 %d" % target.status), answered[:200]
        before = cpu_ns(target.pids)
        for _ in range(requests):
            exchange(open_socket, target.request)
        return (cpu_ns(target.pids) - before) / requests / 1000
