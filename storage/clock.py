"""What time it is."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

Clock = Callable[[], datetime]
"""Returns the present instant, aware and in UTC."""


utc_now: Clock = partial(datetime.now, UTC)
"""The system's clock."""
