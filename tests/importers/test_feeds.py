"""Each format, read: what a feed says is what the article says."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage.model import Article, Author, Enclosure, Image, Source, Tag
from tests.importers import feed_files as feeds
from tests.importers.feed_files import FERRY, HARBOUR
from tests.importers.reading import NOW, read

BODY = '<p>The first boat left at <a href="https://agency.example/dawn">dawn</a> &amp; came back.</p>'
AGENCY = Source(name="The Agency", url="https://agency.example/")
WIRE = Source(name="The Wire", url="https://wire.example/rss")
JANE = Author(slug="jane-doe", name="Jane Doe")
REPORTER = Author(slug="a-reporter", name="A. Reporter")
SOUND = Enclosure(url="https://agency.example/boat.mp3", type="audio/mpeg", length=1234)
MORNING = datetime(2023, 3, 22, 7, 0, tzinfo=UTC)
CORRECTED = datetime(2023, 3, 22, 9, 30, tzinfo=UTC)
TAGS = (Tag(slug="world-news", name="World news"), Tag(slug="storms", name="Storms"))


def articles(folder: Path, feed: str | bytes) -> tuple[Article, Article]:
    first, second = (record.article for record in read(folder, feed).records)
    assert first.headline == "Harbour reopens"
    assert second.headline == "Café on a ferry"
    assert (first.canonical_url, second.canonical_url) == (HARBOUR, FERRY)
    assert (first.slug, second.slug) == ("harbour-reopens", "cafe-on-a-ferry")
    assert all(article.public_at for article in (first, second))
    return first, second


def test_rss_0_91(tmp_path: Path) -> None:
    first, second = articles(tmp_path, feeds.RSS_091.encode("latin-1"))
    assert (first.guid, second.guid) == (HARBOUR, FERRY)
    assert first.body_html == "The first boat left at dawn &amp; came back."
    assert (first.source, first.rights, first.language) == (AGENCY, "© The Agency", "")
    assert (first.published_at, first.updated_at) == (NOW, None)


def test_rss_0_92(tmp_path: Path) -> None:
    first, _ = articles(tmp_path, feeds.RSS_092)
    assert (first.body_html, first.source, first.tags, first.enclosures) == (BODY, WIRE, TAGS, (SOUND,))


def test_rss_1_0(tmp_path: Path) -> None:
    first, second = articles(tmp_path, feeds.RSS_1)
    assert (first.guid, second.guid) == (HARBOUR, "urn:agency:ferry")
    assert (first.summary, first.body_html) == ("The harbour is open.", BODY)
    assert (first.authors, first.tags) == ((JANE, REPORTER), TAGS)
    assert (first.published_at, first.rights, first.source) == (MORNING, "© The Agency", AGENCY)


@pytest.mark.parametrize(("written", "tag"), [("fr_CA", "fr-CA"), ("French", ""), ("", "")])
def test_a_language_is_a_tag(tmp_path: Path, written: str, tag: str) -> None:
    assert articles(tmp_path, feeds.RSS_2.replace("fr-FR", written))[0].language == tag


def test_a_channel_behind_its_items(tmp_path: Path) -> None:
    head, begun, rest = feeds.RSS_1.partition("<channel")
    channel, ended, items = rest.partition("</channel>")
    behind = items.replace("</rdf:RDF>", f"{begun}{channel}{ended}</rdf:RDF>")
    assert [article.source for article in articles(tmp_path, head + behind)] == [AGENCY, AGENCY]


def test_rss_2_0(tmp_path: Path) -> None:
    first, second = articles(tmp_path, feeds.RSS_2)
    assert (first.guid, second.guid) == ("agency-1", FERRY)
    assert (first.summary, first.body_html) == ("The harbour is open.", BODY)
    assert (first.published_at, first.updated_at, first.language) == (MORNING, CORRECTED, "fr-FR")
    assert (first.authors, first.tags, first.source) == ((JANE, REPORTER), TAGS, WIRE)
    assert first.image == Image(
        url="https://agency.example/boat.jpg", type="image/jpeg", length=98765, width=1200, height=800,
        alt="A boat", caption="The first boat, at dawn", credit="P. Hotographer",
    )  # fmt: skip
    film = Enclosure(url="https://agency.example/boat.mp4", type="video/mp4", length=5)
    assert first.enclosures == (SOUND, film)
    assert (second.authors, second.source) == ((), AGENCY)
    assert second.image == Image(url="https://agency.example/cover.png", type="image/png")


def test_an_enclosed_picture_is_the_photo_where_there_is_no_other(tmp_path: Path) -> None:
    feed = feeds.RSS_2.replace('<itunes:image href="https://agency.example/cover.png"/>', "")
    _, second = articles(tmp_path, feed)
    assert second.image == Image(url="https://agency.example/ferry.png", type="image/png", length=77)
    assert second.enclosures == ()


def test_atom_0_3(tmp_path: Path) -> None:
    first, second = articles(tmp_path, feeds.ATOM_03)
    assert (first.guid, second.guid) == ("tag:agency.example,2023:1", "tag:agency.example,2023:2")
    assert (first.summary, first.body_html) == ("The harbour is open.", BODY)
    assert (first.published_at, first.updated_at, first.authors) == (MORNING, CORRECTED, (JANE,))
    assert second.published_at == datetime(2023, 3, 21, 9, 30, tzinfo=UTC)


def test_atom_1_0(tmp_path: Path) -> None:
    first, second = articles(tmp_path, feeds.ATOM_1)
    assert (first.guid, second.guid) == ("urn:agency:1", "urn:agency:2")
    assert (first.summary, first.body_html) == ("The harbour is open.", BODY)
    assert (first.published_at, first.updated_at) == (MORNING.replace(microsecond=250_000), CORRECTED)
    assert (first.tags, first.enclosures, first.language) == (TAGS, (SOUND,), "sw")
    assert first.source == Source(name="The Wire", url="https://wire.example/")
    assert first.rights == "© The Wire"
    assert first.authors == (replace(JANE, url="https://agency.example/jane"),)
    assert (second.authors, second.source, second.rights) == ((REPORTER,), AGENCY, "© The Agency")
    assert second.body_html == "<p>Coffee is served.</p>\n<p>Twice &lt; thrice.</p>"


@pytest.mark.parametrize(("feed", "language"), [(feeds.JSON_1, ""), (feeds.JSON_11, "sw")])
def test_json_feed(tmp_path: Path, feed: str, language: str) -> None:
    first, second = articles(tmp_path, feed)
    assert (first.guid, second.guid) == ("1", "2")
    assert (first.summary, first.body_html) == ("The harbour is open.", BODY)
    assert (first.published_at, first.updated_at, first.tags) == (MORNING, CORRECTED, TAGS)
    assert (first.enclosures, first.image) == (
        (SOUND,), Image(url="https://agency.example/boat.jpg", type="image/jpeg"),
    )  # fmt: skip
    assert first.authors == (replace(JANE, url="https://agency.example/jane"),)
    assert (first.source, first.language) == (AGENCY, language)
    assert second.body_html == "<p>Coffee is served.</p>\n<p>Twice &lt; thrice.</p>"
    assert second.published_at == NOW


@pytest.mark.parametrize("feed", [feeds.RSS_2, feeds.ATOM_1])
def test_no_email_address_comes_over(tmp_path: Path, feed: str) -> None:
    assert "@agency.example" not in repr([record.article for record in read(tmp_path, feed).records])


@pytest.mark.parametrize("encoding", ["windows-1251", "koi8-r", "utf-16"])
def test_encodings_of_other_scripts(tmp_path: Path, encoding: str) -> None:
    feed = feeds.RSS_2.replace("UTF-8", encoding).replace("Harbour reopens", "Порт открыт").replace("é", "e")
    found = read(tmp_path, feed.replace("©", "(c)").encode(encoding)).records[0].article
    assert (found.headline, found.slug) == ("Порт открыт", "порт-открыт")


def test_the_date_is_the_newsrooms(tmp_path: Path) -> None:
    feed = feeds.RSS_2.replace("08:00:00 +0100", "23:30:00 +0000")
    assert str(read(tmp_path, feed, zone="Africa/Kampala").records[0].article.day) == "2023-03-23"
