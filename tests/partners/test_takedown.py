"""Taking an article back: which partners had it, and which of them know."""

from dataclasses import replace

import pytest

from feeds.newsroom.takedown import take_down, who_knows
from storage.model import ArticleStatus, PartnerNotes, PartnerRead, Terms
from tests.partners.partner import Asker, Partners
from tests.partners.test_changes import end_of, read
from tests.web.site import Site

pytestmark = pytest.mark.anyio


async def known(site: Site, article_id: int) -> dict[str, bool]:
    store = site.state.store
    # What was noted beside requests is written at once here.
    await site.state.pickups.stop()
    return {one.partner.name: one.at is not None for one in await who_knows(store, article_id)}


@pytest.mark.both_engines
async def test_who_asks_for_what_follows_the_withdrawal_knows(site: Site, partners: Partners) -> None:
    store = site.state.store
    world, business = await partners.add("World", sections=("world",)), await partners.add("All")
    await partners.add("Other", sections=("business",))
    article = await site.newsroom.publish("wrong", sections=("world",))
    cursors = {asker: await end_of(asker) for asker in (world, business)}
    assert await known(site, article.id) == {}
    withdrawn = await take_down(store, article.id, "Wrong person", clock=site.clock)
    assert withdrawn.status is ArticleStatus.WITHDRAWN
    assert withdrawn.editorial_note.endswith("Wrong person")
    assert await known(site, article.id) == {"All": False, "World": False}, "who never saw it need not know"

    answer = await read(world, cursors[world])
    assert [item["action"] for item in answer["items"]] == ["withdraw"]
    assert await known(site, article.id) == {"All": False, "World": False}, "it may have lost the answer"
    await read(world, answer["next"])
    assert await known(site, article.id) == {"All": False, "World": True}
    await read(world, cursors[world])
    assert (await known(site, article.id))["World"], "a mirror that is put back is told anew"
    await end_of(business, cursors[business])
    assert await known(site, article.id) == {"All": True, "World": True}

    again = await take_down(store, article.id, "Once more", clock=site.clock)
    assert again.version == withdrawn.version, "nothing is written twice"


@pytest.mark.both_engines
async def test_of_what_partners_have_the_most_is_kept_until_their_terms_are_others(
    site: Site, partners: Partners
) -> None:
    store = site.state.store
    asker: Asker = await partners.add()
    here, other = asker.partner.id, asker.partner.set_id + 1
    for set_id, number, kept in ((1, 5, (1, 5)), (1, 3, (1, 5)), (other, 2, (other, 2)), (other, 4, (other, 4))):
        await store.note_partners(
            PartnerNotes(
                reads={
                    here: PartnerRead(set_id=set_id, number=number, at=site.clock()),
                    here + 9: PartnerRead(set_id=1, number=1, at=site.clock()),
                }
            )
        )
        [(id_, found)] = (await store.partner_reads()).items()
        assert (id_, (found.set_id, found.number)) == (here, kept)
    await store.remove_partner(asker.partner.name)
    assert await store.partner_reads() == {}


@pytest.mark.both_engines
@pytest.mark.parametrize("by_feeds", [False, True])
async def test_who_had_it_under_former_terms_is_asked_too(site: Site, partners: Partners, by_feeds: bool) -> None:
    """Terms that are narrowed take an article from a partner's view: until it has come back it shows the article yet."""
    store = site.state.store
    asker, stranger = await partners.add("World"), await partners.add("Stranger", sections=("business",))
    article = await site.newsroom.publish("wrong", sections=("world",))
    cursor = await end_of(asker)
    if by_feeds:
        await asker.ask("/feed.atom")
    await end_of(stranger)
    await site.state.pickups.stop()
    present = await store.get_partner("World")
    await store.update_partner(replace(present, terms=Terms(sections=("business",))), if_version=present.version)
    await take_down(store, article.id, "Wrong person", clock=site.clock)
    assert await known(site, article.id) == {"World": False}, "who never saw it need not know"
    answer = await read(asker, cursor)
    assert [item["action"] for item in answer["items"]] == ["withdraw"]
    assert await known(site, article.id) == {"World": False}, "it may have lost the answer"
    await end_of(asker, answer["next"])
    assert await known(site, article.id) == {"World": True}
