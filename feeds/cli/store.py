"""What commands work on: the settings, and the store that these name."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from feeds.settings import Settings
    from storage.protocol import Store


def read_settings() -> "Settings":
    from feeds.settings import load_settings

    return load_settings()


@asynccontextmanager
async def opened_store(settings: "Settings", *, migrate: bool) -> AsyncIterator["Store"]:
    """The store, open until the block ends."""
    from feeds.settings import SettingsError
    from storage.connect import open_store

    try:
        store = await open_store(settings.database_url, migrate=migrate, synchronous=settings.synchronous)
    except ValueError as error:
        raise SettingsError(str(error)) from None
    try:
        yield store
    finally:
        await store.close()


def is_embedded(settings: "Settings") -> bool:
    """An embedded store is made, or brought up to date, by whatever adds to it or serves it; a server's by `dateline migrate`."""
    return settings.database_url.startswith("sqlite:")
