"""Whatever is written, and whatever the clock does: a server that has answered before says what one does that has just begun, byte
for byte. What it takes over from what it made before shows in no answer.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

import pytest
from hypothesis import strategies as st

from feeds.cache.cache import RepresentationCache
from feeds.formats import FORMATS
from feeds.paths import feed_path
from feeds.render import KeptItems
from feeds.urls import encode_path
from storage.sql.store import SQLStore
from tests.kinds.newsroom import SettableClock
from tests.kinds.test_any_writes import WINDOW, Watch, write
from tests.stores import Stores
from tests.web.site import Client, Site, client_of, open_site

ROOM = 1_000_000
PAGES = ("/", "/section/world/", "/comments/", "/feeds.opml")
CODINGS = ("gzip", "identity", "br")

OPERATIONS = st.lists(
    st.tuples(
        st.sampled_from(["publish", "publish", "edit", "edit", "reply", "moderate", "rename", "wait", "days"]),
        st.integers(0, 40),
        st.integers(0, 40),
    ),
    min_size=2,
    max_size=10,
)
KNOWN = [
    ("publish", 0, 3), ("edit", 0, 0), ("rename", 0, 1), ("edit", 1, 0), ("reply", 1, 0), ("edit", 0, 2), ("rename", 1, 2),
    ("moderate", 0, 2), ("edit", 1, 8), ("days", 0, 6), ("publish", 1, 10), ("edit", 1, 9), ("reply", 0, 1),
]  # fmt: skip
"""A headline edited, a section renamed, a comment and an article that go, one that comes back, a week."""


@dataclass
class Pair:
    """A newsroom's server, and one that has answered nothing yet, as often as it is asked for."""

    site: Site
    served: Client

    @asynccontextmanager
    async def fresh(self) -> AsyncIterator[Client]:
        state, follower = self.site.state, self.site.state.follower
        assert isinstance(state.store, SQLStore)
        listeners = [*follower.on_changes], [*follower.on_another_log]
        cache, side_cache = (RepresentationCache(follower, state.clock, max_bytes=ROOM) for _ in range(2))
        store = SQLStore(state.store._engine, state.clock)
        begun = replace(state, store=store, cache=cache, side_cache=side_cache, kept_items=KeptItems(ROOM))
        try:
            async with client_of(self.site.with_state(begun)) as client:
                yield client
        finally:
            follower.on_changes[:], follower.on_another_log[:] = listeners

    async def compare(self, watch: Watch, turn: int, share: int = 1) -> None:
        """`share`: of so many addresses one is asked for."""
        extensions = [*FORMATS]
        asked = [*PAGES]
        for number, (kind, params) in enumerate(watch.feeds()):
            fields = dict(params)
            query = {name: fields.pop(name) for name in kind.query if name in fields}
            path = encode_path(feed_path(kind.page(**fields), extensions[(number + turn) % len(extensions)]))
            asked.append(f"{path}?{urlencode(query)}" if query else path)
        async with self.fresh() as fresh:
            for number, target in [*enumerate(asked)][turn % share :: share]:
                coding = CODINGS[(number + turn // 2) % len(CODINGS)]
                ours, new = [await client.ask(target, Accept_Encoding=coding) for client in (self.served, fresh)]
                assert (ours.status, ours.fields.multi_items()) == (new.status, new.fields.multi_items()), target
                assert ours.body == new.body, target


async def play(url: str, operations: list[tuple[str, int, int]]) -> None:
    with TemporaryDirectory() as folder:
        clock, settings = SettableClock(), {"feed_items": WINDOW, "day_items": WINDOW}
        async with (
            open_site(Path(folder), clock, database_url=url, **settings) as site,
            client_of(site) as served,
        ):
            pair, watch = Pair(site, served), Watch(site.newsroom)
            article = await site.newsroom.publish("first", sections=["world/africa"])
            watch.articles.append(article)
            watch.comments.append(await site.newsroom.reply(article, "Ann"))
            await pair.compare(watch, 0)
            for turn, (operation, one, other) in enumerate(operations):
                if operation == "days":
                    clock.advance(days=1 + other % 8)
                    await site.newsroom.store.run_due()
                else:
                    await write(watch, operation, one, other)
                await pair.compare(watch, turn, share=5)
            await pair.compare(watch, 0)


def test_who_has_answered_before_says_what_a_new_one_does(stores: Stores) -> None:
    stores.play_any(play, examples=1, known=[{"operations": KNOWN}], operations=OPERATIONS)


@pytest.mark.nightly
def test_so_it_is_whatever_is_written(stores: Stores) -> None:
    stores.play_any(play, examples=3_000, operations=OPERATIONS)
