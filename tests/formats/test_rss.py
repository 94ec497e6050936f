"""What RSS asks for beyond feedgen's faults."""

from dataclasses import replace
from datetime import UTC, datetime
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from feeds.document import Attachment, FeedItem
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


def test_an_agency_without_a_url_is_no_source_element() -> None:
    assert FULL.agency is not None
    source = item_of(FULL).find("source")
    assert source is not None
    assert item_of(FULL).find("{http://purl.org/dc/elements/1.1/}source") is None
    assert (source.text, source.get("url")) == ("Coastal News Agency", "https://agency.example/")
    alone = item_of(replace(FULL, agency=replace(FULL.agency, url="")))
    assert alone.find("source") is None
    assert alone.findtext("{http://purl.org/dc/elements/1.1/}source") == "Coastal News Agency"


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
