"""Which coding a client gets (RFC 9110, section 12.5.3), and the codings themselves."""

import gzip
from collections.abc import Mapping

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.http.negotiation import ETAG_SUFFIX, Coding, choose_coding, encode

BR, GZIP, IDENTITY = Coding.BROTLI, Coding.GZIP, Coding.IDENTITY


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, IDENTITY),
        ("", IDENTITY),
        (" ", IDENTITY),
        (",", IDENTITY),
        ("gzip", GZIP),
        ("x-gzip", GZIP),
        ("GZip", GZIP),
        ("br", BR),
        ("identity", IDENTITY),
        ("gzip, br", BR),
        ("gzip,deflate,br,zstd", BR),
        ("gzip;q=1.0, br;q=1.0", BR),
        ("gzip;q=0.9, br;q=0.8", GZIP),
        ("gzip ; q=0.5 , br ; q=0.4", GZIP),
        ("identity, gzip", GZIP),
        ("identity;q=1, gzip;q=0.5", IDENTITY),
        ("identity;q=0.5, gzip;q=0.5", GZIP),
        ("gzip;q=0.001", GZIP),
        ("gzip;q=0", IDENTITY),
        ("gzip;q=0.000", IDENTITY),
        ("gzip;q=0, br", BR),
        ("br;q=0, gzip", GZIP),
        ("*", BR),
        ("*;q=0.5", BR),
        ("*, br;q=0", GZIP),
        ("*, br;q=0, gzip;q=0", IDENTITY),
        ("*;q=0.1, gzip", GZIP),
        ("*;q=0, gzip", GZIP),
        ("identity;q=0, gzip", GZIP),
        ("identity;q=0", None),
        ("*;q=0", None),
        ("identity;q=0, gzip;q=0", None),
        ("identity;q=0, deflate", None),
        ("*;q=0, identity", IDENTITY),
        ("*;q=0, identity;q=0.1", IDENTITY),
        ("identity;q=0, *", BR),
        ("deflate", IDENTITY),
        ("zstd, compress", IDENTITY),
        ("gzip;q=junk", GZIP),
        ("gzip;q=", GZIP),
        ("gzip;q=nan", GZIP),
        ("br;q=nan, gzip;q=0", BR),
        ("gzip;q=-1", IDENTITY),
        ("gzip;q=7, br;q=0.9", GZIP),
        ("gzip;Q=0", IDENTITY),
        ("gzip;level=9;q=0", IDENTITY),
        ("gzip;q", GZIP),
        (";q=1", IDENTITY),
        ("gzip br", IDENTITY),
        ('"gzip"', IDENTITY),
    ],
)
def test_choice(value: str | None, expected: Coding | None) -> None:
    assert choose_coding(value) is expected


def acceptable(weights: Mapping[str, float], coding: Coding) -> bool:
    """Section 12.5.3, point by point."""
    if coding in weights:
        return weights[coding] > 0
    if "*" in weights:
        return weights["*"] > 0
    return coding is IDENTITY


QVALUE = st.integers(0, 1000).map(lambda thousandths: thousandths / 1000)


@given(st.dictionaries(st.sampled_from(["br", "gzip", "identity", "*", "deflate", "zstd"]), QVALUE))
def test_the_choice_is_acceptable_and_none_is_better(weights: dict[str, float]) -> None:
    chosen = choose_coding(", ".join(f"{name};q={weight:.3f}" for name, weight in weights.items()))
    fitting = [coding for coding in Coding if acceptable(weights, coding)]
    if chosen is None:
        assert fitting == []
        return
    assert chosen in fitting
    named = [coding for coding in fitting if coding in weights or "*" in weights]
    weight = {coding: weights.get(coding, weights.get("*", 0.0)) for coding in named}
    if named:
        assert chosen is max(named, key=lambda coding: weight[coding])


@given(st.text() | st.text("gzipbr*identity;q=0.19,- \tnaf"))
def test_junk_never_raises_and_never_wins_a_refusal(value: str) -> None:
    chosen = choose_coding(value)
    assert chosen in (*Coding, None)
    assert choose_coding(f"{value}, gzip;q=0, br;q=0, identity;q=0") is None
    assert choose_coding(f"{value}, gzip;q=0, br;q=0, identity") is IDENTITY


def test_a_long_value_is_read_to_its_end() -> None:
    assert choose_coding("deflate, " * 10_000 + "br") is BR
    assert choose_coding("deflate, " * 10_000 + "identity;q=0") is None


@given(st.binary(max_size=2000))
def test_encodings_are_deterministic_and_round_trip(body: bytes) -> None:
    assert encode(body, IDENTITY) == body
    zipped, squeezed = encode(body, GZIP), encode(body, BR)
    assert (zipped, squeezed) == (encode(body, GZIP), encode(body, BR))
    assert gzip.decompress(zipped) == body
    assert brotli.decompress(squeezed) == body


def test_gzip_has_no_modification_time_and_no_name() -> None:
    head = encode(b"x" * 100, GZIP)[:10]
    assert head[:4] == b"\x1f\x8b\x08\x00", "deflate, without flags"
    assert head[4:8] == bytes(4)


def test_a_tag_tells_codings_apart() -> None:
    assert len(set(ETAG_SUFFIX.values())) == len(Coding)
    assert ETAG_SUFFIX[GZIP] != "-gzip", "a proxy's suffix must not be taken for ours"
