"""`dateline sample`."""

import asyncio
from typing import TYPE_CHECKING

from feeds.cli.store import is_embedded, opened_store, read_settings

if TYPE_CHECKING:
    from feeds.sample.load import SampleSummary
    from feeds.settings import Settings


def sample() -> None:
    """Fill an empty newsroom with a sample edition.

    Invented articles of the last two weeks in five sections, with pictures and comments.
    """
    summary = asyncio.run(_load_sample(read_settings()))
    if summary.added:
        print(
            f"Added the sample edition: {summary.added} articles in {summary.sections} sections, "
            f"{summary.comments} comments, {summary.media} pictures and sounds."
        )
    else:
        print("The sample edition is there already: its articles were left as they are.")


async def _load_sample(settings: "Settings") -> "SampleSummary":
    from feeds.sample.load import load_sample

    async with opened_store(settings, migrate=is_embedded(settings)) as store:
        return await load_sample(store, settings, store.now)
