"""What is said to those who republish an entry, in every format; and nothing of it where nothing is set."""

import json
from typing import Any

import pytest
from lxml import etree

from feeds.document import FeedItem
from feeds.formats import FORMATS, NINJS, PARTNER_FORMATS
from feeds.formats.base import render
from tests.formats.golden import DOCUMENTS
from tests.formats.golden.documents import EMBARGOED, TERMS, TERMS_OF_USE, article, feed

NAMES = {
    "a": "http://www.w3.org/2005/Atom",
    "rss": "http://purl.org/rss/1.0/",
    "pur": "http://prismstandard.org/namespaces/prismusagerights/2.1/",
    "iptc": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    "l": "http://purl.org/rss/1.0/modules/link/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
}
ENTRIES = {".rss": "channel/item", ".atom": "a:entry", ".rdf": "rss:item"}
CANONICAL = {
    ".rss": "a:link[@rel='canonical']/@href",
    ".atom": "a:link[@rel='canonical']/@href",
    ".rdf": "l:link[@l:rel='http://www.iana.org/assignments/relation/canonical']/@rdf:resource",
}
UNTIL, EMBARGO = "2023-04-21T12:00:00+00:00", "2023-03-22T18:00:00+00:00"


def xml_entries(extension: str, *items: FeedItem) -> list[Any]:
    root = etree.fromstring(render(FORMATS[extension], feed(*items)))
    return root.findall(ENTRIES[extension], NAMES)


def extension_of(item: FeedItem) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(render(FORMATS[".json"], feed(item)))["items"][0]["_dateline"]
    return read


@pytest.mark.parametrize("extension", ENTRIES)
def test_xml_has_the_standards_elements(extension: str) -> None:
    terms, embargoed = xml_entries(extension, TERMS_OF_USE, EMBARGOED)
    assert terms.findtext("pur:creditLine", namespaces=NAMES) == TERMS_OF_USE.credit_line
    assert terms.findtext("pur:expirationDate", namespaces=NAMES) == UNTIL
    assert terms.findtext("iptc:DigitalSourceType", namespaces=NAMES) == TERMS_OF_USE.digital_source_type
    assert terms.xpath(CANONICAL[extension], namespaces=NAMES) == [TERMS_OF_USE.canonical_url]
    assert terms.find("pur:embargoDate", NAMES) is None
    assert embargoed.findtext("pur:embargoDate", namespaces=NAMES) == EMBARGO


def test_json_feed_has_them_in_its_extension() -> None:
    said = extension_of(TERMS_OF_USE)
    assert said["canonical_url"] == TERMS_OF_USE.canonical_url
    assert said["digital_source_type"] == TERMS_OF_USE.digital_source_type
    assert said["credit_line"] == TERMS_OF_USE.credit_line
    assert said["republish_until"] == UNTIL
    assert extension_of(EMBARGOED)["embargoed_until"] == EMBARGO


@pytest.mark.parametrize("extension", PARTNER_FORMATS)
def test_the_line_of_an_embargo_is_the_first_that_is_read(extension: str) -> None:
    body = render(PARTNER_FORMATS[extension], feed(EMBARGOED)).decode()
    line = EMBARGOED.embargo_line
    assert body.count(line) == 1
    assert body.index(line) < body.index("figure")


@pytest.mark.parametrize("extension", PARTNER_FORMATS)
def test_what_nobody_said_is_not_there(extension: str) -> None:
    body = render(PARTNER_FORMATS[extension], feed(article(1)))
    for word in (b"pur:", b"Iptc", b"canonical", b"mbargo", b"igital", b"redit", b"xpir", b"usageTerms", b"republish"):
        assert word not in body, word


@pytest.mark.parametrize("extension", ENTRIES)
def test_what_few_entries_have_is_declared_in_these(extension: str) -> None:
    """So the bytes of a feed without them do not move, and an entry that was cut out is whole."""
    format = FORMATS[extension]
    assert b"xmlns:pur=" in format.item(TERMS_OF_USE)
    assert b"xmlns:pur=" not in render(format, feed(article(1)))


def test_a_partner_s_system_is_told_of_all_of_it() -> None:
    terms, embargoed = json.loads(render(NINJS, TERMS))["associations"]
    assert (terms["pubStatus"], embargoed["pubStatus"]) == ("usable", "withheld")
    assert (terms["expires"], embargoed["embargoedUntil"]) == (UNTIL, EMBARGO)
    assert "terms" in DOCUMENTS, "held to the grammars, too"
