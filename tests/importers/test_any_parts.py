"""However an export is split into files, and these into commands: what is kept in the end is what the whole one leaves."""

import json
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import strategies as st

from feeds.importers import Summary, export_lines, import_files
from feeds.importers.wxr.memory import read_words
from storage.model import ArticleStatus, ImportSource
from storage.protocol import Store
from tests.importers.reading import NOW, settings_in, write
from tests.importers.wxr_files import SITE, attachment, author, category, comment, post, wxr
from tests.storage.newsroom import LIST_AFTER, edit
from tests.stores import Stores, opened_store

WORLD, AFRICA = {"world": "World"}, {"africa": "Africa"}
GUEST = post(
    60,
    "Tom Guest",
    kind="guest-author",
    name="cap-tom-guest",
    meta=[
        ("cap-user_login", "tom-guest"),
        ("cap-display_name", "Tom Guest"),
        ("cap-user_email", "tom@private.example"),
    ],
)
BY_TOM = post(6, "By Tom").replace(
    "</item>", '<category domain="author" nicename="cap-tom-guest">tom-guest</category></item>'
)
PIECES = (
    author("zoe", "Zoë Tan", author_id=1),
    author("bee", "A. Bee", author_id=2),
    category("world", "World", term_id=3, description="All of it"),
    category("africa", "Africa", "world", term_id=4),
    attachment(9, alt="Harbour", caption="The harbour", parent=1),
    attachment(10, "2022/b.png", parent=3),
    attachment(11, "2022/hidden.png", parent=7),
    post(50, "Block", "<!-- wp:paragraph --><p>Block.</p><!-- /wp:paragraph -->", kind="wp_block"),
    GUEST,
    post(1, "One", creator="zoe", categories=AFRICA, meta=[("_thumbnail_id", "9"), ("_wp_old_slug", "first")]),
    post(
        2,
        "Two",
        '[gallery ids="9,10"]<p>Words.</p>',
        creator="bee",
        categories=WORLD | AFRICA,
        comments=[comment(21, "First."), comment(22, "Second.", parent=21)],
    ),
    post(3, "Three", "<p>All of mine:</p>[gallery]", creator="zoe", meta=[("_thumbnail_id", "10")]),
    post(
        4,
        "Four",
        '<!-- wp:paragraph --><p>Intro.</p><!-- /wp:paragraph --><!-- wp:block {"ref":50} /-->',
        creator="bee",
    ),
    post(5, "Five", '<p>Of another:</p>[gallery id="7"][gallery id="3"]', creator="zoe", categories=WORLD),
    BY_TOM,
    post(7, "Seven", status="private", creator="bee", meta=[("_thumbnail_id", "11")]),
    post(8, "Eight", "<p>Draft.</p>", status="draft", creator="zoe", password="secret", meta=[("_thumbnail_id", "9")]),
)


@dataclass(frozen=True)
class Split:
    """Which file each piece is in, and which command each file."""

    files: tuple[int, ...]
    commands: tuple[int, ...]
    order: tuple[int, ...]

    def commands_of_files(self) -> list[list[str]]:
        found: dict[int, dict[int, list[str]]] = {}
        for piece in self.order:
            file = self.files[piece]
            found.setdefault(self.commands[file], {}).setdefault(file, []).append(PIECES[piece])
        return [[wxr(*_items(pieces), before=_terms(pieces)) for pieces in files.values()] for files in found.values()]


def _items(pieces: list[str]) -> list[str]:
    return [piece for piece in pieces if piece.startswith("<item>")]


def _terms(pieces: list[str]) -> list[str]:
    return [piece for piece in pieces if not piece.startswith("<item>")]


FILES = 5
splits = st.builds(
    Split,
    files=st.tuples(*[st.integers(0, FILES - 1) for _ in PIECES]),
    commands=st.tuples(*[st.integers(0, FILES - 1) for _ in range(FILES)]),
    order=st.permutations(range(len(PIECES))).map(tuple),
)


async def command(store: Store, folder: str, exports: list[str]) -> Summary:
    paths = [write(Path(folder), export, f"part{number}.xml") for number, export in enumerate(exports)]
    return await import_files(store, paths, settings=settings_in(Path(folder)), clock=lambda: NOW)


async def kept(store: Store) -> tuple[dict[str, Any], dict[str, Any]]:
    """Articles with all that is known of them, and sections, but for those that nothing is in: these are left by a category whose
    parent came later.
    """
    articles: dict[str, Any] = {}
    sections: dict[str, Any] = {}
    async for line in export_lines(store, private=True):
        said = json.loads(line)
        if "article" in said:
            # The page of a picture that came after its article is not known.
            said["old_paths"] = [
                path for path in said["old_paths"] if "/photo-" not in path and "attachment_id" not in path
            ]
            # Readers saw it as it was before: that is an edit.
            said["article"].pop("edited_at")
            articles[said["article"]["guid"]] = said
        elif "section" in said:
            sections[said["section"]["path"]] = said
    used = {path for one in articles.values() for path in one["article"]["sections"]}
    return articles, {path: one for path, one in sections.items() if path in used}


async def ends_the_same(url: str, split: Split, stores: Stores) -> None:
    with TemporaryDirectory() as folder, stores.new() as whole_url:
        async with opened_store(url, lambda: NOW) as parted, opened_store(whole_url, lambda: NOW) as whole:
            await command(whole, folder, [wxr(*_items([*PIECES]), before=_terms([*PIECES]))])
            for exports in split.commands_of_files():
                await command(parted, folder, exports)
            assert await kept(parted) == await kept(whole)
            assert await _searched(parted) == await _searched(whole)


async def _searched(store: Store) -> set[str]:
    found = await store.search_articles("Zoë Tan", limit=50)
    return {article.headline for article in found.articles}


def test_any_split_ends_as_the_whole(stores: Stores) -> None:
    stores.play_any(partial(ends_the_same, stores=stores), examples=8, split=splits)


@pytest.mark.anyio
async def test_a_command_that_completes_is_taken_back_and_made_again(tmp_path: Path, store: Store) -> None:
    """What was changed here meanwhile stays, and no address of a person is remembered."""
    posts, others = [wxr(*_items([*some]), before=_terms([*some])) for some in (PIECES[9:], PIECES[:9])]
    first = await command(store, str(tmp_path), [posts])
    article = await store.get_article(4)
    await edit(store, article, body_html="<p>Ours.</p>")
    for _ in range(2):
        second = await command(store, str(tmp_path), [others])
        assert {note.title for note in second.completed.named} == {"One", "Two", "Three", "Five", "Seven", "Eight"}
        assert [note.title for note in second.conflicts.named] == ["Four"]
        assert [note.title for note in second.named.named] == [
            "Zoë Tan",
            "A. Bee",
            "Tom Guest",
            "section world",
        ]
        one = await store.get_article(1)
        assert (one.image is not None, one.sections, one.authors[0].name) == (True, ("world/africa",), "Zoë Tan")
        assert (await store.get_article(4)).body_html == "<p>Ours.</p>"
        seq = await store.last_seq()
        assert (await command(store, str(tmp_path), [others])).import_id == 0
        assert await store.last_seq() == seq
        await _undo(store, second)
        one = await store.get_article(1)
        assert (one.image, one.sections, one.authors[0].name) == (None, ("africa",), "zoe")
    remembered = await store.recall(ImportSource(names=(SITE,), site=SITE, whole=True), after="", limit=100)
    assert remembered
    assert not any("private.example" in str(read_words(said)) for _, said in remembered)
    await _undo(store, first)
    await command(store, str(tmp_path), [others])
    assert (await store.get_article(1)).status is ArticleStatus.WITHDRAWN


async def _undo(store: Store, summary: Summary) -> None:
    undone = await store.undo_import(summary.import_id, list_after=LIST_AFTER)
    while undone.onward is not None:
        undone = await store.undo_import(summary.import_id, list_after=LIST_AFTER, onward=undone.onward)
