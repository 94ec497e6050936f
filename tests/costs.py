"""That four times as much costs about four times the work, never sixteen.

Costs are CPU time of this thread, the least of several runs, and only compared with each other. What costs little at the larger
size is fine whatever the ratio.
"""

from collections.abc import Callable
from contextlib import suppress
from time import thread_time

import pytest
from starlette.exceptions import HTTPException

from storage.errors import Invalid

Door = Callable[[str], object]
"""Whatever a text comes in by."""
ENOUGH = 0.02
"""Seconds of the larger size below which nothing is compared: noise."""
MOST = 8.0
"""Times the cost, for four times the text."""


def cost(door: Door, text: str) -> float:
    begin = thread_time()
    with suppress(Invalid, ValueError, HTTPException):
        door(text)
    return thread_time() - begin


def assert_linear(door: Door, unit: str, size: int, head: str = "", tail: str = "") -> None:
    small, large = (head + unit * (most // len(unit) + 1) + tail for most in (size, 4 * size))
    costs = []
    for _ in range(4):
        after = cost(door, large)
        if after < ENOUGH:
            return
        costs.append((min(cost(door, small) for _ in range(3)), after))
        if after <= MOST * costs[-1][0]:
            return
    pytest.fail(f"{head!r}, {unit!r}, {tail!r} repeated to {size} and to {4 * size} characters: {costs} seconds")
