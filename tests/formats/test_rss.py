"""What RSS asks for beyond feedgen's faults."""

from dataclasses import replace

import pytest
from lxml import etree

from feeds.document import FeedItem
from feeds.formats.base import render
from feeds.formats.extensions.base import Element
from feeds.formats.rss import Rss
from tests.formats.golden.documents import FULL, article, feed

ATOM_UPDATED = "{http://www.w3.org/2005/Atom}updated"


def item_of(item: FeedItem) -> Element:
    (element,) = etree.fromstring(render(Rss(), feed(item))).iter("item")
    return element


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
