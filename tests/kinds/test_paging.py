"""Pages of lists: whoever walks them sees every entry once, whatever is published meanwhile."""

from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest

from feeds.document import FeedDocument
from feeds.kinds.author import AUTHOR
from feeds.kinds.base import Kind, NoSuchFeed
from feeds.kinds.comments import ALL_COMMENTS, ARTICLE_COMMENTS, SECTION_COMMENTS
from feeds.kinds.dated import DAY, MONTH, YEAR
from feeds.kinds.latest import LATEST
from feeds.kinds.search import SEARCH
from feeds.kinds.section import SECTION
from feeds.kinds.tag import TAG
from storage.model import Article, Author, Comment, Tag
from tests.kinds.newsroom import FOUNDED, Newsroom

pytestmark = pytest.mark.anyio

LISTS: dict[str, tuple[Kind, dict[str, str]]] = {
    "latest": (LATEST, {}),
    "month": (MONTH, {"year": "2023", "month": "03"}),
    "year": (YEAR, {"year": "2023"}),
    "section": (SECTION, {"section": "world"}),
    "tag": (TAG, {"tag": "nato"}),
    "author": (AUTHOR, {"author": "jane"}),
    "search": (SEARCH, {"q": "about"}),
}
COMMENT_LISTS: dict[str, tuple[Kind, dict[str, str]]] = {
    "comments": (ALL_COMMENTS, {}),
    "section comments": (SECTION_COMMENTS, {"section": "world"}),
    "article comments": (ARTICLE_COMMENTS, {"year": "2023", "month": "03", "day": "01", "slug": "story-0"}),
}


async def publish(newsroom: Newsroom, number: int) -> Article:
    """Two have the same instant each time."""
    return await newsroom.publish(
        f"story-{number}",
        FOUNDED + timedelta(minutes=number // 2),
        sections=("world/africa",),
        tags=(Tag(slug="nato", name="NATO"),),
        authors=(Author(slug="jane", name="Jane"),),
    )


async def fill(newsroom: Newsroom, count: int) -> list[Comment]:
    newsroom.clock.advance(hours=1)
    articles = [await publish(newsroom, number) for number in range(count)]
    comments = []
    for number in range(count):
        newsroom.clock.advance(seconds=number % 2)
        comments.append(await newsroom.reply(articles[0], f"Reader{number}"))
    # The latest feed shows all of a day, and for a week what came after its day: only then is it a list like the others.
    newsroom.clock.advance(days=9)
    return comments


def query(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query))


async def walk(newsroom: Newsroom, kind: Kind, params: dict[str, str]) -> list[FeedDocument]:
    """From the first page to the last; something is published at each step."""
    pages = [await newsroom.feed(kind, **params)]
    while pages[-1].paging.next:
        await publish(newsroom, 100 + len(pages))
        pages.append(await newsroom.feed(kind, **(params | query(pages[-1].paging.next))))
    return pages


@pytest.mark.parametrize("name", [*LISTS, *COMMENT_LISTS])
async def test_a_walk_sees_every_entry_once(newsroom: Newsroom, name: str) -> None:
    kind, params = (LISTS | COMMENT_LISTS)[name]
    comments = await fill(newsroom, 12)
    pages = await walk(newsroom, kind, params)
    assert [len(page.items) for page in pages] == [5, 5, 2]
    guids = [item.guid for page in pages for item in page.items]
    expected = (
        [comment.guid for comment in comments] if name in COMMENT_LISTS else [f"urn:test:story-{n}" for n in range(12)]
    )
    assert guids == expected[::-1]
    own = {page.feed_url for page in pages}
    assert len(own) == 3
    assert {page.paging.first for page in pages} == {pages[0].feed_url}
    # And back again, from the last page to the first.
    assert pages[0].paging.previous == ""
    back = pages[-1]
    for page in reversed(pages[1:]):
        assert [item.guid for item in back.items] == [item.guid for item in page.items]
        back = await newsroom.feed(kind, **(params | query(back.paging.previous)))


async def test_a_page_whose_anchor_is_gone_stays_where_it_was(newsroom: Newsroom) -> None:
    await fill(newsroom, 12)
    first = await newsroom.feed(LATEST)
    anchor = next(
        article for article in await newsroom.store.list_articles(limit=99) if article.guid == first.items[-1].guid
    )
    second = await newsroom.feed(LATEST, **query(first.paging.next))
    await newsroom.withdraw(anchor)
    again = await newsroom.feed(LATEST, **query(first.paging.next))
    assert [item.guid for item in again.items] == [item.guid for item in second.items]
    assert again.deleted == (), "tombstones are the first page's"


async def test_a_list_of_one_page_has_none_beside_it(newsroom: Newsroom) -> None:
    await fill(newsroom, 5)
    for kind, params in (LISTS | COMMENT_LISTS).values():
        document = await newsroom.feed(kind, **params)
        assert (document.paging.first, document.paging.next, document.paging.previous) == ("", "", ""), kind.name
    day = await newsroom.feed(DAY, year="2023", month="03", day="01")
    assert (day.paging.first, day.paging.next, day.paging.previous) == ("", "", "")


@pytest.mark.parametrize("cursor", ["", "x", "1", "1.", ".1", "1.2.3", "9" * 30 + ".1", "1.-1", "\u0661.1"])
async def test_what_is_no_cursor_is_ignored(newsroom: Newsroom, cursor: str) -> None:
    await fill(newsroom, 7)
    first = await newsroom.feed(LATEST)
    assert await newsroom.feed(LATEST, before=cursor) == first
    assert await newsroom.feed(LATEST, after=cursor) == first


async def test_a_cursor_beyond_either_end(newsroom: Newsroom) -> None:
    await fill(newsroom, 7)
    assert (await newsroom.feed(LATEST, before="-9999999999999999.1")).items == ()
    assert (await newsroom.feed(LATEST, after="9999999999999999.1")).items == ()
    oldest = await newsroom.feed(LATEST, after="0.0")
    assert [item.guid for item in oldest.items][-1] == "urn:test:story-0"


async def test_what_never_was_has_no_feed(newsroom: Newsroom) -> None:
    draft = await newsroom.publish("x", FOUNDED + timedelta(days=1), tags=(Tag(slug="later", name="Later"),))
    assert not draft.public
    for kind, params in (
        (TAG, {"tag": "later"}),
        (AUTHOR, {"author": "nobody"}),
        (SEARCH, {}),
        (SEARCH, {"q": " \u200b"}),
    ):
        with pytest.raises(NoSuchFeed):
            await newsroom.feed(kind, **params)
    with pytest.raises(NoSuchFeed):
        await newsroom.feed(SECTION_COMMENTS, section="nowhere")


async def test_a_tag_keeps_its_feed_when_all_of_it_is_withdrawn(newsroom: Newsroom) -> None:
    article = await publish(newsroom, 0)
    assert (await newsroom.feed(TAG, tag="nato")).title == "NATO – The Example"
    await newsroom.withdraw(article)
    empty = await newsroom.feed(TAG, tag="nato")
    assert (empty.title, empty.items, len(empty.deleted)) == ("nato – The Example", (), 1)
