"""Accounts elsewhere, as docs/fediverse.md says: profiles on every page, authors' on theirs, and who is credited for articles."""

import re
from pathlib import Path
from typing import Any

import pytest
from lxml import html
from pydantic import ValidationError

from feeds.settings import Settings
from storage.model import Author
from tests.kinds.newsroom import SettableClock
from tests.web.site import Client, Site, client_of, open_site

pytestmark = pytest.mark.anyio

DOC = (Path(__file__).parents[2] / "docs" / "fediverse.md").read_text()
SETTINGS: dict[str, Any] = {
    name.lower(): value for name, value in re.findall(r'^export DATELINE_(\w+)="?([^"\n]*)"?$', DOC, re.M)
}
PROFILES = ["https://social.example/@news", "https://photos.example/news"]
JANE = "https://social.example/@jane"
ARTICLE = "/2023/03/01/harbour/"
PAGES = ("/", ARTICLE, "/section/world/", "/author/kofi/", "/feeds/", "/search?q=harbour")


async def published(site: Site) -> None:
    authors = (Author(slug="jane", name="Jane", url=JANE), Author(slug="kofi", name="Kofi"))
    await site.newsroom.publish("harbour", authors=authors)
    site.clock.advance(hours=1)


async def said(client: Client, path: str) -> tuple[list[str], list[str]]:
    """A page's profiles, and whom it credits."""
    answer = await client.ask(path)
    head = html.fromstring(answer.body).find("head")
    assert head is not None
    return (
        [link.get("href", "") for link in head.iter("link") if link.get("rel") == "me"],
        [meta.get("content", "") for meta in head.iter("meta") if meta.get("name") == "fediverse:creator"],
    )


async def test_pages_say_it_as_the_document_does(tmp_path: Path) -> None:
    async with open_site(tmp_path, SettableClock(), **SETTINGS) as site, client_of(site) as client:
        await published(site)
        for path in PAGES:
            credited = ["@news@social.example"] if path == ARTICLE else []
            assert await said(client, path) == (PROFILES, credited), path
        # An author's page is about the author.
        assert await said(client, "/author/jane/") == ([JANE], [])
        written = re.search(r"```html\n(.*?)```", DOC, re.S)
        assert written is not None
        page = (await client.ask(ARTICLE)).text
        assert all(line in page for line in written[1].splitlines())


async def test_without_settings_nothing_is_said(tmp_path: Path) -> None:
    async with open_site(tmp_path, SettableClock()) as site, client_of(site) as client:
        await published(site)
        for path in PAGES:
            assert await said(client, path) == ([], []), path


async def test_a_bridge_finds_the_newsroom_s_own_feed_first(tmp_path: Path) -> None:
    async with open_site(tmp_path, SettableClock(), **SETTINGS) as site, client_of(site) as client:
        await published(site)
        head = html.fromstring((await client.ask("/")).body).find("head")
        assert head is not None
        first = next(link for link in head.iter("link") if link.get("rel") == "alternate")
        assert (first.get("type"), first.get("href")) == ("application/rss+xml", "https://news.example/feed.rss")
        assert head.findtext("title") == site.newsroom.publication.title


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("rel_me", "social.example/@news", "give http or https URLs"),
        ("rel_me", "https://social.example/@news, javascript:alert(1)", "give http or https URLs"),
        ("fediverse_creator", "news@social.example", "pattern"),
        ("fediverse_creator", "https://social.example/@news", "pattern"),
    ],
)
def test_a_setting_that_cannot_be_says_what_can(name: str, value: str, says: str) -> None:
    chosen: dict[str, Any] = {name: value}
    with pytest.raises(ValidationError, match=says):
        Settings(**chosen)
