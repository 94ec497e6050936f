"""What a worker asks of the C library's allocator: memory that is freed goes back to the system."""

import ctypes
from contextlib import suppress

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
"""Of glibc's malloc.h."""
_ARENAS = 2
_LARGE = 128 * 1024
"""Bytes; glibc begins with this, and raises it whenever a larger block is freed, up to 32 MiB."""


def bound_heap() -> None:
    """Keep glibc from holding what was freed; elsewhere do nothing. Call it before any thread is started.

    Threads read, render and compress; glibc gives each of them an arena of its own and keeps in it what large bodies took. After
    seven minutes of polls and writes a worker held 183 MB so, and 127 MB with two arenas for all and large blocks by mmap.
    """
    with suppress(OSError, AttributeError):
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(_M_ARENA_MAX, _ARENAS)
        mallopt(_M_MMAP_THRESHOLD, _LARGE)
        mallopt(_M_TRIM_THRESHOLD, _LARGE)
