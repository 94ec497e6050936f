"""Which addresses a site names, whatever its sitemaps are called, how they are nested, and how they are packed."""

import gzip
from collections.abc import AsyncIterator, Iterable, Iterator

import httpx2
import pytest

from feeds.comparing.asking import Site
from feeds.comparing.sitemaps import named_addresses
from feeds.outbound import Networks
from tests.importers.agency import Agency, Answer, opened

pytestmark = pytest.mark.anyio
NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


@pytest.fixture
def old() -> Iterator[Agency]:
    with opened() as old:
        yield old


@pytest.fixture
async def site(old: Agency) -> AsyncIterator[Site]:
    async with Site(httpx2.URL(old.url), networks=Networks(), at_once=2, pause=0.01) as site:
        yield site


def index(old: Agency, *paths: str) -> Answer:
    places = "".join(f"<sitemap><loc>\n {old.url}{path} </loc></sitemap>" for path in paths)
    return Answer(f"<?xml version='1.0'?>\n<sitemapindex {NAMESPACE}>{places}</sitemapindex>".encode())


def urls(old: Agency, *paths: str, more: str = "") -> Answer:
    places = "".join(f"<url><loc>{old.url}{path}</loc>{more}</url>" for path in paths)
    return Answer(f"<?xml version='1.0'?>\n<urlset {NAMESPACE}>{places}</urlset>".encode())


async def paths(site: Site) -> list[str]:
    return [named.url.raw_path.decode() async for named in named_addresses(site)]


@pytest.mark.parametrize("name", ["sitemap.xml", "wp-sitemap.xml", "sitemap_index.xml", "news-sitemap.xml"])
async def test_usual_names_are_tried(site: Site, old: Agency, name: str) -> None:
    old.answers[f"/{name}"] = index(old, "/a.xml", "/nothing.xml", "/b.xml", "/a.xml", f"/{name}")
    old.answers["/a.xml"], old.answers["/b.xml"] = urls(old, "/one/", "/two/?a=1&amp;b=2"), urls(old, "/three/")
    assert await paths(site) == ["/one/", "/two/?a=1&b=2", "/three/"]
    assert len([path for path, _ in old.asked if path == "/a.xml"]) == 1


async def test_robots_names_others(site: Site, old: Agency) -> None:
    old.answers["/robots.txt"] = Answer(
        f"User-agent: *\nDisallow: /\nSITEMAP : {old.url}/hidden/map.xml\nsitemap: /plain.txt\nSitemap: https://[\n".encode()
    )
    old.answers["/hidden/map.xml"] = urls(old, "/one/")
    old.answers["/plain.txt"] = Answer(f"\ufeff{old.url}/two/\r\n\n{old.url}/three/".encode())
    assert await paths(site) == ["/one/", "/two/", "/three/"]


async def test_packed_files_and_packed_answers(site: Site, old: Agency) -> None:
    old.answers["/sitemap.xml"] = index(old, "/posts.xml.gz", "/damaged.xml.gz", "/sent.xml")
    old.answers["/posts.xml.gz"] = Answer(
        gzip.compress(urls(old, "/one/").body), headers={"Content-Type": "application/gzip"}
    )
    old.answers["/damaged.xml.gz"] = Answer(gzip.compress(urls(old, *map("/{}/".format, range(5000))).body)[:-20])
    old.answers["/sent.xml"] = Answer(gzip.compress(urls(old, "/two/").body), headers={"Content-Encoding": "gzip"})
    found = await paths(site)
    assert (found[0], found[-1]) == ("/one/", "/two/")


async def test_pictures_are_addresses_and_other_sites_are_not(site: Site, old: Agency) -> None:
    picture = f"""<image:image xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
        <image:loc>{old.url}/wp-content/uploads/a.jpg</image:loc></image:image>
        <image:image xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
        <image:loc>https://cdn.example/b.jpg</image:loc></image:image>"""
    old.answers["/sitemap.xml"] = urls(old, "/one/", more=picture)
    assert await paths(site) == ["/one/", "/wp-content/uploads/a.jpg"]
    named = [named async for named in named_addresses(site)]
    assert [(one.sitemap, one.is_page) for one in named] == [("sitemap.xml", True), ("sitemap.xml", False)]


@pytest.mark.parametrize(
    "body",
    [b"", b"   ", b"<!doctype html><title>Not found</title><p>x", b"<urlset><url><loc>/one/</loc>", b"\x00\xff", b"<" * 10_000,
     b"<a>" * 10_000, b"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><urlset><url><loc>&e;</loc></url></urlset>",
     b"<urlset><url><loc>https://[</loc></url><url><loc></loc></url><url/></urlset>", b"\x1f\x8b rest"],
)  # fmt: skip
async def test_what_is_no_sitemap_is_passed_over(site: Site, old: Agency, body: bytes) -> None:
    old.answers["/sitemap.xml"] = Answer(body)
    old.answers["/wp-sitemap.xml"] = urls(old, "/two/")
    found = await paths(site)
    assert found[-1] == "/two/"
    assert "passwd" not in str(found)


async def test_a_site_below_a_path_has_its_own_and_those_of_its_host(old: Agency) -> None:
    old.answers["/blog/wp-sitemap.xml"] = urls(old, "/blog/one/", "/blog")
    old.answers["/sitemap.xml"] = urls(old, "/blog/two/", "/shop/", "/blogs/")
    async with Site(httpx2.URL(f"{old.url}/blog"), networks=Networks(), at_once=2, pause=0.01) as site:
        assert await paths(site) == ["/blog/one/", "/blog", "/blog/two/"]


async def test_a_large_one_is_read_as_it_comes(site: Site, old: Agency) -> None:
    def parts() -> Iterable[bytes]:
        yield f"<urlset {NAMESPACE}>".encode()
        for hundred in range(80):
            yield "".join(
                f"<url><loc>{old.url}/story-{hundred}-{number}/</loc></url>\n" for number in range(100)
            ).encode()
        yield b"</urlset>"

    old.answers["/sitemap.xml"] = Answer(parts=parts())
    count = 0
    async for _ in named_addresses(site):
        count += 1
    assert count == 8_000
