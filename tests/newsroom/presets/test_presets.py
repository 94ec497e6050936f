"""The forms that partners demand: to the byte, and of any document."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from feeds.clean.html import sanitize_article, text_of
from feeds.document import FeedDocument, FeedItem
from feeds.formats.atom import Atom
from feeds.formats.base import Format, render
from feeds.formats.rss import Rss
from feeds.newsroom.partners.lint import lint
from feeds.newsroom.partners.presets import PRESETS
from feeds.newsroom.partners.presets.base import Preset
from feeds.newsroom.partners.presets.forms import excerpt_of, shortened
from feeds.newsroom.partners.presets.msn import MSN
from feeds.newsroom.partners.presets.smartnews import SMARTNEWS
from storage.model import Subject
from tests.clean.test_restricted import bodies
from tests.formats.golden.documents import (
    COMMENTS,
    EMPTY,
    FULL,
    LATEST,
    NOON,
    PHOTO_ALONE,
    REPLY,
    TOMBSTONES,
    article,
    feed,
)
from tests.formats.test_any_text import texts
from tests.newsroom.presets.golden import DOCUMENT, FOLDER, FORMATS

CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
SNF = "{http://www.smartnews.be/snf}"
MI = "{http://schemas.ingestion.microsoft.com/common/}"
MODIFIED = "{http://purl.org/dc/terms/}modified"

every = pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)


@st.composite
def documents(draw: st.DrawFn) -> FeedDocument:
    items = []
    for number in range(draw(st.integers(0, 3))):
        dressed = replace(draw(st.sampled_from((FULL, PHOTO_ALONE))), key=("any", number), guid=f"any {number}")
        items.append(
            replace(
                draw(st.sampled_from((article(number), dressed))),
                title=draw(st.one_of(texts, st.just("long words " * 20))),
                summary=draw(st.one_of(st.just(""), texts)),
                content_html=sanitize_article(draw(bodies)),
                modified=draw(st.sampled_from((None, NOON + timedelta(days=1)))),
                language=draw(st.sampled_from(("", "fr", "en-US"))),
            )
        )
    return replace(feed(*items), description=draw(texts), language=draw(st.sampled_from(("en", "en-GB", "", "de"))))


@every
@pytest.mark.parametrize("format", FORMATS, ids=lambda format: format.name)
def test_the_bytes_are_those_of_the_golden_file(preset: Preset, format: Format) -> None:
    golden = FOLDER / f"{preset.name}{format.extension}"
    assert render(format, preset.apply(DOCUMENT)) == golden.read_bytes()


def test_no_golden_file_is_left_over() -> None:
    kept = {path.name for path in FOLDER.iterdir() if path.suffix in (".rss", ".atom")}
    assert kept == {f"{name}{format.extension}" for name in PRESETS for format in FORMATS}


@every
def test_a_preset_is_known_by_its_name_and_names_its_sources(preset: Preset) -> None:
    assert PRESETS[preset.name] is preset
    sources = [rule.source for rule in preset.item_rules] + [rule.source for rule in preset.feed_rules]
    assert sources
    assert all(source.startswith("https://") for source in sources)
    assert len({rule.name for rule in preset.item_rules}) == len(preset.item_rules)


@settings(max_examples=50)
@given(documents())
def test_any_document_in_any_form_is_well_formed_says_the_same_and_is_formed_once(document: FeedDocument) -> None:
    for preset in PRESETS.values():
        formed = preset.apply(document)
        assert preset.apply(formed) == formed
        assert len(formed.items) == len(document.items)
        for before, after in zip(document.items, formed.items, strict=True):
            said = _words(after.content_html)
            assert all(words in said for words in _paragraphs(before))
        for format in (Rss(), Atom()):
            etree.fromstring(render(format, formed))
        found = lint(document, preset, now=NOON)
        assert lint(formed, preset, now=NOON) == found
        assert all(problem.sentence.endswith(".") for problem in found)


def _words(html: str) -> str:
    return re.sub(r"[\s\u201c\u201d]", "", text_of(html))


def _paragraphs(item: FeedItem) -> list[str]:
    """What is said between one tag and the next."""
    pieces = re.split(r"<[^<>]*>", item.content_html)
    return [words for piece in pieces if (words := _words(piece)) and words != "a.mp4"]


@every
def test_public_feeds_and_those_of_partners_are_kept_apart(preset: Preset) -> None:
    """Entries are kept by their keys."""
    formed = preset.apply(LATEST)
    assert {item.key for item in formed.items}.isdisjoint(item.key for item in LATEST.items)
    others = [other.apply(LATEST) for other in PRESETS.values() if other is not preset]
    assert all({item.key for item in formed.items}.isdisjoint(item.key for item in other.items) for other in others)


@every
@pytest.mark.parametrize("document", [COMMENTS, EMPTY, TOMBSTONES], ids=["comments", "empty", "tombstones"])
def test_an_entry_alone_has_the_bytes_that_it_has_in_its_feed(preset: Preset, document: FeedDocument) -> None:
    formed = preset.apply(document)
    for item in document.items:
        [alone] = preset.apply(replace(document, items=(item,))).items
        assert alone in formed.items
    assert formed.deleted == document.deleted


def test_smartnews_finds_logo_analytics_thumbnail_and_a_short_description() -> None:
    wordy = replace(DOCUMENT, description="News from the coast & beyond, every hour of the day")
    channel = etree.fromstring(render(Rss(), SMARTNEWS.apply(wordy)))[0]
    assert channel.findtext(f"{SNF}logo/url") == DOCUMENT.icon_url
    assert channel.findtext("description") == "News from the coast & beyond,…"
    assert channel.findtext("pubDate")
    assert channel.findtext("ttl") == "1"
    items = channel.findall("item")
    assert all(item.find("{http://search.yahoo.com/mrss/}thumbnail") is not None for item in items)
    path = "/2023/03/22/story-1/"
    assert items[0].findtext(f"{SNF}analytics") == f"<script>sent('{path}', 'https://news.example{path}')</script>"


def test_analytics_go_with_articles_alone_and_no_address_ends_their_strings() -> None:
    strange = replace(article(1), url="https://news.example/it's/")
    reply = replace(REPLY, subject=Subject.COMMENT)
    document = replace(feed(strange, reply), analytics_html="f('{url}')")
    first, second = SMARTNEWS.apply(document).items
    assert [extra.text for extra in first.extras] == ["f('https://news.example/it%27s/')"]
    assert second.extras == ()


@every
def test_no_other_partner_is_sent_the_analytics(preset: Preset) -> None:
    sent = render(Rss(), preset.apply(DOCUMENT))
    assert (b"sent(" in sent) == (preset is SMARTNEWS)
    assert b"sent(" not in render(Rss(), DOCUMENT)


def test_msn_finds_the_photo_in_the_text_though_the_newsroom_shows_it_elsewhere() -> None:
    hidden = replace(PHOTO_ALONE, shown=replace(PHOTO_ALONE.shown, photo=False))
    [item] = MSN.apply(feed(hidden)).items
    assert item.content_html.startswith('<p><img src="https://news.example/media/harbour.jpg"')


def test_an_empty_text_is_not_filled_with_what_stands_around_it() -> None:
    """It would be taken for an article."""
    [item] = MSN.apply(feed(replace(PHOTO_ALONE, content_html="<p> </p>"))).items
    assert text_of(item.content_html) == ""


def test_msn_is_given_a_short_title_beside_a_long_one_and_the_date_of_every_edit() -> None:
    edited = replace(article(1), title="word " * 40 + "end", modified=NOON + timedelta(days=3))
    [item] = etree.fromstring(render(Rss(), MSN.apply(feed(edited))))[0].findall("item")
    assert item.findtext("title") == edited.title
    short = item.findtext(f"{MI}shortTitle")
    assert short is not None
    assert len(short) <= 150
    assert item.findtext(MODIFIED) == "2023-03-25T12:00:00+00:00"


@pytest.mark.parametrize("name", ["apple", "google", "msn"])
def test_the_date_moves_with_every_edit(name: str) -> None:
    edited = replace(article(1), modified=NOON + timedelta(days=3))
    formed = PRESETS[name].apply(feed(edited))
    assert [item.updated for item in formed.items] == [formed.updated] == [NOON + timedelta(days=3)]


@pytest.mark.parametrize("name", ["flipboard", "google", "msn", "newsbreak", "smartnews"])
def test_the_first_picture_of_the_text_is_the_photo_of_an_entry_without(name: str) -> None:
    body = '<p>A</p><img src="data:x"><img src="../map.png" alt="A map" width="800" height="9999999"><img src="b.png">'
    [item] = PRESETS[name].apply(feed(replace(article(1), content_html=body))).items
    assert item.photo is not None
    assert (item.photo.url, item.photo.alt) == ("https://news.example/2023/03/22/map.png", "A map")
    assert (item.photo.width, item.photo.height) == (800, 0)
    assert item.content_html.count("map.png") == 1


@settings(max_examples=50)
@given(st.text(max_size=80), st.integers(2, 60))
def test_what_is_shortened_is_no_longer_than_it_may_be(text: str, longest: int) -> None:
    short = shortened(text, longest)
    assert len(short) <= longest
    assert short == text if len(text) <= longest else text.startswith(short.removesuffix("…"))


@pytest.mark.parametrize("word", ["a", "seven s", "incomprehensibilities"])
def test_an_excerpt_has_as_many_characters_as_were_asked_for(word: str) -> None:
    text = excerpt_of(f"<p>{f'{word} ' * 2000}</p>", 300)
    assert 300 <= len(text) < 1500
    assert excerpt_of("<p>A few words.</p>", 300) == "A few words."
