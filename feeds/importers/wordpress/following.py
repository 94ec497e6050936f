"""Taking changes of an old site, look after look, until somebody ends it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

from feeds.importers import ImportRefused, Summary
from feeds.importers.wordpress.api import Sleep
from storage.errors import StoreError

LONGEST_PAUSE = 600.0
"""Seconds between two looks at a site that fails; each failure doubles them."""


async def looks(
    take_changes: Callable[[], Awaitable[Summary | None]], interval: float, sleep: Sleep = asyncio.sleep
) -> AsyncIterator[Summary | ImportRefused | StoreError | None]:
    """What each look brought, `interval` seconds after the one before: None where nothing changed; why it failed, after which
    there is a next one all the same.
    """
    pause = interval
    while True:
        await sleep(pause)
        try:
            found = await take_changes()
        except (ImportRefused, StoreError) as error:
            pause = max(interval, min(LONGEST_PAUSE, 2 * pause))
            yield error
        else:
            pause = interval
            yield found
