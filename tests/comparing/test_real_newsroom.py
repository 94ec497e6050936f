"""A real newsroom moves: what its WordPress served, beside what is served here of its export."""

import os
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from feeds.comparing.reasons import Why
from feeds.comparing.results import Led
from storage.model import ArticleStatus
from tests.comparing.move import Move, moving
from tests.comparing.old_site import PASSWORD_FORM, OldSite
from tests.importers.agency import opened

SHARED = os.environ.get("DATELINE_TEST_SHARED")
pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(not SHARED, reason="DATELINE_TEST_SHARED names no folder with real/"),
]

REAL = Path(SHARED or "") / "real"
OLD_SITE = "http://127.0.0.1:8081"
WP = "{http://wordpress.org/export/1.2/}"
FEEDS = {
    "feed": "/feed/",
    "feed_atom": "/feed/atom/",
    "comments_feed": "/comments/feed/",
    "comments_feed_atom": "/comments/feed/atom/",
    "category_world_feed": "/category/world/feed/",
    "category_world_africa_feed": "/category/world/africa/feed/",
    "category_features-essays_feed_atom": "/category/features-essays/feed/atom/",
    "tag_explained_feed": "/tag/explained/feed/",
    "author_zoe-tan_feed": "/author/zoe-tan/feed/",
    "nato_feed": "/nato-to-step-up-presence-in-eastern-part-of-alliance-not-inside-ukraine/feed/",
    "nato_feed_atom": "/nato-to-step-up-presence-in-eastern-part-of-alliance-not-inside-ukraine/feed/atom/",
}
"""WordPress's files, and where it had them."""
NAMES = {path: name for name, path in FEEDS.items()}
NEWEST = "Derby plans ahead of the first audit in years"


class Real(OldSite):
    def export(self) -> str:
        return (REAL / "newsroom.wxr.xml").read_text(errors="ignore").replace(OLD_SITE, self.url)

    def publish(self) -> None:
        self._html("/", '<link href="/wp-content/themes/x/style.css">')
        for name, path in FEEDS.items():
            document = (REAL / "feeds" / f"{name}.xml").read_text().replace(OLD_SITE, self.url)
            self._xml(path, document, "application/rss+xml; charset=UTF-8")
        root = etree.fromstring(self.export().encode(), etree.XMLParser(recover=True))
        posts = [item for item in root.iterfind("channel/item") if item.findtext(f"{WP}post_type") == "post"]
        public = [item for item in posts if item.findtext(f"{WP}status") == "publish"]
        for item in public:
            path = (item.findtext("link") or "").removeprefix(self.url)
            is_protected = item.findtext(f"{WP}post_password")
            self._html(path, PASSWORD_FORM if is_protected else "<p>Words.</p>")
            if is_protected:
                self._xml(f"{path}feed/", self.rss(path, []), "application/rss+xml")
        self._sitemaps({"posts-post": [item.findtext("link") or "" for item in public]})


@pytest.fixture
def old() -> Iterator[Real]:
    with opened() as agency:
        real = Real(agency, [])
        real.publish()
        yield real


@pytest.fixture
async def move(old: Real, tmp_path: Path) -> AsyncIterator[Move]:
    async with moving(old, tmp_path, timezone="Africa/Kampala", feed_items=10) as move:
        await move.import_all()
        yield move


async def test_nobody_is_lost_until_somebody_deletes_an_article(move: Move) -> None:
    compared = await move.compare()
    assert not [row for row in compared.feeds.values() if not row["same"] or row["differences"]]
    assert not [row for row in compared.addresses.values() if row["led"] not in (Led.SAME, Led.MOVED, Led.PROTECTED)]
    assert compared.verdict.clean
    assert compared.verdict.feeds == len(FEEDS) - 1, "all but one of them, which nothing names"
    assert compared.verdict.withheld == 2

    article = await move.article(NEWEST)
    await move.store.update_article(replace(article, status=ArticleStatus.WITHDRAWN), if_version=article.version)
    compared = await move.compare()
    lose_it = {path for path in FEEDS.values() if NEWEST in (REAL / "feeds" / f"{NAMES[path]}.xml").read_text()}
    assert {path for path, row in compared.feeds.items() if not row["same"]} == lose_it
    assert compared.entries("/feed/", "missing") == [(NEWEST, Why.WITHDRAWN)]
