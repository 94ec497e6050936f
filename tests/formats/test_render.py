"""Entries that did not change are not built again, and nobody can tell from the bytes."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import get_ident

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.document import FeedDocument, FeedItem
from feeds.formats import FORMATS
from feeds.formats.base import Format, render
from feeds.render import KeptItems, render_in_turns
from tests.formats.golden import DOCUMENTS
from tests.formats.golden.documents import article, feed

formats = pytest.mark.parametrize("format", FORMATS.values(), ids=lambda format: format.name)


class Counting:
    """A format that counts the entries it builds."""

    def __init__(self, format: Format) -> None:
        self.name, self.extension = format.name, format.extension
        self.media_type, self.label = format.media_type, format.label
        self.tells_withdrawals = format.tells_withdrawals
        self.format = format
        self.built: list[str] = []

    def item(self, item: FeedItem) -> bytes:
        self.built.append(item.title)
        return self.format.item(item)

    def feed(self, document: FeedDocument, items: Sequence[bytes]) -> bytes:
        return self.format.feed(document, items)


def rendered(document: FeedDocument, format: Format, kept: KeptItems) -> bytes:
    return asyncio.run(render_in_turns(format, document, kept))[0]


def edited(item: FeedItem, edits: int) -> FeedItem:
    return replace(item, key=(item.key, edits), title=f"{item.title}, edit {edits}") if edits else item


@formats
def test_after_one_edit_of_fifty_one_entry_is_built(format: Format) -> None:
    counting, kept = Counting(format), KeptItems(10_000_000)
    items = [article(number) for number in range(50)]
    rendered(feed(*items), counting, kept)
    assert len(counting.built) == 50
    counting.built.clear()
    items[20] = edited(items[20], 1)
    document = feed(*items)
    assert rendered(document, counting, kept) == render(format, document)
    assert counting.built == ["Story 20, edit 1"]


@formats
def test_an_entry_is_kept_for_every_feed_that_shows_it(format: Format) -> None:
    counting, kept = Counting(format), KeptItems(10_000_000)
    rendered(feed(article(1), article(2)), counting, kept)
    rendered(replace(feed(article(2)), title="World", feed_url="https://news.example/world/feed"), counting, kept)
    assert counting.built == ["Story 1", "Story 2"]


def test_formats_keep_apart() -> None:
    kept = KeptItems(10_000_000)
    for document in DOCUMENTS.values():
        for format in FORMATS.values():
            assert rendered(document, format, kept) == render(format, document)


entries = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 2)), max_size=8, unique_by=lambda entry: entry[0])


@settings(deadline=None)
@given(shown=st.lists(entries, max_size=8), limit=st.sampled_from([0, 900, 3_000, 6_000, 1_000_000]))
def test_what_is_kept_never_shows_in_the_bytes_and_never_exceeds_its_limit(
    shown: list[list[tuple[int, int]]], limit: int
) -> None:
    kept = KeptItems(limit)
    for entries in shown:
        document = feed(*(edited(article(number), edits) for number, edits in entries))
        for format in FORMATS.values():
            assert rendered(document, format, kept) == render(format, document)
            assert 0 <= kept.size <= limit


def test_the_least_recently_used_entry_goes_first() -> None:
    rss = Counting(FORMATS[".rss"])
    whole = KeptItems(10_000_000)
    for number in (1, 2):
        whole.render(rss, article(number))
    kept = KeptItems(whole.size)  # room for two
    for number in (1, 2, 1, 3):
        kept.render(rss, article(number))
    rss.built.clear()
    for number in (1, 3, 2):
        kept.render(rss, article(number))
    assert rss.built == ["Story 2"]


def test_an_entry_larger_than_the_limit_pushes_nothing_out() -> None:
    rss = Counting(FORMATS[".rss"])
    kept = KeptItems(2_000)
    kept.render(rss, article(1))
    before = kept.size
    kept.render(rss, replace(article(2), content_html="x" * 2_000))
    assert kept.size == before > 0


class Overtaken(Counting):
    """A format during whose first build of an entry another thread builds and keeps the same one."""

    def __init__(self, format: Format, kept: KeptItems) -> None:
        super().__init__(format)
        self.kept = kept

    def item(self, item: FeedItem) -> bytes:
        if not self.built:
            self.built.append("the first")
            self.kept.render(self, item)
        return super().item(item)


def test_an_entry_built_twice_at_once_is_kept_once() -> None:
    kept, expected = KeptItems(10_000_000), KeptItems(10_000_000)
    expected.render(FORMATS[".rss"], article(1))
    overtaken = Overtaken(FORMATS[".rss"], kept)
    kept.render(overtaken, article(1))
    assert overtaken.built == ["the first", "Story 1", "Story 1"]
    assert kept.size == expected.size


def test_an_entry_is_known_as_it_was_made_until_its_room_is_needed() -> None:
    kept = KeptItems(9_000)
    first, second, rss = article(1), article(2), FORMATS[".rss"]
    kept.add([first])
    assert kept.find([first.key, second.key]) == {first.key: first}
    assert kept.rendered(rss, [first]) == [None], "as made is not as rendered"
    kept.add([second, replace(article(3), content_html="x" * 9_000)])
    assert kept.find([second.key, article(3).key]) == {second.key: second}
    assert 0 < kept.size <= kept.limit
    for number in range(4, 12):
        kept.add([article(number)])
        assert kept.size <= kept.limit
    assert kept.find([first.key, second.key]) == {}
    kept.forget_all()
    assert (kept.size, kept.find([article(11).key])) == (0, {})


def test_the_event_loop_goes_on_while_a_feed_is_rendered() -> None:
    """Something else on the loop gets a turn between the first entry and the last."""
    rss = Counting(FORMATS[".rss"])
    document = feed(*(replace(article(number), content_html="<p>x</p>" * 5_000) for number in range(20)))
    seen: list[int] = []

    async def look() -> None:
        while len(rss.built) < 20:
            seen.append(len(rss.built))
            await asyncio.sleep(0)

    async def both() -> None:
        await asyncio.gather(render_in_turns(rss, document, KeptItems(0)), look())

    asyncio.run(both())
    assert any(0 < built < 20 for built in seen)


def test_threads_may_share_what_is_kept() -> None:
    kept = KeptItems(5_000)
    documents = [feed(*(article(number) for number in range(start, start + 5))) for start in range(5)]
    expected = [render(FORMATS[".atom"], document) for document in documents]
    with ThreadPoolExecutor(4) as threads:
        bodies = threads.map(lambda turn: rendered(documents[turn % 5], FORMATS[".atom"], kept), range(100))
        assert list(bodies) == expected * 20
    assert kept.size <= kept.limit


def test_a_long_entry_is_built_beside_the_loop() -> None:
    class Placed(Counting):
        def item(self, item: FeedItem) -> bytes:
            places[item.title] = get_ident()
            return super().item(item)

    places: dict[str, int] = {}
    long = replace(article(2), title="Long", content_html="<p>&amp;</p>" * 20_000)
    document = feed(replace(article(1), title="Short"), long)
    format = FORMATS[".atom"]
    assert rendered(document, Placed(format), KeptItems(10_000_000)) == render(format, document)
    assert places["Short"] == get_ident() != places["Long"]
