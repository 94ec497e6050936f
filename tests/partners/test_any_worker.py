"""Whatever is written, and whatever terms become of others: a worker that has answered partners before says what one does that has
just begun, byte for byte, and neither tells of anything that the terms do not grant.
"""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import strategies as st

from feeds.cache.cache import RepresentationCache
from feeds.formats import PARTNER_FORMATS
from feeds.render import KeptItems
from feeds.site import SiteState
from storage.entitlement import entitle
from tests.kinds.newsroom import SettableClock
from tests.partners.partner import Asker, Partners
from tests.partners.test_telling import EVENTS, NAME, Newsroom
from tests.stores import Stores
from tests.web.site import Client, client_of, open_site

pytestmark = [pytest.mark.anyio, pytest.mark.both_engines]

PAGES = ("/", "/section/world/", "/section/business/", "/2023/03/")
STEPS = st.lists(
    st.tuples(st.sampled_from((*EVENTS, "publish", "publish", "write", "withdraw")), st.integers(0, 99)),
    min_size=2,
    max_size=12,
)
KNOWN = [("publish", 0), ("publish", 2), ("withhold", 1), ("withdraw", 0), ("terms", 2), ("return_", 0), ("write", 1)]
"""An article that is withdrawn after it has left the terms."""


async def play(url: str, steps: list[tuple[str, int]]) -> None:
    clock = SettableClock()
    with TemporaryDirectory() as folder:
        async with open_site(Path(folder), clock, database_url=url) as site, client_of(site) as client:
            room = Newsroom(site.state.store, clock, clock.advance)
            asker = await Partners(site, client).add(NAME)
            bare = site.with_state(without_what_is_kept(site.state))
            async with client_of(bare) as anew:
                for turn, (name, number) in enumerate(steps):
                    await getattr(room, name)(number)
                    clock.advance(seconds=2)
                    await compare(asker, anew, turn)
                    await require_granted(asker, room)


def without_what_is_kept(state: SiteState) -> SiteState:
    cache, side_cache = (RepresentationCache(state.follower, state.clock, max_bytes=0, max_heads=0) for _ in range(2))
    return replace(state, cache=cache, side_cache=side_cache, kept_items=KeptItems(0))


async def compare(asker: Asker, anew: Client, turn: int) -> None:
    extensions = [*PARTNER_FORMATS]
    for number, page in enumerate(PAGES):
        path = f"{page}feed{extensions[(number + turn // 2) % len(extensions)]}"
        kept = await asker.ask(path)
        made = await anew.ask(f"/partner{path}", {"Authorization": f"Bearer {asker.key}"})
        assert (made.status, made.fields.multi_items()) == (kept.status, kept.fields.multi_items()), path
        assert made.body == kept.body
        if kept.status == 200:
            assert (await asker.ask(path, **{"If-None-Match": made.etag})).status == 304


async def require_granted(asker: Asker, room: Newsroom) -> None:
    terms = (await room.store.get_partner(NAME)).terms
    articles = [await room.store.get_article(id_) for id_ in room.articles]
    withheld = await room.store.withheld_sources()
    granted = {one.guid: one.headline for one in articles if entitle(terms, one, withheld, room.clock()).seen}
    assert {item["id"]: item["title"] for item in await asker.items()} == granted


def test_a_partner_is_answered_alike_by_workers_that_know_much_and_nothing(stores: Stores) -> None:
    stores.play_any(play, examples=15, steps=STEPS, known=[{"steps": KNOWN}])
