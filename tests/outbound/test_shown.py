"""What of an address may be told."""

import pytest

from feeds.outbound import is_fetchable, shown, without_secrets

TABLE = [
    ("https://a.example/feed", "https://a.example/feed", "https://a.example/feed"),
    ("https://u:p@a.example/feed#x", "https://a.example/feed", "https://a.example/feed"),
    ("https://u@a.example:8443/", "https://a.example:8443/", "https://a.example:8443/"),
    ("https://a.example/?feed=rss2&cat=7", "https://a.example/?feed=rss2&cat=7", "https://a.example/?feed=rss2&cat=7"),
    ("https://a.example/f?token=s3cret", "https://a.example/f?token=***", "https://a.example/f"),
    ("https://a.example/f?cat=7&k=s3cret&x", "https://a.example/f?cat=7&k=***&***", "https://a.example/f"),
    ("https://a.example/f?s3cret", "https://a.example/f?***", "https://a.example/f"),
    ("https://a.example/f?s3cret=", "https://a.example/f?s3cret", "https://a.example/f"),
    ("https://a.example/f?%74oken=s3cret", "https://a.example/f?%74oken=***", "https://a.example/f"),
    ("https://a.example/f?", "https://a.example/f?", "https://a.example/f?"),
]


@pytest.mark.parametrize(("url", "told", "kept"), TABLE)
def test_secrets_are_left_out(url: str, told: str, kept: str) -> None:
    assert (shown(url), without_secrets(url)) == (told, kept)


@pytest.mark.parametrize("url", ["", "x", "ftp://a.example/", "http://", "http://[::1", "http://a:b/", "file:///etc"])
def test_what_no_request_can_be_sent_to(url: str) -> None:
    assert not is_fetchable(url)
