"""A newsroom that moves from SQLite to PostgreSQL, and back: whoever polls it is told that nothing changed, and goes on."""

import asyncio
import hashlib
import json
import re
from itertools import cycle, product
from pathlib import Path

import pytest

from feeds.formats import FORMATS
from storage.clock import utc_now
from storage.connect import open_store
from storage.model import Token
from tests.cli.conftest import CommandLine
from tests.kinds.newsroom import SettableClock
from tests.server.newsroom import fill
from tests.server.polls import FEEDS, PAGES
from tests.server.running import environment, running
from tests.server.wire import PATIENCE, Answer, Wire, dial
from tests.web.site import open_site

pytestmark = pytest.mark.anyio

TOKEN = "a token made before the move"
OTHERS = (
    "/feeds.opml",
    "/sitemap.xml",
    "/robots.txt",
    "/2023/",
    "/2023/03/",
    "/2023/03/22/",
    "/comments/",
)
PATHS = sorted(
    {re.sub(r"\.(rss|atom|json)\b", extension, path) for path, extension in product(FEEDS, FORMATS)} | {*PAGES, *OTHERS}
)
"""All but the page of a search, which has the best first: engines weigh them otherwise."""
CODINGS = ("identity", "gzip", "br")
ASKED = list(zip(PATHS, cycle(CODINGS), strict=False))
"""Each path in one coding, each coding of a third of the paths: what an engine changes is the bytes, and all are made of those."""
JSON = next(asked for asked in ASKED if asked[0] == "/feed.json")

Answers = dict[tuple[str, str], Answer]


async def newsroom(folder: Path) -> None:
    async with open_site(folder, SettableClock()) as site:
        await fill(site)
    store = await open_store(f"sqlite:///{folder}/dateline.db")
    digest = hashlib.sha256(TOKEN.encode()).hexdigest()
    await store.add_token(Token(name="desk", hash=digest, scopes=frozenset({"publish"}), created_at=utc_now()))
    await store.close()


async def asked(wire: Wire) -> Answers:
    return {(path, coding): await wire.ask(path, Accept_Encoding=coding) for path, coding in ASKED}


async def settled(wire: Wire) -> Answers:
    """What is answered once all that a start or a write has brought is dated before now: a date alone is believed then."""
    feeds = [path for path in PATHS if "/feed." in path]
    async with asyncio.timeout(PATIENCE):
        while feeds:
            modified = [(await wire.ask(path)).field("last-modified") or "" for path in feeds]
            polls = [await wire.ask(path, If_Modified_Since=date) for path, date in zip(feeds, modified, strict=True)]
            feeds = [path for path, poll in zip(feeds, polls, strict=True) if poll.status != 304]
            await asyncio.sleep(0.05)
    return await asked(wire)


def etags(answers: Answers) -> dict[tuple[str, str], str | None]:
    return {key: answer.field("etag") for key, answer in answers.items()}


async def require_known(wire: Wire, known: Answers) -> None:
    """Whoever has an answer is not sent it again; whoever has none gets the same."""
    for (path, coding), answer in known.items():
        etag, modified = answer.field("etag"), answer.field("last-modified")
        assert etag is not None, path
        polls = [
            await wire.ask(path, Accept_Encoding=coding, If_None_Match=etag),
            await wire.ask(path, Accept_Encoding=coding, If_None_Match=etag, A_IM="feed"),
        ]
        if "/feed." in path:
            # A page's date may be that of the process.
            assert modified is not None
            polls.append(await wire.ask(path, Accept_Encoding=coding, If_Modified_Since=modified))
        assert {poll.status for poll in polls} == {304}, (path, coding)
        again = await wire.ask(path, Accept_Encoding=coding)
        assert (again.status, again.body, again.field("etag")) == (200, answer.body, etag), path
        assert again.field("last-modified") == modified or "/feed." not in path, path


async def publish(wire: Wire, headline: str) -> None:
    body = {"headline": headline, "section": "world", "body_html": "<p>News.</p>", "status": "published"}
    answer = await wire.ask(
        "/api/articles",
        method="POST",
        body=json.dumps(body).encode(),
        Authorization=f"Bearer {TOKEN}",
        Content_Type="application/json",
    )
    assert answer.status == 201, answer.body


async def news(wire: Wire, known: Answer) -> list[str]:
    """The titles that a delta poll is sent."""
    delta = await wire.ask(JSON[0], A_IM="feed", If_None_Match=known.field("etag") or "")
    assert (delta.status, delta.field("im")) == (226, "feed")
    return [item["title"] for item in json.loads(delta.body)["items"]]


async def test_readers_notice_nothing_of_a_move(tmp_path: Path, postgres_url: str) -> None:
    first, last = f"sqlite:///{tmp_path}/dateline.db", f"sqlite:///{tmp_path}/back.db"
    await newsroom(tmp_path)
    dateline = CommandLine(tmp_path, environment(tmp_path))
    with running(tmp_path) as server:
        async with dial(server.port) as wire:
            before = await settled(wire)
            assert {key: answer.status for key, answer in before.items() if answer.status != 200} == {}
            # Beside the server that goes on.
            copied = dateline("copy", first, postgres_url)
            assert (copied.code, copied.err) == (0, "")
            assert etags(await asked(wire)) == etags(before)
    with running(tmp_path, DATELINE_DATABASE_URL=postgres_url) as server:
        async with dial(server.port) as wire:
            await require_known(wire, before)
            await publish(wire, "Published on PostgreSQL")
            assert await news(wire, before[JSON]) == ["Published on PostgreSQL"]
            moved = await settled(wire)
            copied = dateline("copy", postgres_url, last)
            assert (copied.code, copied.err) == (0, "")
    with running(tmp_path, DATELINE_DATABASE_URL=last) as server:
        async with dial(server.port) as wire:
            await require_known(wire, moved)
            await publish(wire, "Published on SQLite again")
            assert await news(wire, moved[JSON]) == ["Published on SQLite again"]
            assert await news(wire, before[JSON]) == [
                "Published on SQLite again",
                "Published on PostgreSQL",
            ]
