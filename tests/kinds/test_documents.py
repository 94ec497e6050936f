"""What every feed of articles says of itself: latest, and sections with those in them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from feeds.kinds.base import NoSuchFeed
from feeds.kinds.dated import DAY
from feeds.kinds.latest import LATEST
from feeds.kinds.section import SECTION
from feeds.kinds.single import build_article
from storage.errors import NotFound
from storage.model import Section
from tests.kinds.newsroom import FOUNDED, Newsroom, titles

pytestmark = pytest.mark.anyio

MINUTE = timedelta(minutes=1)


async def test_latest_speaks_for_the_newsroom(newsroom: Newsroom) -> None:
    await newsroom.publish("harbour")
    document = await newsroom.feed(LATEST)
    assert document.title == "The Example"
    assert document.description == "News of nowhere."
    assert document.page_url == "https://news.example/"
    assert document.feed_url == "https://news.example/feed"
    assert document.language == "en"
    assert document.rights == "© The Example"
    assert document.validity.until == FOUNDED.replace(hour=0) + timedelta(days=1), "the day's end"
    assert not document.validity.finished
    assert set(document.snapshot.scopes) == {"home", "days", "site"}


async def test_an_empty_feed_was_updated_when_the_newsroom_was_founded(newsroom: Newsroom) -> None:
    newsroom.clock.advance(days=30)
    document = await newsroom.feed(LATEST)
    assert document.items == ()
    assert document.updated == FOUNDED
    assert document.seq == 0


async def test_entries_are_the_newest_by_publication_then_id(newsroom: Newsroom) -> None:
    start = newsroom.clock()
    newsroom.clock.advance(minutes=6)
    for minute, slug in ((3, "third"), (1, "first"), (5, "fifth"), (2, "second"), (4, "fourth"), (0, "oldest")):
        await newsroom.publish(slug, start + minute * MINUTE)
    await newsroom.publish("same-minute", start + 5 * MINUTE)
    document = await newsroom.feed(SECTION, section="world")
    assert titles(document) == ["Same minute", "Fifth", "Fourth", "Third", "Second"]


async def test_updated_is_the_newest_update_and_never_now(newsroom: Newsroom) -> None:
    first = await newsroom.publish("harbour")
    second = await newsroom.publish("ferry", newsroom.clock.advance(hours=1))
    newsroom.clock.advance(days=3)
    assert (await newsroom.feed(LATEST)).updated == second.published_at
    await newsroom.edit(first, headline="Harbour, corrected")
    assert (await newsroom.feed(LATEST)).updated == second.published_at, "a correction is no news"
    corrected = newsroom.clock()
    await newsroom.edit(first, updated_at=corrected)
    newsroom.clock.advance(days=3)
    document = await newsroom.feed(LATEST)
    assert document.updated == corrected
    assert titles(document) == ["Ferry", "Harbour, corrected"], "an update does not move an entry to the top"


async def test_seq_is_the_last_change_that_the_entries_show(newsroom: Newsroom) -> None:
    first = await newsroom.publish("harbour")
    assert (await newsroom.feed(LATEST)).seq == first.seq
    edited = await newsroom.edit(first, headline="Harbour reopens")
    assert (await newsroom.feed(LATEST)).seq == edited.seq > first.seq
    await newsroom.edit(first, editorial_note="check")
    draft = await newsroom.publish("later", newsroom.clock() + timedelta(days=1))
    assert (await newsroom.feed(LATEST)).seq == edited.seq
    assert (await newsroom.feed(LATEST)).snapshot.seq > edited.seq
    gone = await newsroom.withdraw(edited)
    document = await newsroom.feed(LATEST)
    assert document.items == ()
    assert document.seq == gone.seq
    assert draft.seq == 0


async def test_a_section_has_the_articles_of_those_in_it(newsroom: Newsroom) -> None:
    for slug, sections in (
        ("summit", ["world"]),
        ("drought", ["world/africa"]),
        ("merger", ["business"]),
        ("trade", ["business", "world/africa"]),
    ):
        await newsroom.publish(slug, newsroom.clock.advance(minutes=1), sections=sections)
    world = await newsroom.feed(SECTION, section="world")
    africa = await newsroom.feed(SECTION, section="world/africa")
    business = await newsroom.feed(SECTION, section="business")
    assert titles(world) == ["Trade", "Drought", "Summit"], "each once"
    assert titles(africa) == ["Trade", "Drought"]
    assert titles(business) == ["Trade", "Merger"]


async def test_a_section_speaks_for_itself(newsroom: Newsroom) -> None:
    document = await newsroom.feed(SECTION, section="world/africa")
    assert document.title == "Africa – The Example"
    assert document.page_url == "https://news.example/section/world/africa/"
    assert document.feed_url == "https://news.example/section/world/africa/feed"
    assert document.description == "News of nowhere.", "it has no words of its own"
    assert document.updated == FOUNDED
    assert set(document.snapshot.scopes) == {"section:world/africa", "site"}
    before = document.snapshot.scopes["site"].version
    await newsroom.store.update_section(
        Section(path="world/africa", title="All Africa", description="A continent.", created_at=FOUNDED)
    )
    document = await newsroom.feed(SECTION, section="world/africa")
    assert (document.title, document.description) == ("All Africa – The Example", "A continent.")
    assert document.snapshot.scopes["site"].version > before


async def test_an_article_that_is_not_there_is_not_found(newsroom: Newsroom) -> None:
    article = await newsroom.publish("harbour")
    asked = dict(zip(("year", "month", "day"), str(article.day).split("-"), strict=True))
    found = await build_article(newsroom.store, newsroom.publication, {**asked, "slug": "harbour"})
    assert [item.id for item in found.items] == [article.id]
    with pytest.raises(NotFound):
        await build_article(newsroom.store, newsroom.publication, {**asked, "slug": "ferry"})


async def test_a_section_that_is_not_there_has_no_feed(newsroom: Newsroom) -> None:
    for path in ("sport", "world/asia", "africa", "", "world/", "WORLD", "home"):
        with pytest.raises(NoSuchFeed):
            await newsroom.feed(SECTION, section=path)


async def test_a_section_that_is_deleted_has_no_feed_and_the_change_reaches_what_was_kept(newsroom: Newsroom) -> None:
    before = (await newsroom.feed(SECTION, section="business")).snapshot
    await newsroom.store.delete_section("business")
    with pytest.raises(NoSuchFeed):
        await newsroom.feed(SECTION, section="business")
    [change] = await newsroom.store.changes_since(before.seq, limit=10)
    assert change.scopes & before.scopes.keys()


async def test_a_section_whose_slug_is_in_another_script_is_encoded(newsroom: Newsroom) -> None:
    await newsroom.store.add_section(Section(path="мир", title="Мир", created_at=FOUNDED))
    document = await newsroom.feed(SECTION, section="мир")
    assert document.feed_url == "https://news.example/section/%D0%BC%D0%B8%D1%80/feed"


async def test_an_article_that_moves_leaves_no_tombstone_behind(newsroom: Newsroom) -> None:
    article = await newsroom.publish("merger", sections=["business"])
    newsroom.clock.advance(hours=1)
    await newsroom.edit(article, sections=("world/africa",))
    business = await newsroom.feed(SECTION, section="business")
    assert (business.items, business.deleted) == ((), ())
    assert titles(await newsroom.feed(SECTION, section="world")) == ["Merger"]


async def test_a_tombstone_stands_while_the_entry_would_be_in_the_window(newsroom: Newsroom) -> None:
    old = await newsroom.publish("old")
    for number in range(5):
        await newsroom.publish(f"story-{number}", newsroom.clock.advance(minutes=1))
    await newsroom.withdraw(old)
    assert (await newsroom.feed(SECTION, section="world")).deleted == (), "readers had it no more"
    assert (await newsroom.feed(LATEST)).deleted == (), "nor those of the latest"
    assert len((await newsroom.feed(DAY, year="2023", month="03", day="01")).deleted) == 1, "the day's feed shows more"
    newest = (await newsroom.feed(LATEST)).items[0]
    article = await newsroom.store.get_article(6)
    assert article.guid == newest.guid
    gone = await newsroom.withdraw(article)
    for kind, params in ((LATEST, {}), (SECTION, {"section": "world"})):
        document = await newsroom.feed(kind, **params)
        [stone] = document.deleted[:1]
        assert (stone.guid, stone.when, stone.seq) == (article.guid, gone.gone_at, gone.seq)
        assert article.guid not in {item.guid for item in document.items}
        assert document.updated == stone.when
        assert document.seq == gone.seq


async def test_an_entry_published_again_is_newer_than_its_tombstone(newsroom: Newsroom) -> None:
    article = await newsroom.publish("harbour")
    newsroom.clock.advance(hours=1)
    gone = await newsroom.withdraw(article)
    [stone] = (await newsroom.feed(LATEST)).deleted
    assert stone.when == gone.gone_at
    await newsroom.edit(article, status=article.status)
    document = await newsroom.feed(LATEST)
    assert document.deleted == ()
    [entry] = document.items
    assert entry.guid == article.guid
    assert entry.updated > stone.when
    assert entry.published == article.published_at


async def test_the_same_newsroom_gives_the_same_document(newsroom: Newsroom) -> None:
    for slug in ("harbour", "ferry"):
        await newsroom.publish(slug, newsroom.clock.advance(minutes=1))
    newsroom.clock.advance(days=1)
    one = await newsroom.feed(LATEST)
    newsroom.clock.advance(days=400)
    later = await newsroom.feed(LATEST)
    assert replace(later, validity=replace(one.validity, finished=later.validity.finished)) == one
