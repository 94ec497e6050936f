"""Days of any size: documents are bounded, and the links of the archive (RFC 5005, section 4) reach every entry all the same."""

from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import strategies as st

from feeds.document import FeedDocument
from feeds.kinds.dated import DAY
from feeds.kinds.latest import LATEST
from tests.kinds.newsroom import FOUNDED, Newsroom, opened_newsroom, titles
from tests.stores import Stores

WINDOW, PAGE = 3, 4


async def read(newsroom: Newsroom, url: str) -> FeedDocument:
    """What is at a feed's URL."""
    parts = urlsplit(url)
    path, query = parts.path.removesuffix("feed").strip("/"), dict(parse_qsl(parts.query))
    if not path:
        return await newsroom.feed(LATEST, **query)
    year, month, day = path.split("/")
    return await newsroom.feed(DAY, year=year, month=month, day=day, **query)


async def walk(newsroom: Newsroom, document: FeedDocument, relation: str) -> list[FeedDocument]:
    """The documents behind one; a walk that turns in a circle is an error."""
    walked: list[FeedDocument] = []
    while url := getattr(document.paging, relation):
        assert url not in [known.feed_url for known in walked], "it ends"
        document = await read(newsroom, url)
        assert (document.feed_url, document.archive) == (url, True)
        assert len(document.items) <= PAGE
        walked.append(document)
    return walked


def guids(*documents: FeedDocument) -> list[str]:
    return [item.guid for document in documents for item in document.items]


async def fill(newsroom: Newsroom, sizes: list[int], withdrawn: int) -> None:
    """So many articles a day, the last day being today; every so manyth of them is withdrawn."""
    count = 0
    for number, size in enumerate(sizes):
        newsroom.clock.now = FOUNDED + timedelta(days=number)
        for _ in range(size):
            article = await newsroom.publish(f"story-{count}", newsroom.clock.advance(seconds=count % 3))
            count += 1
            if withdrawn and count % withdrawn == 0:
                await newsroom.withdraw(article)


async def check(newsroom: Newsroom) -> None:
    public = [one for one in await newsroom.store.list_articles(limit=1000) if one.public]
    places = sorted(((one.published_at, one.id, one.guid) for one in public if one.published_at), reverse=True)
    expected = [guid for *_, guid in places]
    latest = await newsroom.feed(LATEST)
    assert guids(latest) == expected[:WINDOW]
    archive = await walk(newsroom, latest, "previous_archive")
    reached = guids(latest, *archive)
    assert list(dict.fromkeys(reached)) == expected, "in the order of the list, nothing left out"
    # The day before today may begin in the latest feed; nothing else is read twice.
    twice = len(reached) - len(expected)
    assert twice <= WINDOW
    over = [document for document in archive if document.validity.finished]
    back = await walk(newsroom, over[-1], "next_archive") if over else []
    finished = {one.guid for one in public if one.day and one.day < newsroom.clock().date()}
    assert finished <= set(guids(*over[-1:], *back)), "the way back reaches them, too"


async def play(url: str, sizes: list[int], withdrawn: int) -> None:
    async with opened_newsroom(url, feed_items=WINDOW) as newsroom:
        newsroom.publication = replace(newsroom.publication, day_items=PAGE)
        await fill(newsroom, sizes, withdrawn)
        await check(newsroom)


def test_every_entry_is_reached(stores: Stores) -> None:
    sizes = st.lists(st.integers(0, 14), min_size=1, max_size=4)
    stores.play_any(play, examples=15, sizes=sizes, withdrawn=st.integers(0, 5))


@pytest.fixture
def small(newsroom: Newsroom) -> Newsroom:
    newsroom.publication = replace(newsroom.publication, feed_items=WINDOW, day_items=PAGE)
    return newsroom


@pytest.mark.anyio
async def test_who_comes_back_to_a_busy_day_soon_meets_what_is_known(small: Newsroom) -> None:
    """A reader that knows documents by their addresses reads one or two more at each poll, however long the day."""
    for number in range(60):
        await small.publish(f"story-{number}", small.clock.advance(minutes=1))
    known: set[str] = set()
    for number in range(60, 70):
        archive = await walk(small, await small.feed(LATEST), "previous_archive")
        new = [document.feed_url for document in archive if document.feed_url not in known]
        known |= set(new)
        assert number == 60 or len(new) <= 2
        await small.publish(f"story-{number}", small.clock.advance(minutes=1))


@pytest.mark.anyio
async def test_withdrawals_by_the_hundred_are_as_many_tombstones_as_entries(small: Newsroom) -> None:
    for number in range(20):
        await small.withdraw(await small.publish(f"gone-{number}", small.clock() - timedelta(hours=2)))
    for kind, params, limit in ((LATEST, {}, WINDOW), (DAY, {"year": "2023", "month": "03", "day": "01"}, PAGE)):
        document = await small.feed(kind, **params)
        assert len(document.deleted) == limit
        assert document.delta_floor == document.snapshot.seq, "who has an older one is sent all of it"


@pytest.mark.anyio
async def test_what_is_late_is_shown_and_what_is_not_is_not(small: Newsroom) -> None:
    for number in range(30):
        await small.publish(f"story-{number}", small.clock.advance(seconds=10))
    newest = titles(await small.feed(LATEST))
    # A minute or an hour behind the clock, as an agency's feed that is asked now and then: nothing of that is late.
    await small.publish("a-moment-ago", small.clock() - timedelta(seconds=50))
    assert titles(await small.feed(LATEST)) == newest
    await small.publish("out-of-turn", small.clock() - timedelta(minutes=4))
    assert titles(await small.feed(LATEST)) == [*newest, "Out of turn"], "20 others stood before it"
    await small.publish("old", small.clock() - timedelta(hours=1))
    assert titles(await small.feed(LATEST)) == [*newest, "Out of turn", "Old"]


@pytest.mark.anyio
async def test_a_day_that_has_just_ended_is_known_by_another_address(newsroom: Newsroom) -> None:
    """What arrives within an hour of its date is not late: a reader that read the day at midnight must read it again."""
    await newsroom.publish("evening")
    midnight = FOUNDED.replace(hour=0) + timedelta(days=1)
    newsroom.clock.now = midnight + timedelta(minutes=5)
    first = await walk(newsroom, await newsroom.feed(LATEST), "previous_archive")
    await newsroom.publish("just-late", midnight - timedelta(minutes=30))
    newsroom.clock.now = midnight + timedelta(hours=2)
    for number in range(5):
        await newsroom.publish(f"morning-{number}")
    document = await newsroom.feed(LATEST)
    assert "Just late" not in titles(document)
    again = await walk(newsroom, document, "previous_archive")
    assert not {one.feed_url for one in first} & {one.feed_url for one in again}
    assert "Just late" in titles(again[0])


@pytest.mark.anyio
async def test_the_end_of_a_day_is_a_change_of_it(newsroom: Newsroom) -> None:
    await newsroom.publish("evening")
    day = {"year": "2023", "month": "03", "day": "01"}
    ends = FOUNDED.replace(hour=0) + timedelta(days=1)
    assert (await newsroom.feed(DAY, **day)).validity.since is None
    newsroom.clock.now = ends
    document = await newsroom.feed(DAY, **day)
    assert (document.archive, document.validity.since) == (True, ends)
    newsroom.clock.advance(hours=3)
    await newsroom.publish("morning")
    assert (await newsroom.feed(DAY, **day)).validity.since == ends
    newsroom.clock.now = ends + timedelta(days=1)
    assert (await newsroom.feed(DAY, **day)).validity.since == ends + timedelta(days=1), "the next day has joined it"
