"""What RSS 1.0 asks for: that it is RDF, and that each item is named, listed and told apart."""

from dataclasses import replace
from typing import Any

import feedparser
import pytest
from lxml import etree

from feeds.document import FeedDocument, Paging
from feeds.formats.base import render
from feeds.formats.extensions.base import Element
from feeds.formats.rdf import Rdf
from tests.formats.golden import DOCUMENTS
from tests.formats.golden.documents import COMMENTS, FULL, HUBS, LATEST, REPLY, article, feed

RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
NAMES = {
    "rss": "http://purl.org/rss/1.0/",
    "rdf": RDF[1:-1],
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "l": "http://purl.org/rss/1.0/modules/link/",
    "enc": "http://purl.oclc.org/net/rss_2.0/enc#",
    "annotate": "http://purl.org/rss/1.0/modules/annotate/",
}
documents = pytest.mark.parametrize("name", DOCUMENTS)


def root_of(document: FeedDocument) -> Element:
    return etree.fromstring(render(Rdf(), document))


def values(root: Element, path: str) -> list[str]:
    found: Any = root.xpath(path, namespaces=NAMES)
    return list(map(str, found))


def links(root: Element, holder: str) -> dict[str, str]:
    """By relation."""
    return {
        link.get(f"{{{NAMES['l']}}}rel", "").rpartition("/")[2]: link.get(f"{RDF}resource", "")
        for link in root.iterfind(f"{holder}/l:link", NAMES)
    }


@documents
def test_items_are_listed_in_their_order_each_by_a_name_of_its_own(name: str) -> None:
    root = root_of(DOCUMENTS[name])
    about = values(root, "rss:item/@rdf:about")
    assert values(root, "rss:channel/rss:items/rdf:Seq/rdf:li/@rdf:resource") == about
    assert len(about) == len(DOCUMENTS[name].items)
    named = values(root, "*/@rdf:about")
    assert len(set(named)) == len(named)


@documents
def test_rdf_parsers_find_no_attribute_without_a_namespace(name: str) -> None:
    """RDF 1.1 XML Syntax, section 6.1.4: one that is met ends the reading."""
    attributes = [str(key) for element in root_of(DOCUMENTS[name]).iter("*") for key in element.attrib]
    assert attributes
    assert all(key.startswith("{") for key in attributes)


@documents
def test_a_property_holds_a_text_or_a_resource_never_both(name: str) -> None:
    """Section 2: what is in a property is one node; nothing here needs more than the channel's list does."""
    for node in root_of(DOCUMENTS[name]):
        for element in node:
            described = element.get(f"{RDF}resource")
            assert len(element) == (element.tag == f"{{{NAMES['rss']}}}items")
            assert not (described and element.text)


def test_what_a_feed_is_and_where_its_pages_are() -> None:
    root = root_of(
        replace(
            LATEST,
            hubs=HUBS[:1],
            paging=Paging(first="https://news.example/feed", next="https://news.example/feed?b=1"),
        )
    )
    assert values(root, "rss:channel/@rdf:about") == ["https://news.example/feed.rdf"]
    assert links(root, "rss:channel") == {
        "self": "https://news.example/feed.rdf",
        "hub": "https://news.example/hub",
        "first": "https://news.example/feed.rdf",
        "next": "https://news.example/feed.rdf?b=1",
    }
    assert values(root, "rss:channel/rss:image/@rdf:resource") == values(root, "rss:image/@rdf:about")


def test_an_item_keeps_its_name_when_it_moves() -> None:
    item = article(1)
    moved = replace(item, url="https://elsewhere.example/2024/01/01/another/")
    before, after = (feedparser.parse(render(Rdf(), feed(each))).entries[0] for each in (item, moved))
    assert (before.id, after.id) == (item.guid, item.guid)
    assert (before.link, after.link) == (item.url, moved.url)


def test_a_guid_that_is_no_iri_is_named_as_in_atom() -> None:
    item = replace(article(1), guid="legacy post 42")
    about = "urn:uuid:2835836c-cac7-5d70-93e8-85f98cad0e41"
    assert values(root_of(feed(item)), "rss:item/@rdf:about") == [about]
    assert values(root_of(feed(replace(item, guid="legacy\x00 post 42"))), "//@rdf:resource")[0] == about


def test_a_date_of_publication_and_where_it_differs_one_of_the_update() -> None:
    root = root_of(feed(FULL, article(2)))
    assert values(root, "rss:item/dc:date/text()") == ["2023-03-22T11:00:00+00:00", "2023-03-22T10:00:00+00:00"]
    assert values(root, "rss:item/dcterms:issued/text()") == ["2023-03-22T11:00:00+00:00"]
    assert values(root, "rss:item/dcterms:modified/text()") == ["2023-03-22T12:05:00.250000+00:00"]


def test_every_file_is_an_enclosure_the_photo_last() -> None:
    enclosures = root_of(feed(FULL)).findall("rss:item/enc:enclosure", NAMES)
    enc = f"{{{NAMES['enc']}}}"
    assert [(file.get(f"{RDF}resource"), file.get(f"{enc}type"), file.get(f"{enc}length")) for file in enclosures] == [
        ("https://news.example/media/harbour.mp3", "audio/mpeg", "1204224"),
        ("https://news.example/media/report.pdf", "application/pdf", None),
        ("https://news.example/media/harbour.jpg", "image/jpeg", "48213"),
    ]


def test_a_reply_refers_to_what_it_answers() -> None:
    root = root_of(COMMENTS)
    reply, first = values(root, "rss:item/annotate:reference/@rdf:resource")
    assert reply == values(root, "rss:item/@rdf:about")[1]
    assert first == FULL.guid
    assert REPLY.url in values(root, "rss:item/rss:link/text()")


def test_the_thread_and_the_agency_are_linked_to() -> None:
    assert links(root_of(feed(FULL)), "rss:item") == {
        "replies": "https://news.example/2023/03/22/story-1/#comments",
        "via": "https://agency.example/",
    }
