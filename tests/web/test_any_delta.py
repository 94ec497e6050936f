"""Whoever follows a feed by deltas has what the whole feed shows, in every format and whatever is written."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from hypothesis import strategies as st
from lxml import etree

from feeds.formats import FORMATS
from storage.model import Article, ArticleStatus, Section
from storage.sql import pruning
from tests.kinds.newsroom import SECTIONS, SettableClock
from tests.storage.newsroom import prune
from tests.stores import Stores
from tests.web.site import Client, Site, client_of, open_site

pytestmark = pytest.mark.both_engines

WINDOW = 3
PAGES = {"/": "", "/section/world/": "world", "/section/business/": "business"}
"""With their sections."""
RDF_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
GONE = "{http://purl.org/atompub/tombstones/1.0}deleted-entry"

OPERATIONS = st.lists(
    st.tuples(
        st.sampled_from(
            ("publish", "publish", "edit", "withdraw", "again", "move", "rename", "redate", "section", "prune")
        ),
        st.integers(0, 7),
        st.booleans(),
    ),
    max_size=25,
)


def entries(path: str, body: bytes) -> dict[str, bytes]:
    """An entry's bytes by its guid."""
    if path.endswith(".json"):
        return {item["id"]: json.dumps(item).encode() for item in json.loads(body)["items"]}
    found = {}
    for entry in etree.fromstring(body).iter("{*}item", "{*}entry"):
        guid = entry.get(RDF_ABOUT) or entry.findtext("{*}guid") or entry.findtext("{*}id")
        assert guid is not None
        found[guid] = etree.tostring(entry, method="c14n", exclusive=True, with_tail=False)
    return found


@dataclass
class Reader:
    path: str
    etag: str = ""
    known: dict[str, bytes] = field(default_factory=dict)
    deltas: int = 0

    async def poll(self, client: Client) -> None:
        condition = {"A_IM": "feed", "If_None_Match": self.etag} if self.etag else {}
        reply = await client.ask(self.path, condition)
        if reply.status == 304:
            return
        assert reply.status in (200, 226)
        news = entries(self.path, reply.body)
        if reply.status == 226:
            self.deltas += 1
            is_atom = self.path.endswith(".atom")
            went = {stone.get("ref") for stone in etree.fromstring(reply.body).iter(GONE)} if is_atom else set()
            news = {guid: entry for guid, entry in self.known.items() if guid not in went} | news
        self.known, self.etag = news, reply.etag


class Run:
    def __init__(self, site: Site, client: Client) -> None:
        self.site, self.client = site, client
        self.articles: list[Article] = []
        self.readers = [
            Reader(f"{page}feed{extension}") for page in PAGES for extension in FORMATS for _ in ("each time", "rarely")
        ]

    async def act(self, operation: str, number: int) -> None:
        room = self.site.newsroom
        now = self.site.clock.advance(seconds=20)
        section = ("world", "business", "world/africa")[number % 3]
        if operation == "publish" or not self.articles:
            self.articles.append(await room.publish(f"story-{len(self.articles)}", sections=(section,)))
            return
        article = self.articles[-1 - number % len(self.articles)]
        match operation:
            case "edit":
                await room.edit(article, headline=f"{article.slug} at {now:%H:%M:%S}")
            case "withdraw":
                await room.withdraw(article)
            case "again":
                await room.edit(article, status=ArticleStatus.PUBLISHED)
            case "move":
                await room.edit(article, sections=(section,))
            case "rename":
                await room.store.update_section(Section(path=section, title=f"Title {number}", created_at=now))
            case "redate":
                await room.edit(article, published_at=now)
            case "prune":
                self.site.clock.advance(days=number)
                await prune(room.store, timedelta(days=3))
            case "section":
                path = f"new-{now:%H-%M-%S}"
                await room.store.add_section(Section(path=path, title=path, created_at=now))

    async def check(self, everybody: bool) -> None:
        standing = await self.standing()
        for number, reader in enumerate(self.readers):
            if number % 2 and not everybody:
                continue
            await reader.poll(self.client)
            whole = await self.client.ask(reader.path)
            shown = entries(reader.path, whole.body)
            assert reader.etag == whole.etag
            assert {guid: reader.known.get(guid) for guid in shown} == shown, reader.path
            # What it has besides left the window below.
            assert reader.known.keys() <= shown.keys() | standing[reader.path.rpartition("/")[0] + "/"], reader.path

    async def standing(self) -> Mapping[str, set[str]]:
        """By page the guids of what stands in its list; and of what went from a place that is below the window by now: no feed
        shows a tombstone there.
        """
        articles = await self.site.newsroom.store.list_articles(limit=100)
        places = {one.guid: (one.published_at, one.id) for one in articles if one.published_at}
        found = {}
        for page, section in PAGES.items():
            listed = {
                one.guid
                for one in articles
                if one.public and any(f"{path}/".startswith(section) for path in one.sections)
            }
            newest = sorted((places[guid] for guid in listed), reverse=True)[:WINDOW]
            below = {guid for guid, place in places.items() if len(newest) == WINDOW and place < newest[-1]}
            found[page] = listed | below
        return found


KNOWN: list[list[tuple[str, int, bool]]] = [
    # A withdrawal among fewer than are shown, one that lets an older entry back, and a move to another section.
    [("publish", 0, True), ("publish", 0, True), ("withdraw", 0, True), ("publish", 0, True)],
    [
        *[("publish", 0, True)] * 5,
        ("withdraw", 1, True),
        ("publish", 0, True),
        ("withdraw", 0, False),
        ("edit", 1, True),
    ],
    # One that goes from the window's last place, which the next article takes before anybody polls.
    [*[("publish", 0, True)] * 3, ("withdraw", 2, False), ("publish", 0, True)],
    [*[("publish", 0, True)] * 2, ("move", 1, True), ("publish", 0, True), ("rename", 1, False), ("publish", 1, True)],
    # Withdrawals that are out of the window, and old.
    [
        *[("publish", 0, True)] * 2,
        *[("withdraw", 0, True), ("publish", 0, False), ("publish", 0, False)] * 3,
        ("prune", 5, True),
        ("withdraw", 1, True),
    ],
]


async def play(url: str, folder: Path, operations: list[tuple[str, int, bool]]) -> None:
    settings = {"database_url": url, "feed_items": WINDOW}
    async with open_site(folder, SettableClock(), **settings) as site, client_of(site) as client:
        run = Run(site, client)
        await run.check(everybody=True)
        for operation, number, everybody in operations:
            await run.act(operation, number)
            await run.check(everybody)


def test_nothing_is_missed_or_kept(stores: Stores, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "LISTED", WINDOW)
    known = [{"operations": operations} for operations in KNOWN]
    stores.play_any(partial(play, folder=tmp_path), examples=6, known=known, operations=OPERATIONS)


@pytest.mark.anyio
async def test_it_is_by_deltas(site: Site, client: Client) -> None:
    """Of ordinary days the test above tries."""
    assert set(PAGES.values()) - {""} <= SECTIONS.keys()
    run = Run(site, client)
    await run.check(everybody=True)
    for _ in range(5):
        await run.act("publish", 0)
        await run.check(everybody=True)
    assert {reader.deltas for reader in run.readers if "/business/" not in reader.path} == {4}
