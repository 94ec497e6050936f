"""What RSS asks for beyond feedgen's faults."""

from dataclasses import replace
from datetime import UTC, datetime
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from feeds.document import Attachment, FeedItem, Photo, Shown
from feeds.formats.base import render
from feeds.formats.extensions.base import Element
from feeds.formats.extensions.rss import rfc822_date
from feeds.formats.rss import Rss
from tests.formats.golden.documents import FULL, article, feed

MEDIA = "{http://search.yahoo.com/mrss/}"
ATOM_UPDATED = "{http://www.w3.org/2005/Atom}updated"


def item_of(item: FeedItem) -> Element:
    (element,) = etree.fromstring(render(Rss(), feed(item))).iter("item")
    return element


@given(st.datetimes(timezones=st.just(UTC)))
def test_dates_are_those_of_email(instant: datetime) -> None:
    assert rfc822_date(instant) == format_datetime(instant)


def test_a_description_is_html_made_of_plain_text() -> None:
    assert item_of(replace(article(1), summary="1 < 2 & <b>")).findtext("description") == "1 &lt; 2 &amp; &lt;b&gt;"


def test_without_a_summary_the_first_55_words_describe_an_item() -> None:
    words = [f"w{number}" for number in range(60)]
    item = replace(article(1), content_html=f"<p>{' '.join(words[:30])}</p><p>{' '.join(words[30:])} &amp;</p>")
    assert item_of(item).findtext("description") == " ".join(words[:55]) + " …"


def test_a_guid_is_given_as_it_is_and_links_nowhere() -> None:
    guid = item_of(replace(article(1), guid="https://news.example/?p=1&x")).find("guid")
    assert guid is not None
    assert (guid.text, guid.get("isPermaLink")) == ("https://news.example/?p=1&x", "false")


def test_an_update_shows_only_where_there_was_one() -> None:
    assert item_of(FULL).findtext(ATOM_UPDATED) == "2023-03-22T12:05:00.250000+00:00"
    assert item_of(article(1)).find(ATOM_UPDATED) is None


def test_an_agency_is_no_source_element_which_wants_the_address_of_a_feed() -> None:
    assert FULL.agency is not None
    for url in ("https://agency.example/", ""):
        item = item_of(replace(FULL, agency=replace(FULL.agency, url=url)))
        assert item.find("source") is None
        assert item.findtext("{http://purl.org/dc/elements/1.1/}source") == "Coastal News Agency"


@pytest.mark.parametrize("extension", ["", "mp3", "audio/", "audio mpeg"])
def test_an_enclosure_always_has_a_media_type(extension: str) -> None:
    item = replace(FULL, attachments=(replace(FULL.attachments[0], type=extension),))
    enclosure = item_of(item).find("enclosure")
    assert enclosure is not None
    assert enclosure.get("type") == "application/octet-stream"


def test_titles_have_their_markup_in_hexadecimal() -> None:
    """The best-practices profile, 'Character data': readers that take a title for HTML show what was written."""
    body = render(Rss(), replace(feed(replace(article(1), title="Q&A <live>")), title="R&D"))
    assert b"<title>R&#x26;D</title>" in body
    assert b"<title>Q&#x26;A &#x3C;live&gt;</title>" in body


def test_an_item_always_has_a_description() -> None:
    """The profile wants one before content:encoded."""
    photo = replace(article(1), title="A crane", content_html='<img src="crane.png">')
    assert item_of(photo).findtext("description") == "A crane"


def file(name: str, type: str = "audio/mpeg", length: int = 7) -> Attachment:
    return Attachment(url=f"https://news.example/media/{name}", type=type, length=length)


def media_of(*attachments: Attachment) -> list[list[dict[str, str]]]:
    """The attributes of media:content, by group; one without a group is alone."""
    item = item_of(replace(article(1), attachments=attachments))
    return [
        [{str(name): str(value) for name, value in content.items()} for content in element.iter(f"{MEDIA}content")]
        for element in item
        if element.tag in (f"{MEDIA}group", f"{MEDIA}content")
    ]


def test_the_first_file_is_the_enclosure_and_the_others_media() -> None:
    talk, notes, film = file("talk.mp3"), file("notes.pdf", "application/pdf", 0), file("film.mp4", "video/mp4", 9)
    enclosure = item_of(replace(article(1), attachments=(talk, notes, film))).find("enclosure")
    assert enclosure is not None
    assert dict(enclosure.items()) == {"url": talk.url, "length": "7", "type": "audio/mpeg"}
    assert media_of(talk, notes, film) == [
        [{"url": notes.url, "type": "application/pdf"}],
        [{"url": film.url, "fileSize": "9", "type": "video/mp4", "medium": "video"}],
    ]
    assert media_of(talk) == media_of() == []


def test_files_of_one_work_are_a_group() -> None:
    first, other, notes = file("talk.mp3"), file("talk.ogg", "audio/ogg", 5), file("notes.pdf", "application/pdf")
    group, alone = media_of(first, notes, other)
    assert [(content["url"], content.get("isDefault")) for content in group] == [(first.url, "true"), (other.url, None)]
    assert [content["url"] for content in alone] == [notes.url]
    (later,) = media_of(notes, first, other)
    assert [content.get("isDefault") for content in later] == [None, None]


@pytest.mark.parametrize("names", [("a?v=1", "a?v=2"), ("talk.v1/", "talk.v2/"), (".a", ".b"), ("talk", "talks")])
def test_files_that_only_look_alike_are_not_one_work(names: tuple[str, str]) -> None:
    assert [len(group) for group in media_of(file("first.mp3"), *map(file, names))] == [1, 1]


PHOTO = Photo(
    url="https://news.example/media/a.jpg", type="image/jpeg", length=7, width=8, height=6, alt="A", caption="B", credit="C"
)  # fmt: skip


def files_of(item: FeedItem) -> list[str]:
    """The addresses of files as SimplePie, and so FreshRSS, lists them: of equal mentions of a file it takes one."""
    element = item_of(item)
    mentions = {
        (
            found.get("url", ""),
            found.get("type"),
            found.get("length") or found.get("fileSize"),
            found.get("medium"),
            len(found),
        )
        for found in (*element.iter("enclosure"), *element.iter(f"{MEDIA}content"))
    }
    return sorted(url for url, *_ in mentions)


def test_the_photo_of_an_article_without_files_is_its_enclosure() -> None:
    item = item_of(replace(article(1), photo=PHOTO))
    assert [dict(found.attrib) for found in item.iter("enclosure")] == [
        {"url": PHOTO.url, "length": "7", "type": "image/jpeg"}
    ]
    said = {name: item.findtext(f"{MEDIA}{name}") for name in ("description", "credit", "text")}
    assert said == {"description": None, "credit": "C", "text": "A"}, "feedparser takes a description for the summary"


def test_a_photo_is_no_enclosure_beside_files_or_where_the_newsroom_does_not_want_it() -> None:
    talk = file("talk.mp3")
    for item in (
        replace(article(1), photo=PHOTO, attachments=(talk,)),
        replace(article(1), photo=PHOTO, shown=Shown(enclosure=False)),
    ):
        assert [found.get("url") for found in item_of(item).iter("enclosure")] == [
            file.url for file in item.attachments
        ]
        assert item_of(item).findtext(f"{MEDIA}content/{MEDIA}credit") == "C"


@pytest.mark.parametrize("length", [0, 7])
@pytest.mark.parametrize("wanted", [True, False])
@pytest.mark.parametrize(
    "names", [(), ("talk.mp3",), ("talk.mp3", "talk.ogg"), ("a.jpg",), ("talk.mp3", "a.jpg"), ("talk.mp3", "talk.mp3")]
)
def test_each_file_is_listed_once(names: tuple[str, ...], wanted: bool, length: int) -> None:
    files = tuple(file(name, "image/jpeg" if name == "a.jpg" else "audio/mpeg", length) for name in names)
    item = replace(
        article(1), photo=replace(PHOTO, length=length), attachments=files, shown=Shown(enclosure=wanted)
    )  # fmt: skip
    assert files_of(item) == sorted({PHOTO.url, *(file.url for file in files)})


@pytest.mark.parametrize(
    ("url", "media_type", "expected"),
    [
        ("https://a.example/a.png?x=1.gif", "", "image/png"),
        ("https://a.example/a.WEBP", "picture", "image/webp"),
        ("https://a.example/a", "", "image/jpeg"),
        ("https://a.example/a.png", "image/avif", "image/avif"),
    ],
)
def test_the_type_of_a_photo_is_known_by_its_name(url: str, media_type: str, expected: str) -> None:
    item = item_of(replace(article(1), photo=replace(PHOTO, url=url, type=media_type)))
    assert [found.get("type") for found in item.iter("enclosure")] == [expected]


@pytest.mark.parametrize(
    ("size", "expected"),
    [((144, 144), ("144", "144")), ((512, 256), ("144", "72")), ((10, 4000), ("1", "400")), ((0, 0), (None, None))],
)
def test_the_image_of_a_channel_has_a_size_within_its_limits(size: tuple[int, int], expected: tuple[str, str]) -> None:
    document = replace(feed(article(1)), icon_url="https://news.example/icon.png", icon_size=size)
    image = etree.fromstring(render(Rss(), document)).find("channel/image")
    assert image is not None
    assert (image.findtext("width"), image.findtext("height")) == expected
    assert (image.findtext("title"), image.findtext("link")) == (document.title, document.page_url)


def test_a_channel_is_dated_by_its_newest_entry() -> None:
    def published(*items: FeedItem) -> str | None:
        return etree.fromstring(render(Rss(), feed(*items))).findtext("channel/pubDate")

    assert published(article(2), article(1)) == rfc822_date(article(1).published)
    assert published() is None


@pytest.mark.parametrize(
    ("alt", "written"),
    [
        ("R&D <now>", b'type="plain">R&#x26;D &#x3C;now&gt;<'),
        ("<b>x</b> & y", b'type="html">&#x26;lt;b&#x26;gt;x&#x26;lt;/b&#x26;gt; &#x26;amp; y<'),
    ],
)
def test_what_looks_like_markup_in_plain_text_is_said_to_be_none(alt: str, written: bytes) -> None:
    """As the W3C validator has it: end tags, and references or tags that are not in hexadecimal, are HTML undeclared."""
    photo = replace(PHOTO, alt=alt)
    body = render(Rss(), feed(replace(article(1), photo=photo, shown=Shown(enclosure=False))))
    assert written in body


def test_an_empty_text_is_no_element_and_the_headline_the_description() -> None:
    item = item_of(replace(article(1), content_html=" \n"))
    assert item.find("{http://purl.org/rss/1.0/modules/content/}encoded") is None
    assert item.findtext("description") == "Story 1"


@pytest.mark.parametrize(
    ("max_age", "ttl", "period", "frequency"),
    [
        (0, "1", "hourly", "60"),
        (60, "1", "hourly", "60"),
        (61, "2", "hourly", "30"),
        (420, "7", "hourly", "8"),
        (3600, "60", "hourly", "1"),
        (3601, "61", "daily", "23"),
        (86_400, "1440", "daily", "1"),
        (10**7, "166667", "weekly", "1"),
    ],
)
def test_how_often_to_look_is_never_more_often_than_told(max_age: int, ttl: str, period: str, frequency: str) -> None:
    channel = etree.fromstring(render(Rss(), replace(feed(FULL), max_age=max_age)))[0]
    sy = "{http://purl.org/rss/1.0/modules/syndication/}"
    told = [channel.findtext(name) for name in ("ttl", f"{sy}updatePeriod", f"{sy}updateFrequency")]
    assert told == [ttl, period, frequency]
