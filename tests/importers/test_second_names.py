"""What authors, sections and tags are called, when a second export says otherwise; and comments that were put elsewhere there."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from storage.protocol import Store
from tests.importers.changing_sites import Site, edited, export, founded
from tests.importers.ghost_files import TAGS, USERS, ghost, of_post, post
from tests.importers.reading import keep
from tests.importers.test_any_second import listed, shown
from tests.importers.wxr_files import category, wxr
from tests.importers.wxr_files import post as wordpress_post
from tests.storage.newsroom import LIST_AFTER

pytestmark = pytest.mark.anyio


def renamed(title: str) -> Site:
    site = founded()
    site["post"][1]["guests"] = []
    changes = [(kind, 1, "title", title) for kind in ("author", "category", "tag")]
    return edited(site, [*changes, ("category", 1, "description", f"About {title}")])


async def called(store: Store) -> tuple[str, ...]:
    sections = {section.path: section for section in await store.get_sections()}
    [author] = await store.list_authors(limit=9)
    article = next(one for one in await store.list_articles(limit=9) if one.id == 1)
    return author.name, sections["c1"].title, sections["c1"].description, article.tags[0].name


async def test_names_follow_and_are_counted(tmp_path: Path, store: Store) -> None:
    await keep(store, tmp_path, export(renamed("One")))
    summary = await keep(store, tmp_path, export(renamed("Two")))
    assert {note.title for note in summary.named.named} == {"Two", "section Two", "section c1", "tag Two"}
    assert len(summary.named) == 4
    assert await called(store) == ("Two", "Two", "About Two", "Two")
    undone = await store.undo_import(summary.import_id, list_after=LIST_AFTER)
    while undone.onward is not None:
        undone = await store.undo_import(summary.import_id, list_after=LIST_AFTER, onward=undone.onward)
    assert await called(store) == ("One", "One", "About One", "One")
    assert len((await keep(store, tmp_path, export(renamed("Two")))).named) == 4


async def test_what_was_renamed_here_as_well_is_a_conflict_until_it_is_settled(tmp_path: Path, store: Store) -> None:
    await keep(store, tmp_path, export(renamed("One")))
    [author] = await store.list_authors(limit=9)
    await store.update_author(replace(author, name="Ours"))
    section = next(section for section in await store.get_sections() if section.path == "c1")
    await store.update_section(replace(section, title="Ours", description="Ours"))
    assert (await keep(store, tmp_path, export(renamed("One")), theirs=True)).import_id == 0
    for _ in range(2):
        summary = await keep(store, tmp_path, export(renamed("Two")))
        assert {(note.title, note.why.partition(":")[0]) for note in summary.conflicts.named} == {
            ("author zoe", "name"),
            ("section c1", "title"),
            ("section c1", "description"),
        }
        assert await called(store) == ("Ours", "Ours", "Ours", "Two")
    summary = await keep(store, tmp_path, export(renamed("Two")), theirs=True)
    assert (len(summary.named), len(summary.conflicts)) == (3, 0)
    assert await called(store) == ("Two", "Two", "About Two", "Two")
    assert (await keep(store, tmp_path, export(renamed("Two")))).import_id == 0


async def test_sections_that_moved_are_named(tmp_path: Path, store: Store) -> None:
    await keep(store, tmp_path, export(edited(founded(), [("category", 3, "parent", 2)])))
    moved = export(edited(founded(), [("category", 3, "parent", 2), ("category", 2, "parent", 0)]))
    summary = await keep(store, tmp_path, moved)
    assert [(note.title, note.why.partition(":")[0]) for note in summary.named.named] == [
        ("section c2", "was at c1/c2 so far"),
        ("section c2/c3", "was at c1/c2/c3 so far"),
    ]
    assert not (await keep(store, tmp_path, moved)).named
    assert (await store.get_article(1)).sections == ("c1", "c2")


async def test_sections_with_other_slugs_are_named(tmp_path: Path, store: Store) -> None:
    def under(slug: str) -> str:
        return wxr(wordpress_post(1, "A", categories={slug: "News"}), before=[category(slug, "News", term_id=5)])

    await keep(store, tmp_path, under("news"))
    [note] = (await keep(store, tmp_path, under("nachrichten"))).named.named
    assert (note.title, note.why.partition(":")[0]) == ("section nachrichten", "was at news so far")
    assert not (await keep(store, tmp_path, under("nachrichten"))).named
    assert (await store.get_article(1)).sections == ("nachrichten",)


async def test_comments_that_moved_are_counted_and_taken_back(tmp_path: Path, store: Store) -> None:
    await keep(store, tmp_path, export(founded()))
    before = await shown(store), await listed(store)
    moves = [
        ("comment", 22, "parent", 0),
        ("comment", 21, "parent", 22),
        ("comment", 23, "date", "2022-03-09 10:00:00"),
        ("comment", 24, "url", "https://a.example/"),
    ]
    summary = await keep(store, tmp_path, export(edited(founded(), moves)))
    assert (summary.comments_changed, summary.comments_added, summary.changed) == (4, 0, 1)
    kept = {comment.id: comment for comment in await store.list_comments(limit=9)}
    assert (kept[22].parent_id, kept[21].parent_id, kept[23].created_at.day) == (None, 22, 9)
    assert (await listed(store))[1][0][0].endswith("#comment-23")
    undone = await store.undo_import(summary.import_id, list_after=LIST_AFTER)
    while undone.onward is not None:
        undone = await store.undo_import(summary.import_id, list_after=LIST_AFTER, onward=undone.onward)
    assert (await shown(store), await listed(store)) == before


async def test_ghosts_names_follow(tmp_path: Path, store: Store) -> None:
    tables: dict[str, Any] = {
        "posts_tags": of_post(1, "posts_tags", "t1"),
        "posts_authors": of_post(1, "posts_authors", "u1"),
        "users": [{**USERS[0]}],
    }
    await keep(store, tmp_path, ghost([post(1, "One")], **tables))
    tables["users"][0] |= {"name": "Jane Roe", "website": ""}
    tables["tags"] = [{**TAGS[0], "name": "The world"}]
    summary = await keep(store, tmp_path, ghost([post(1, "One")], **tables))
    assert {note.title for note in summary.named.named} == {"Jane Roe", "author jane", "tag The world"}
    [article] = await store.list_articles(limit=2)
    assert [(author.name, author.url) for author in article.authors] == [("Jane Roe", "")]
    assert [tag.name for tag in article.tags] == ["The world"]
