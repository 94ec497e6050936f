"""A client that was away for a year: it walks the archive, a day's document after the other (RFC 5005, section 4)."""

import gzip
import re
import socket
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from tests.bench.load import connection, cpu_ns, exchange, request
from tests.bench.polls import GZIP
from tests.bench.report import Report, shown
from tests.bench.servers import Server, dateline

DAYS = 365
CURRENT = "/feed.rss"
_LINK = re.compile(rb"<atom:link\b[^>]*>")
_HREF = re.compile(rb'href="https://bench\.example(/[^"]*)"')


class Walk(NamedTuple):
    cpu: float
    """Milliseconds of the server's."""
    seconds: float
    """Of waiting for answers: what the client does between them is left out."""
    size: int
    """Bytes received."""


def report_archive(report: Report, database: Path) -> None:
    with dateline(database) as server, connection(server.port) as poll:
        cold, warm = _walk(server, poll), _walk(server, poll)
    name = f"walk of {DAYS} archive documents, {cold.size / 1e6:.1f} MB"
    report.compare(f"{name}, kept; made", warm.cpu, cold.cpu, "ms CPU")
    rates = (shown(DAYS / walk.seconds, "/s") for walk in (warm, cold))
    report.note("  requests on its one connection", *rates)


def _walk(server: Server, poll: socket.socket) -> Walk:
    """From the current document, which is not counted, back through the days; on one connection, compressed."""
    path = _before(exchange(poll, request(CURRENT, GZIP)))
    seconds, size, walked = 0.0, 0, set[str]()
    cpu = cpu_ns(server.pids)
    while len(walked) < DAYS:
        walked.add(path)
        began = perf_counter()
        answered = exchange(poll, request(path, GZIP))
        seconds += perf_counter() - began
        size += len(answered)
        path = _before(answered)
        assert path not in walked, path
    return Walk((cpu_ns(server.pids) - cpu) / 1e6, seconds, size)


def _before(answered: bytes) -> str:
    """The path of the archive's document before this one."""
    assert answered[9:12] == b"200", answered[:200]
    # Paging stands in the channel's head, before its entries.
    head = gzip.decompress(answered.partition(b"\r\n\r\n")[2]).partition(b"<item>")[0]
    [link] = [link for link in _LINK.findall(head) if b'rel="prev-archive"' in link]
    href = _HREF.search(link)
    assert href is not None, link
    return href[1].decode()
