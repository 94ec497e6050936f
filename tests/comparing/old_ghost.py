"""A Ghost in miniature: what it exports, and what it answers to readers and crawlers, made of the same posts."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from html import escape
from typing import Any

from tests.importers.agency import Agency, Answer, opened
from tests.importers.ghost_files import TAGS, USERS, ghost, of_post, post

SHOWN = 15
"""Posts that a feed of Ghost's shows."""
PICTURE = "/content/images/2024/03/harbour.png"
Row = Mapping[str, Any]


def newsroom() -> list[dict[str, Any]]:
    """Twenty posts, two pages, and what no reader sees, or not all of them."""
    public = [
        post(
            number,
            f"It's “late” – {number} & counting",
            html=f'<p>Words, and <a href="__GHOST_URL__/post-1/">more</a>.</p><figure class="kg-card kg-image-card">'
            f'<img src="__GHOST_URL__{PICTURE}" class="kg-image" alt=""></figure>',
            feature_image=f"__GHOST_URL__{PICTURE}" if number % 2 else None,
            published_at=f"2022-03-05T08:{number:02}:00.000Z",
            updated_at="2022-03-06T09:30:00.000Z",
        )
        for number in range(1, 21)
    ]
    hidden = [
        post(0x31, "Not yet", status="draft", published_at=None),
        post(0x32, "Tomorrow", status="scheduled", published_at="2199-01-01T00:00:00.000Z"),
        post(0x33, "A letter alone", status="sent"),
    ]
    pages = [_page(0x41, "About us", "about"), _page(0x42, "Privacy", "privacy")]
    return [*public, *hidden, *pages]


def _page(number: int, title: str, slug: str) -> dict[str, Any]:
    return post(number, title, slug=slug, type="page", published_at="2022-03-01T08:00:00.000Z")


@dataclass
class OldGhost:
    agency: Agency
    posts: list[dict[str, Any]]

    def __post_init__(self) -> None:
        self.url = self.agency.url

    def export(self) -> str:
        """What Settings, Export of Ghost 5 downloads."""
        public = [int(row["id"][-2:], 16) for row in self.posts]
        return ghost(
            self.posts,
            posts_tags=[row for number in public for row in of_post(number, "posts_tags", *_tags(number))],
            posts_authors=[row for number in public for row in of_post(number, "posts_authors", "u1")],
            posts_meta=[
                {"id": f"m{n}", "post_id": row["id"], "feature_image_alt": "Boats"} for n, row in enumerate(self.posts)
            ],
        )

    def publish(self) -> None:
        """Serve what readers see of the posts."""
        public = sorted(
            (row for row in self.posts if row["status"] == "published" and row["type"] == "post"),
            key=lambda row: str(row["published_at"]),
            reverse=True,
        )
        pages = [row for row in self.posts if row["type"] == "page"]
        feed = f'<link rel="alternate" type="application/rss+xml" href="{self.url}/rss/">'
        self._html("/", f'<meta name="generator" content="Ghost 5.80">{feed}')
        self._feed("/rss/", public)
        tags = {tag["slug"]: tag["id"] for tag in TAGS if tag["visibility"] == "public"}
        for slug, tag in tags.items():
            self._feed(f"/tag/{slug}/rss/", [row for row in public if tag in _tags(int(row["id"][-2:], 16))])
        self._feed("/author/jane/rss/", public)
        for row in (*public, *pages):
            self._html(f"/{row['slug']}/", str(row["html"]))
        lists = [*(f"/tag/{slug}/" for slug in tags), "/author/jane/"]
        for path in lists:
            self._html(path, "<p>A list.</p>")
        self._sitemaps(
            posts=[f"/{row['slug']}/" for row in public],
            pages=[f"/{row['slug']}/" for row in pages],
            tags=lists[:-1],
            authors=lists[-1:],
        )

    def _sitemaps(self, **paths: Iterable[str]) -> None:
        start = '<?xml version="1.0" encoding="UTF-8"?>'
        ns = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
        self._answer(
            "/robots.txt", f"User-agent: *\nSitemap: {self.url}/sitemap.xml\nDisallow: /ghost/\n", "text/plain"
        )
        for name, of in paths.items():
            places = "".join(f"<url><loc>{self.url}{path}</loc></url>" for path in of)
            self._answer(f"/sitemap-{name}.xml", f"{start}<urlset {ns}>{places}</urlset>", "text/xml")
        maps = "".join(f"<sitemap><loc>{self.url}/sitemap-{name}.xml</loc></sitemap>" for name in paths)
        self._answer("/sitemap.xml", f"{start}<sitemapindex {ns}>{maps}</sitemapindex>", "text/xml")

    def _feed(self, path: str, rows: Iterable[Row]) -> None:
        items = "".join(map(self._item, list(rows)[:SHOWN]))
        document = (
            '<?xml version="1.0" encoding="UTF-8"?><rss xmlns:dc="http://purl.org/dc/elements/1.1/"'
            ' xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:atom="http://www.w3.org/2005/Atom" version="2.0"'
            ' xmlns:media="http://search.yahoo.com/mrss/"><channel><title><![CDATA[The Old Gazette]]></title>'
            f"<link>{self.url}/</link>"
            f'<generator>Ghost 5.80</generator><atom:link href="{self.url}{path}" rel="self" type="application/rss+xml"/>'
            f"<ttl>60</ttl>{items}</channel></rss>"
        )
        self._answer(path, document, "application/rss+xml; charset=utf-8")

    def _item(self, row: Row) -> str:
        at = datetime.fromisoformat(str(row["published_at"]))
        html = str(row["html"]).replace("__GHOST_URL__", self.url)
        return (
            f"<item><title><![CDATA[{row['title']}]]></title><description><![CDATA[{row['plaintext']}]]></description>"
            f'<link>{self.url}/{row["slug"]}/</link><guid isPermaLink="false">{row["id"]}</guid>'
            f"<dc:creator><![CDATA[{USERS[0]['name']}]]></dc:creator><pubDate>{format_datetime(at, usegmt=True)}</pubDate>"
            f"<content:encoded>{escape(html)}</content:encoded></item>"
        )

    def _html(self, path: str, body: str) -> None:
        self._answer(path, f"<!DOCTYPE html><html><head></head><body>{body}</body></html>", "text/html; charset=utf-8")

    def _answer(self, path: str, body: str, media_type: str) -> None:
        self.agency.answers[path] = Answer(body.encode(), headers={"Content-Type": media_type})


def _tags(number: int) -> tuple[str, ...]:
    return ("t1", "t3") if number % 3 else ("t2", "t1")


@contextmanager
def old_ghost() -> Iterator[OldGhost]:
    """It answers on a free port of 127.0.0.1 until the block ends."""
    with opened() as agency:
        site = OldGhost(agency, newsroom())
        site.publish()
        yield site
