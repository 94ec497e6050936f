"""Who a partner's request says it is from."""

from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.http.credentials import Credentials, credentials_of, is_partners, split_key

_NAMES = st.text(st.characters(exclude_characters=":", exclude_categories=["Cs", "Cc"]), max_size=30)
_KEYS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)


@given(_NAMES, _KEYS)
def test_basic_carries_a_name_and_a_key(name: str, key: str) -> None:
    said = b64encode(f"{name}:{key}".encode()).decode()
    assert credentials_of(f"Basic {said}") == Credentials(key, name)
    assert credentials_of(f"bAsIc  {said} ") == Credentials(key, name)


@given(st.text(max_size=60))
def test_whatever_else_is_said_is_nobody_s_or_a_bearer_s(field: str) -> None:
    found = credentials_of(field)
    assert found is None or found.key


@pytest.mark.parametrize(
    "field", [None, "", "Basic", "Bearer ", "Basic OnB3", "Basic " + "A" * 2000, "Digest x", "Bearer"]
)
def test_what_says_nothing_is_nothing(field: str | None) -> None:
    found = credentials_of(field)
    assert found is None or found.name == ""


@pytest.mark.parametrize(
    ("target", "split"),
    [
        ("/partner/dlp_aB-_9/feed.rss?x=1", ("dlp_aB-_9", "/partner/feed.rss?x=1")),
        ("/partner/dlp_a", ("dlp_a", "/partner/")),
        ("/partner/dlp_a?x", ("dlp_a", "/partner/?x")),
        ("/partner/dlp_a%20/feed.rss", ("", "/partner/dlp_a%20/feed.rss")),
        ("/partner/feed.rss", ("", "/partner/feed.rss")),
        ("/x/partner/dlp_a/feed.rss", ("", "/x/partner/dlp_a/feed.rss")),
    ],
)
def test_a_key_is_taken_out_of_a_path(target: str, split: tuple[str, str]) -> None:
    assert split_key(target) == split


def test_what_is_partners() -> None:
    assert [path for path in ("/partner", "/partner/", "/partner/x", "/partners", "/") if is_partners(path)] == [
        "/partner",
        "/partner/",
        "/partner/x",
    ]
