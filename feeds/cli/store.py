"""What commands work on: the settings, and the store and the folder that these name."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from feeds.cli.outcome import CommandFailed, say

if TYPE_CHECKING:
    from feeds.settings import Settings
    from storage.protocol import Store

_PAGE_CACHE = 1024
"""KiB of pages that each connection to an embedded store may hold: a command looks at most of them once, and may run beside a
server.
"""


def read_settings() -> "Settings":
    """What may be mistyped is said, and keeps nobody from anything. Raises SettingsError."""
    from feeds.settings import load_settings

    settings, doubts = load_settings()
    for doubt in doubts:
        say(f"dateline: warning: {doubt}")
    return settings


def require_base_url(settings: "Settings") -> "Settings":
    """For what sends to others. Raises CommandFailed."""
    if "base_url" not in settings.model_fields_set:
        raise CommandFailed(
            "set DATELINE_BASE_URL to the address by which readers reach the site: it stands in all that is sent"
        )
    return settings


@asynccontextmanager
async def opened_store(settings: "Settings", *, migrate: bool) -> AsyncIterator["Store"]:
    """The store, open until the block ends."""
    from feeds.database import open_site_store

    store = await open_site_store(settings, migrate=migrate, page_cache=_PAGE_CACHE)
    try:
        yield store
    finally:
        await store.close()


def is_embedded(settings: "Settings") -> bool:
    """An embedded store is made, or brought up to date, by whatever adds to it or serves it; a server's by `dateline migrate`."""
    return settings.database_url.startswith("sqlite:")


def media_notes(settings: "Settings") -> Sequence[str]:
    """A folder that somebody named is there, as a rule; the one that nobody named may be made yet."""
    folder = settings.media_dir
    if "media_dir" not in settings.model_fields_set or folder.exists():
        return []
    return [f"DATELINE_MEDIA_DIR is {folder}, which is not there: until it is, pictures are 404"]
