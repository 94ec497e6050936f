"""Whatever happened in a newsroom, what it exports is read back: all of it, and what readers see."""

from datetime import datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from feeds.importers import export_lines
from storage.protocol import Store
from storage.scopes import HOME
from tests.importers.histories import FOUNDED, Newsroom, Step, histories
from tests.importers.reading import keep
from tests.storage.newsroom import SettableClock
from tests.stores import Stores, opened_store


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


async def there_and_back(url: str, stores: Stores, history: list[Step]) -> None:
    clock = SettableClock(FOUNDED)
    with TemporaryDirectory() as folder, stores.new() as whole_url, stores.new() as public_url:
        async with (
            opened_store(url, clock) as old,
            opened_store(whole_url, clock) as whole,
            opened_store(public_url, clock) as public,
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


def test_any_history(stores: Stores) -> None:
    stores.play_any(partial(there_and_back, stores=stores), examples=8, history=histories)


@pytest.mark.nightly
def test_very_many_histories(stores: Stores) -> None:
    stores.play_any(partial(there_and_back, stores=stores), examples=3000, history=histories)
