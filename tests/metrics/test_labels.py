"""A label has few values, whatever is asked by whomever."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.http.conditional import Conditions
from feeds.http.readers import FAMILIES, family_of
from feeds.request_kinds import REQUEST_KINDS, label_of, request_kind
from tests.server.polls import ELSEWHERE, FEEDS, PAGES

_FORMATS = {"", "rss", "atom", "json", "rdf", "ninjs"}
_TARGETS = st.one_of(
    st.sampled_from(FEEDS + PAGES + ELSEWHERE),
    st.lists(
        st.sampled_from(
            ("/", "feed", ".rss", ".json", ".ninjs", "section", "partner", "2023", "%2F", "%ff", "?", "\n", "é", "x")
        )
        | st.text(max_size=4),
        max_size=12,
    ).map(lambda parts: "/" + "".join(parts)),
)


@given(_TARGETS, st.none() | st.text(max_size=300), st.booleans())
def test_labels_are_of_a_known_set(target: str, agent: str | None, reads: bool) -> None:
    label = label_of(target, 200, agent, conditions=Conditions() if reads else None, coding="gzip", is_fast=False)
    assert label.kind in REQUEST_KINDS
    assert label.format in _FORMATS
    assert label.reader in FAMILIES
    assert (label.validator, label.coding) in (("none", "gzip"), ("", ""))


@pytest.mark.parametrize(
    ("target", "kind", "format"),
    [
        ("/feed.rss", "latest", "rss"),
        ("/feed.rss?utm_source=x", "latest", "rss"),
        ("/section/world/africa/feed.json", "section", "json"),
        ("/section/world/comments/feed.atom", "section comments", "atom"),
        ("/2023/03/22/%C3%BCber/feed.rdf", "article comments", "rdf"),
        ("/2023/03/22/feed.rss", "day", "rss"),
        ("/search/feed.rss?q=ferry", "search", "rss"),
        ("/partner/A-KEY/section/world/feed.ninjs", "partner", "ninjs"),
        ("/replies/A-KEY/feed.rss", "replies", "rss"),
        ("/", "page", ""),
        ("/2023/03/22/story/", "page", ""),
        ("/sitemap-1.xml", "directory", ""),
        ("/api/articles", "api", ""),
        ("/metrics", "metrics", ""),
        ("/category/world/feed/", "other", ""),
        ("/wp-login.php", "other", ""),
    ],
)
def test_what_a_target_is_for(target: str, kind: str, format: str) -> None:
    assert request_kind(target) == (kind, format)


@pytest.mark.parametrize(
    ("agent", "family"),
    [
        ("Feedly/1.0 (+http://www.feedly.com/fetcher.html; 123 subscribers; like FeedFetcher-Google)", "feedly"),
        ("Mozilla/5.0 (compatible; Miniflux/2.2.1; +https://miniflux.app)", "miniflux"),
        ("FreshRSS/1.24.0 (Linux; https://freshrss.org)", "freshrss"),
        ("Tiny Tiny RSS/24.06 (https://tt-rss.org/)", "tt-rss"),
        ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "googlebot"),
        ("Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2)", "ai-crawler"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0", "browser"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Thunderbird/128.2", "thunderbird"),
        ("feedparser/6.0.11 +https://github.com/kurtmckee/feedparser/", "feedparser"),
        ("python-requests/2.32", "python"),
        ("WordPress/6.5; https://partner.example", "wordpress"),
        ("something of their own", "other"),
        (None, "none"),
        ("", "none"),
    ],
)
def test_readers_are_told_apart_by_what_they_say(agent: str | None, family: str) -> None:
    assert family_of(agent) == family
