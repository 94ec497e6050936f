"""Identifiers are forever: these values may never change."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.formats.ids import entry_id, feed_id


@pytest.mark.parametrize(
    "guid",
    [
        "urn:uuid:6b1f2a3c-0000-4000-8000-000000000001",
        "https://old.example/?p=280",
        "http://127.0.0.1:8081/derby-plans/#comment-1122",
        "tag:old.example,2005:story/1",
        "URN:ISBN:978-0-00-000000-0",
        "https://old.example/новости/港口?a=%20",
        "http://[2001:db8::1]/story",
    ],
)
def test_an_iri_is_its_own_id(guid: str) -> None:
    assert entry_id(guid) == guid


@pytest.mark.parametrize(
    ("guid", "expected"),
    [
        ("legacy post 42", "urn:uuid:2835836c-cac7-5d70-93e8-85f98cad0e41"),
        ("42", "urn:uuid:a59f115b-c6b2-5b0e-a273-4ca19ea97d6e"),
        ("comment ten", "urn:uuid:f8675a06-4f84-5895-8caf-3d2a96cf6ec1"),
    ],
)
def test_any_other_guid_has_the_same_urn_forever(guid: str, expected: str) -> None:
    assert entry_id(guid) == expected


@pytest.mark.parametrize(
    "guid",
    [
        "",
        "/?p=280",
        "//old.example/1",
        "https://old.example/a b",
        "https://old.example/100%",
        "https://old.example/a#b#c",
        'https://old.example/"quoted"',
        "https://old.example/a[]=1",
        "https://old.example/\u202eevil",
        "https:",
        "1st:story",
        "a_b:story",
        "https://old.example/\n",
        "urn:",
        "urn:x:y",
        "urn:story:港口",
    ],
)
def test_what_is_not_quite_an_iri_becomes_a_urn(guid: str) -> None:
    assert entry_id(guid).startswith("urn:uuid:")


@settings(deadline=None)
@given(st.text(), st.text())
def test_different_guids_have_different_ids(one: str, other: str) -> None:
    assert (entry_id(one) == entry_id(other)) == (one == other)


def test_a_feeds_id_survives_https_and_tells_feeds_apart() -> None:
    assert feed_id("https://news.example/feed") == "urn:uuid:ae5bd7cf-18c1-5f8e-a819-b1ddc476afc9"
    assert feed_id("http://news.example/feed") == feed_id("https://news.example/feed")
    others = (
        "https://other.example/feed",
        "https://news.example/section/world/feed",
        "https://news.example/search/feed?q=a",
    )
    assert len({feed_id(url) for url in others} | {feed_id("https://news.example/feed")}) == 4
