"""A newsroom's database as it would be: what is written there is gone with it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from feeds.settings import Settings


@asynccontextmanager
async def rehearsed(settings: "Settings") -> AsyncIterator["Settings"]:
    """Settings that lead to a copy of the newsroom, in a temporary folder, until the block ends; of one that is not there yet, to
    an empty one.

    Raises Unavailable for what cannot be copied, SettingsError for an address of no database.
    """
    from feeds.cli.progress import shown_rows
    from feeds.settings import SettingsError
    from storage.connect import copy_store, store_file

    file = store_file(settings.database_url)
    with TemporaryDirectory(prefix="dateline-") as folder:
        url = f"sqlite:///{folder}/newsroom.db"
        if file is None or Path(file).exists():
            source = settings.database_direct_url or settings.database_url
            with shown_rows("copying, to rehearse in") as progress:
                try:
                    await copy_store(source, url, progress)
                except ValueError as error:
                    raise SettingsError(str(error)) from None
        changes: dict[str, object] = {"wordpress_dir": Path(folder) / "wordpress"}
        changes |= {"database_url": url, "database_direct_url": "", "database_read_url": "", "database_pooled": False}
        yield settings.model_copy(update=changes)
