"""What readers that other people wrote show of an article: its text, and in that all that a reader must see."""

import asyncio
import configparser
import mailbox
import re
import sqlite3
from collections.abc import AsyncIterator
from email.message import Message
from pathlib import Path
from urllib.request import urlopen

import feedparser
import pytest

from feeds.clean.html import text_of
from storage.model import Enclosure, Image, Source
from tests.readers.newsroom import Open, needs, open_newsroom

pytestmark = pytest.mark.anyio

FORMATS = ("rss", "atom", "rdf")
PHOTO = "/media/harbour.jpg"
_PICTURE = re.compile(r"!\[[^]]*]\([^)]*\)")
"""As rss2email writes one in plain text."""
SAID = (
    "Allies at the harbour Courtesy photo Brussels, Belgium | Xinhua | Allies of the harbour met. "
    "Correction, 1 March 2023: Three ships came in, not four."
)


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Open]:
    async with open_newsroom(tmp_path) as site:
        site.clock.advance(hours=1)
        await site.newsroom.publish(
            "allies-meet",
            headline="Allies meet",
            body_html="<p>Allies of the harbour met.</p>",
            dateline="Brussels, Belgium",
            source=Source(name="Xinhua"),
            image=Image(url=PHOTO, length=9, alt="A crane", caption="Allies at the harbour", credit="Courtesy photo"),
            correction="Three ships came in, not four.",
            corrected_at=site.clock(),
        )
        await site.newsroom.publish("empty", headline="Empty", body_html="")
        await site.newsroom.publish(
            "listen",
            headline="Listen",
            summary="A talk.",
            image=Image(url="/media/speaker.jpg", caption="The speaker"),
            enclosures=(Enclosure(url="/media/talk.mp3", type="audio/mpeg", length=7),),
        )
        yield site


@needs("newsboat")
@pytest.mark.parametrize("format", FORMATS)
async def test_newsboat(site: Open, format: str) -> None:
    (site.folder / "urls").write_text(site.url(f"/feed.{format}") + "\n")
    (site.folder / "config").write_text("cleanup-on-quit no\n")
    await site.run("newsboat", "-C", "config", "-u", "urls", "-c", "cache.db", "-x", "reload")
    with sqlite3.connect(site.folder / "cache.db") as cache:
        rows = cache.execute("SELECT title, author, content, enclosure_url FROM rss_item").fetchall()
    shown = {title: (author, content, enclosure) for title, author, content, enclosure in rows}
    author, content, _ = shown["Allies meet"]
    assert author == "Dateline"
    assert text_of(content) == SAID
    assert f'{PHOTO}" alt="A crane"' in content
    assert text_of(shown["Empty"][1]) == "Empty"
    assert "/media/talk.mp3" in shown["Listen"][1] + shown["Listen"][2]


@needs("sfeed")
@pytest.mark.parametrize("format", FORMATS)
async def test_sfeed(site: Open, format: str) -> None:
    body = await asyncio.to_thread(lambda: urlopen(site.url(f"/feed.{format}")).read())
    (site.folder / "feed").write_bytes(body)
    printed = await site.run("sh", "-c", "sfeed < feed")
    shown = {fields[1]: fields for fields in (line.split("\t") for line in printed.splitlines())}
    content, author, enclosure = (shown["Allies meet"][number] for number in (3, 6, 7))
    assert (text_of(content), author) == (SAID, "Dateline")
    assert PHOTO in content
    assert enclosure.endswith(PHOTO) == (format == "rss")
    assert text_of(shown["Empty"][3]) == "Empty"
    assert "/media/talk.mp3" in shown["Listen"][3] + shown["Listen"][7]


@needs("r2e")
@pytest.mark.parametrize("html", [True, False])
@pytest.mark.parametrize("format", FORMATS)
async def test_rss2email(site: Open, format: str, html: bool) -> None:
    """Of what it takes for plain text it makes plain mails, its default, before it looks at HTML."""
    r2e = ("r2e", "--config", "config", "--data", "seen.json")
    await site.run(*r2e, "new", "reader@mail.example")
    config = configparser.RawConfigParser()
    config.read(site.folder / "config")
    (site.folder / "mail").mkdir()
    config["DEFAULT"].update(
        {
            "email-protocol": "maildir",
            "maildir-path": str(site.folder / "mail"),
            "maildir-mailbox": "news",
            "html-mail": str(html),
            "body-width": "0",
        }
    )
    with (site.folder / "config").open("w") as file:
        config.write(file)
    await site.run(*r2e, "add", "news", site.url(f"/feed.{format}"))
    await site.run(*r2e, "run")
    mails = {str(mail["subject"]): mail for mail in mailbox.Maildir(site.folder / "mail" / "news")}
    body = _body(mails["Allies meet"])
    assert SAID in (text_of(body) if html else " ".join(_PICTURE.sub("", body).replace("**", "").split()))
    assert PHOTO in body
    assert "The speaker" in _body(mails["Listen"])
    assert "All about listen." in _body(mails["Listen"])
    assert str(mails["Allies meet"]["from"]).partition("<")[0].strip().strip('"').endswith("Dateline")


def _body(mail: Message) -> str:
    payload = mail.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode()


@pytest.mark.parametrize("format", FORMATS)
async def test_feedparser(site: Open, format: str) -> None:
    read = await asyncio.to_thread(feedparser.parse, site.url(f"/feed.{format}"))
    shown = {entry.title: entry for entry in read.entries}
    allies = shown["Allies meet"]
    assert allies.summary == "Allies of the harbour met."
    assert (text_of(allies.content[0].value), allies.author) == (SAID, "Dateline")
    assert ("content" in shown["Empty"], shown["Empty"].summary) == (False, "Empty")
    summaries = [shown[title].summary_detail.value for title in ("Allies meet", "Listen", "Empty")]
    assert summaries == ["Allies of the harbour met.", "A talk.", "Empty"], "never what is said of a photo"
    files = [file.href for entry in (allies, shown["Listen"]) for file in entry.enclosures]
    assert [file.rpartition("/")[2] for file in files] == {
        "rss": ["harbour.jpg", "talk.mp3"], "atom": ["talk.mp3"], "rdf": [],
    }[format]  # fmt: skip
