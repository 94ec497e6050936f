"""What a hub says to a subscriber, byte for byte."""

import hashlib
import hmac
from urllib.parse import parse_qsl, urlsplit

import pytest

from feeds.delivery.messages import denial, verification, with_parameters
from feeds.delivery.signing import ALGORITHMS, signature

TOPIC = "https://news.example/section/kult%C3%BAra/feed.rss?q=a&b=c"


def test_a_verification_names_the_topic_as_it_was_asked_for_and_keeps_the_callbacks_own_query() -> None:
    url = verification(
        "https://reader.example/hook?id=7&x=%2F&x", mode="subscribe", topic=TOPIC, challenge="c-1", lease_seconds=86_400
    )
    assert url.startswith("https://reader.example/hook?id=7&x=%2F&x&hub.mode=subscribe&")
    assert parse_qsl(urlsplit(url).query, keep_blank_values=True)[3:] == [
        ("hub.mode", "subscribe"),
        ("hub.topic", TOPIC),
        ("hub.challenge", "c-1"),
        ("hub.lease_seconds", "86400"),
    ]


def test_of_an_unsubscription_no_lease_is_told() -> None:
    url = verification("https://r.example/", mode="unsubscribe", topic=TOPIC, challenge="c", lease_seconds=None)
    assert "lease" not in url


def test_a_denial_says_why() -> None:
    url = denial("https://r.example/a", topic=TOPIC, reason="the feed is gone: it was withdrawn")
    assert parse_qsl(urlsplit(url).query) == [
        ("hub.mode", "denied"),
        ("hub.topic", TOPIC),
        ("hub.reason", "the feed is gone: it was withdrawn"),
    ]


@pytest.mark.parametrize(
    ("callback", "url"),
    [
        ("http://r.example", "http://r.example?a=1"),
        ("http://r.example/?", "http://r.example/?a=1"),
        ("http://r.example/?b=2", "http://r.example/?b=2&a=1"),
        ("http://r.example/?b=2&", "http://r.example/?b=2&a=1"),
        ("http://r.example/x#part", "http://r.example/x?a=1"),
        ("http://r.example/x?b=%3F#?", "http://r.example/x?b=%3F&a=1"),
    ],
)
def test_parameters_come_after_whatever_query_there_is(callback: str, url: str) -> None:
    assert with_parameters(callback, {"a": "1"}) == url


@pytest.mark.parametrize("algorithm", sorted(ALGORITHMS))
def test_a_signature_is_what_a_subscriber_computes(algorithm: str) -> None:
    method, _, digest = signature(algorithm, "sécret", b"<rss/>").partition("=")
    assert method == algorithm
    assert hmac.new("sécret".encode(), b"<rss/>", getattr(hashlib, algorithm)).hexdigest() == digest
