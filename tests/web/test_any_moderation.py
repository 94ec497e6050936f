"""Whatever readers and moderators do, in whatever order: feeds say what a simple model does, validators follow the bytes."""

import json
import re
from dataclasses import dataclass, field, replace
from email.utils import parsedate_to_datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st

from storage.model import Article, ArticleStatus, Comment, CommentStatus
from tests.kinds.newsroom import LIST_AFTER, SettableClock
from tests.stores import Stores
from tests.web.model import ALL_COMMENTS, LISTS, Entry, Model, ModelArticle, ModelComment
from tests.web.site import BASE, Client, Site, client_of, open_site

FORMATS = (".json", ".atom", ".rss")
PLACES = (("world/africa",), ("world",), ("business",), ("business", "world/africa"), ())
WAITS = (1, 59, 240, 597, 601, 3600)
"""Seconds: around a minute, and around the interval of counts."""

Seen = tuple[str, float, bytes]
"""ETag, Last-Modified, bytes."""
Said = tuple[tuple[Entry, ...], frozenset[str]]
Step = tuple[str, int, int]


@dataclass
class Rig:
    """The application and its model, written to in step."""

    site: Site
    client: Client
    model: Model = field(default_factory=Model)
    articles: list[Article] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    seen: dict[str, Seen] = field(default_factory=dict)
    said: dict[str, Said] = field(default_factory=dict)
    """What the model said of each feed when it was last looked at."""

    async def publish(self, slug: str, place: int) -> None:
        sections = PLACES[place % len(PLACES)]
        article = await self.site.newsroom.publish(slug, sections=sections)
        self.model.articles.append(ModelArticle(len(self.articles), article.path, sections))
        self.articles.append(article)

    async def step(self, operation: str, one: int, other: int) -> None:
        room, now = self.site.newsroom, self.site.clock()
        which = one % len(self.articles)
        number = one % len(self.comments) if self.comments else None
        match operation:
            case "wait":
                self.site.clock.advance(seconds=WAITS[one % len(WAITS)])
            case "reply":
                await self._reply(which, other)
            case "toggle":
                published = self.model.articles[which].public
                await room.edit(
                    self.articles[which], status=ArticleStatus.WITHDRAWN if published else ArticleStatus.PUBLISHED
                )
                self.model.toggle(self.model.articles[which], now)
            case "move":
                sections = PLACES[other % len(PLACES)]
                await room.edit(self.articles[which], sections=sections)
                self.model.articles[which].sections = sections
            case "forget" if number is not None:
                await self._forget(number, erase=other % 2 == 0)
            case "moderate" | "edit" if number is not None and self.model.comments[number].erased:
                pass
            case "moderate" if number is not None:
                status = list(CommentStatus)[other % 4]
                await room.moderate(self.comments[number], status)
                self.model.comments[number].status = status
            case "edit" if number is not None:
                await self._edit(number, other)
        self.model.settle(now)

    async def _reply(self, which: int, other: int) -> None:
        if not self.model.articles[which].public:
            return
        place = len(self.comments)
        answered = [known for known in self.model.comments if known.article == which]
        parent = answered[other % len(answered)] if answered and other % 3 else None
        status = CommentStatus.PENDING if other % 4 == 0 else CommentStatus.APPROVED
        kept = await self.site.newsroom.reply(
            self.articles[which], f"N{place}", parent=self.comments[parent.number] if parent else None, status=status
        )
        self.comments.append(kept)
        number = parent.number if parent else None
        self.model.comments.append(ModelComment(place, which, number, f"N{place}", kept.body_html, status))

    async def _edit(self, number: int, other: int) -> None:
        """A new name, a new body, both, an email alone, or nothing."""
        store, known = self.site.state.store, self.model.comments[number]
        kept = await store.get_comment(self.comments[number].id)
        fields: dict[str, Any] = {}
        if other % 5 in (0, 2):
            fields["author_name"] = known.name = f"N{number}-{other}"
        if other % 5 in (1, 2):
            fields["body_html"] = known.body = f"<p>Edited {other}.</p>"
        if other % 5 == 3:
            fields["author_email"] = f"{number}-{other}@secret.example"
        edited = replace(kept, **fields)
        seen = (kept.author_name, kept.body_html) != (edited.author_name, edited.body_html)
        known.revision += known.shown and seen
        await store.update_comment(edited, if_version=kept.version)

    async def _forget(self, number: int, *, erase: bool) -> None:
        store = self.site.state.store
        email = (await store.get_comment(self.comments[number].id)).author_email
        forgotten = await store.forget_comments(email, alias="Nobody", erase=erase, list_after=LIST_AFTER, limit=9)
        if email:
            self.model.comments[number].forget(erase=erase)
        assert forgotten.anonymised + forgotten.erased == (email != "")

    async def look(self) -> None:
        """As readers do, never in the very second of a change, when dates are in doubt."""
        self.model.pass_time(self.site.clock.advance(seconds=2))
        for page, entries, graves in self.model.feeds():
            for format in FORMATS:
                await self._poll(f"{page}feed{format}", entries, graves)

    async def _poll(self, path: str, entries: tuple[Entry, ...] | None, graves: frozenset[str]) -> None:
        reply = await self.client.ask(path)
        if entries is None:
            assert reply.status == 410, path
            return
        assert reply.status == 200, path
        if path.endswith(".json"):
            feed = json.loads(reply.body)
            self._compare(path, entries, feed)
            assert len(feed["_dateline"].get("deleted", ())) == len(graves), path
        elif path.endswith(".atom"):
            assert reply.body.count(b"<at:deleted-entry") == len(graves), path
        date = parsedate_to_datetime(reply.fields["last-modified"]).timestamp()
        etag, last, body = self.seen.get(path, (reply.etag, date, reply.body))
        assert (etag == reply.etag) == (body == reply.body), path
        assert date >= last, path
        says = (entries, graves)
        moved = etag != reply.etag
        entries_said, graves_said = self.said.get(path, says)
        if not path.endswith(".rss") or entries_said != entries or graves_said == graves:
            assert moved == ((entries_said, graves_said) != says), path
        else:
            # RSS has no tombstones, but their date all the same: it may move, by that alone.
            assert _undated(body) == _undated(reply.body), path
        if moved:
            assert date > last, path
            assert (await self.client.ask(path, If_None_Match=etag)).status == 200, path
        assert (await self.client.ask(path, If_None_Match=reply.etag)).status == 304, path
        self.seen[path], self.said[path] = (reply.etag, date, reply.body), says

    def _compare(self, path: str, entries: tuple[Entry, ...], feed: dict[str, Any]) -> None:
        page = path.removesuffix("feed.json")
        items = feed["items"]
        if page in LISTS.values():
            listed = [(item["url"].removeprefix(BASE), item["_dateline"]["comments"]["count"]) for item in items]
            assert listed == [(place, count) for place, _, _, count in entries], path
            return
        shown = [(item["authors"][0]["name"], item["content_html"]) for item in items]
        wanted = [(name, body) for _, _, name, body, _ in entries]
        assert [(name, html.rpartition("</a>.</p>")[2]) for name, html in shown] == wanted, path
        answered = [f">{entry[4]}</a>.</p>" if entry[4] else "" for entry in entries]
        assert all(quoted in html for quoted, (_, html) in zip(answered, shown, strict=True)), path


def _undated(rss: bytes) -> bytes:
    """A feed but for its own date."""
    return re.sub(rb"<lastBuildDate>[^<]*</lastBuildDate>", b"", rss)


OPERATIONS = st.sampled_from(
    ["reply", "reply", "moderate", "moderate", "moderate", "edit", "edit", "toggle", "move", "forget", "wait", "wait"]
)
STEPS = st.lists(st.tuples(OPERATIONS, st.integers(0, 11), st.integers(0, 19)), min_size=5, max_size=18)


async def play(url: str, folder: Path, steps: list[Step]) -> None:
    async with open_site(folder, SettableClock(), database_url=url) as site, client_of(site) as client:
        rig = Rig(site, client)
        await rig.publish("first", 0)
        await rig.publish("second", 2)
        for step in (("reply", 0, 1), ("reply", 0, 1), *steps):
            await rig.step(*step)
            await rig.look()
        assert ALL_COMMENTS + "feed.atom" in rig.seen


MOVED_WHILE_WITHDRAWN: list[Step] = [("toggle", 0, 0), ("move", 0, 1), ("toggle", 0, 0)]
"""Its tombstone goes from a list that it does not come back to."""


@pytest.mark.both_engines
def test_feeds_and_validators_are_what_a_model_says(stores: Stores, tmp_path: Path) -> None:
    known = [{"steps": MOVED_WHILE_WITHDRAWN}]
    stores.play_any(partial(play, folder=tmp_path), examples=6, known=known, steps=STEPS)


@pytest.mark.nightly
@pytest.mark.both_engines
def test_feeds_and_validators_are_what_a_model_says_all_night(stores: Stores, tmp_path: Path) -> None:
    stores.play_any(partial(play, folder=tmp_path), examples=600, steps=STEPS)
