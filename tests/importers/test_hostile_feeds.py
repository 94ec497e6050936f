"""Damaged and hostile feeds: one clear line or a named entry, soon, and nothing half stored."""

import asyncio
import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.importers import ImportRefused
from feeds.importers.feeds import article as feed_article
from feeds.importers.feeds import json_feed
from feeds.importers.feeds import reader as feed_reader
from feeds.importers.feeds.reader import FeedReader
from feeds.importers.feeds.xml_feed import XmlFeed
from feeds.importers.report import Note
from storage.protocol import Store
from tests.importers.feed_files import ATOM_1, JSON_11, RSS_091, RSS_2
from tests.importers.reading import keep, read
from tests.stores import ANY_ENGINE

pytestmark = pytest.mark.anyio

LAUGHS = '<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;">]>'
FETCHED = '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
NETSCAPE = '"http://my.netscape.com/publish/formats/rss-0.91.dtd"'
BASES = '<x xml:base="http://x.example/' + "a/" * 900 + '">' + '<x xml:base="b/">' * 280
NAMESPACES = " ".join(f'xmlns:n{number}="urn:{number}"' for number in range(200))


def declared(doctype: str, entity: str) -> str:
    return RSS_2.replace("<rss", doctype + "<rss", 1).replace("Harbour reopens", entity)


def inside(markup: str) -> str:
    """A feed with something before its first item."""
    return RSS_2.replace("<item>", markup + "<item>", 1)


REFUSED: dict[str, tuple[str, str]] = {
    "billion laughs": (declared(LAUGHS, "&c;"), r"declarations of its own \(line 2\)"),
    "external entity": (declared(FETCHED, "&x;"), "declarations of its own"),
    "a known DTD with more in it": (
        RSS_091.replace(f"{NETSCAPE}>", f'{NETSCAPE} [<!ENTITY a "ha">]>').replace("ISO-8859-1", "utf-8"),
        "declarations of its own",
    ),
    "an entity of an external DTD": (
        RSS_091.replace("&eacute;", "&agency;").replace("ISO-8859-1", "utf-8"), r"undefined entity &agency; \(line 9\)",
    ),
    "an entity nobody declared": (RSS_2.replace("Harbour reopens", "&agency;"), r"line \d+: undefined entity"),
    "cut off": (RSS_2[: len(RSS_2) // 2], r"not well-formed XML at line \d+"),
    "a wrong end tag": (ATOM_1.replace("</entry>", "</entyr>", 1), r"not well-formed XML at line \d+: mismatched tag"),
    "an unknown prefix": (inside("<odd:thing/>"), "unbound prefix"),
    "deep": (inside("<x>" * 100_000), "nested too deeply"),
    "a huge attribute": (inside(f'<x y="{"z" * 9_000_000}"/>'), "a tag or comment is too long"),
    "an unclosed comment": (inside("<!--" + "y" * 9_000_000), "a tag or comment is too long"),
    "namespaces without end": (inside(f"<x {NAMESPACES}/>"), "more than 100 namespaces"),
    "a base without end": (inside(BASES), "xml:base is too long"),
    "JSON cut off": (JSON_11[: len(JSON_11) // 2], r"not well-formed JSON at line \d+"),
    "deep JSON": ('{"version": "https://jsonfeed.org/version/1", "items": ' + "[" * 200_000, "nested too deeply"),
    "a JSON number without end": (JSON_11.replace('"id": 1', '"id": ' + "1" * 9000), "a number too long"),
    "JSON without items": ('{"version": "https://jsonfeed.org/version/1", "items": {}}', "this one has none"),
    "JSON of a list": ('{"version": "https://jsonfeed.org/version/1"}', "this one has none"),
}  # fmt: skip


@ANY_ENGINE
@pytest.mark.parametrize("name", REFUSED)
async def test_one_clear_line_and_nothing_kept(name: str, tmp_path: Path, store: Store) -> None:
    feed, message = REFUSED[name]
    with pytest.raises(ImportRefused, match=message) as refused:
        await asyncio.wait_for(keep(store, tmp_path, feed), 60)
    assert "\n" not in str(refused.value)
    assert str(refused.value).startswith("export: ")
    assert len(str(refused.value)) < 300
    assert await store.list_articles(limit=1) == ()


@pytest.mark.parametrize("feed", [RSS_2, JSON_11])
def test_a_feed_is_bounded(feed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed_article, "LARGEST", 500)
    with pytest.raises(ImportRefused, match="larger than 0 MiB"):
        read(tmp_path, feed)


@pytest.mark.parametrize("feed", [RSS_2, JSON_11])
def test_so_is_the_number_of_its_entries(feed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed_article, "ENTRIES", 1)
    with pytest.raises(ImportRefused, match="more than 1 entries"):
        read(tmp_path, feed)


@pytest.mark.parametrize(
    ("module", "limit", "feed", "message"),
    [(feed_reader, "ELEMENTS", RSS_2, "more than 20 elements"), (json_feed, "VALUES", JSON_11, "too many values")],
)
def test_so_is_what_they_are_made_of(
    module: object, limit: str, feed: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, limit, 20)
    with pytest.raises(ImportRefused, match=message):
        read(tmp_path, feed)


def test_what_is_too_large_is_refused_and_the_rest_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed_article, "LARGEST_BODY", 80)
    found = read(tmp_path, RSS_2)
    assert [record.article.headline for record in found.records] == ["Café on a ferry"]
    assert found.report.refused.named == [Note("Harbour reopens", "it is too large")]


@ANY_ENGINE
@pytest.mark.parametrize(
    "markup",
    [
        "<category>" + "a</category><category>" * 50_000 + "</category>",
        "<author>" + "a" * 5_000_000 + "</author>",
        "<pubDate>" + "1 " * 2_000_000 + "</pubDate>",
        "<title>" + "&lt;/" * 1_000_000 + "</title>",
        "<description>" + "&lt;div>" * 400_000 + "</description>",
        '<enclosure url="https://x.example/a"/>' * 50_000,
        "<!-- x -->\n" * 500_000,
    ],
    ids=["categories", "a byline", "a date", "a title", "a deep body", "enclosures", "comments"],
)
async def test_what_has_no_end_takes_a_bounded_time(markup: str, tmp_path: Path, store: Store) -> None:
    feed = f'<rss version="2.0"><channel><title>T</title><item><guid>1</guid>{markup}</item></channel></rss>'
    summary = await asyncio.wait_for(keep(store, tmp_path, feed), 60)
    assert summary.added == 1
    [article] = await store.list_articles(limit=2)
    assert len(article.tags) <= 200
    assert len(article.enclosures) <= 100


async def test_what_an_article_has_too_much_of_is_cut_and_named(tmp_path: Path, store: Store) -> None:
    tags = "".join(f"<category>tag {number}</category>" for number in range(10_000))
    files = "".join(f'<enclosure url="https://x.example/{number}"/>' for number in range(103))
    dated = "<pubDate>Wed, 22 Mar 2023 09:00:00 GMT</pubDate>"
    item = f"<item><guid>1</guid><title>A</title>{dated}{tags}{files}</item>"
    feed = f'<rss version="2.0"><channel><title>T</title>{item}</channel></rss>'
    summary = await keep(store, tmp_path, feed)
    [article] = await store.list_articles(limit=2)
    assert [tag.name for tag in article.tags] == [f"tag {number}" for number in range(200)]
    assert len(article.enclosures) == 100
    assert summary.cut.named == (Note("A", "kept without 9,800 of its tags, 3 of its enclosures"),)


def test_no_file_on_this_machine_is_read(tmp_path: Path) -> None:
    """An external DTD is left where it is: reading it would fail."""
    feed = RSS_091.replace(NETSCAPE, f'"file://{tmp_path}/missing.dtd"').encode("latin-1")
    assert len(read(tmp_path, feed).records) == 2


@pytest.mark.parametrize(
    "head",
    [
        "<html><body><rss>",
        "<!-- <rss> --><opml>",
        "<?xml version='1.0'?><rssx>",
        "<feeds>",
        "rss",
        "",
        "<!DOCTYPE html><feed_>",
    ],
)
def test_what_is_no_feed_is_not_taken_for_one(head: str) -> None:
    assert not XmlFeed().recognises(head)


@pytest.mark.parametrize(
    "head",
    [
        "\ufeff<rss>",
        "<?xml?>\n<!-- <html> -->\n<a:feed xmlns:a=''>",
        "<!DOCTYPE rss [<!ENTITY a 'b'>]><rss version=''>",
    ],
)
def test_what_is_a_feed_is_known(head: str) -> None:
    assert XmlFeed().recognises(head)


NAMES = sorted(
    {name.removeprefix("_start_") for name in dir(FeedReader) if name.startswith("_start_")}
    | {"links", "authors", "media_content", "title_detail", "published_parsed", "source", "elementstack", "lang"}
)
ATTRIBUTES = (
    "", "url='/x'", "type='text/html'", "type='xhtml'", "href=''", "mode='base64'", "rel='enclosure'", "term=''", "src='/x'"
)  # fmt: skip
elements = st.recursive(
    st.text("a1<&' \n", max_size=5).map(lambda text: text.replace("&", "&amp;").replace("<", "&lt;")),
    lambda inner: st.builds(
        lambda name, attribute, content: f"<{name} {attribute}>{''.join(content)}</{name}>",
        st.sampled_from([*NAMES, *(name.replace("_", ":", 1) for name in NAMES if "_" in name)]).filter(
            lambda name: ":" not in name or name.split(":")[0] in ("media", "dc", "itunes", "content")
        ),
        st.sampled_from(ATTRIBUTES),
        st.lists(inner, max_size=4),
    ),
    max_leaves=20,
)  # fmt: skip
SPACES = RSS_2[RSS_2.index("<rss") : RSS_2.index("<title>")]


@given(st.lists(elements, max_size=6).map("".join), st.booleans())
def test_any_elements_anywhere_are_read_or_refused(markup: str, in_item: bool) -> None:
    items = f"<item><guid>1</guid>{markup}</item>" if in_item else f"{markup}<item><guid>1</guid></item>"
    with TemporaryDirectory() as folder:
        try:
            found = read(Path(folder), f"{SPACES}{items}</channel></rss>")
        except ImportRefused as refused:
            assert "feedparser cannot make sense of line" in str(refused)  # noqa: PT017
        else:
            assert all(record.article.guid for record in found.records)


def test_a_json_feed_whose_version_is_behind_its_items(tmp_path: Path) -> None:
    items = [{"content_text": "x" * 100_000, "id": "1"}]
    feed = {"home_page_url": "https://a.example/", "items": items, "version": "https://jsonfeed.org/version/1.1"}
    assert len(read(tmp_path, json.dumps(feed, indent=1)).records) == 1
    with pytest.raises(ImportRefused, match="says its version"):
        read(tmp_path, json.dumps({"items": items}))
