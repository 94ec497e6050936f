"""Work that grows with what somebody sent, done beside the event loop."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

AT_ONCE = 16 * 1024
"""Bytes that are read in a millisecond, and so on the loop itself."""

_THREAD = ThreadPoolExecutor(max_workers=1, thread_name_prefix="aside")
"""One: whatever is sent to a worker at once, it takes the loop's turn from it no more often than one thread can."""


async def aside(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What the work returns or raises. It waits for what was asked for before it, while the loop sees to others."""

    def run() -> T:
        return work(*args, **kwargs)

    return await asyncio.get_running_loop().run_in_executor(_THREAD, run)
