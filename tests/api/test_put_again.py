"""An article that is put again as it is, is not read anew; and whatever was done meanwhile, it is as if it were."""

from collections import OrderedDict
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from feeds.newsroom import publishing
from feeds.newsroom.unchanged import Unchanged
from storage.model import Article, ArticleRecord, ImportRun, ImportSource, NameOf, SaidName
from tests.api.desk import Desk, kept
from tests.api.test_by_guid import put
from tests.newsroom.media import png
from tests.stores import ANY_ENGINE

pytestmark = pytest.mark.anyio

PICTURE: dict[str, Any] = {"url": "/media/boat.png", "alt": "A boat"}
BODIES: list[dict[str, Any]] = [
    {"headline": "Storm", "body_html": "<p>At length."},
    {"headline": "Storm", "status": "published", "authors": [{"name": "Jane", "slug": "jane"}], "tags": ["Ports"]},
    {"headline": "Calm", "status": "published", "image": PICTURE, "section": "world"},
    {"headline": "Calm", "enclosures": [{"url": "/media/boat.png", "type": "image/png"}], "slug": "other"},
    {"headline": "Calm", "status": "withdrawn"},
]
STEPS = ("put", "put", "put", "put", "patch", "draw", "draw away", "import", "rename", "reply")


class Watched(Unchanged):
    """Counts what it knew."""

    known = 0

    def find(self, guid: str, digest: bytes, kept: Article) -> Article | None:
        found = super().find(guid, digest, kept)
        self.known += found is not None
        return found

    def without_memory(self) -> "OrderedDict[Any, Any]":
        before, self._puts = self._puts, OrderedDict()
        return before


async def test_whatever_was_done_meanwhile_it_is_as_if_it_were_read_anew(desk: Desk) -> None:
    watched, seed = Watched(), Random().randrange(1 << 32)
    chance = Random(seed)
    object.__setattr__(desk.site, "unchanged", watched)
    desk.site.settings.media_dir.mkdir(exist_ok=True)
    last: dict[str, dict[str, Any]] = {}
    for number in range(120):
        guid = f"urn:test:{number // 20}/{chance.choice('ab')}"
        what, body = chance.choice(STEPS), chance.choice([last.get(guid, BODIES[0]), chance.choice(BODIES)])
        await step(desk, what, guid, body, number)
        if what != "put":
            continue
        last[guid] = body
        kept_as = (await desk.editor.get("/api/articles", params={"guid": guid})).json()["items"]
        answer = await put(desk, guid, **body)
        before = watched.without_memory()
        anew = await put(desk, guid, **body)
        watched._puts = before
        assert (answer.content, answer.headers["etag"]) == (anew.content, anew.headers["etag"]), seed
        # Not by the log: a count of replies that is listed late is a Change of its own.
        assert [anew.json()] == kept_as, seed
    assert watched.known > 10, seed


async def step(desk: Desk, what: str, guid: str, body: dict[str, Any], number: int) -> None:
    desk.clock.advance(minutes=1)
    store, picture = desk.site.store, desk.site.settings.media_dir / "boat.png"
    there = kept(await desk.editor.get("/api/articles", params={"guid": guid}))["items"]
    match what:
        case "put":
            kept(await put(desk, guid, **body), 200 if there else 201)
        case "patch" if there:
            await desk.edit(there[0]["id"], **body)
        case "draw":
            picture.write_bytes(png(number + 1, 3))
        case "draw away":
            picture.unlink(missing_ok=True)
        case "import" if there:
            article = await store.get_article(there[0]["id"])
            await store.import_articles([ArticleRecord(article=replace(article, headline=f"Theirs {number}"))])
        case "rename":
            run = ImportRun(key=f"{guid} {number}", kind="export", name="x")
            name = SaidName(of=NameOf.AUTHOR, key="jane", said="Jane Doe", makeshift="Jane")
            await store.follow_names(ImportSource(names=("x",), whole=True), [name], run=run)
        case "reply" if there and there[0]["public"]:
            await desk.reply(there[0]["id"], f"Number {number}")


@ANY_ENGINE
async def test_what_is_known_is_not_read_and_preconditions_hold(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    first = await put(desk, "a", **BODIES[0])
    assert kept(await put(desk, "a", **BODIES[0])) == first.json()

    async def read(*_: Any) -> Any:
        raise AssertionError("it is read anew")

    monkeypatch.setattr(publishing, "aside", read)
    tag = first.headers["etag"]
    for headers in ({}, {"If-Match": tag}, {"If-Match": "*"}):
        again = await put(desk, "a", headers, **BODIES[0])
        assert (again.status_code, again.content, again.headers["etag"]) == (200, first.content, tag)
    assert (await put(desk, "a", {"If-Match": '"7"'}, **BODIES[0])).status_code == 412
    monkeypatch.undo()
    # The same for another guid is another's, and one that it names wrongly is refused.
    assert kept(await put(desk, "b", **BODIES[0]), 201)["guid"] == "b"
    assert (await put(desk, "b", **BODIES[0], guid="a")).status_code == 422


def test_it_forgets_the_oldest() -> None:
    unchanged = Unchanged(most=2)
    article = Article(guid="a", slug="a", headline="A")
    for number in range(3):
        unchanged.note("a", bytes([number]), article, article)
    assert [unchanged.find("a", bytes([number]), article) for number in range(3)] == [None, article, article]
