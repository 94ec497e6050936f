"""What the newsroom wants in the text of entries: a change of mind reaches every feed of a database that is there."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from feeds import specimens
from feeds.formats import FORMATS
from storage.model import Image, Source
from tests.kinds.newsroom import SettableClock
from tests.newsroom.media import png
from tests.web.site import Client, client_of, open_site

pytestmark = pytest.mark.anyio

PATHS = [f"/{page}feed{extension}" for page in ("", "section/world/", "2023/03/01/") for extension in FORMATS]
PHOTO = "https://news.example/media/harbour.jpg"


@asynccontextmanager
async def opened(folder: Path, clock: SettableClock, **settings: Any) -> AsyncIterator[Client]:
    async with open_site(folder, clock, **settings) as site, client_of(site) as client:
        if not await site.state.store.list_articles(limit=1):
            await site.newsroom.publish(
                "harbour",
                body_html="<p>Allies met.</p>",
                dateline="Brussels",
                source=Source(name="Xinhua"),
                image=Image(url=PHOTO, credit="Courtesy photo", type="image/jpeg", length=9),
                sections=("world",),
                correction="Not so.",
            )
        clock.advance(hours=1)
        yield client


SHOWN = {
    "content_photo": "Courtesy photo&lt;/small&gt;",
    "content_dateline": "Brussels | Xinhua | Allies met.",
    "content_correction": "Not so.",
    "photo_enclosure": f'<enclosure url="{PHOTO}"',
}


@pytest.mark.parametrize("setting", SHOWN)
async def test_each_part_is_a_setting_which_reaches_readers_of_what_was_there(tmp_path: Path, setting: str) -> None:
    clock = SettableClock()
    async with opened(tmp_path, clock) as client:
        before = {path: await client.ask(path) for path in PATHS}
    for found in SHOWN.values():
        assert found in before["/feed.rss"].text
    async with opened(tmp_path, clock) as client:
        for path, answer in before.items():
            assert (await client.ask(path, If_Modified_Since=answer.fields["last-modified"])).status == 304
    async with opened(tmp_path, clock, **{setting: False}) as client:
        for path, answer in before.items():
            now = await client.ask(path, If_Modified_Since=answer.fields["last-modified"])
            assert now.status == 200
            assert (now.text != answer.text) == (path.endswith(".rss") or setting != "photo_enclosure")
        rss = (await client.ask("/feed.rss")).text
        assert [name for name, found in SHOWN.items() if found not in rss] == [setting]


async def test_an_icon_of_another_size_reaches_readers_too(tmp_path: Path) -> None:
    icon = tmp_path / "media" / "icon.png"
    icon.parent.mkdir()
    clock = SettableClock()
    sizes = []
    modified = ""
    for side in (100, 120):
        icon.write_bytes(png(side, side))
        async with opened(tmp_path, clock, icon_url="/media/icon.png") as client:
            answer = await client.ask("/feed.rss", If_Modified_Since=modified)
            sizes += [side for side in (100, 120) if f"<width>{side}</width>" in answer.text]
            modified = answer.fields["last-modified"]
    assert sizes == [100, 120]


async def test_a_release_that_renders_otherwise_reaches_readers_whatever_its_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = SettableClock()
    async with opened(tmp_path, clock) as client:
        before = await client.ask("/feed.rss")
    render = FORMATS[".rss"].item
    monkeypatch.setattr(
        FORMATS[".rss"], "item", lambda item: render(item).replace(b"</item>", b"<x/></item>"), raising=False
    )
    specimens._digits.cache_clear()
    async with opened(tmp_path, clock) as client:
        after = await client.ask("/feed.rss", If_Modified_Since=before.fields["last-modified"])
    specimens._digits.cache_clear()
    assert (after.status, b"<x/>" in after.body) == (200, True)
