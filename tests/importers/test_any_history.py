"""Whatever happened in a newsroom, what it exports is read back: all of it, and what readers see."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings

from feeds.importers import export_lines
from storage.connect import open_store
from storage.protocol import Store
from storage.scopes import HOME
from tests.importers.histories import FOUNDED, Newsroom, Step, histories
from tests.importers.reading import keep
from tests.storage.newsroom import SettableClock


@asynccontextmanager
async def new_store(folder: str, name: str, clock: SettableClock) -> AsyncIterator[Store]:
    store = await open_store(f"sqlite:///{folder}/{name}.db", clock=clock, migrate=True, synchronous="NORMAL")
    try:
        yield store
    finally:
        await store.close()


async def exported(store: Store, *, private: bool) -> list[str]:
    return [line.decode() async for line in export_lines(store, private=private)]


async def moved(old: Store, new: Store, folder: str, *, private: bool) -> None:
    """Move a newsroom to an empty store, and to the same again: nothing is lost, nothing changes."""
    lines = await exported(old, private=private)
    export = "".join(lines).encode()
    first = await keep(new, Path(folder), export)
    assert first.refused.named == ()
    assert await exported(new, private=private) == lines
    seq = await new.last_seq()
    again = await keep(new, Path(folder), export)
    assert again.unchanged == first.added
    assert await new.last_seq() == seq


async def there_and_back(history: list[Step]) -> None:
    clock = SettableClock(FOUNDED)
    with TemporaryDirectory() as folder:
        async with (
            new_store(folder, "old", clock) as old,
            new_store(folder, "whole", clock) as whole,
            new_store(folder, "public", clock) as public,
        ):
            await Newsroom(old, clock).live(history)
            await moved(old, whole, folder, private=True)
            await moved(old, public, folder, private=False)
            assert await shown(whole) == await shown(old)


async def shown(store: Store) -> tuple[list[str], set[tuple[str, datetime]]]:
    """The entries of the home feed, and its tombstones but for those of articles that have lost their date."""
    listed = await store.read_articles(HOME, limit=50)
    dated = {article.guid for article in await store.list_articles(limit=100) if article.published_at}
    stones = {(stone.guid, stone.gone_at) for stone in listed.tombstones if stone.guid in dated}
    return [article.guid for article in listed.articles], stones


@given(histories)
@settings(max_examples=25)
def test_any_history(history: list[Step]) -> None:
    asyncio.run(there_and_back(history))


@pytest.mark.nightly
@given(histories)
@settings(max_examples=3000)
def test_very_many_histories(history: list[Step]) -> None:
    asyncio.run(there_and_back(history))
