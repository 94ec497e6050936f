"""Requests over real connections, and what they cost the processes that answer, in CPU time."""

import os
import socket
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import sleep
from typing import NamedTuple

_SETTLE = 0.02
"""Seconds for a server to see the last connections end: that is part of what they cost it."""


class Poll(NamedTuple):
    request: bytes
    status: int
    fresh: bool = False
    """Whether it takes a connection of its own."""


@dataclass(frozen=True, slots=True)
class Target:
    """A server's processes and port, and what it is asked in each round."""

    pids: tuple[int, ...]
    port: int
    rounds: Sequence[Sequence[Poll]]
    connections: int = 1
    """Kept-alive ones, which take turns."""


def same(poll: Poll, *, rounds: int, polls: int) -> Sequence[Sequence[Poll]]:
    """One poll, again and again."""
    return [[poll] * polls] * rounds


def request(path: str, *fields: str) -> bytes:
    """A GET of a reader that says little of itself."""
    lines = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1", "User-Agent: bench/1.0", "Accept: */*", *fields]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def cpu_ns(pids: Iterable[int]) -> int:
    """Nanoseconds that all threads of the processes have run, the kernel's work for them included (Linux)."""
    return sum(
        int(stat.read_text().split()[0]) for pid in pids for stat in Path(f"/proc/{pid}/task").glob("*/schedstat")
    )


@contextmanager
def connection(port: int) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", port)) as open_socket:
        open_socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield open_socket


def exchange(open_socket: socket.socket, sent: bytes) -> bytes:
    """One request and its whole answer, which has a Content-Length or no body. Raises ConnectionError if it is cut off."""
    open_socket.sendall(sent)
    received = _receive(open_socket)
    while b"\r\n\r\n" not in received:
        received += _receive(open_socket)
    if received[9:12] == b"304":
        return received
    head, _, body = received.partition(b"\r\n\r\n")
    length = field(head, "content-length")
    parts, missing = [received], int(length or 0) - len(body)
    while missing > 0:
        parts.append(_receive(open_socket))
        missing -= len(parts[-1])
    return b"".join(parts)


def _receive(open_socket: socket.socket) -> bytes:
    received = open_socket.recv(1 << 20)
    if not received:
        raise ConnectionError("the server has closed the connection")
    return received


def field(head: bytes, name: str) -> str | None:
    """The value of an answer's field; None if it is absent."""
    start = f"{name.lower()}:".encode()
    for line in head.partition(b"\r\n\r\n")[0].split(b"\r\n")[1:]:
        if line.lower().startswith(start):
            return line[len(start) :].strip().decode("latin-1")
    return None


def side_by_side(targets: dict[str, Target]) -> dict[str, float]:
    """Microseconds of CPU a poll for each target: the median of rounds in which all take their turn.

    The first round is for warming up, and not counted.
    """
    costs: dict[str, list[float]] = {name: [] for name in targets}
    with ExitStack() as stack:
        stack.enter_context(_on_one_processor(pid for target in targets.values() for pid in target.pids))
        open_sockets = {
            name: [stack.enter_context(connection(target.port)) for _ in range(target.connections)]
            for name, target in targets.items()
        }
        for number in range(min(len(target.rounds) for target in targets.values())):
            for name, target in targets.items():
                cost = _cost(target, target.rounds[number], open_sockets[name])
                if number:
                    costs[name].append(cost)
    return {name: median(each) for name, each in costs.items()}


@contextmanager
def _on_one_processor(pids: Iterable[int]) -> Iterator[None]:
    """Keep the processes, and this one, together while they are measured.

    Client and server take turns anyway; where the system moves them apart and together, a wake-up across processors costs now
    more and now less than the whole answer.
    """
    before = os.sched_getaffinity(0)
    one = {max(before)}
    for pid in pids:
        for task in os.listdir(f"/proc/{pid}/task"):
            os.sched_setaffinity(int(task), one)
    os.sched_setaffinity(0, one)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def _cost(target: Target, polls: Sequence[Poll], kept: Sequence[socket.socket]) -> float:
    before, wrong = cpu_ns(target.pids), 0
    for number, poll in enumerate(polls):
        if poll.fresh:
            with connection(target.port) as once:
                answered = exchange(once, poll.request)
        else:
            answered = exchange(kept[number % len(kept)], poll.request)
        wrong += answered[9:12] != b"%d" % poll.status
    sleep(_SETTLE)
    # A throttled client is let in once in a while.
    assert wrong <= len(polls) // 100, answered[:200]
    return (cpu_ns(target.pids) - before) / len(polls) / 1000
