"""An article as an entry: what it says, and what is never said."""

from datetime import timedelta
from typing import Any

import pytest

from feeds.clean.source_types import SCHEME
from feeds.document import Agency, Attachment, Category, Correction, FeedItem, Person, Photo, Replies
from feeds.formats.safe import text_html
from feeds.kinds.items import article_items
from feeds.kinds.latest import LATEST
from storage.model import Article, ArticleStatus, Author, Enclosure, Image, Section, Source, Tag
from tests.kinds.newsroom import Newsroom, titles

pytestmark = pytest.mark.anyio


async def entry(newsroom: Newsroom, **fields: Any) -> FeedItem:
    """The entry of an article with these fields, published now."""
    article = await newsroom.publish("harbour-reopens", **fields)
    items = {item.guid: item for item in (await newsroom.feed(LATEST)).items}
    return items[article.guid]


def made_of(newsroom: Newsroom, article: Article) -> FeedItem:
    """The entry of an article, public or not."""
    [item], _ = article_items([article], sections=(), site_version=1, publication=newsroom.publication)
    return item


async def test_an_entry_says_all_that_readers_may_know(newsroom: Newsroom) -> None:
    image = Image(
        url="/media/harbour.jpg", type="image/jpeg", length=1234, width=800, height=600,
        alt="A harbour", caption="The harbour at dawn", credit="Jo Doe",
    )  # fmt: skip
    item = await entry(
        newsroom,
        headline="Harbour reopens",
        summary="Ships are back.",
        body_html='<p>Ships are <a href="/about/">back</a>.</p>',
        dateline="Brussels, Belgium",
        source=Source(name="Example Agency", url="https://agency.example/"),
        image=image,
        enclosures=(Enclosure(url="/media/harbour.mp3", type="audio/mpeg", length=99),),
        sections=("world/africa", "business"),
        authors=(Author(slug="jane-doe", name="Jane Doe"), Author(slug="jo", name="Jo", url="https://jo.example/")),
        tags=(Tag(slug="nato", name="NATO"),),
        language="fr",
        rights="© Jane Doe",
        canonical_url="https://agency.example/1",
        digital_source_type=f"{SCHEME}humanEdits",
        credit_line="Example Agency",
        republish_until=newsroom.clock() + timedelta(days=30),
        updated_at=newsroom.clock() + timedelta(minutes=5),
    )
    page = "https://news.example/2023/03/01/harbour-reopens/"
    sections, tags = "https://news.example/section/", "https://news.example/tag/"
    assert item == FeedItem(
        key=item.key,
        seq=item.seq,
        id=item.id,
        guid="urn:test:harbour-reopens",
        url=page,
        title="Harbour reopens",
        summary="Ships are back.",
        content_html='<p>Ships are <a href="/about/">back</a>.</p>',
        published=newsroom.clock(),
        updated=newsroom.clock() + timedelta(minutes=5),
        modified=newsroom.clock() + timedelta(minutes=5),
        versioned=newsroom.clock() + timedelta(minutes=5),
        authors=(
            Person(name="Jane Doe", url="https://news.example/author/jane-doe/"),
            Person(name="Jo", url="https://jo.example/"),
        ),
        categories=(
            Category(term="world/africa", label="Africa", scheme=sections),
            Category(term="business", label="Business", scheme=sections),
            Category(term="nato", label="NATO", scheme=tags),
        ),
        photo=Photo(
            url="https://news.example/media/harbour.jpg", type="image/jpeg", length=1234, width=800, height=600,
            alt="A harbour", caption="The harbour at dawn", credit="Jo Doe",
        ),
        attachments=(Attachment(url="https://news.example/media/harbour.mp3", type="audio/mpeg", length=99),),
        agency=Agency(name="Example Agency", url="https://agency.example/"),
        dateline="Brussels, Belgium",
        replies=Replies(count=0, page_url=page, feed_url=page + "feed"),
        language="fr",
        rights="© Jane Doe",
        canonical_url="https://agency.example/1",
        digital_source_type=f"{SCHEME}humanEdits",
        credit_line="Example Agency",
        republish_until=newsroom.clock() + timedelta(days=30),
    )  # fmt: skip


async def test_an_entry_says_no_more_than_it_was_given(newsroom: Newsroom) -> None:
    item = await entry(newsroom, sections=(), language="EN", source=Source(name="Example Agency"))
    assert (item.categories, item.attachments, item.photo, item.correction) == ((), (), None, None)
    assert item.agency == Agency(name="Example Agency", url="")
    assert item.language == "", "it is the feed's"
    assert item.updated == item.published


@pytest.mark.parametrize("authors", [(), (Author(slug="nobody", name=" "),)])
async def test_what_nobody_signed_is_the_newsroom_s(newsroom: Newsroom, authors: tuple[Author, ...]) -> None:
    item = await entry(newsroom, authors=authors)
    assert item.authors == (Person(name="The Example", url="https://news.example/"),)


@pytest.mark.parametrize(
    ("named", "shown"),
    [
        ("/staff/jane/", "https://news.example/staff/jane/"),
        ("https://bücher.example/jane", "https://xn--bcher-kva.example/jane"),
        ("javascript:alert(1)", "https://news.example/author/jane/"),
    ],
)
async def test_an_authors_page_is_absolute_and_can_be_linked_to(newsroom: Newsroom, named: str, shown: str) -> None:
    """An import, or an earlier release, may have kept any."""
    item = await entry(newsroom, authors=(Author(slug="jane", name="Jane", url=named),))
    assert item.authors == (Person(name="Jane", url=shown),)


@pytest.mark.parametrize(
    ("fields", "title"),
    [
        ({"headline": "", "summary": "Ships are back."}, "Ships are back."),
        ({"headline": "", "body_html": "<p>One</p><p>two &amp; three</p>"}, "One two & three"),
        ({"headline": "", "summary": "a b c d e f g h i j k l"}, "a b c d e f g h i j …"),
        ({"headline": "", "body_html": "<p> <img src='/x.png'> </p>"}, "Untitled"),
    ],
)
async def test_an_entry_always_has_a_title(newsroom: Newsroom, fields: dict[str, str], title: str) -> None:
    assert (await entry(newsroom, **fields)).title == title


async def test_paths_in_other_scripts_are_encoded(newsroom: Newsroom) -> None:
    article = await newsroom.publish("порт-открыт", authors=(Author(slug="иван", name="Иван"),))
    [item] = (await newsroom.feed(LATEST)).items
    assert article.path == "/2023/03/01/порт-открыт/"
    assert item.url.isascii()
    assert item.replies is not None
    assert item.replies.feed_url == item.url + "feed"
    assert item.authors[0].url == "https://news.example/author/%D0%B8%D0%B2%D0%B0%D0%BD/"


@pytest.mark.parametrize(
    ("kept", "shown"),
    [
        ("/media/a.jpg", "https://news.example/media/a.jpg"),
        ("https://cdn.example/a.jpg?w=1&h=2#x", "https://cdn.example/a.jpg?w=1&h=2#x"),
        ("/media/фото 1.jpg", "https://news.example/media/%D1%84%D0%BE%D1%82%D0%BE%201.jpg"),
        ("/media/%D1%84%201.jpg", "https://news.example/media/%D1%84%201.jpg"),
    ],
)
async def test_urls_of_files_are_absolute_and_encoded_once(newsroom: Newsroom, kept: str, shown: str) -> None:
    item = await entry(newsroom, image=Image(url=kept), enclosures=(Enclosure(url=kept, type="image/jpeg"),))
    assert item.photo is not None
    assert item.photo.url == shown
    assert [attachment.url for attachment in item.attachments] == [shown]


@pytest.mark.parametrize("kept", ["http://[::1", "//[news.example/a.jpg", ""])
async def test_a_file_whose_url_is_none_is_left_out(newsroom: Newsroom, kept: str) -> None:
    item = await entry(
        newsroom,
        image=Image(url=kept),
        enclosures=(Enclosure(url=kept, type="image/jpeg"), Enclosure(url="/media/b.mp3", type="audio/mpeg")),
        source=Source(name="Example Agency", url=kept),
    )
    assert item.photo is None
    assert [attachment.url for attachment in item.attachments] == ["https://news.example/media/b.mp3"]
    assert item.agency == Agency(name="Example Agency", url="")


HIDDEN: list[tuple[str, dict[str, Any]]] = [
    ("a draft", {"status": ArticleStatus.DRAFT}),
    ("withdrawn from the start", {"status": ArticleStatus.WITHDRAWN}),
    ("a draft without a date", {"status": ArticleStatus.DRAFT, "published_at": None, "day": None}),
]


@pytest.mark.parametrize(("what", "fields"), HIDDEN, ids=[what for what, _ in HIDDEN])
async def test_what_is_not_public_leaves_no_trace(newsroom: Newsroom, what: str, fields: dict[str, Any]) -> None:
    before = await newsroom.feed(LATEST)
    article = await newsroom.publish("secret", **fields)
    await newsroom.edit(article, headline="Still secret")
    after = await newsroom.feed(LATEST)
    assert (after.items, after.deleted, after.seq) == ((), (), 0), what
    assert after.snapshot.scopes == before.snapshot.scopes


async def test_what_is_scheduled_or_under_embargo_leaves_no_trace_until_its_moment(newsroom: Newsroom) -> None:
    before = await newsroom.feed(LATEST)
    now = newsroom.clock()
    moment = now + timedelta(hours=2)
    await newsroom.publish("scheduled", moment)
    await newsroom.publish("embargoed", now, embargoed_until=moment)
    newsroom.clock.now = moment - timedelta(microseconds=1)
    await newsroom.store.run_due()
    early = await newsroom.feed(LATEST)
    assert (early.items, early.snapshot.scopes) == ((), before.snapshot.scopes)
    newsroom.clock.now = moment
    await newsroom.store.run_due()
    assert titles(await newsroom.feed(LATEST)) == ["Scheduled", "Embargoed"]


async def test_of_an_embargoed_article_each_edit_is_an_entry_of_its_own(newsroom: Newsroom) -> None:
    """Its edits move no sequence, for the public sees none of them; partners do."""
    until = newsroom.clock() + timedelta(hours=2)
    kept = await newsroom.publish("embargoed", embargoed_until=until)
    newsroom.clock.advance(minutes=1)
    edited = await newsroom.edit(kept, headline="Otherwise")
    newsroom.clock.now = until
    await newsroom.store.run_due()
    public = await newsroom.store.get_article(kept.id)
    made = [made_of(newsroom, article) for article in (kept, edited, public)]
    assert [item.embargoed_until for item in made] == [until, until, None]
    assert len({item.key for item in made}) == 3
    versions = [item.versioned for item in made]
    assert None not in versions
    assert versions == sorted(set(versions), key=str)


async def test_an_embargo_that_is_over_is_not_mentioned(newsroom: Newsroom) -> None:
    assert (await entry(newsroom, embargoed_until=newsroom.clock())).embargoed_until is None


@pytest.mark.parametrize(
    ("canonical_url", "named"),
    [
        ("/2023/03/01/harbour-reopens/", ""),
        ("https://news.example/2023/03/01/harbour-reopens/", ""),
        ("/elsewhere/", "https://news.example/elsewhere/"),
    ],
)
async def test_its_own_address_is_no_other_that_is_to_be_named(
    newsroom: Newsroom, canonical_url: str, named: str
) -> None:
    assert (await entry(newsroom, canonical_url=canonical_url)).canonical_url == named


async def test_an_article_put_back_to_draft_is_gone_with_a_tombstone(newsroom: Newsroom) -> None:
    article = await newsroom.publish("harbour")
    newsroom.clock.advance(hours=1)
    await newsroom.edit(article, status=ArticleStatus.DRAFT)
    document = await newsroom.feed(LATEST)
    assert document.items == ()
    assert [stone.guid for stone in document.deleted] == [article.guid]


async def test_a_section_s_new_title_makes_new_entries(newsroom: Newsroom) -> None:
    before = await entry(newsroom, sections=("business",))
    await newsroom.store.update_section(Section(path="business", title="Money", created_at=newsroom.clock()))
    [after] = (await newsroom.feed(LATEST)).items
    assert [category.label for category in after.categories] == ["Money"]
    assert after.key != before.key
    assert after.seq == await newsroom.store.last_seq() > before.seq


async def test_a_note_for_editors_is_no_part_of_an_entry(newsroom: Newsroom) -> None:
    article = await newsroom.publish("harbour", editorial_note="the mayor lied")
    before = await newsroom.feed(LATEST)
    assert "lied" not in repr(before)
    await newsroom.edit(article, editorial_note="the mayor lied twice")
    after = await newsroom.feed(LATEST)
    assert after.items == before.items
    assert after.snapshot.scopes == before.snapshot.scopes


async def test_a_comment_count_moves_at_most_once_in_an_interval(newsroom: Newsroom) -> None:
    async def shown() -> tuple[int, int]:
        [item] = (await newsroom.feed(LATEST)).items
        assert item.replies is not None
        return item.replies.count, item.seq

    article: Article = await newsroom.publish("harbour")
    start = await shown()
    await newsroom.reply(article, "Ann")
    first = await shown()
    assert first[0] == 1
    assert first[1] > start[1]
    for name in ("Bob", "Cid", "Dan"):
        newsroom.clock.advance(minutes=1)
        await newsroom.reply(article, name)
        assert await shown() == first
    newsroom.clock.advance(minutes=7)
    await newsroom.store.run_due()
    last = await shown()
    assert last[0] == 4
    assert last[1] > first[1]


async def test_a_correction_stands_under_the_body_with_its_day(newsroom: Newsroom) -> None:
    article = await newsroom.publish("harbour", body_html="<p>One.</p>")
    before = await newsroom.feed(LATEST)
    newsroom.clock.advance(hours=1)
    await newsroom.edit(article, correction="Two < three.\nSorry.", corrected_at=newsroom.clock())
    after = await newsroom.feed(LATEST)
    [item] = after.items
    assert item.correction == Correction(label="Correction, 1 March 2023", text="Two < three.\nSorry.")
    assert text_html(item) == "<p>One.</p><p><strong>Correction, 1 March 2023:</strong> Two &lt; three.<br>Sorry.</p>"
    assert item.updated == before.items[0].updated
    assert item.key != before.items[0].key
    assert after.seq > before.seq, "validators move"
