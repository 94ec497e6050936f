"""A store tells how long each unit of work was waited for."""

import pytest

from storage.errors import Conflict
from storage.model import Section
from storage.protocol import Store
from tests.storage.hub import ask, asks
from tests.storage.newsroom import FOUNDED, story

pytestmark = pytest.mark.anyio


async def test_each_read_and_write_is_told_also_one_that_fails(store: Store) -> None:
    told: list[tuple[str, float]] = []
    store.tell_waits(lambda work, seconds: told.append((work, seconds)))

    async def since(*expected: str) -> None:
        assert [work for work, _ in told] == [*expected]
        assert all(0 < seconds < 60 for _, seconds in told)
        told.clear()

    await store.add_section(Section(path="africa", title="Africa", created_at=FOUNDED))
    await since("write")
    await store.last_seq()
    await since("read")
    await store.within(7).last_seq()
    await since("read")
    await store.add_article(story("ferry", FOUNDED))
    await since("write")
    with pytest.raises(Conflict):
        await store.add_section(Section(path="africa", title="Africa", created_at=FOUNDED))
    await since("write")
    await ask(store, asks("reader"))
    await since("write")
