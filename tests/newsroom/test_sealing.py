"""Secrets as they are kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.newsroom.sealing import Broken, Sealing

SEALING = Sealing(b"a site's secret")


@given(st.text(st.characters(exclude_categories=["Cs"])), st.text(max_size=20))
def test_what_was_sealed_is_opened_by_the_same_site_for_the_same_owner(text: str, owner: str) -> None:
    sealed = SEALING.seal(text, owner)
    assert Sealing(b"a site's secret").open(sealed, owner) == text
    if not text:
        assert sealed == ""
        return
    assert sealed != SEALING.seal(text, owner), "equal secrets do not look alike"
    for other, claimed in ((Sealing(b"another"), owner), (SEALING, f"{owner} or so")):
        with pytest.raises(Broken) as refused:
            other.open(sealed, claimed)
        assert sealed not in str(refused.value)


@pytest.mark.parametrize("damaged", ["sealed:", "sealed:!", "sealed:AAAA", "sealed:\u00fc"])
def test_what_is_damaged_is_told(damaged: str) -> None:
    with pytest.raises(Broken):
        SEALING.open(damaged, "owner")


def test_what_an_earlier_release_kept_is_what_it_says() -> None:
    assert SEALING.open("plain", "owner") == "plain"
