"""Taking an article back: which partners had it, and which of them know."""

import json
from dataclasses import replace
from typing import Any

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


async def test_who_makes_a_cursor_up_is_not_taken_to_have_what_is_before_it(site: Site, partners: Partners) -> None:
    asker = await partners.add("World")
    article = await site.newsroom.publish("wrong")
    await end_of(asker)
    await take_down(site.state.store, article.id, "Wrong person", clock=site.clock)
    made_up = f"{asker.partner.set_id}-2"
    answer = await read(asker, made_up)
    assert answer["items"] == []
    assert await known(site, article.id) == {"World": False}
    await read(asker, answer["next"])
    assert await known(site, article.id) == {"World": True}, "it was given this one"


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


@pytest.mark.both_engines
async def test_who_reads_feeds_alone_knows_of_narrower_terms_by_a_list_in_which_the_article_is_not(
    site: Site, partners: Partners
) -> None:
    """No tombstone may tell it: within its present terms it was never told of the article."""
    store = site.state.store
    asker, reader = await partners.add("World"), await partners.add("Reader")
    article = await site.newsroom.publish("wrong", sections=("world",))
    other = await site.newsroom.publish("other", sections=("business",))
    site.clock.advance(minutes=1)
    before = await asker.ask("/feed.rss")
    cursor = await end_of(reader)
    await reader.ask("/feed.rss")
    for name in ("World", "Reader"):
        await narrow(site, name, sections=("business",))
    await take_down(store, article.id, "Wrong person", clock=site.clock)
    neither = {"Reader": False, "World": False}
    assert await known(site, article.id) == neither

    # What is sent to it, but shows no list in which the article would stand.
    proves_nothing = [
        (f"{other.path[:-1]}.ninjs", 200),
        ("/section/business/feed.rss", 200),
        ("/2023/02/feed.rss", 404),
        ("/search/feed.rss?q=other", 200),
        ("/feeds.opml", 200),
    ]
    for path, status in proves_nothing:
        assert (await asker.ask(path)).status == status, path
        assert await known(site, article.id) == neither, path
    by = {"Authorization": f"Bearer {asker.key}"}
    assert (await asker.client.ask("/partner/feed.rss", by, method="HEAD")).status == 200
    assert await known(site, article.id) == neither

    site.clock.advance(minutes=1)
    again = await asker.ask("/feed.rss", **{"If-None-Match": before.etag})
    assert again.status == 200, "what it was sent by other terms is not what it is sent now"
    assert await known(site, article.id) == {"Reader": False, "World": True}
    await reader.ask("/feed.rss")
    assert await known(site, article.id) == {"Reader": False, "World": True}, "its mirror goes by the changes"
    await end_of(reader, (await read(reader, cursor))["next"])
    assert await known(site, article.id) == {"Reader": True, "World": True}


@pytest.mark.both_engines
async def test_who_says_that_it_has_the_list_by_its_validator_knows_too(site: Site, partners: Partners) -> None:
    store = site.state.store
    asker, other = await partners.add("World"), await partners.add("Business", sections=("business",))
    article = await site.newsroom.publish("wrong", sections=("world",))
    site.clock.advance(minutes=1)
    await asker.ask("/section/world/feed.json")
    await narrow(site, "World", sections=("business",))
    await take_down(store, article.id, "Wrong person", clock=site.clock)
    path = "/section/world/feed.json"
    known_tag = {"If-None-Match": (await other.ask(path)).etag}
    site.clock.advance(minutes=1)
    by_date = await asker.ask(path, **{"If-Modified-Since": f"{site.clock():%a, %d %b %Y %H:%M:%S} GMT"})
    assert (by_date.status, await known(site, article.id)) == (304, {"World": False}), "it may have made the date up"
    assert (await asker.ask(path, **known_tag)).status == 304
    assert await known(site, article.id) == {"World": True}


@pytest.mark.both_engines
async def test_a_list_that_does_not_reach_down_to_the_article_shows_nothing_of_it(
    site: Site, partners: Partners
) -> None:
    asker = await partners.add("World", items=2)
    article = await site.newsroom.publish("wrong", sections=("world",))
    await asker.ask("/feed.rss")
    for number in range(3):
        site.clock.advance(minutes=1)
        await site.newsroom.publish(f"money-{number}", sections=("business",))
    await narrow(site, "World", sections=("business",), items=2)
    await asker.ask("/feed.rss")
    await take_down(site.state.store, article.id, "Wrong person", clock=site.clock)
    assert await known(site, article.id) == {"World": False}
    page = json.loads((await asker.ask("/feed.json")).body)["next_url"].partition("/partner")[2]
    await asker.ask(page)
    assert await known(site, article.id) == {"World": False}, "of a page alone it is not known what is before it"
    await narrow(site, "World", sections=("business",), items=4)
    await asker.ask("/feed.rss")
    assert await known(site, article.id) == {"World": True}


@pytest.mark.both_engines
async def test_what_was_shown_by_terms_before_others_proves_nothing_of_these(site: Site, partners: Partners) -> None:
    """Back and forth: what it took meanwhile by the wider ones it has."""
    asker = await partners.add("World")
    await site.newsroom.publish("other", sections=("world",))
    await asker.ask("/section/world/feed.rss")
    await narrow(site, "World", sections=("business",))
    await asker.ask("/feed.rss")
    await site.state.pickups.stop()
    await narrow(site, "World")
    article = await site.newsroom.publish("wrong", sections=("world",))
    await asker.ask("/section/world/feed.rss")
    await site.state.pickups.stop()
    await narrow(site, "World", sections=("business",))
    await take_down(site.state.store, article.id, "Wrong person", clock=site.clock)
    assert await known(site, article.id) == {"World": False}
    await asker.ask("/section/world/feed.rss")
    assert await known(site, article.id) == {"World": True}


async def narrow(site: Site, name: str, **terms: Any) -> None:
    """Give a partner these terms instead of its own."""
    present = await site.state.store.get_partner(name)
    await site.state.store.update_partner(replace(present, terms=Terms(**terms)), if_version=present.version)
