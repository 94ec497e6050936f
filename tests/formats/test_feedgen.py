"""feedgen's known faults, each seen not to reach a feed."""

import locale
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from lxml import etree

from feeds.document import Attachment, FeedDocument, Person
from feeds.formats import FORMATS
from feeds.formats.atom import Atom
from feeds.formats.base import render
from feeds.formats.extensions.base import Element
from feeds.formats.rss import Rss
from tests.formats.golden.documents import COMMENTS, EMPTY, FULL, HUBS, LATEST, article, feed

NAMES = {
    "a": "http://www.w3.org/2005/Atom",
    "sy": "http://purl.org/rss/1.0/modules/syndication/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "media": "http://search.yahoo.com/mrss/",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "thr": "http://purl.org/syndication/thread/1.0",
}
RSS, ATOM = Rss(), Atom()


def all_of(root: Element, path: str) -> list[Element]:
    return root.findall(path, NAMES)


def texts(root: Element, path: str) -> list[str]:
    return [element.text or "" for element in all_of(root, path)]


@pytest.fixture
def rss() -> Element:
    return etree.fromstring(render(RSS, LATEST))


@pytest.fixture
def atom() -> Element:
    return etree.fromstring(render(ATOM, LATEST))


@pytest.fixture
def no_setlocale(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object) -> None:
        raise AssertionError("setlocale changes the whole process")

    monkeypatch.setattr(locale, "setlocale", refuse)


def test_entry_links_keep_rel_type_length_and_title(atom: Element) -> None:
    links = {
        (link.get("rel"), link.get("type"), link.get("length"), link.get("title"))
        for link in all_of(atom, "a:entry/a:link")
    }
    assert ("alternate", "text/html", None, None) in links
    assert ("enclosure", "audio/mpeg", "1204224", None) in links
    assert ("enclosure", "application/pdf", None, None) in links
    assert ("via", None, None, "Coastal News Agency") in links
    assert all(rel for rel, *_ in links)


def test_an_entry_can_have_replies_links(atom: Element) -> None:
    links = [link for link in all_of(atom, "a:entry/a:link") if link.get("rel") == "replies"]
    assert [(link.get("type"), link.get("href")) for link in links[:2]] == [
        ("text/html", "https://news.example/2023/03/22/story-1/#comments"),
        ("application/atom+xml", "https://news.example/2023/03/22/story-1/feed.atom"),
    ]
    count, updated = f"{{{NAMES['thr']}}}count", f"{{{NAMES['thr']}}}updated"
    assert [link.get(count) for link in links] == ["2", "2", "0", "0"]
    assert links[0].get(updated) == "2023-03-22T12:30:00+00:00"


def test_atom_content_is_html_not_cdata(atom: Element) -> None:
    assert {content.get("type") for content in all_of(atom, "a:entry/a:content")} == {"html"}
    assert b"CDATA" not in render(ATOM, LATEST) + render(RSS, LATEST)


def test_atom_text_is_said_to_be_text(atom: Element) -> None:
    for path in ("a:title", "a:subtitle", "a:rights", "a:entry/a:title", "a:entry/a:rights"):
        assert {element.get("type") for element in all_of(atom, path)} == {"text"}, path


def test_an_atom_summary_is_html_as_the_content_is(atom: Element) -> None:
    """Readers of plain text would take it for the better of the two."""
    for path in ("a:entry/a:summary", "a:entry/a:content"):
        assert {element.get("type") for element in all_of(atom, path)} == {"html"}, path


def test_the_channel_links_to_the_page_and_to_itself(rss: Element) -> None:
    assert texts(rss, "channel/link") == ["https://news.example/"]
    itself, *hubs = all_of(rss, "channel/a:link")
    assert dict(itself.items()) == {
        "rel": "self",
        "href": "https://news.example/feed.rss",
        "type": "application/rss+xml",
    }
    assert [dict(link.items()) for link in hubs] == [{"rel": "hub", "href": hub} for hub in HUBS]


def test_syndication_elements_have_their_names(rss: Element) -> None:
    assert texts(rss, "channel/sy:updatePeriod") == ["hourly"]
    assert texts(rss, "channel/sy:updateFrequency") == ["60"]
    assert not all_of(rss, ".//sy:UpdatePeriod")
    assert not all_of(rss, ".//sy:UpdateFrequency")


@pytest.mark.parametrize("document", [LATEST, EMPTY], ids=["latest", "empty"])
def test_the_feeds_date_is_the_documents(document: FeedDocument) -> None:
    old = replace(document, updated=datetime(2001, 2, 3, 4, 5, 6, 700_000, tzinfo=UTC))
    assert texts(etree.fromstring(render(RSS, old)), "channel/lastBuildDate") == ["Sat, 03 Feb 2001 04:05:06 +0000"]
    assert texts(etree.fromstring(render(ATOM, old)), "a:updated") == ["2001-02-03T04:05:06.700000+00:00"]


def test_the_generator_is_ours_and_docs_are_left_out(rss: Element, atom: Element) -> None:
    assert texts(rss, "channel/generator") == texts(atom, "a:generator") == ["Dateline"]
    assert not all_of(rss, "channel/docs")


@pytest.mark.parametrize("extension", [".rss", ".atom"])
def test_entries_keep_their_order(extension: str) -> None:
    document = feed(*(article(number) for number in range(1, 6)))
    root = etree.fromstring(render(FORMATS[extension], document))
    titles = texts(root, "channel/item/title") or texts(root, "a:entry/a:title")
    assert titles == ["Story 1", "Story 2", "Story 3", "Story 4", "Story 5"]


@pytest.mark.parametrize("extension", FORMATS)
def test_a_control_character_does_not_break_a_feed(extension: str) -> None:
    document = feed(replace(article(1), title="be\x00ll\x07", content_html="<p>&#1;\x0b\ud800x\ufffe</p>"), article(2))
    body = render(FORMATS[extension], replace(document, title="\x1bTide\udfff"))
    assert b"bell" in body
    assert b"Story 2" in body
    assert all(character not in body.decode() for character in "\x00\x01\x07\x0b\x1b\ufffe")
    assert b"\\u" not in body


def test_a_name_without_an_email_is_kept_in_rss(rss: Element) -> None:
    assert texts(rss, "channel/item/dc:creator") == ["Zoë Okello", "李雷", "Awa Diop"]
    assert not all_of(rss, ".//author")


def test_rss_has_the_first_enclosure_and_the_rest_as_media() -> None:
    attachments = tuple(
        Attachment(url=f"https://news.example/media/{number}.mp3", type="audio/mpeg", length=number)
        for number in range(3)
    )
    root = etree.fromstring(render(RSS, feed(replace(article(1), attachments=attachments))))
    (enclosure,) = all_of(root, "channel/item/enclosure")
    assert dict(enclosure.items()) == {
        "url": "https://news.example/media/0.mp3",
        "type": "audio/mpeg",
        "length": "0",
    }
    assert [dict(content.items()) for content in all_of(root, "channel/item/media:content")] == [
        {
            "url": f"https://news.example/media/{number}.mp3",
            "fileSize": f"{number}",
            "type": "audio/mpeg",
            "medium": "audio",
        }
        for number in (1, 2)
    ]


@pytest.mark.usefixtures("no_setlocale")
@pytest.mark.parametrize("extension", FORMATS)
def test_no_date_goes_by_way_of_setlocale(extension: str) -> None:
    assert render(FORMATS[extension], LATEST)


@pytest.mark.parametrize("extension", FORMATS)
def test_threads_render_the_same(extension: str) -> None:
    alone = [render(FORMATS[extension], document) for document in (LATEST, COMMENTS)]
    with ThreadPoolExecutor(4) as threads:
        together = list(
            threads.map(lambda number: render(FORMATS[extension], (LATEST, COMMENTS)[number % 2]), range(40))
        )
    assert together == alone * 20


@pytest.mark.parametrize("title", ["", " \n", "\x00"])
def test_an_empty_title_gets_another(title: str) -> None:
    words = "one two three four five six seven eight nine ten eleven"
    document = feed(
        replace(article(1), title=title, content_html=f"<p>{words}</p>"),
        replace(article(2), title=title, content_html=""),
    )
    document = replace(document, title=title)
    expected = ["one two three four five six seven eight nine ten …", "https://news.example/2023/03/22/story-2/"]
    rss = etree.fromstring(render(RSS, document))
    atom = etree.fromstring(render(ATOM, document))
    assert texts(rss, "channel/item/title") == texts(atom, "a:entry/a:title") == expected
    assert texts(rss, "channel/title") == texts(atom, "a:title") == ["https://news.example/"]


def test_a_text_that_is_all_image_stays_in_content_encoded() -> None:
    root = etree.fromstring(render(RSS, feed(replace(article(1), content_html='<img src="a.png">'))))
    assert texts(root, "channel/item/content:encoded") == ['<img src="https://news.example/2023/03/22/story-1/a.png">']
    assert texts(root, "channel/item/description") == ["Story 1"]


def test_a_feed_without_a_description_repeats_its_title_in_rss_where_one_must_be() -> None:
    assert texts(etree.fromstring(render(RSS, EMPTY)), "channel/description") == [EMPTY.title]
    assert not all_of(etree.fromstring(render(ATOM, EMPTY)), "a:subtitle")


def test_the_feed_names_an_author_only_for_entries_that_have_none() -> None:
    named, nameless = replace(article(1), authors=FULL.authors), replace(article(2), authors=(Person(name=" \x00"),))
    assert not all_of(etree.fromstring(render(ATOM, feed(named))), "a:author")
    root = etree.fromstring(render(ATOM, feed(named, nameless)))
    assert texts(root, "a:author/a:name") == ["The Morning Tide"]
    assert texts(root, "a:entry/a:author/a:name") == ["Zoë Okello", "李雷"]
