"""Addresses of exports that others got wrong, in the folder that DATELINE_TEST_SHARED names."""

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from feeds.importers import import_file
from tests.web.former_site import moved_from
from tests.web.site import Client, client_of

SHARED = os.environ.get("DATELINE_TEST_SHARED")
pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(not SHARED, reason="DATELINE_TEST_SHARED names no folder with cases/import/"),
]
CASES = Path(SHARED or "") / "cases" / "import"
STORY = "/2024/03/05/story-1/"
ROOT: Mapping[str, str] = {
    "/feed/": "/feed.rss",
    "/feed/atom/": "/feed.atom",
    "/?feed=atom": "/feed.atom",
    "/?feed=rss2": "/feed.rss",
    "/wp-rss2.php": "/feed.rss",
    "/comments/feed/": "/comments/feed.rss",
    "/category/world/": "/section/world/",
    "/category/world/feed/": "/section/world/feed.rss",
    "/?cat=3": "/section/world/",
    "/author/jdoe/feed/": "/author/jdoe/feed.rss",
    "/2024/03/feed/": "/2024/03/feed.rss",
    "/page/2/": "/",
    "/?s=ferry": "/search?q=ferry",
    "/?p=1": STORY,
    f"{STORY}feed/": f"{STORY}feed.rss",
    f"{STORY}2/": STORY,
    f"{STORY}2": STORY,
    f"{STORY}amp/": STORY,
    f"{STORY}embed/": STORY,
    f"{STORY}trackback/": STORY,
}


async def asked(client: Client, address: str) -> str:
    """Where it leads in the end; the status where that is another than 200."""
    for _ in range(3):
        reply = await client.ask(address)
        if reply.status not in (301, 308):
            return address if reply.status == 200 else str(int(reply.status))
        address = reply.fields["location"]
    return "round and round"


def case(name: str) -> str:
    return (CASES / name).read_text(encoding="utf-8")


async def test_of_a_blog_in_a_folder(tmp_path: Path) -> None:
    below = {f"/blog{old}": here for old, here in ROOT.items()} | {
        "/blog/": "/",
        "/blog/author/jdoe/": "/author/jdoe/",
        "/blog/2024/03/": "/2024/03/",
        "/blog/2024/03/05/story-1/": STORY,
        "/blog/?p=2": "/2024/03/05/story-2/",
        "/blog/2024/03/05/story-2/": "/2024/03/05/story-2/",
    }
    async with moved_from(tmp_path, exports=(case("subdir/in.xml"),)) as site, client_of(site) as client:
        assert {old: await asked(client, old) for old in below} == below
        assert {old: await asked(client, old) for old in ROOT} == dict(ROOT), "and the same without the folder"


async def test_of_the_root(tmp_path: Path) -> None:
    ways = {**ROOT, "/tag/nato/feed/": "/tag/nato/feed.rss", f"{STORY}nothing/": "404"}
    async with moved_from(tmp_path, exports=(case("oldforms/in.xml"),)) as site, client_of(site) as client:
        assert {old: await asked(client, old) for old in ways} == ways


async def test_of_two_sites_with_the_same_ids(tmp_path: Path) -> None:
    exports = (case("two-sites/a.xml"), case("two-sites/b.xml"))
    async with moved_from(tmp_path, exports=exports) as site, client_of(site) as client:
        first = await asked(client, "/?p=1")
        assert (await asked(client, "/2024/03/05/b-one/"), first != "/2024/03/05/b-one/") == (
            "/2024/03/05/b-one/",
            True,
        )
        assert first.startswith("/2024/"), first


async def test_of_a_site_that_is_imported_again(tmp_path: Path) -> None:
    async with moved_from(tmp_path, exports=(case("second/a.xml"),)) as site, client_of(site) as client:
        before = {path: await asked(client, path) for path in ("/2024/03/05/old-slug/", "/2024/03/05/story-6/")}
        assert before == {path: path for path in before}
        file = tmp_path / "b.xml"
        file.write_text(case("second/b.xml"), encoding="utf-8")
        await import_file(site.state.store, file, settings=site.state.settings, clock=site.clock)
        await site.state.follower.catch_up()
        for path in before:
            assert await asked(client, path) not in ("404", "410", path)
