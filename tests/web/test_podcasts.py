"""Lists with sound or film as podcasts: on a setting, for readers and partners, whatever happens to their episodes."""

import json
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from pydantic import ValidationError

from feeds.formats import FORMATS
from feeds.settings import Settings
from storage.model import Author, Enclosure, Section, Tag
from tests.kinds.newsroom import SettableClock
from tests.partners.partner import Partners
from tests.web.site import Client, Site, client_of, open_site

pytestmark = pytest.mark.anyio

SPACES = {"itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd", "podcast": "https://podcastindex.org/namespace/1.0"}
FILE = Enclosure(
    url="/media/tide.mp3", type="audio/mpeg", length=9, duration=61, episode=3, season=2, episode_type="bonus", explicit=True,
    transcript="/media/tide.vtt", chapters="/media/tide.json",
)  # fmt: skip
LISTS = ("/section/world/africa/", "/section/world/", "/tag/sea/", "/author/ann/")
OTHERS = ("/", "/2023/03/01/", "/comments/", "/section/business/", "/search/")
SHOW = "/section/world/africa/"


async def published(site: Site) -> None:
    await site.newsroom.publish("plain", sections=("business",))
    await site.newsroom.publish(
        "tide",
        sections=("world/africa",),
        tags=(Tag(slug="sea", name="Sea"),),
        authors=(Author(slug="ann", name="Ann"),),
        enclosures=(Enclosure(url="/media/notes.pdf", type="application/pdf"), FILE),
    )
    site.clock.advance(hours=1)


def feed_of(page: str, extension: str = ".rss") -> str:
    return f"{page}feed{extension}" + ("?q=tide" if page == "/search/" else "")


async def root_of(client: Client, page: str, extension: str = ".rss") -> Any:
    answer = await client.ask(feed_of(page, extension))
    assert answer.status == 200, page
    return etree.fromstring(answer.body)


def is_podcast(root: Any) -> bool:
    channel = root[0] if root.tag == "rss" else root
    said = {channel.find(name, SPACES) is not None for name in ("itunes:explicit", "podcast:guid", "itunes:type")}
    assert len(said) == 1
    return said == {True}


async def test_without_the_setting_nothing_is_said(tmp_path: Path) -> None:
    async with open_site(tmp_path, SettableClock()) as site, client_of(site) as client:
        await published(site)
        for page in (*LISTS, *OTHERS):
            for extension in FORMATS:
                text = (await client.ask(feed_of(page, extension))).text
                assert not [sign for sign in ("itunes", "podcast") if sign in text], page
        [item] = json.loads((await client.ask("/tag/sea/feed.json")).text)["items"]
        assert item["attachments"][1]["duration_in_seconds"] == 61


async def test_lists_with_an_episode_are_podcasts(tmp_path: Path) -> None:
    async with open_site(tmp_path, SettableClock(), podcasts="all", title="Coast") as site, client_of(site) as client:
        await published(site)
        guids = set()
        for page in LISTS:
            for extension in (".rss", ".atom"):
                root = await root_of(client, page, extension)
                assert is_podcast(root), page
                guids.add(root.findtext(".//podcast:guid", namespaces=SPACES))
                assert root.findtext(".//itunes:author", namespaces=SPACES) == "Coast"
        assert len(guids) == len(LISTS)
        for page in OTHERS:
            assert not is_podcast(await root_of(client, page)), page
        for page in ("/", SHOW):
            item = next((await root_of(client, page)).iter("item"))
            said = {
                etree.QName(element).localname: element.text or dict(element.attrib)
                for element in item
                if element.prefix in SPACES
            }
            assert said == {
                "duration": "61", "season": "2", "episode": "3", "episodeType": "bonus", "explicit": "true",
                "transcript": {"url": "https://news.example/media/tide.vtt", "type": "text/vtt"},
                "chapters": {"url": "https://news.example/media/tide.json", "type": "application/json+chapters"},
            }  # fmt: skip
            # Its notes are no episode, though they are listed first.
            assert item.find("enclosure").get("url") == "https://news.example/media/tide.mp3"


async def test_the_newsroom_s_own_is_one_whatever_it_shows(tmp_path: Path) -> None:
    guid = "917393e3-1b1e-5cef-ace4-edaa54e1f810"
    pages = f"{SHOW} {guid}, /tag/%E6%BD%AE/"
    async with open_site(tmp_path, SettableClock(), podcasts=pages) as site, client_of(site) as client:
        await site.newsroom.publish("ebb", sections=("business",), tags=(Tag(slug="潮", name="潮"),))
        assert (await root_of(client, SHOW)).findtext(".//podcast:guid", namespaces=SPACES) == guid
        assert is_podcast(await root_of(client, "/tag/%E6%BD%AE/"))
        await published(site)
        assert not is_podcast(await root_of(client, "/tag/sea/"))
        # What leads to the feed of all episodes in WordPress leads there.
        for asked in ("/feed/podcast/", "/feed/podcast", "/?feed=podcast"):
            answer = await client.ask(asked)
            location = answer.fields["location"]
            assert (answer.status, location.split("?")[0].endswith("section/world/africa/feed.rss")) == (301, True), (
                asked
            )
            assert "max-age=60" in answer.fields["cache-control"]
        for asked, place in (
            ("/feed/rss2/", "/feed.rss"),
            ("/category/business/feed/podcast/", "/section/business/feed.rss"),
        ):
            assert (await client.ask(asked)).fields["location"].endswith(place), asked


async def test_a_podcast_that_is_no_list_any_more_leads_nobody_astray(tmp_path: Path) -> None:
    async with open_site(tmp_path, SettableClock(), podcasts="/tag/none/") as site, client_of(site) as client:
        await published(site)
        answer = await client.ask("/feed/podcast/")
        assert (answer.status, answer.fields["location"].endswith("feed.rss")) == (301, True)
        assert (await client.ask("/feed.rss")).status == 200


async def test_an_episode_that_is_withdrawn_leaves_a_tombstone_and_the_podcast(tmp_path: Path) -> None:
    async with open_site(tmp_path, SettableClock(), podcasts=f"{SHOW}, all") as site, client_of(site) as client:
        article = await site.newsroom.publish("tide", sections=("world/africa",), enclosures=(FILE,))
        before = await client.ask(feed_of(SHOW))
        assert (await client.ask(feed_of(SHOW), If_None_Match=before.etag)).status == 304
        site.clock.advance(minutes=1)
        await site.newsroom.withdraw(article)
        after = await client.ask(feed_of(SHOW), If_None_Match=before.etag)
        assert (after.status, b"<item>" in after.body) == (200, False)
        atom = await root_of(client, SHOW, ".atom")
        [stone] = atom.iter("{http://purl.org/atompub/tombstones/1.0}deleted-entry")
        assert stone.get("ref") == article.guid
        for page, named in ((SHOW, True), ("/section/world/", False)):
            assert is_podcast(await root_of(client, page)) == named


async def test_partners_have_it_as_far_as_their_terms_go(tmp_path: Path) -> None:
    async with open_site(tmp_path, SettableClock(), podcasts="all") as site, client_of(site) as client:
        await published(site)
        public = (await root_of(client, SHOW)).findtext(".//podcast:guid", namespaces=SPACES)
        partners = Partners(site, client)
        whole, summaries = await partners.add("Whole"), await partners.add("Summaries", full_text=False)
        preset = await partners.add("Preset", preset="flipboard")
        root = etree.fromstring((await whole.ask(feed_of(SHOW))).body)
        assert root.findtext(".//podcast:guid", namespaces=SPACES) == public
        assert root.find(".//podcast:transcript", SPACES) is not None
        for partner in (summaries, preset):
            answer = await partner.ask(feed_of(SHOW))
            assert answer.status == 200
            assert not [sign for sign in ("itunes", "podcastindex") if sign in answer.text]
        [item] = [one for one in await whole.items() if one["title"] == "Tide"]
        assert item["attachments"][0]["duration_in_seconds"] == 61


async def test_another_setting_is_another_feed_at_the_next_start(tmp_path: Path) -> None:
    seen: list[tuple[str, bytes]] = []
    for podcasts in ("", "all", "all"):
        async with open_site(tmp_path, SettableClock(), podcasts=podcasts) as site, client_of(site) as client:
            if not seen:
                await published(site)
            answer = await client.ask(feed_of(SHOW))
            seen.append((answer.etag, answer.body))
    assert seen[0] != seen[1] == seen[2]


async def test_sections_in_sections_and_comments_of_them_are_told_apart(tmp_path: Path) -> None:
    async with open_site(tmp_path, SettableClock(), podcasts="all") as site, client_of(site) as client:
        await site.state.store.import_sections(
            [Section(path="podcast", title="Podcast", created_at=site.clock()),
             Section(path="podcast/comment", title="Comment", created_at=site.clock())]
        )  # fmt: skip
        article = await site.newsroom.publish("tide", sections=("podcast/comment",), enclosures=(FILE,))
        await site.newsroom.reply(article, "Ann")
        assert is_podcast(await root_of(client, "/section/podcast/comment/"))
        assert not is_podcast(await root_of(client, "/section/podcast/comments/"))


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("podcasts", "/2023/03/01/", "pages of sections"),
        ("podcasts", "section/podcast", "pages of sections"),
        ("podcasts", "/section/podcast/comments/", "pages of sections"),
        ("podcasts", "all 917393e3-1b1e-5cef-ace4-edaa54e1f810", "pages of sections"),
        ("podcasts", "/section/podcast/ 917393e3", "podcast:guid"),
        ("podcast_category", "News & Politics", "no category 'News & Politics'"),
        ("podcast_category", "News > Weather", "no 'Weather' within News"),
        ("podcast_category", "True Crime > Podcast", "but no others"),
        ("podcast_image", "/media/cover.webp", "JPEG or PNG"),
        ("podcast_image", "ftp://news.example/cover.jpg", "URL or a path"),
        ("podcast_owner", "Ann", "pattern"),
        ("podcast_type", "daily", "pattern"),
    ],
)
def test_a_setting_that_cannot_be_says_what_can(name: str, value: str, says: str) -> None:
    chosen: dict[str, Any] = {name: value}
    with pytest.raises(ValidationError, match=says):
        Settings(**chosen)
