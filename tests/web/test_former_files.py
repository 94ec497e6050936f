"""Pictures and other files of an old WordPress, wherever it had them: each old address leads to the file, in one step."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from feeds.importers import ImportOptions, import_file
from tests.importers.wxr_files import SITE, attachment, post, wxr
from tests.kinds.newsroom import SettableClock
from tests.newsroom.media import png
from tests.web.former_site import NOW
from tests.web.site import Client, client_of, open_site

pytestmark = pytest.mark.anyio

HERE = "/wp-content/uploads/"
FILES = ("2022/03/photo.png", "2022/03/photo-300x200.png", "2022/03/küste-scaled.png", "2022/03/talk.mp3", "flat.png")


def uploaded(number: int, path: str, base: str, parent: int = 0) -> str:
    return attachment(number, path, url=f"{SITE}{base}{path}", parent=parent)


def export(base: str) -> str:
    shown = f"{SITE}{base}2022/03/photo-300x200.png"
    return wxr(
        *(uploaded(20 + number, path, base) for number, path in enumerate(FILES) if "300x200" not in path),
        uploaded(30, "2022/03/photo.png", base, parent=7),
        uploaded(31, "2022/03/gone.png", base),
        post(7, content=f'<img src="{shown}"><img src="{base}2022/03/photo.png">', meta=[("_thumbnail_id", "20")]),
    )


@pytest.fixture(
    params=["/app/uploads/", "/files/", "/a%20b/bilder/", "/wp-content/uploads/", "/wp-content/uploads/sites/3/"]
)
async def old(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[tuple[str, Client]]:
    """Where it had its uploads, and the newsroom that came from there."""
    base: str = request.param
    uploads = tmp_path / "uploads"
    within = uploads / base.partition(HERE)[2]
    for path in FILES:
        (within / path).parent.mkdir(parents=True, exist_ok=True)
        (within / path).write_bytes(png() if path.endswith("png") else b"ID3")
    file = tmp_path / "old.xml"
    file.write_text(export(base))
    async with open_site(tmp_path, SettableClock(NOW)) as site, client_of(site) as client:
        await import_file(
            site.state.store, file, settings=site.state.settings, clock=site.clock, options=ImportOptions(media=uploads)
        )
        await site.state.follower.catch_up()
        yield base, client


async def ends(client: Client, address: str) -> str:
    """Where a file is that is found at an address, in one step at most."""
    reply = await client.ask(address)
    if reply.status == 301:
        address = reply.fields["location"]
        reply = await client.ask(address)
    return address if reply.status == 200 else str(reply.status)


async def test_every_file_is_found_where_it_was(old: tuple[str, Client]) -> None:
    base, client = old
    at = f"{HERE}{base.partition(HERE)[2]}"
    for name in (*FILES[:2], "2022/03/k%C3%BCste-scaled.png", *FILES[3:]):
        assert await ends(client, base + name) == at + name
    for name in ("", "2022/", "2022/03/gone.png", "2022/03/photo.php", "2022/03/photo"):
        assert await ends(client, base + name) == "404"


async def test_an_article_shows_it_where_it_is(old: tuple[str, Client]) -> None:
    base, client = old
    [html] = [(await client.ask("/2022/03/01/story-7/")).text]
    at = f"{HERE}{base.partition(HERE)[2]}2022/03/"
    assert f'{at}photo.png"' in html
    assert f'{at}photo-300x200.png"' in html
    assert base == at.removesuffix("2022/03/") or f"{base}2022" not in html


async def test_a_size_that_was_not_brought_leads_to_the_picture(old: tuple[str, Client]) -> None:
    base, client = old
    at = f"{HERE}{base.partition(HERE)[2]}2022/03/"
    for here in {at, f"{base}2022/03/"} if base == HERE else {at}:
        assert await ends(client, f"{here}photo-1024x683.png") == f"{at}photo.png"
        assert await ends(client, f"{here}photo-scaled.png") == f"{at}photo.png"
        assert await ends(client, f"{here}k%C3%BCste-150x150.png") == f"{at}k%C3%BCste-scaled.png"
        assert await ends(client, f"{here}photo-300x200.png") == f"{at}photo-300x200.png"
        for name in ("talk-300x200.mp3", "other-300x200.png", "photo-300x200-1.png", "photo-ax200.png", "-300x200.png"):
            assert await ends(client, here + name) == "404"


async def test_a_size_that_ghost_made_leads_to_the_picture(tmp_path: Path) -> None:
    photo = tmp_path / "media" / "content" / "images" / "2024" / "a b.png"
    photo.parent.mkdir(parents=True)
    photo.write_bytes(png())
    async with open_site(tmp_path, SettableClock(NOW)) as site, client_of(site) as client:
        for size in ("w600", "w1000h400", "w100/format/webp"):
            address = f"/content/images/size/{size}/2024/a%20b.png"
            assert await ends(client, address) == "/content/images/2024/a%20b.png"
        for address in ("size/w600/2024/c.png", "size/w600/../../../a.png", "size/x/2024/a%20b.png", "size/w600/"):
            assert await ends(client, f"/content/images/{address}") == "404"


async def test_the_page_of_a_picture_that_was_uploaded_for_no_article_leads_to_it(old: tuple[str, Client]) -> None:
    base, client = old
    at = f"{HERE}{base.partition(HERE)[2]}"
    for address in ("/story-20/", "/?attachment_id=20", "/?p=20", "/?page_id=20"):
        assert await ends(client, address) == f"{at}2022/03/photo.png"
    for address in ("/story-30/", "/?attachment_id=30", "/?page_id=30"):
        assert await ends(client, address) == "/2022/03/01/story-7/"
    for address in ("/story-20/feed/", "/?attachment_id=20&feed=rss2", "/?attachment_id=31", "/story-31/"):
        assert await ends(client, address) == "404"
