"""The store that the settings name."""

from feeds.settings import Settings, SettingsError
from storage.clock import Clock, utc_now
from storage.connect import open_store
from storage.protocol import Store


async def open_site_store(
    settings: Settings, *, clock: Clock = utc_now, migrate: bool = False, page_cache: int = 0
) -> Store:
    """As `storage.connect.open_store` says, which also says what it raises; SettingsError for a URL of no store."""
    try:
        return await open_store(
            settings.database_url,
            clock=clock,
            migrate=migrate,
            synchronous=settings.synchronous,
            page_cache=page_cache,
            direct_url=settings.database_direct_url,
            read_url=settings.database_read_url,
            pooled=settings.database_pooled,
            notify=settings.database_notify,
        )
    except ValueError as error:
        raise SettingsError(str(error)) from None
