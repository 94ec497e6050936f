"""IPTC's terms for what a thing was made by: read however they are written, kept as the URI."""

import pytest

from feeds.clean.source_types import SCHEME, SOURCE_TYPES, source_type

MADE = f"{SCHEME}trainedAlgorithmicMedia"


@pytest.mark.parametrize(
    "text",
    [
        "trainedAlgorithmicMedia",
        " trainedalgorithmicmedia ",
        "digsrctype:trainedAlgorithmicMedia",
        MADE,
        f"{MADE}/",
        MADE.replace("http:", "https:"),
    ],
)
def test_a_term_is_kept_as_its_uri(text: str) -> None:
    assert source_type(text) == MADE


def test_every_term_is_its_own() -> None:
    assert [source_type(term) for term in SOURCE_TYPES] == [SCHEME + term for term in SOURCE_TYPES]


@pytest.mark.parametrize("text", ["", "  ", SCHEME])
def test_nothing_stays_nothing(text: str) -> None:
    assert source_type(text) == ""


@pytest.mark.parametrize(
    "text", ["AI", "http://cv.iptc.org/newscodes/genre/Analysis", f"{SCHEME}x", "digitalCapture x"]
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="trainedAlgorithmicMedia"):
        source_type(text)
