"""Pages that moved at their source, each to any path: where another was, in circles and chains, in parts of any size."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import strategies as st

from feeds.importers.report import Report
from feeds.importers.standing import PageBatch
from storage.model import ImportRun, Page, PageRecord, PageStatus
from storage.protocol import Store
from tests.storage.newsroom import LIST_AFTER
from tests.stores import Stores, opened_store

_NAMES = "ABCDE"
_PATHS = tuple(f"/{letter}/" for letter in "abcdef")
_STATUSES = st.sampled_from(["publish", "publish", "publish", "publish", "draft", "trash"])


@dataclass(frozen=True)
class Export:
    """Where each page is at the source, and what of it."""

    paths: tuple[str, ...]
    statuses: tuple[str, ...]
    words: tuple[str, ...]
    order: tuple[int, ...]
    parts: frozenset[int] = field(default_factory=frozenset)
    """After which of them the batch is handed over."""
    edited: frozenset[str] = field(default_factory=frozenset)
    """What is edited here after the import."""


def _exports(edited: st.SearchStrategy[frozenset[str]]) -> st.SearchStrategy[list[Export]]:
    of_each = len(_NAMES)
    export = st.builds(
        Export,
        paths=st.permutations(_PATHS).map(lambda paths: tuple(paths[:of_each])),
        statuses=st.tuples(*[_STATUSES] * of_each),
        words=st.tuples(*[st.sampled_from(["old", "new"])] * of_each),
        order=st.permutations(range(of_each)).map(tuple),
        parts=st.frozensets(st.integers(0, of_each - 1)),
        edited=edited,
    )
    return st.lists(export, min_size=2, max_size=4)


async def bring(store: Store, export: Export, key: str) -> tuple[int, Report]:
    run, report = ImportRun(key=key, kind="export", name=key), Report()
    batch = PageBatch(store, report, run)
    for number, at in enumerate(export.order):
        name, status = _NAMES[at], export.statuses[at]
        page = Page(
            path=export.paths[at],
            title=name,
            body_html=export.words[at],
            status=PageStatus.PUBLISHED if status == "publish" else PageStatus.DRAFT,
        )
        digest = " ".join((export.paths[at], status, export.words[at]))
        left_out = "trash" if status == "trash" else ""
        await batch.add(PageRecord(page=page, origin=f"old {name}", digest=digest, left_out=left_out))
        if number in export.parts:
            await batch.flush()
    await batch.finish()
    return await store.end_import(run, {}), report


async def pages_of(store: Store) -> dict[str, Page]:
    return {page.title: page for page in await store.list_pages(limit=99)}


async def led(store: Store) -> dict[str, tuple[str | None, bool]]:
    """Where each path leads, and whether that is gone."""
    found = {path: await store.find_path(path) for path in _PATHS}
    return {path: (target.page, target.gone) for path, target in found.items() if target is not None}


def shown(pages: Mapping[str, Page]) -> dict[str, tuple[str, str, PageStatus]]:
    return {name: (page.path, page.body_html, page.status) for name, page in pages.items()}


async def follows(url: str, life: list[Export]) -> None:
    async with opened_store(url) as store:
        last: dict[str, str] = {}
        edited: dict[str, Page] = {}
        for number, export in enumerate(life):
            was, led_before = await pages_of(store), await led(store)
            import_id, report = await bring(store, export, f"{number}")
            pages = await pages_of(store)
            for name, kept in edited.items():
                assert pages[name] == kept
            named = {note.title.partition(" ")[0] for note in (*report.conflicts.named, *report.made_drafts.named)}
            of_ours = {path for path, name in last.items() if name in edited}
            standing = {page.path: name for name, page in pages.items()}
            for name, path, status, words in zip(_NAMES, export.paths, export.statuses, export.words, strict=True):
                if status != "publish" or name in edited:
                    continue
                in_place = standing.get(path) == name
                if in_place:
                    assert pages[name].body_html == words
                if not in_place or not pages[name].public:
                    # Something of ours is in the way, by a page or by what leads to one, or what that is in the way of.
                    assert edited
                    assert path in of_ours or (path in standing and not in_place)
                    assert name in named
            last |= {page.path: name for name, page in pages.items() if page.public and page.path in _PATHS}
            expected = {path: (pages[name].path, not pages[name].public) for path, name in last.items()}
            assert await led(store) == expected
            assert (await bring(store, export, f"{number} again"))[0] == 0
            is_last = number == len(life) - 1
            for name in export.edited & pages.keys() - edited.keys():
                page = pages[name]
                edited[name] = await store.update_page(
                    page.path, replace(page, body_html="ours"), if_version=page.version
                )
            if is_last and import_id:
                await goes_back(store, import_id, was, led_before, edited)


async def goes_back(
    store: Store,
    import_id: int,
    was: Mapping[str, Page],
    led_before: Mapping[str, tuple[str | None, bool]],
    edited: Mapping[str, Page],
) -> None:
    before = await pages_of(store)
    kept: list[str] = []
    undone = await store.undo_import(import_id, list_after=LIST_AFTER)
    kept += [name for name, _ in undone.kept]
    while undone.onward is not None:
        undone = await store.undo_import(import_id, list_after=LIST_AFTER, onward=undone.onward)
        kept += [name for name, _ in undone.kept]
    after = await pages_of(store)
    since = {name for name in edited if name not in was or was[name] != edited[name]}
    assert {name: after[name] for name in edited} == edited
    named = {name.partition(" ")[0] for name in kept}
    assert named >= {name for name in since if changed(was.get(name), before[name])}
    if not since:
        assert shown(after) == shown(was)
        # Where readers found nothing they may find what the import had put there.
        assert (await led(store)).items() >= {path: where for path, where in led_before.items() if not where[1]}.items()
        return
    assert after.keys() - since == was.keys() - since
    for name in was.keys() - since:
        page, former = after[name], was[name]
        assert page.body_html == former.body_html
        if page.path == former.path:
            assert page.status == former.status
        else:
            # Something of ours is in the way, or what that is in the way of. What readers did not see they see at no new path.
            assert former.path in {one.path for one in after.values()} or former.path in await led(store)
            assert not page.public or (page.path, page.public) == (before[name].path, before[name].public)
            assert name in named


def changed(was: Page | None, now: Page) -> bool:
    return was is None or (was.path, was.status) != (now.path, now.status)


def test_pages_follow_their_source_to_any_paths(stores: Stores) -> None:
    stores.play_any(follows, examples=25, life=_exports(st.just(frozenset())))


def test_what_was_edited_here_stays_and_what_it_is_in_the_way_of_is_named(stores: Stores) -> None:
    stores.play_any(follows, examples=25, life=_exports(st.frozensets(st.sampled_from(_NAMES), max_size=1)))


@pytest.mark.nightly
def test_very_many_moves(stores: Stores) -> None:
    for edited in (st.just(frozenset[str]()), st.frozensets(st.sampled_from(_NAMES), max_size=2)):
        stores.play_any(follows, examples=2000, life=_exports(edited))
