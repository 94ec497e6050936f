"""Podcasts: taken by Apple's rules, and read alike by a reader of feeds and by one of podcasts."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import feedparser
import podcastparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from feeds.document import FeedDocument
from feeds.formats import FORMATS
from feeds.formats.base import render
from feeds.formats.rss import Rss
from feeds.kinds.base import Publication
from feeds.kinds.items import article_items
from feeds.kinds.podcasts import podcast_of
from feeds.settings import Settings
from storage.model import Article, ArticleStatus, Enclosure, Image
from tests.formats.apple import faults
from tests.formats.golden.documents import SNAPSHOT

AT = datetime(2023, 3, 22, 12, tzinfo=UTC)
PAGE = "/section/podcast/"
PODCAST = "{https://podcastindex.org/namespace/1.0}"
SETTINGS: dict[str, Any] = {
    "base_url": "https://news.example",
    "title": "The Morning Tide",
    "podcasts": PAGE,
    "podcast_image": "/media/cover.jpg",
    "podcast_category": "News > Daily News, TV & Film",
    "podcast_owner": "tide@news.example",
}
FILE = Enclosure(url="/media/ebb.mp3", type="audio/mpeg", length=1234, duration=61, episode=3)


def publication(**others: Any) -> Publication:
    return Publication.of(Settings(**SETTINGS | others), AT)


def article(id_: int = 1, **fields: Any) -> Article:
    given: dict[str, Any] = {
        "guid": f"urn:uuid:00000000-0000-4000-8000-{id_:012}",
        "headline": f"Tide {id_}",
        "summary": "What the tide brought.",
        "body_html": "<p>The tide.</p>",
        "enclosures": (replace(FILE, url=f"/media/{id_}.mp3"),),
    }
    return Article(
        id=id_, slug=f"tide-{id_}", day=AT.date(), status=ArticleStatus.PUBLISHED, public=True,
        published_at=AT - timedelta(hours=id_), **given | fields,
    )  # fmt: skip


def document(publication: Publication, articles: Sequence[Article], **fields: Any) -> FeedDocument:
    items, left_out = article_items(articles, sections=(), site_version=1, publication=publication)
    assert not left_out
    made = FeedDocument(
        title="Podcast - The Morning Tide",
        description="Every day, what the tide brought.",
        page_url=publication.urls.of(PAGE),
        feed_url=publication.urls.feed(PAGE),
        language=publication.language,
        updated=AT,
        items=tuple(items),
        podcast=podcast_of(publication, PAGE, items),
        snapshot=SNAPSHOT,
    )
    return replace(made, **fields)


def rss(publication: Publication, *articles: Article, **fields: Any) -> bytes:
    return render(Rss(), document(publication, articles, **fields))


def test_apple_takes_it() -> None:
    whole = replace(
        FILE, url="/media/w.m4a", type="audio/mp4", season=1, episode_type="trailer", explicit=True, transcript="/media/w.vtt",
        chapters="/media/w.json",
    )  # fmt: skip
    cover = Image(url="/media/w.png", type="image/png", width=3000, height=3000)
    film = replace(FILE, url="/media/f.mp4", type="video/mp4")
    for serial in ("episodic", "serial"):
        feed = rss(
            publication(podcast_type=serial),
            article(1),
            article(2, enclosures=(whole,), image=cover),
            article(3, enclosures=(replace(FILE, url="/notes.pdf", type="application/pdf"), film)),
            article(4, enclosures=(), summary="No episode."),
            article(5, summary="Words & more <words> " * 1000),
            description="Water " * 2000,
        )
        assert faults(feed) == []


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"podcast_image": ""}, "image"),
        ({"podcast_category": ""}, "category"),
        ({"base_url": "http://news.example"}, "enclosure: url"),
        ({"language": "swahili"}, "language"),
        ({"podcast_type": "serial"}, "episode: serial"),
        ({"length": 0}, "enclosure: length"),
        ({"type": "audio/wav"}, "enclosure: type"),
        ({"url": "/media/ebb.opus", "type": "audio/ogg"}, "enclosure: type"),
        ({"url": "/media/1.mp3"}, "enclosure: unique"),
        ({"guid": "urn:uuid:00000000-0000-4000-8000-000000000001"}, "guid: unique"),
        ({"podcasts": "/section/other/"}, "category"),
    ],
)
def test_what_the_newsroom_can_do_to_be_refused(changed: dict[str, Any], rule: str) -> None:
    """Which shows, too, that the rules are looked at; `docs/podcasts.md` says what to do."""
    setting = {name: value for name, value in changed.items() if name in Settings.model_fields}
    of_file = {name: value for name, value in changed.items() if name in Enclosure.__slots__}
    file = replace(FILE, url="/media/2.mp3", episode=0 if "podcast_type" in changed else 4)
    fields = {"guid": changed["guid"]} if "guid" in changed else {}
    feed = rss(publication(**setting), article(1), article(2, enclosures=(replace(file, **of_file),), **fields))
    assert rule in faults(feed)


@pytest.mark.parametrize(
    ("url", "guid"),
    [
        ("https://mp3s.nashownotes.com/pc20rss.xml", "917393e3-1b1e-5cef-ace4-edaa54e1f810"),
        ("http://podnews.net/rss/", "9b024349-ccf0-5f69-a609-6b82873eab3c"),
    ],
)
def test_an_identifier_is_made_of_its_address_as_the_namespace_s_examples_are(url: str, guid: str) -> None:
    podcasts = publication().podcasts
    assert podcasts is not None
    assert podcasts.guid(PAGE, url) == guid


def test_an_identifier_that_came_along_stays() -> None:
    guid = "917393E3-1b1e-5cef-ace4-edaa54e1f810"
    feed = etree.fromstring(rss(publication(podcasts=f"{PAGE} {guid}"), article()))
    assert feed.findtext(f".//{PODCAST}guid") == guid.lower()


@pytest.mark.parametrize("file", ["a.vtt", "a.srt", "a.json", "a.txt", "a/", "a.html?x=.vtt"])
def test_a_transcript_s_type_is_told_by_its_name(file: str) -> None:
    feed = etree.fromstring(rss(publication(), article(enclosures=(replace(FILE, transcript=f"/media/{file}"),))))
    [transcript] = feed.iter(f"{PODCAST}transcript")
    types = {"vtt": "text/vtt", "srt": "application/x-subrip", "json": "application/json", "txt": "text/plain"}
    assert transcript.get("type") == types.get(file.rpartition(".")[2] if "?" not in file else "", "text/html")
    assert transcript.get("url") == f"https://news.example/media/{file}"


def test_films_alone_are_a_channel_of_films() -> None:
    film = replace(FILE, url="/media/f.mp4", type="Video/MP4")
    for episodes, medium in (
        ([article(1, enclosures=(film,))], "video"),
        ([article(1, enclosures=(film,)), article(2)], "podcast"),
        ([], "podcast"),
    ):
        assert etree.fromstring(rss(publication(), *episodes)).findtext(f".//{PODCAST}medium") == medium


_numbers = st.sampled_from([0, 1, 2**53 - 1])
_names = st.sampled_from(["/media/a.mp3", "/media/b c.m4a", "/media/ü&<.ogg", "https://cdn.example/x?a=1&b=2#3"])
_files = st.builds(
    Enclosure,
    url=_names,
    type=st.sampled_from(["audio/mpeg", "audio/mp4", "VIDEO/mp4", "application/pdf", "image/png", "no type"]),
    length=_numbers,
    duration=st.sampled_from([0, 1, 59, 60, 3661, 360_000]),
    episode=_numbers,
    season=_numbers,
    episode_type=st.sampled_from(["", "full", "trailer", "bonus"]),
    explicit=st.booleans(),
    transcript=st.sampled_from(["", "/media/a.vtt", "/media/ü&.srt"]),
    chapters=st.sampled_from(["", "https://cdn.example/c?d=1&e=2"]),
)
_images = st.none() | st.builds(
    Image,
    url=st.sampled_from(["/media/p.jpg", "/media/p.gif"]),
    type=st.sampled_from(["", "image/jpeg", "image/gif"]),
    width=st.sampled_from([0, 1399, 1400, 3000]),
    height=st.sampled_from([0, 1400, 3000]),
    credit=st.sampled_from(["", "A & <B>"]),
)
_articles = st.fixed_dictionaries(
    {
        "enclosures": st.lists(_files, max_size=3).map(tuple),
        "image": _images,
        "headline": st.sampled_from(["Ebb & <flow>", "潮", "]]>"]),
        "summary": st.sampled_from(["", "Short."]),
        "words": st.sampled_from([0, 900]),
    }
)
_settings = st.fixed_dictionaries(
    {
        "podcasts": st.sampled_from([PAGE, "all", "/tag/other/", f"/, {PAGE}"]),
        "podcast_image": st.sampled_from(["", "/media/cover.jpg", "https://cdn.example/c.png?a=1&b=2"]),
        "podcast_category": st.sampled_from(["", "News", "Society & Culture > Places & Travel, History"]),
        "podcast_owner": st.sampled_from(["", "tide&ebb@news.example"]),
        "podcast_explicit": st.booleans(),
        "podcast_type": st.sampled_from(["episodic", "serial"]),
        "podcast_locked": st.booleans(),
        "license": st.sampled_from(["", "permits: search"]),
    }
)


@settings(max_examples=40, deadline=None)
@given(_settings, st.lists(_articles, max_size=3))
def test_whatever_is_said_two_readers_read_the_same(chosen: dict[str, Any], said: list[dict[str, Any]]) -> None:
    articles = [
        article(id_, **fields | {"summary": fields["summary"] + " Long & longer" * words})
        for id_, fields in enumerate(said, 1)
        for words in [fields.pop("words")]
    ]
    made = document(publication(**chosen), articles)
    for format in FORMATS.values():
        render(format, made)
    feed = render(Rss(), made)
    # gPodder's knows the podcast namespace by its older name alone.
    older = feed.replace(
        PODCAST[1:-1].encode(), b"https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md"
    )
    plain, of_podcasts = feedparser.parse(feed), podcastparser.parse("https://news.example/f.rss", BytesIO(older))
    assert not plain.bozo
    read = {episode["guid"]: episode for episode in of_podcasts["episodes"]}
    podcast = made.podcast
    assert (podcast is not None) == ("itunes_author" in of_podcasts)
    if podcast is not None:
        assert of_podcasts["type"] == chosen["podcast_type"] == plain.feed.itunes_type
        assert of_podcasts["explicit"] == chosen["podcast_explicit"]
        assert of_podcasts["import_prohibited"] == chosen["podcast_locked"]
        assert of_podcasts.get("itunes_owner", {}).get("email", "") == chosen["podcast_owner"]
        assert plain.feed.get("publisher_detail", {}).get("email", "") == chosen["podcast_owner"]
        known = [[name, within] if within else [name] for name, within in podcast.categories]
        assert of_podcasts.get("itunes_categories", []) == known
        assert [tag.term for tag in plain.feed.get("tags", [])] == [name for pair in known for name in pair]
        if podcast.image_url:
            assert of_podcasts["cover_url"] == podcast.image_url == plain.feed.image.href
    descriptions = [element.text or "" for element in etree.fromstring(feed).iterfind("channel/item/description")]
    for item, entry, description in zip(made.items, plain.entries, descriptions, strict=True):
        played = [file for file in item.attachments if file.type.lower().startswith(("audio/", "video/"))]
        assert bool(item.episode) == bool(played)
        if item.episode is None:
            assert not [name for name in entry if name.startswith(("itunes_", "podcast_"))]
            continue
        episode, first, told = read[item.guid], item.attachments[0], item.episode
        [enclosure] = [link for link in entry.links if link.rel == "enclosure"]
        assert episode["enclosures"][0]["url"] == enclosure.href == first.url == played[0].url
        assert episode["enclosures"][0]["file_size"] == (int(enclosure.length) or -1) == (first.length or -1)
        assert entry.title == episode["title"] == item.title
        assert 0 < len(description.encode()) <= 4000
        assert episode["total_time"] == first.duration == int(entry.get("itunes_duration", 0))
        assert episode.get("number", 0) == told.number == int(entry.get("itunes_episode", 0))
        assert episode.get("season", 0) == told.season == int(entry.get("itunes_season", 0))
        assert episode.get("type", "full") == (told.type or "full") == entry.get("itunes_episodetype", "full")
        assert episode.get("explicit", False) == told.explicit
        assert (
            episode.get("transcript_url", "")
            == told.transcript_url
            == entry.get("podcast_transcript", {}).get("url", "")
        )
        assert (
            episode.get("chapters_json_url", "")
            == told.chapters_url
            == entry.get("podcast_chapters", {}).get("url", "")
        )
        if told.image_url:
            assert episode["episode_art_url"] == told.image_url == entry.image.href
