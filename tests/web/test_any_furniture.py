"""Navigation, pinned articles, lines about authors, names, pages, redirects, imports that come and are taken back, in any order:
everything answers, nothing leads to what is gone, validators follow the bytes, and what is kept is what a
server that was started now would answer.
"""

import re
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx2
import pytest
from hypothesis import strategies as st

from feeds.importers import ImportOptions, import_file
from feeds.main import create_app
from tests.api.desk import BASE, Desk, opened_desk, path_of, reply_fields
from tests.api.lifespan import running
from tests.importers.wxr_files import author, category, comment, post, wxr
from tests.stores import Stores

_LISTS = ("/", "/section/world/", "/section/old/", "/tag/storm/", "/author/ann/", "/author/jdoe/")
_SHOWN = (
    *_LISTS,
    *(f"{page}feed.json" for page in _LISTS),
    "/feed.atom",
    "/feed.rss",
    "/comments/feed.json",
    "/feeds.opml",
    "/sitemap-0.xml",
    "/sitemap-1.xml",
    "/news-sitemap.xml",
    "/search/feed.json?q=harbour",
    "/about/",
    "/about/team/",
)
_BEFORE = [category("old", "Old"), author("jdoe", "Jane Doe")]


def _old_site(headline: str, *more: str) -> bytes:
    first = post(
        7,
        headline,
        creator="jdoe",
        categories={"old": "Old"},
        tags={"storm": "Storm"},
        comments=[comment(3, "A reader wrote.")],
    )
    return wxr(first, *more, before=_BEFORE).encode()


_FILES = (
    _old_site("From the old site"),
    _old_site("Said otherwise there", post(8, "Another one", tags={"storm": "Storm"}, categories={"world": "World"})),
)
_PICK = st.integers(0, 9)
_PLACE = st.sampled_from(["world", "world/africa", "business", "old"])
_NAME = st.sampled_from(["Ann", "Jane D.", "Été & <b>"])
_AUTHOR = st.sampled_from(["ann", "jdoe"])
_PAGE = st.sampled_from(["about", "about/team"])
_STEP = st.one_of(
    st.tuples(st.just("write"), _NAME, _PLACE, st.booleans()),
    st.tuples(st.just("edit"), _PICK, st.sampled_from([{"headline": "Edited here"}, {"tags": []}, {"section": "world"}])),
    st.tuples(st.just("withdraw"), _PICK),
    st.tuples(st.just("reply"), _PICK),
    st.tuples(st.just("decide"), _PICK, st.sampled_from(["approve", "trash", "spam"])),
    st.tuples(st.just("pin"), st.lists(_PICK, max_size=3)),
    st.tuples(st.just("navigate"), st.lists(_PLACE, max_size=3, unique=True)),
    st.tuples(st.just("describe"), _AUTHOR, st.sampled_from([{"about": "Reports."}, {"about": ""}, {"name": "Jo"}])),
    st.tuples(st.just("rename"), _PLACE, _NAME),
    st.tuples(st.just("put_page"), _PAGE, _NAME, st.sampled_from(["draft", "published"])),
    st.tuples(st.just("delete"), st.sampled_from(["pages/about", "pages/about/team", "sections/old", "sections/world"])),
    st.tuples(st.just("lead"), st.sampled_from(["/gone/", "/about/"]), st.sampled_from(["/section/old/", "/about/team/"])),
    st.tuples(st.just("bring"), st.integers(0, 1)),
    st.tuples(st.just("bring"), st.integers(0, 1)),
    st.tuples(st.just("take_back"), _PICK),
    st.tuples(st.just("wait"), st.sampled_from([1, 700, 90_000])),
)  # fmt: skip


@dataclass
class _Newsroom:
    desk: Desk
    folder: Path
    shown: dict[str, Any] = field(default_factory=dict)
    """The last answer of 200 of each address."""

    async def _ids(self) -> list[int]:
        items = (await self.desk.editor.get("/api/articles", params={"limit": 100})).json()["items"]
        return sorted(item["id"] for item in items)

    async def _one(self, pick: int) -> int | None:
        ids = await self._ids()
        return ids[pick % len(ids)] if ids else None

    async def write(self, name: str, place: str, is_tagged: bool) -> None:
        await self._send(
            "POST", "articles", headline=f"Harbour of {name}", status="published", section=place,
            tags=["storm"] if is_tagged else [], authors=[{"name": "Ann"}],
        )  # fmt: skip

    async def edit(self, pick: int, fields: dict[str, Any]) -> None:
        if number := await self._one(pick):
            await self._send("PATCH", f"articles/{number}", **fields)

    async def withdraw(self, pick: int) -> None:
        if number := await self._one(pick):
            await self._send("DELETE", f"articles/{number}")

    async def reply(self, pick: int) -> None:
        if number := await self._one(pick):
            await self._send("POST", f"articles/{number}/comments", **reply_fields(status="approved"))

    async def decide(self, pick: int, verb: str) -> None:
        if comments := await self.desk.site.store.list_comments(limit=9):
            await self._send("POST", f"comments/{comments[pick % len(comments)].id}/{verb}")

    async def pin(self, picks: list[int]) -> None:
        ids = await self._ids()
        await self._send("PUT", "pinned", articles=list({ids[pick % len(ids)] for pick in picks if ids}))

    async def navigate(self, paths: list[str]) -> None:
        await self._send("PUT", "navigation", sections=paths)

    async def describe(self, slug: str, fields: dict[str, Any]) -> None:
        await self._send("PATCH", f"authors/{slug}", **fields)

    async def rename(self, path: str, title: str) -> None:
        await self._send("PATCH", f"sections/{path}", title=title)

    async def put_page(self, path: str, title: str, status: str) -> None:
        await self._send("PUT", f"pages/{path}", title=title, status=status, body_html=f"<p>{title}</p>")

    async def delete(self, path: str) -> None:
        await self._send("DELETE", path)

    async def lead(self, old: str, new: str) -> None:
        await self._send("PUT", "redirects", old=old, new=new)

    async def bring(self, which: int) -> None:
        file = self.folder / "old.xml"
        file.write_bytes(_FILES[which])
        site = self.desk.site
        await import_file(site.store, file, settings=site.settings, clock=self.desk.clock, options=ImportOptions())

    async def take_back(self, pick: int) -> None:
        store = self.desk.site.store
        imports = [one for one in await store.list_imports(limit=9) if one.undone_at is None]
        if not imports:
            return
        undone, onward = imports[pick % len(imports)].id, None
        while True:
            step = await store.undo_import(undone, list_after=timedelta(minutes=10), onward=onward)
            onward = step.onward
            if onward is None:
                return

    async def wait(self, seconds: int) -> None:
        self.desk.clock.advance(seconds=seconds)
        await self.desk.site.store.run_due()

    async def _send(self, method: str, path: str, **fields: Any) -> None:
        """What is refused is named."""
        response = await self.desk.admin.request(method, f"/api/{path}", json=fields or None)
        assert response.status_code in (200, 201, 204, 403, 404, 409, 422), (method, path, response.text)

    async def look(self, step: object) -> None:
        """At everything: what is other than it was is sent to who asks whether it is."""
        public = [one for one in await self.desk.site.store.list_articles(limit=100) if one.public]
        pages = [path_of(self.desk.site.urls.of(one.path)) for one in public]
        for path in {**self.shown, **dict.fromkeys((*_SHOWN, *pages))}:
            now = await self.desk.reader.get(path)
            assert now.status_code in (200, 301, 302, 404, 410), (step, path, now.status_code)
            before = self.shown.pop(path, None)
            if now.status_code != 200:
                continue
            self.shown[path] = now
            if before is None or "etag" not in now.headers:
                continue
            is_same = before.content == now.content
            (was, was_of), (is_now, is_of) = (_parts(answer.headers["etag"]) for answer in (before, now))
            assert is_same == (was_of == is_of), (step, path)
            # A feed's number may move where an entry is other than it was in what this format does not show: a change that is sent.
            assert was == is_now or "/feed." in path, (step, path)
            stays = (was, was_of) == (is_now, is_of)
            asked = await self.desk.reader.get(path, headers={"If-None-Match": before.headers["etag"]})
            assert asked.status_code == (304 if stays else 200), (step, path)
            if "last-modified" in before.headers and not is_same:
                since = {"If-Modified-Since": before.headers["last-modified"]}
                asked = await self.desk.reader.get(path, headers=since)
                assert (asked.status_code, asked.content) == (200, now.content), (step, path)

    async def compare(self, step: object) -> None:
        """With a server that was started now and has kept nothing."""
        app = create_app(self.desk.site.settings, clock=self.desk.clock)
        async with running(app), httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url=BASE) as anew:
            for path in _LISTS:
                one, other = await self.desk.reader.get(path), await anew.get(path)
                fields = ("etag", "last-modified", "location")
                assert [one.status_code, one.text, *map(one.headers.get, fields)] == [
                    other.status_code, other.text, *map(other.headers.get, fields),
                ], (step, path)  # fmt: skip

    async def follow(self) -> None:
        """What pages lead to on this site is there."""
        followed: set[str] = set()
        for path, answer in self.shown.items():
            if not answer.headers["content-type"].startswith("text/html"):
                continue
            for link in re.findall(r'href="((?:/(?!/)|https://news\.example/)[^"#]*)', answer.text):
                target = link.removeprefix(BASE).replace("&amp;", "&")
                if target in followed:
                    continue
                followed.add(target)
                status = (await self.desk.reader.get(target)).status_code
                assert status < 400, (path, target, status)

    async def check_lists(self) -> None:
        store = self.desk.site.store
        assert set(await store.get_navigation()) <= {section.path for section in await store.get_sections()}
        assert set(await store.get_pinned()) <= set(await self._ids())
        assert (await self.desk.admin.put("/api/pinned", json={"articles": list(await store.get_pinned())})).is_success
        sections = list(await store.get_navigation())
        assert (await self.desk.admin.put("/api/navigation", json={"sections": sections})).is_success


def _parts(etag: str) -> tuple[str, str]:
    """The number of the last change in a feed, and the digest of the bytes with the coding."""
    number, _, of_bytes = etag.partition("-")
    return number, of_bytes


async def _play(url: str, steps: list[tuple[Any, ...]]) -> None:
    with TemporaryDirectory() as folder:
        async with opened_desk(Path(folder), database_url=url, rate_limit=0) as desk:
            newsroom = _Newsroom(desk, Path(folder))
            await newsroom.write("Ann", "world", True)
            await newsroom.look("write")
            for name, *given in steps:
                await getattr(newsroom, name)(*given)
                await newsroom.look((name, *given))
                await newsroom.compare((name, *given))
            await newsroom.check_lists()
            await newsroom.follow()


_KNOWN = {
    "steps": [
        ("bring", 0), ("pin", [0, 1]), ("navigate", ["old", "world"]), ("describe", "jdoe", {"about": "Reports."}),
        ("lead", "/gone/", "/section/old/"), ("bring", 1), ("edit", 1, {"headline": "Edited here"}), ("take_back", 0),
        ("take_back", 0),
    ]
}  # fmt: skip


@pytest.mark.both_engines
def test_validators_follow_the_bytes_whatever_is_put_where(stores: Stores) -> None:
    stores.play_any(_play, examples=2, known=[_KNOWN], steps=st.lists(_STEP, min_size=4, max_size=6))


@pytest.mark.both_engines
@pytest.mark.nightly
def test_validators_follow_the_bytes_whatever_is_put_where_all_night(stores: Stores) -> None:
    stores.play_any(_play, examples=200, known=[_KNOWN], steps=st.lists(_STEP, min_size=8, max_size=20))
