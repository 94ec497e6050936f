"""Damaged and hostile files: one clear line, and nothing half stored."""

import asyncio
import gzip
import re
from pathlib import Path

import pytest

from feeds.importers import ImportRefused, import_file
from feeds.importers.report import Note
from feeds.importers.wxr import xmltree as xml
from storage.protocol import Store
from tests.importers.reading import keep, read, settings_in
from tests.importers.wxr_files import comment, post, wxr
from tests.stores import ANY_ENGINE

pytestmark = pytest.mark.anyio

LAUGHS = (
    '<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">'
    '<!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;">]>'
)
FETCHED = '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
GOOD = wxr(post(1), post(2))


def with_doctype(doctype: str, entity: str) -> str:
    return GOOD.replace("<rss", doctype + "<rss", 1).replace("<![CDATA[A headline]]>", entity)


REFUSED: dict[str, tuple[str | bytes, str]] = {
    "billion laughs": (with_doctype(LAUGHS, "&d;"), r"document type declaration \(line 3\)"),
    "external entity": (with_doctype(FETCHED, "&x;"), "document type declaration"),
    "external DTD": (with_doctype('<!DOCTYPE rss SYSTEM "https://x.example/x.dtd">', "x"), "document type declaration"),
    "an entity nobody declared": (GOOD.replace("<![CDATA[A headline]]>", "&headline;"), r"line \d+: undefined entity"),
    "cut off": (GOOD[: len(GOOD) // 2], r"ends in the middle: .* \(not well-formed XML at line \d+"),
    "cut off after the last item": (GOOD.replace("</channel>\n</rss>\n", ""), r"not well-formed XML at line \d+: no element"),
    "a wrong end tag": (GOOD.replace("</item>", "</itme>", 1), r"not well-formed XML at line \d+: mismatched tag"),
    "two roots": (GOOD + GOOD.partition("-->")[2], r"not well-formed XML at line \d+: junk"),
    "an unknown prefix": (GOOD.replace("<item>", "<odd:item>"), "unbound prefix"),
    "markup in a title": (GOOD.replace("<![CDATA[A headline]]>", "A <b>headline</b>"), r"<title> holds elements.*line \d+"),
    "markup in a body": (GOOD.replace("<content:encoded>", "<content:encoded><p/>"), "<content:encoded> holds elements"),
    "deep": (GOOD.replace("</channel>", "<x>" * 100_000 + "</channel>"), "nested too deeply"),
    "a huge attribute": (GOOD.replace("<item>", f'<item x="{"y" * 9_000_000}">', 1), "a tag or comment is too long"),
    "a huge name": (GOOD.replace("<item>", f"<{'y' * 9_000_000}>", 1), "a tag or comment is too long"),
    "an unclosed comment": (GOOD.replace("<item>", "<!--" + "y" * 9_000_000, 1), "a tag or comment is too long"),
    "an unknown encoding": (GOOD.replace("UTF-8", "klingon"), "its encoding is said to be klingon"),
    "another version": (GOOD.replace("wxr_version>1.2", "wxr_version>9.9"), "WXR version is 9.9"),
    "no version": (re.sub("<wp:wxr_version>.*", "", GOOD), "WXR version is missing"),
    "plain text": ("Dear editor,\nplease import this.", "no kind of file that can be imported .*WordPress"),
    "another XML file": ("<?xml version='1.0'?><opml version='2.0'/>", "no kind of file that can be imported"),
    "nothing": ("", "it is empty: download"),
    "gzip": (gzip.compress(b"<?xml version='1.0'?><rss/>"), "gunzip -c FILE"),
    "zip": (b"PK\x03\x04" + b"\0" * 100, "unpack it"),
    "zeros": (b"\0" * 100_000, "no kind of file that can be imported"),
    "JSON of another kind": ('{"format":"other"}\n', "no kind of file that can be imported"),
    "a later version of ours": ('{"format":"dateline","version":2,"private":true}\n', "line 1: version"),
    "half a header": ('{"format":"dateline"', "line 1: Invalid JSON"),
}  # fmt: skip


@ANY_ENGINE
@pytest.mark.parametrize("name", REFUSED)
async def test_one_clear_line_and_nothing_kept(name: str, tmp_path: Path, store: Store) -> None:
    file, message = REFUSED[name]
    with pytest.raises(ImportRefused, match=message) as refused:
        await asyncio.wait_for(keep(store, tmp_path, file), 60)
    assert "\n" not in str(refused.value)
    assert str(refused.value).startswith("export: ")
    assert len(str(refused.value)) < 300
    assert await store.list_articles(limit=1) == ()
    assert await store.get_sections() == ()


@ANY_ENGINE
@pytest.mark.parametrize("name", ["missing.xml", ""])
async def test_a_file_that_cannot_be_read(name: str, tmp_path: Path, store: Store) -> None:
    with pytest.raises(ImportRefused, match=f"{tmp_path / name}: (No such file|Is a directory)"):
        await import_file(store, tmp_path / name, settings=settings_in(tmp_path))


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8-sig", "UTF-8"),
        ("utf-16", "UTF-16"),
        ("latin-1", "ISO-8859-1"),
        ("cp1252", "windows-1252"),
        ("utf-8", None),
    ],
)
def test_encodings(tmp_path: Path, encoding: str, declared: str | None) -> None:
    export = wxr(post(1, "Café"))
    declaration = f'encoding="{declared}"' if declared else ""
    assert read(tmp_path, export.replace('encoding="UTF-8"', declaration).encode(encoding)).article.headline == "Café"


CONTROLS = "".join(map(chr, [*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF, 0xDC00, 0xD83D]))


def test_characters_that_xml_forbids_are_dropped(tmp_path: Path) -> None:
    story = post(1, f"A{CONTROLS}B", f"C{CONTROLS}D", comments=[comment(2, f"E{CONTROLS}F", author=f"G{CONTROLS}H")])
    record = read(tmp_path, wxr(story)).record
    assert record.article.headline == "AB"
    assert record.article.body_html == "<p>CD</p>"
    assert (record.comments[0].body_html, record.comments[0].author_name) == ("<p>EF</p>", "GH")


def test_a_cdata_section_may_hold_its_own_end(tmp_path: Path) -> None:
    assert read(tmp_path, wxr(post(1, "a ]]> b"))).article.headline == "a ]]> b"


def test_what_is_too_large_is_refused_and_the_rest_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml, "LARGEST", 100_000)
    export = wxr(
        post(1, "Long", content="x" * 100_000),
        post(2, "Many", comments=[comment(number) for number in range(1, 100)]),
        post(3, "Fine"),
    )
    found = read(tmp_path, export)
    assert [record.article.headline for record in found.records] == ["Fine"]
    assert found.report.refused.named == [Note("Long", "it is too large"), Note("Many", "it is too large")]


async def test_a_file_with_nothing_in_it_imports_nothing(tmp_path: Path, store: Store) -> None:
    assert (await keep(store, tmp_path, wxr())).articles == 0


@pytest.mark.nightly
@pytest.mark.parametrize(("count", "kept"), [(30_000, True), (100_000, False)])
async def test_a_thread_without_end(count: int, kept: bool, tmp_path: Path, store: Store) -> None:
    """Each a reply to the one before."""
    thread = [comment(number, parent=number - 1) for number in range(1, count + 1)]
    summary = await keep(store, tmp_path, wxr(post(1, "Long", comments=thread), post(2)))
    assert summary.refused.named == (() if kept else (Note("Long", "it is too large"),))
    assert sum(summary.comments.values()) == (count if kept else 0)
    assert summary.added == 1 + kept
