"""An import that passes over what it knows does what one does that reads everything anew, and tells the same."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import strategies as st

from feeds.importers import ImportOptions, Summary, export_lines, import_file
from feeds.importers.wxr.body import Bodies, Post
from feeds.newsroom import publishing
from feeds.settings import Settings
from storage.errors import Conflict, Invalid
from storage.model import CommentStatus, ImportSource
from storage.protocol import Store
from tests.importers.histories import ZONE
from tests.importers.reading import NOW, keep, settings_in, write
from tests.importers.wxr_files import attachment, author, category, comment, post, wxr
from tests.storage.newsroom import SettableClock
from tests.stores import Stores, opened_store

_LIST_AFTER = timedelta(minutes=10)
_UPLOAD = "https://old.example/wp-content/uploads/2022/a.png"
_CONTENTS = (
    "<p>Words.</p>",
    "Plain\n\n[contact-form] text",
    '[gallery ids="101,102"]',
    "[gallery]",
    f'<img src="{_UPLOAD}">',
    '<!-- wp:block {"ref":201} /-->',
)
_OPTIONS = (ImportOptions(), ImportOptions(theirs=True), ImportOptions(strip_shortcodes=True))
_comment: st.SearchStrategy[Any] = st.fixed_dictionaries(
    {"comment_id": st.integers(1, 6)},
    optional={"approved": st.sampled_from(["1", "0", "spam"]), "content": st.sampled_from(["Yes.", "No."]),
              "kind": st.sampled_from(["comment", "order_note"])},
)  # fmt: skip
_post: st.SearchStrategy[Any] = st.fixed_dictionaries(
    {"post_id": st.integers(1, 4), "content": st.sampled_from(_CONTENTS)},
    optional={
        "title": st.sampled_from(["One", "Two"]),
        "status": st.sampled_from(["publish", "publish", "draft", "private", "trash", "future"]),
        "creator": st.sampled_from(["jdoe", "tom"]),
        "categories": st.sampled_from([{"world": "World"}, {"africa": "Africa"}, {"sport": "Sport"}]),
        "tags": st.just({"nato": "NATO"}),
        "meta": st.sampled_from([[("_thumbnail_id", "101")], [("subtitle", "By night")]]),
        "comments": st.lists(_comment, max_size=3, unique_by=lambda one: one["comment_id"]),
    },
)
_export: st.SearchStrategy[Any] = st.fixed_dictionaries(
    {
        "posts": st.lists(_post, min_size=1, max_size=4, unique_by=lambda one: one["post_id"]),
        "pictures": st.dictionaries(st.sampled_from([101, 102]), st.sampled_from(["", "A caption"])),
        "block": st.sampled_from(["", "<p>Block.</p>", "<p>Other.</p>"]),
        "heads": st.sampled_from([(), (category("world", "World"), category("africa", "Africa", "world", term_id=2))]),
        "names": st.sampled_from(["Jane Doe", "Jane Roe"]),
        "language": st.sampled_from(["en-US", "de"]),
    }
)
_step = st.one_of(
    st.tuples(st.just("import"), _export),
    st.tuples(st.just("again"), st.sampled_from(_OPTIONS)),
    st.tuples(st.just("edit"), st.sampled_from([{"headline": "Ours"}, {"status": "withdrawn"}, {"section": None}])),
    st.tuples(st.just("moderate"), st.sampled_from(CommentStatus)),
    st.tuples(st.just("forget"), st.booleans()),
    st.tuples(st.just("undo"), st.none()),
    st.tuples(st.just("upload"), st.none()),
)  # fmt: skip
_histories = st.lists(st.tuples(_step, st.integers(0, 3)).map(lambda drawn: (*drawn[0], drawn[1])), max_size=6)


def _written(export: Mapping[str, Any]) -> str:
    posts = [
        post(**{**one, "comments": [comment(**each) for each in one.get("comments", ())]}) for one in export["posts"]
    ]
    pictures = [attachment(id_, "2022/a.png", caption=caption, parent=1) for id_, caption in export["pictures"].items()]
    blocks = [post(201, kind="wp_block", content=export["block"])] if export["block"] else []
    heads = [author("jdoe", export["names"]), *export["heads"]]
    return wxr(*posts, *pictures, *blocks, before=heads, language=export["language"])


class _Anew:
    """A store of which an import reads everything anew."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def get_receipts(self, source: ImportSource, guids: Sequence[str]) -> Mapping[str, str]:  # noqa: ARG002
        return {}


class _Newsroom:
    def __init__(self, store: Store, folder: Path, clock: SettableClock, *, anew: bool) -> None:
        self.store = store
        self._reads: Any = _Anew(store) if anew else store
        self._folder, self._clock = folder, clock
        self._export = ""
        self._last = Summary
        self._imports: list[int] = []
        folder.mkdir()

    async def step(self, what: str, value: Any, which: int) -> object:
        """What is told of it."""
        articles = await self.store.list_articles(limit=9)
        comments = await self.store.list_comments(limit=9)
        match what:
            case "import":
                self._export = _written(value)
                return await self._take(ImportOptions())
            case "again":
                return await self._take(value)
            case "edit" if articles:
                article = articles[which % len(articles)]
                await publishing.edit(self.store, article.id, value, clock=self._clock, zone=ZONE)
            case "moderate" if comments:
                one = comments[which % len(comments)]
                await self.store.set_comment_status(one.id, value, by="desk:ann", list_after=_LIST_AFTER)
            case "forget" if comments:
                await self.store.forget_comments(
                    comments[which % len(comments)].author_email,
                    alias="A reader",
                    erase=bool(value),
                    list_after=_LIST_AFTER,
                    limit=9,
                )
            case "undo" if self._imports:
                await self._undo(self._imports.pop())
            case "upload":
                (self._folder / "uploads" / "2022").mkdir(parents=True, exist_ok=True)
                (self._folder / "uploads" / "2022" / "a.png").write_bytes(b"png")
        return None

    async def _take(self, options: ImportOptions) -> object:
        uploads = self._folder / "uploads"
        cases: list[tuple[str, str, str]] = []
        options = ImportOptions(
            media=uploads if uploads.is_dir() else None,
            theirs=options.theirs,
            strip_shortcodes=options.strip_shortcodes,
            tell=lambda *case: cases.append(case),
        )
        settings: Settings = settings_in(self._folder)
        path = write(self._folder, self._export)
        summary = await import_file(self._reads, path, settings=settings, clock=lambda: NOW, options=options)
        self._imports += [summary.import_id] if summary.import_id else []
        return summary, cases

    async def _undo(self, import_id: int) -> None:
        undone = await self.store.undo_import(import_id, list_after=_LIST_AFTER)
        while undone.onward is not None:
            undone = await self.store.undo_import(import_id, list_after=_LIST_AFTER, onward=undone.onward)


async def _both_ways(url: str, stores: Stores, export: Mapping[str, Any], history: list[tuple[str, Any, int]]) -> None:
    clock, other_clock = SettableClock(NOW), SettableClock(NOW)
    with TemporaryDirectory() as folder, stores.new() as other_url:
        async with opened_store(url, clock) as store, opened_store(other_url, other_clock) as other:
            rooms = (
                _Newsroom(store, Path(folder) / "a", clock, anew=False),
                _Newsroom(other, Path(folder) / "b", other_clock, anew=True),
            )
            for step in (("import", export, 0), ("again", ImportOptions(), 0), *history, ("again", ImportOptions(), 0)):
                told = []
                for room in rooms:
                    try:
                        told.append(await room.step(*step))
                    except (Invalid, Conflict) as error:
                        told.append(str(error))
                assert told[0] == told[1]
                lines = [[line async for line in export_lines(room.store, private=True)] for room in rooms]
                assert lines[0] == lines[1]


def test_any_second_import(stores: Stores) -> None:
    stores.play_any(partial(_both_ways, stores=stores), examples=5, export=_export, history=_histories)


@pytest.mark.nightly
def test_very_many_second_imports(stores: Stores) -> None:
    stores.play_any(partial(_both_ways, stores=stores), examples=3000, export=_export, history=_histories)


@pytest.mark.anyio
async def test_what_is_known_is_not_read(tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    picture = attachment(101, "2022/a.png")
    posts = [
        post(number, content=content, meta=[("_thumbnail_id", "101")]) for number, content in enumerate(_CONTENTS, 1)
    ]
    first = await keep(store, tmp_path, wxr(*posts, picture))
    read: list[str] = []
    article = Bodies.article

    def noted(bodies: Bodies, content: str, of: Post) -> str:
        read.append(of.title)
        return article(bodies, content, of)

    monkeypatch.setattr(Bodies, "article", noted)
    again = await keep(store, tmp_path, wxr(*posts, picture))
    assert (again.unchanged, read) == (len(posts), [])
    assert (again.not_understood, again.pictures_missing) == (first.not_understood, first.pictures_missing)
    await keep(store, tmp_path, wxr(*posts[1:], post(1, "Another"), attachment(101, "2022/a.png", caption="New")))
    assert len(read) == len(posts)
