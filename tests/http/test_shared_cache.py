"""What a cache in front is told: keys that any of them takes, and an age of its own."""

import re
from collections.abc import Iterable
from datetime import timedelta
from http import HTTPStatus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.http.freshness import CachePolicy
from feeds.http.negotiation import Coding
from feeds.http.representation import Representation, represent
from feeds.http.shared_cache import SEPARATORS, SharedCache
from feeds.settings import Settings
from feeds.validity import Validity
from storage.scopes import author_scope, section_scope, tag_scope
from tests.http.test_representation import BODY, CHANGED, NOW, snapshot

SECRET = bytes(range(32))
FRONT = SharedCache(tuple(SEPARATORS), 3600, SECRET)


def made(valid_for: timedelta | None = None, *, private: bool = False) -> Representation:
    return represent(
        BODY, media_type="application/rss+xml", snapshot=snapshot(home=CHANGED, site=CHANGED), seq=1,
        policy=CachePolicy.of(60, private=private), validity=Validity(until=None if valid_for is None else NOW + valid_for),
        shared_cache=FRONT,
    )  # fmt: skip


def fields_of(kept: Representation, status: HTTPStatus = HTTPStatus.OK) -> dict[str, str]:
    answered = kept.answer(status, Coding.IDENTITY, NOW)
    assert answered is not None
    return {name.decode(): value.decode() for name, value in answered.fields}


@given(st.text(), st.sampled_from([section_scope, tag_scope, author_scope]))
def test_a_key_is_short_and_ascii_whatever_the_slug(slug: str, scope_of: type[str]) -> None:
    assert re.fullmatch("[0-9a-f]{16}", FRONT.key(scope_of(slug)))


@given(st.sets(st.text()))
def test_scopes_have_keys_of_their_own(scopes: set[str]) -> None:
    assert len(set(FRONT.keys(scopes))) == len(scopes)


def test_newsrooms_behind_one_cache_do_not_share_keys() -> None:
    other = SharedCache(FRONT.fields, FRONT.max_age, bytes(32))
    assert not set(other.keys(["site", "home"])) & set(FRONT.keys(["site", "home"]))
    assert "secret" not in repr(other)


@pytest.mark.parametrize("status", [HTTPStatus.OK, HTTPStatus.NOT_MODIFIED])
def test_answers_name_what_they_depend_on(status: HTTPStatus) -> None:
    fields = fields_of(made(), status)
    keys = sorted([FRONT.key("home"), FRONT.key("site")])
    assert fields["xkey"] == fields["surrogate-key"] == " ".join(keys)
    assert fields["cache-tag"] == ",".join(keys)
    assert fields["cdn-cache-control"] == "max-age=3600"
    assert fields["cache-control"] == "public, max-age=60", "readers keep it as they did"


def test_what_time_alone_changes_bounds_the_cache_in_front() -> None:
    assert fields_of(made(timedelta(minutes=10)))["cdn-cache-control"] == "max-age=600"
    assert fields_of(made(timedelta(milliseconds=900)))["cdn-cache-control"] == "max-age=0"
    assert fields_of(made(timedelta(hours=2)))["cdn-cache-control"] == "max-age=3600"


def names(fields: Iterable[tuple[bytes, bytes]]) -> set[str]:
    return {name.decode() for name, _ in fields} & {"cdn-cache-control", *map(str.lower, SEPARATORS)}


def test_changes_alone_are_for_their_reader_and_no_cache() -> None:
    """Of both fields, a cache in front would heed the one of its own (RFC 9213, section 2.2)."""
    assert not names(made().answer_delta(Coding.IDENTITY, NOW).fields)


def test_what_is_private_is_for_no_shared_cache() -> None:
    answered = made(private=True).answer(HTTPStatus.OK, Coding.IDENTITY, NOW)
    assert answered is not None
    assert not names(answered.fields)


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({"cdn_max_age": 60}, "DATELINE_SURROGATE_KEYS"),
        ({"purge_urls": "http://127.0.0.1/"}, "DATELINE_SURROGATE_KEYS"),
        ({"surrogate_keys": "X-Key"}, "pattern"),
        ({"surrogate_keys": "xkey,"}, "pattern"),
        ({"surrogate_keys": "xkey", "purge_urls": "127.0.0.1:6081"}, "http://"),
        ({"surrogate_keys": "xkey", "purge_urls": "http://127.0.0.1/, ftp://a.example/"}, "http://"),
        ({"surrogate_keys": "xkey", "purge_header": "TOKEN"}, "Fastly-Key: TOKEN"),
        ({"surrogate_keys": "xkey", "purge_header": "A: b\r\nC: d"}, "Fastly-Key: TOKEN"),
        ({"surrogate_keys": "xkey", "purge_form": "ban"}, "pattern"),
    ],
)
def test_settings_that_cannot_be_are_refused(chosen: dict[str, str | int], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Settings(**chosen)


def test_every_field_can_be_chosen() -> None:
    Settings(surrogate_keys=", ".join(SEPARATORS), cdn_max_age=3600)
