"""Wherever a real WordPress had its pictures: each address that its pages, its feeds and its API name leads to one here."""

import re
from collections.abc import Awaitable, Callable, Iterator
from html import unescape
from pathlib import Path
from shutil import rmtree
from urllib.parse import urlsplit

import httpx2
import pytest

from feeds.importers import ImportOptions, import_file
from tests.comparing.move import Move, moving
from tests.newsroom.media import png
from tests.wordpress.moves import take
from tests.wordpress.site import Site

pytestmark = pytest.mark.anyio

_PICTURE = re.compile(r"""https?://[^\s"'<>]+?\.png""")


@pytest.fixture
def elsewhere(wordpress: Site) -> Iterator[Path]:
    """The folder `app` of the site, empty before and after."""
    folder = wordpress.root / "app"
    try:
        (folder / "uploads").mkdir(parents=True)
        yield folder / "uploads"
    finally:
        rmtree(folder)


async def _from_the_site(old: Site, move: Move, _uploads: Path) -> None:
    await take(move.store, old, move.folder, media_dir=move.settings.media_dir)


async def _from_its_export(old: Site, move: Move, uploads: Path) -> None:
    file = move.folder / "old.xml"
    file.write_text(old.export())
    await import_file(
        move.store, file, settings=move.settings, clock=move.store.now, options=ImportOptions(media=uploads)
    )


@pytest.mark.parametrize(
    ("said", "bring"),
    [
        ("define('UPLOADS', 'app/uploads');", _from_the_site),
        ("define('UPLOADS', 'app/uploads');", _from_its_export),
        # As the options upload_path, upload_url_path and uploads_use_yearmonth_folders do.
        (
            "foreach (array('upload_path' => 'app/uploads', 'upload_url_path' => home_url('/app/uploads'), "
            "'uploads_use_yearmonth_folders' => '0') as $name => $value) "
            "{ add_filter('pre_option_' . $name, fn() => $value); }",
            _from_its_export,
        ),
    ],
)
async def test_every_address_of_a_picture_leads_to_it(
    said: str, bring: Callable[[Site, Move, Path], Awaitable[None]], wordpress: Site, elsewhere: Path, tmp_path: Path
) -> None:
    wordpress.plugin(said)
    shown, led, free = (wordpress.media(f"{name}.png", png(1100, 700)) for name in ("shown", "led", "free"))
    medium = shown["media_details"]["sizes"]["medium"]["source_url"]
    post = wordpress.post(
        "Pictures", f'<img src="{medium}" class="wp-image-{shown["id"]}">', featured_media=led["id"], status="publish"
    )
    with httpx2.Client(trust_env=False) as client:
        pages = [client.get(address).text for address in (post["link"], f"{wordpress.url}feed/")]
    named = {unescape(address) for page in pages for address in _PICTURE.findall(page)}
    named |= {size["source_url"] for one in (shown, led, free) for size in one["media_details"]["sizes"].values()}
    named |= {one["source_url"] for one in (shown, led, free)}
    assert all("/app/uploads/" in address for address in named)
    assert len(named) > 9
    async with moving(wordpress, tmp_path) as move:
        await bring(wordpress, move, elsewhere)
        async with httpx2.AsyncClient(trust_env=False, follow_redirects=True, base_url=move.here) as client:
            for address in sorted(named | {free["link"]}):
                reply = await client.get(urlsplit(address).path)
                assert (reply.status_code, reply.headers.get("content-type")) == (200, "image/png"), address
