"""What the first export published, and the second calls something else: nobody reads it here any more, or it is named."""

from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from feeds.importers import export_lines
from storage.model import ArticleStatus
from storage.protocol import Store
from tests.importers import ghost_files
from tests.importers.reading import keep
from tests.importers.test_blogger import BLOG, entry, kind
from tests.importers.wxr_files import SITE, attachment, post, wxr
from tests.storage.test_undoing_imports import undo

pytestmark = pytest.mark.anyio

WORDS = "<p>Words that were public once.</p>"
NOT_PUBLIC: list[dict[str, Any]] = [
    {"status": "private"},
    {"status": "draft"},
    {"status": "pending"},
    {"status": "trash"},
    {"status": "auto-draft"},
    {"status": "inherit"},
    {"status": "embargoed-by-a-plugin"},
    {"status": "future", "date_gmt": "2199-01-01 00:00:00"},
    {"password": "secret"},
]
OTHER_TYPES = ("product", "nav_menu_item", "revision", "wp_block", "guest-author", "attachment-of-a-plugin")


async def shown(store: Store) -> str:
    """All that readers can see, pages too."""
    return b"\n".join([line async for line in export_lines(store, private=False)]).decode()


def ways(kind: str) -> list[tuple[str, str]]:
    """What is public as a post or a page in the first export, and what it is in the second, in which it is public nowhere."""
    fields = [*NOT_PUBLIC, *([{}] if kind == "post" else [])]
    changes = [
        (type_, one) for type_ in ("post", "page", *OTHER_TYPES) for one in fields if one or type_ in OTHER_TYPES
    ]
    return [
        (
            post(number, f"{kind} {number}.", WORDS, kind=kind),
            post(number, f"{kind} {number}.", WORDS, kind=type_, **one),
        )
        for number, (type_, one) in enumerate(changes, 1 if kind == "post" else 1001)
    ]


async def test_what_is_public_no_more(tmp_path: Path, store: Store) -> None:
    every, stays = [*ways("post"), *ways("page")], post(3000, "Stays", WORDS)
    await keep(store, tmp_path, wxr(*(first for first, _ in every), stays))
    assert (await shown(store)).count("public once") == len(every) + 1
    summary = await keep(store, tmp_path, wxr(*(second for _, second in every), stays))
    assert [
        line[:200] for line in (await shown(store)).splitlines() if "public once" in line and "Stays" not in line
    ] == []
    assert (await shown(store)).count("public once") == 1
    assert (summary.absent, summary.conflicts.named) == (0, ())
    again = await keep(store, tmp_path, wxr(*(second for _, second in every), stays))
    assert (again.changed, again.withdrawn, again.import_id) == (0, 0, 0)


async def test_what_is_of_another_type_by_now_is_told(tmp_path: Path, store: Store) -> None:
    await keep(store, tmp_path, wxr(post(1, "A secret", WORDS), post(3, "Another")))
    summary = await keep(store, tmp_path, wxr(post(1, "A secret", WORDS, kind="product")))
    assert (summary.withdrawn, summary.changed, summary.absent) == (1, 1, 1)
    assert (await store.get_article(1)).status is ArticleStatus.WITHDRAWN


async def test_a_page_that_was_changed_here_stays_and_is_named(tmp_path: Path, store: Store) -> None:
    await keep(store, tmp_path, wxr(post(2, "A page", WORDS, kind="page")))
    page = await store.get_page("/story-2/")
    await store.update_page("/story-2/", replace(page, title="Ours"), if_version=page.version)
    summary = await keep(store, tmp_path, wxr(post(2, "A page", WORDS, status="private")))
    assert "The page /story-2/ is an article at its source by now, but was changed here" in " ".join(summary.warnings)
    assert (await store.get_page("/story-2/")).public
    summary = await keep(store, tmp_path, wxr(post(2, "A page", WORDS, status="private")), theirs=True)
    assert not (await store.get_page("/story-2/")).public


async def test_a_post_that_is_a_page_by_now_is_one(tmp_path: Path, store: Store) -> None:
    link = "https://old.example/secret/"
    await keep(store, tmp_path, wxr(post(1, "A secret", WORDS), post(3, "Another")))
    page = post(1, "A secret", WORDS, kind="page", link=link)
    summary = await keep(store, tmp_path, wxr(page, post(3, "Another")))
    assert (summary.withdrawn, summary.left_out.named) == (1, ())
    assert (await store.view_page("/secret/")) is not None
    assert (await shown(store)).count("A secret") == 1
    back = await keep(store, tmp_path, wxr(post(1, "A secret", WORDS), post(3, "Another")))
    assert back.changed == 1
    assert "The page /secret/ is an article at its source by now" in " ".join(back.warnings)
    assert (await store.view_page("/secret/")) is None
    assert (await store.get_article(1)).public
    again = await keep(store, tmp_path, wxr(post(1, "A secret", WORDS), post(3, "Another")))
    assert (again.unchanged, again.warnings) == (2, ())


@pytest.mark.parametrize("status", ["trash", "private"])
async def test_a_picture_that_nobody_may_see_is_shown_nowhere(tmp_path: Path, store: Store, status: str) -> None:
    """Neither by a gallery nor as an article's photo, in whichever part it is.

    Words are commands: s is the story, p its picture, n the same hidden.
    """
    for number, parts in enumerate(("sn", "s n", "n s", "p n s", "s p", "sp sn", "sp n s"), 1):
        story = post(number, f"Story {number}", '<p>Words.</p>[gallery ids="8"]', meta=[("_thumbnail_id", "8")])
        photo = attachment(8, f"2022/03/photo-{number}.png")
        things = {"s": story, "p": photo, "n": photo.replace("[inherit]", f"[{status}]")}
        assert things["n"] != photo
        for command in parts.split():
            summary = await keep(
                store, tmp_path, wxr(*(things[one] for one in command)).replace(SITE, f"{SITE}/{number}")
            )
            if "n" in command:
                assert [note.why for note in summary.left_out.named] == [f"a file, {status}"]
        seen = await shown(store)
        assert (f"Story {number}" in seen, f"photo-{number}.png" in seen) == (True, parts == "s p"), parts


FORMS: dict[str, dict[str, Any]] = {
    "post": {},
    "page": {"kind": "page"},
    "draft": {"status": "draft"},
    "trash": {"kind": "page", "status": "trash"},
}


async def test_numbers_lead_to_what_is_there_by_now_whatever_it_was(tmp_path: Path, store: Store) -> None:
    """Any three forms of an item, one after another, and back again."""
    lives = dict(enumerate(product(FORMS, repeat=3), 1))

    async def leads(number: int, is_known: bool) -> str:
        targets = [await store.find_path(f"/?{key}={number}") for key in ("p", *(("page_id",) if is_known else ()))]
        kinds = {"nowhere" if one is None or one.gone else "page" if one.page else "post" for one in targets}
        return " and ".join(kinds)

    async def check(step: int) -> None:
        for number, life in lives.items():
            expected = life[step] if life[step] in ("post", "page") else "nowhere"
            assert await leads(number, "page" in life[: step + 1]) == expected, (life, step)

    imports = []
    for step in range(3):
        items = (
            post(number, f"Item {number}", link=f"{SITE}/item-{number}/", **FORMS[life[step]])
            for number, life in lives.items()
        )
        imports.append((await keep(store, tmp_path, wxr(*items))).import_id)
        await check(step)
    for step in (1, 0):
        undone = await undo(store, imports[step + 1])
        assert undone.kept == ()
        await check(step)


async def test_pages_that_share_what_names_them_are_two(tmp_path: Path, store: Store) -> None:
    """Some plugins copy a post with its guid."""
    export = wxr(post(1, "A page", kind="page", guid="tag:one"), post(2, "An article", guid="tag:one"))
    for _ in range(2):
        summary = await keep(store, tmp_path, export)
        assert summary.warnings == ()
        assert await store.view_page("/story-1/")
        assert (await store.get_article(2)).public


async def test_a_page_has_the_path_of_one_in_the_trash(tmp_path: Path, store: Store) -> None:
    terms = {"kind": "page", "link": f"{SITE}/terms/"}
    await keep(store, tmp_path, wxr(post(1, "Old", **terms)))  # type: ignore[arg-type]
    both = wxr(post(1, "Old", kind="page", status="trash"), post(2, "New", **terms))  # type: ignore[arg-type]
    for _ in range(2):
        summary = await keep(store, tmp_path, both)
        assert summary.made_drafts.named == ()
        assert {page.path: page.title for page in await store.list_pages(limit=9) if page.public} == {"/terms/": "New"}
    back = await keep(store, tmp_path, wxr(post(1, "Old", kind="page", link=f"{SITE}/old-terms/")))
    assert back.conflicts.named == ()
    assert {page.path for page in await store.list_pages(limit=9) if page.public} == {"/terms/", "/old-terms/"}


async def test_pages_are_no_articles_that_were_left_out(tmp_path: Path, store: Store) -> None:
    summary = await keep(store, tmp_path, wxr(post(1), post(2, "A page", kind="page"), post(3, "X", kind="wp_block")))
    assert (summary.added, summary.left_out.named, summary.absent) == (1, (), 0)
    summary = await keep(store, tmp_path, wxr(post(2, "A page", kind="page"), post(4, "Menu", kind="nav_menu_item")))
    assert [(note.title, note.why) for note in summary.left_out.named] == [("Menu", "nav_menu_item")]
    assert (summary.absent, summary.withdrawn) == (1, 0)


@pytest.mark.parametrize(
    "fields", [{"type": "page"}, {"type": "page", "status": "draft"}, {"status": "draft"}, {"visibility": "paid"}]
)
async def test_of_ghost(fields: dict[str, Any], tmp_path: Path, store: Store) -> None:
    public = ghost_files.post(1, "A secret", html=WORDS, published_at="2022-03-05T08:00:00.000Z")
    await keep(store, tmp_path, ghost_files.ghost([public]))
    assert [article.public for article in await store.list_articles(limit=9)] == [True]
    await keep(store, tmp_path, ghost_files.ghost([{**public, **fields}]))
    assert [article.public for article in await store.list_articles(limit=9)] == [False]
    await keep(store, tmp_path, ghost_files.ghost([public]))
    assert [article.public for article in await store.list_articles(limit=9)] == [True]
    assert not [page for page in await store.list_pages(limit=9) if page.public]


@pytest.mark.parametrize(
    "parts", [(kind("page"),), (kind("post"), "<blogger:trashed>2024-01-01T00:00:00Z</blogger:trashed>")]
)
@pytest.mark.parametrize("was", ["post", "page"])
async def test_of_blogger(was: str, parts: tuple[str, ...], tmp_path: Path, store: Store) -> None:
    def export(*parts: str) -> str:
        return (
            "<feed xmlns='http://www.w3.org/2005/Atom' xmlns:blogger='http://schemas.google.com/blogger/2018'>"
            f"<id>{BLOG}.archive</id><title>Blog</title>{entry('1', 'A secret', *parts)}{entry('2', 'B', kind('post'))}</feed>"
        )

    await keep(store, tmp_path, export(kind(was)))
    await keep(store, tmp_path, export(*parts))
    assert "A secret" not in [article.headline for article in await store.list_articles(limit=9) if article.public]
    pages = [page.title for page in await store.list_pages(limit=9) if page.public]
    assert pages == (["A secret"] if len(parts) == 1 else [])


async def test_a_page_may_have_the_path_of_an_article_that_nobody_has_seen(tmp_path: Path, store: Store) -> None:
    link = "https://old.example/about/"
    await keep(store, tmp_path, wxr(post(1, "About", WORDS, status="private", link=link)))
    await keep(store, tmp_path, wxr(post(2, "About us", WORDS, kind="page", link=link)))
    assert (await store.view_page("/about/")) is not None
    await keep(store, tmp_path, wxr(post(1, "About", WORDS, link=link)))
    assert (await store.view_page("/about/")) is not None
