"""IPTC ninjs 3.1: what partners' systems are given, held to the standard's own schema."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.document import Agency, Attachment, Category, DeletedItem, FeedDocument, FeedItem, Person
from feeds.formats import NINJS
from feeds.formats.base import render
from tests.formats.golden import DOCUMENTS
from tests.formats.golden.documents import (
    BASE,
    COMMENTS,
    EMPTY,
    FOREIGN,
    FULL,
    LATEST,
    NOON,
    PHOTO_ALONE,
    TOMBSTONES,
    article,
    feed,
)
from tests.formats.test_any_text import texts
from tests.schemas import needs_schemas, ninjs_schema


def listed(document: FeedDocument) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(render(NINJS, document))
    return read


def alone(item: FeedItem, document: FeedDocument = LATEST) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(NINJS.document(item, document))
    return read


@needs_schemas
@pytest.mark.parametrize("name", DOCUMENTS)
def test_feeds_and_single_entries_follow_the_schema(name: str) -> None:
    ninjs_schema().validate(listed(DOCUMENTS[name]))
    for item in DOCUMENTS[name].items:
        ninjs_schema().validate(alone(item, DOCUMENTS[name]))


@needs_schemas
@pytest.mark.parametrize(
    "wrong",
    [
        {"unheard_of": 1},
        {"uri": "no URI"},
        {"pubStatus": "gone"},
        {"versionCreated": "yesterday"},
        {"rightsInfo": {"langId": "urn:x:y"}},
        {"associations": [{"uri": "urn:x:y"}]},
    ],
)
def test_the_schema_refuses_what_is_wrong(wrong: dict[str, Any]) -> None:
    assert not ninjs_schema().is_valid(alone(FULL) | wrong)


moments = st.integers(-(10**9), 10**9).map(lambda seconds: NOON + timedelta(seconds=seconds))
urls = texts | st.sampled_from(["", "https://x.example/é?q=[1]#a#b", "//x", "mailto:a@b.example", "urn:x:é", "/a b"])


@st.composite
def entries(draw: st.DrawFn) -> FeedItem:
    """With whatever may stand in a store in each field."""
    text = draw(texts)
    return replace(
        draw(st.sampled_from([FULL, FOREIGN, PHOTO_ALONE, article(4), *COMMENTS.items])),
        guid=draw(urls),
        title=text,
        summary=draw(texts),
        content_html=draw(texts),
        rights=text,
        dateline=text,
        credit_line=draw(texts),
        language=draw(texts),
        canonical_url=draw(urls),
        digital_source_type=draw(urls),
        embargoed_until=draw(st.none() | moments),
        republish_until=draw(st.none() | moments),
        authors=(Person(name=text, url=draw(urls)),),
        agency=Agency(name=draw(texts), url=draw(urls)),
        categories=(Category(term=draw(texts), label=draw(texts), scheme=f"{BASE}/tag/"),),
        attachments=(Attachment(url=draw(urls), type=draw(texts), length=draw(st.integers(0, 10**12))),),
    )


@needs_schemas
@settings(deadline=None)
@given(st.lists(entries(), max_size=3), st.lists(urls, max_size=2), texts, urls)
def test_whatever_is_kept_follows_the_schema(
    items: list[FeedItem], gone: list[str], text: str, licence_url: str
) -> None:
    document = replace(
        feed(*items),
        title=text,
        description=text,
        rights=text,
        language=text,
        licence_url=licence_url,
        deleted=tuple(DeletedItem(guid=guid, when=NOON, seq=1) for guid in gone),
    )
    ninjs_schema().validate(listed(document))
    for item in items:
        ninjs_schema().validate(alone(item, document))


def test_an_article_says_what_the_standard_has_a_word_for() -> None:
    said = alone(FULL)
    assert said["uri"] == FULL.guid
    assert said["altIds"] == [{"role": "guid", "value": FULL.guid}]
    assert (said["type"], said["representationType"], said["profile"]) == ("text", "full", "text-photo")
    assert (said["pubStatus"], "embargoedUntil" in said) == ("usable", False)
    assert said["versionCreated"] == "2023-03-22T12:40:00+00:00"
    assert said["contentCreated"] == "2023-03-22T11:00:00+00:00"
    assert said["headlines"][0]["value"] == FULL.title
    assert said["descriptions"] == [{"role": "summary", "contentType": "text/plain", "value": FULL.summary}]
    assert "came in" in said["bodies"][0]["value"]
    assert said["by"] == "Zoë Okello, 李雷"
    assert said["located"] == "Port Amara, Kestria"
    assert said["infoSources"] == [
        {"name": "Coastal News Agency", "role": "source", "uri": "https://agency.example/"},
        {"name": "Zoë Okello", "role": "creator", "uri": f"{BASE}/author/zoe-okello/"},
        {"name": "李雷", "role": "creator"},
    ]
    assert said["copyrightNotice"] == "© 2023 Coastal News Agency"
    assert said["subjects"][0] == {"name": "Africa", "uri": f"{BASE}/section/world/africa/", "literal": "world/africa"}
    assert said["language"] == "en-GB", "the feed's, where the entry is in no other"
    assert alone(FOREIGN)["language"] == "fr"
    assert {"name": "web", "href": FULL.url, "contentType": "text/html"} in said["renditions"]


def test_the_photo_and_the_files_are_associations() -> None:
    photo, sound, report = alone(FULL)["associations"]
    assert (photo["type"], photo["by"]) == ("picture", "Zoë Okello / Tide Pictures")
    assert [one["role"] for one in photo["descriptions"]] == ["caption", "alt"]
    assert photo["renditions"] == [
        {
            "name": "main",
            "href": f"{BASE}/media/harbour.jpg",
            "contentType": "image/jpeg",
            "width": 1200,
            "height": 800,
            "sizeInBytes": 48213,
        }
    ]
    assert [(one["name"], one["type"]) for one in (sound, report)] == [
        ("harbour.mp3", "audio"),
        ("report.pdf", "component"),
    ]


def test_under_embargo_it_is_withheld() -> None:
    said = alone(replace(FULL, embargoed_until=NOON))
    assert (said["pubStatus"], said["embargoedUntil"]) == ("withheld", "2023-03-22T12:00:00+00:00")


def test_the_terms_of_republishing() -> None:
    term = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
    item = replace(
        FULL,
        canonical_url="https://agency.example/1",
        credit_line="Coastal News",
        republish_until=NOON,
        digital_source_type=term,
    )
    said = alone(item, replace(LATEST, licence_url=f"{BASE}/license.xml"))
    assert {"name": "canonical", "href": "https://agency.example/1", "contentType": "text/html"} in said["renditions"]
    assert said["usageTerms"] == "Credit: Coastal News; Not to be republished after 2023-03-22T12:00:00+00:00"
    assert said["expires"] == "2023-03-22T12:00:00+00:00"
    assert said["digitalSourceType"] == {"uri": term, "literal": "trainedAlgorithmicMedia"}
    assert said["rightsInfo"]["linkedRights"] == f"{BASE}/license.xml"


def test_a_summary_alone_is_partial() -> None:
    said = alone(replace(article(1), content_html="", summary="Words."))
    assert (said["representationType"], "bodies" in said) == ("partial", False)


def test_a_correction_is_told_apart() -> None:
    [_, correction] = alone(PHOTO_ALONE)["descriptions"]
    assert (correction["role"], correction["value"][:11]) == ("correction", "Three ships")


def test_a_feed_is_an_item_of_many() -> None:
    said = listed(LATEST)
    assert (said["type"], said["title"], said["standard"]["version"]) == ("composite", "The Morning Tide", "3.1")
    assert [one["name"] for one in said["associations"]] == [item.title.strip() or item.url for item in LATEST.items]
    assert said["renditions"][0]["href"] == f"{BASE}/feed.ninjs"
    assert listed(EMPTY)["associations"] == []


def test_an_entry_of_a_feed_is_the_one_that_stands_alone() -> None:
    """But for its name there, and what it has from the feed here."""
    for item, entry in zip(LATEST.items, listed(LATEST)["associations"], strict=True):
        document = alone(item)
        of_feed = {"standard": document["standard"], "language": "en-GB", "copyrightNotice": LATEST.rights}
        assert entry.pop("name")
        assert of_feed | entry == document


def test_what_is_withdrawn_is_canceled() -> None:
    entry, *gone = listed(TOMBSTONES)["associations"]
    assert entry["pubStatus"] == "usable"
    assert [one["pubStatus"] for one in gone] == ["canceled", "canceled"]
    assert [one["altIds"][0]["value"] for one in gone] == [stone.guid for stone in TOMBSTONES.deleted]
    assert gone[0]["uri"] == TOMBSTONES.deleted[0].guid


def test_each_version_has_a_greater_number() -> None:
    later = replace(FULL, versioned=NOON + timedelta(hours=1, microseconds=1))
    assert int(alone(later)["version"]) > int(alone(FULL)["version"])


def test_a_reply_names_what_it_answers() -> None:
    [answered] = alone(COMMENTS.items[1], COMMENTS)["associations"]
    assert (answered["rel"], answered["uri"]) == ("in-reply-to", FULL.guid)
