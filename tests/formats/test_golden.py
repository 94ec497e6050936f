"""The formats against their golden files, and against feedgen rendering a feed in one piece."""

import pytest
from lxml import etree

from feeds.formats import FORMATS, PARTNER_FORMATS
from feeds.formats.atom import Atom
from feeds.formats.base import GENERATOR, Format, render, with_extension
from feeds.formats.rss import Rss, in_profile
from tests.formats.golden import DOCUMENTS, FOLDER


@pytest.mark.parametrize("name", DOCUMENTS)
@pytest.mark.parametrize("extension", PARTNER_FORMATS)
def test_the_bytes_are_those_of_the_golden_file(name: str, extension: str) -> None:
    assert render(PARTNER_FORMATS[extension], DOCUMENTS[name]) == (FOLDER / f"{name}{extension}").read_bytes()


def test_no_golden_file_is_left_over() -> None:
    expected = {f"{name}{extension}" for name in DOCUMENTS for extension in PARTNER_FORMATS}
    assert {path.name for path in FOLDER.iterdir() if path.suffix in PARTNER_FORMATS} == expected


@pytest.mark.parametrize("name", DOCUMENTS)
def test_joined_rss_is_what_feedgen_makes_in_one_piece(name: str) -> None:
    rss, document = Rss(), DOCUMENTS[name]
    whole = rss.channel(document)
    for item in document.items:
        whole.add_entry(rss.entry(item), order="append")
    assert _unstyled(render(rss, document)) == in_profile(whole.rss_str(pretty=True))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_joined_atom_is_what_feedgen_makes_in_one_piece(name: str) -> None:
    atom, document = Atom(), DOCUMENTS[name]
    whole = atom.head(document)
    for item in document.items:
        whole.add_entry(atom.entry(item), order="append")
    assert _unstyled(render(atom, document)) == whole.atom_str(pretty=True)


@pytest.mark.parametrize("extension", [".rss", ".atom"])
@pytest.mark.parametrize("name", [name for name in DOCUMENTS if name != "terms"])
def test_namespaces_are_declared_on_the_root_and_nowhere_else(name: str, extension: str) -> None:
    body = render(FORMATS[extension], DOCUMENTS[name])
    root = etree.fromstring(body)
    assert body.count(b" xmlns") == len(root.nsmap)
    assert b"ns0" not in body


@pytest.mark.parametrize("format", PARTNER_FORMATS.values(), ids=lambda format: format.name)
def test_what_a_format_says_of_itself(format: Format) -> None:
    assert PARTNER_FORMATS[format.extension] is format
    assert format.extension.startswith(".")
    assert format.media_type.startswith("application/")
    assert format.media_type.endswith("; charset=utf-8")
    assert format.name
    assert format.label


def test_names_and_extensions_are_different_ones() -> None:
    assert len({format.name for format in PARTNER_FORMATS.values()}) == len(PARTNER_FORMATS) == 5


def test_the_public_has_no_format_of_partners() -> None:
    assert list(FORMATS) == [".rss", ".atom", ".json", ".rdf"]


def test_the_generator_has_no_version_for_a_release_to_change() -> None:
    assert not any(character.isdigit() for character in GENERATOR)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://news.example/feed", "https://news.example/feed.rss"),
        ("https://news.example/search/feed?q=a.b", "https://news.example/search/feed.rss?q=a.b"),
    ],
)
def test_an_extension_goes_before_the_query(url: str, expected: str) -> None:
    assert with_extension(url, ".rss") == expected


def _unstyled(feed: bytes) -> bytes:
    """The feed without what feedgen knows nothing of: the style sheet's line and the note, there once after the declaration."""
    declaration, style, note, rest = feed.split(b"\n", 3)
    assert style == b'<?xml-stylesheet type="text/css" href="/static/feed.css"?>'
    assert note == b"<!-- This is a feed. As a page: https://news.example/a-%2Dpage/ -->"
    assert style not in rest
    assert note not in rest
    return declaration + b"\n" + rest
