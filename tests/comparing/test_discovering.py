"""Which feeds a site may have."""

from pathlib import Path

import httpx2
import pytest

from feeds.comparing.asking import Answer, Site
from feeds.comparing.discovering import (
    Kind,
    announced,
    feed_below,
    is_wordpress,
    kind_of,
    of_address,
    of_newsroom,
    of_store,
)
from feeds.comparing.sitemaps import Named
from feeds.outbound import Networks
from storage.model import Alias, FormerSite, section_page
from tests.comparing.move import moving
from tests.comparing.old_site import old_site, posts

pytestmark = pytest.mark.anyio
WORDPRESS = '<script src="https://old.example/wp-includes/js/x.js"></script>'


def page(body: str, url: str = "https://old.example/blog/") -> Answer:
    return Answer(200, httpx2.URL(url), (), "text/html", body.encode())


def site(url: str = "https://old.example/") -> Site:
    return Site(httpx2.URL(url), networks=Networks(), at_once=1)


def test_a_page_announces_feeds_in_every_spelling() -> None:
    found = announced(
        page(
            """<link REL="Alternate" TYPE="application/rss+xml" href=" /feed/#top "><link rel=alternate type=application/atom+xml
            href=atom.xml><link rel="alternate" type="application/feed+json" href="//cdn.example/feed.json">
            <link rel="alternate" hreflang="fr" href="/fr/"><link rel="stylesheet" type="application/rss+xml" href="/no/">
            <link rel="alternate" type="application/rss+xml" href="https://["><p>words"""
        )
    )
    assert [str(url) for url in found][:3] == [
        "https://old.example/feed/", "https://old.example/blog/atom.xml", "https://cdn.example/feed.json",
    ]  # fmt: skip
    for body in ("", "   ", "\x00", "<"):
        assert list(announced(page(body))) == []


def test_the_newsrooms_own_lists_by_the_system_that_is_there() -> None:
    of_wordpress = {str(one.url) for one in of_newsroom(site(), page(WORDPRESS))}
    assert {
        "https://old.example/feed/",
        "https://old.example/?feed=rss2",
        "https://old.example/comments/feed/",
    } <= of_wordpress
    assert is_wordpress(page('<meta name="generator" content="WordPress 6.1">'))
    of_others = {str(one.url) for one in of_newsroom(site(), page("<link rel=alternate type=text/xml href=/x.xml>"))}
    assert {"https://old.example/rss/", "https://old.example/feed.xml", "https://old.example/x.xml"} <= of_others
    assert not any("comments" in url for url in of_others)


@pytest.mark.parametrize(
    ("url", "feed"),
    [
        ("https://old.example/story-1/", "https://old.example/story-1/feed/"),
        ("https://old.example/story-1", "https://old.example/story-1/feed/"),
        ("https://old.example/2022/%D0%BC%D0%B8%D1%80/", "https://old.example/2022/%D0%BC%D0%B8%D1%80/feed/"),
        ("https://old.example/index.php/a/", "https://old.example/index.php/a/feed/"),
        ("https://old.example/?p=7", "https://old.example/?p=7&feed=rss2"),
        ("https://old.example/", "https://old.example/feed/"),
    ],
)
def test_the_feed_of_a_page_of_wordpress(url: str, feed: str) -> None:
    assert str(feed_below(httpx2.URL(url))) == feed


@pytest.mark.parametrize(
    ("sitemap", "url", "kind"),
    [
        ("wp-sitemap-posts-post-1.xml", "/story-1/", Kind.COMMENTS),
        ("wp-sitemap-taxonomies-category-1.xml", "/themen/welt/", Kind.SECTION),
        ("wp-sitemap-taxonomies-post_tag-1.xml", "/thema/hafen/", Kind.TAG),
        ("wp-sitemap-taxonomies-series-1.xml", "/series/fog/", Kind.SECTION),
        ("wp-sitemap-users-1.xml", "/author/jdoe/", Kind.AUTHOR),
        ("author-sitemap.xml", "/team/jdoe/", Kind.AUTHOR),
        ("?sitemap=taxonomies&sitemap-subtype=post_tag&paged=1", "/?tag=harbour", Kind.TAG),
        ("sitemap.xml", "/category/world/", Kind.SECTION),
        ("sitemap.xml", "/tag/x/", Kind.TAG),
        ("sitemap.xml", "/?cat=3", Kind.SECTION),
        ("sitemap.xml", "/?p=3", Kind.COMMENTS),
    ],
)
def test_of_what_kind_an_address_of_a_sitemap_is(sitemap: str, url: str, kind: Kind) -> None:
    found = of_address(Named(httpx2.URL(f"https://old.example{url}"), sitemap, True), wordpress=True)
    assert found is not None
    assert found.kind is kind


def test_what_has_no_feed() -> None:
    url = httpx2.URL("https://old.example/wp-content/uploads/a.jpg")
    assert of_address(Named(url, "sitemap.xml", False), wordpress=True) is None
    assert of_address(Named(url, "sitemap-posts.xml", True), wordpress=False) is None
    tag = of_address(Named(httpx2.URL("https://old.example/tag/x/"), "sitemap-tags.xml", True), wordpress=False)
    assert tag is not None
    assert str(tag.url) == "https://old.example/tag/x/rss/"


def test_words_in_paths() -> None:
    assert kind_of(httpx2.URL("https://old.example/comments/feed/")) is Kind.NEWSROOM
    assert kind_of(httpx2.URL("https://old.example/author/ann/feed/")) is Kind.AUTHOR


async def test_what_our_store_knows_of_is_looked_for_where_wordpress_has_it(tmp_path: Path) -> None:
    with old_site(posts(2)) as old:
        async with moving(old, tmp_path) as move:
            await move.import_all()
            await move.store.import_aliases(
                [Alias("/?cat=9", section_page("world")), Alias("/blog/rubrik/welt/", section_page("world"))]
            )
            await move.store.import_aliases([Alias("/photo/", "/wp-content/uploads/photo.png")])
            await move.store.keep_former_site(
                FormerSite(
                    address="old.example/blog",
                    path="/blog",
                    permalinks="/archives/%post_id%",
                    category_base="topics",
                    tag_base="t",
                )
            )
            found = {str(one.url): one.kind async for one in of_store(site("https://old.example/blog"), move.store)}
            for path, kind in (
                ("topics/world/feed/atom", Kind.SECTION),
                ("archives/topics/world/feed", Kind.SECTION),
                ("t/harbour/feed", Kind.TAG),
                ("archives/author/jdoe/feed", Kind.AUTHOR),
            ):
                assert found[f"https://old.example/blog/{path}/"] is kind
            assert not [url for url in found if "photo" in url], "of files there are no feeds"
            for base, below in (("https://old.example/", ""), ("https://old.example/blog", "/blog")):
                found = {str(one.url): one.kind async for one in of_store(site(base), move.store)}
                root = f"https://old.example{below}"
                assert found[f"{root}/category/world/feed/"] is Kind.SECTION
                assert found[f"{root}/category/world/feed/atom/"] is Kind.SECTION
                assert found[f"{root}/tag/harbour/feed/"] is Kind.TAG
                assert found[f"{root}/author/jdoe/feed/"] is found[f"{root}/?author=1&feed=rss2"] is Kind.AUTHOR
                assert found[f"{root}/?cat=9&feed=rss2"] is Kind.SECTION
                assert found["https://old.example/blog/rubrik/welt/feed/"] is Kind.SECTION
