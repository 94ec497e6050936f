"""What stands in an article's body and beside it, as a browser shows it: footnotes, sound, frames made links."""

import feedparser
import pytest

from feeds.clean.html import sanitize_article
from feeds.sample.sound import chime
from storage.model import Enclosure
from tests.browser.browsing import Browsing
from tests.readers.newsroom import needs

pytestmark = [pytest.mark.anyio, needs("chromium")]

PLAYED = """() => new Promise(told => {
    const player = document.querySelector("audio");
    player.addEventListener("timeupdate", () => { if (player.currentTime > 0) told(); });
})"""

LOADED = """() => new Promise((told, failed) => {
    const player = document.querySelector("video");
    if (player.readyState > 0) told(player.duration);
    player.addEventListener("loadedmetadata", () => told(player.duration));
    player.querySelector("source").addEventListener("error", failed);
})"""

NOTED = sanitize_article(
    '<p>The pier<sup id="fnref1"><a href="#fn1">1</a></sup> is open.</p>'
    + "<p>Ferries leave each hour.</p>" * 60
    + '<ol><li id="fn1">Since 1890. <a href="#fnref1">Back</a></li></ol>'
    '<iframe src="https://www.youtube.com/embed/dQw4w9WgXcQ" title="The opening"></iframe>'
)


async def publish(browsing: Browsing) -> str:
    """The path of an article with a footnote and a sound."""
    folder = browsing.site.folder / "media"
    folder.mkdir(exist_ok=True)
    (folder / "talk.wav").write_bytes(chime("talk"))
    article = await browsing.site.newsroom.publish(
        "noted", body_html=NOTED, enclosures=(Enclosure(url="/media/talk.wav", type="audio/wav"),)
    )
    return article.path


async def test_a_footnote_is_reached_and_left_again(browsing: Browsing) -> None:
    path = await publish(browsing)
    async with browsing.page(path) as page:
        for link, place in (("1", "li"), ("Back", "sup")):
            await page.locator(".body").get_by_role("link", name=link, exact=True).click()
            target = page.locator(f".body {place}:target")
            await target.wait_for()
            box = await target.bounding_box()
            assert box is not None
            assert 0 <= box["y"] < 900
        assert page.url.startswith(browsing.site.url(path) + "#fnref1_")


@pytest.mark.parametrize("extension", [".rss", ".atom"])
async def test_a_readers_link_to_a_footnote_leads_to_it_on_the_page(browsing: Browsing, extension: str) -> None:
    path = await publish(browsing)
    read = feedparser.parse(await browsing.site.run("curl", "-s", browsing.site.url(f"/feed{extension}")))
    (entry,) = (entry for entry in read.entries if entry.link.endswith(path))
    link = entry.content[0].value.partition('<a href="')[2].partition('"')[0]
    assert link.startswith(f"https://news.example{path}#fn1_")
    async with browsing.page(link.removeprefix("https://news.example")) as page:
        assert (await page.locator(":target").inner_text()).startswith("Since 1890.")


async def test_a_sound_is_played_with_the_keyboard(browsing: Browsing) -> None:
    async with browsing.page(await publish(browsing)) as page:
        player = page.get_by_label("Listen: talk.wav")
        await player.focus()
        await page.keyboard.press("Space")
        await page.evaluate(PLAYED)
        assert (
            await page.get_by_role("link", name="The opening").get_attribute("href")
            == "https://www.youtube.com/watch?v=dQw4w9WgXcQ"
        )


async def test_a_sound_is_played_by_itself(browsing: Browsing) -> None:
    """A browser makes a page of it, and says so where that page may not load it."""
    await publish(browsing)
    async with browsing.page("/media/talk.wav") as page:
        assert await page.evaluate(LOADED) > 2
