"""Memory that was freed goes back to the system."""

import subprocess
import sys

_PROGRAM = """
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

from feeds.server.heap import bound_heap

if sys.argv[1] == "bound":
    bound_heap()
together = Barrier(6)
kept = []

def render(number):
    together.wait()
    large = [bytes(200_000 + 1_000 * size) for size in range(40)]
    kept.append(bytes(1_000))
    return len(large)

with ThreadPoolExecutor(6) as threads:
    for _ in range(10):
        assert sum(threads.map(render, range(6))) == 240
    pages = int(Path("/proc/self/statm").read_text().split()[1])
print(pages)
"""


def _resident_pages(how: str) -> int:
    ended = subprocess.run(
        [sys.executable, "-c", _PROGRAM, how], capture_output=True, text=True, check=True, timeout=60
    )
    return int(ended.stdout)


def test_what_threads_freed_is_not_held() -> None:
    bound, unbound = _resident_pages("bound"), _resident_pages("as it is")
    assert bound < unbound / 2
