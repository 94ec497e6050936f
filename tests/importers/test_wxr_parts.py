"""Exports in several files, and what an earlier import left for a later one to know."""

from pathlib import Path

import pytest

from feeds.importers import ImportOptions, ImportRefused, import_files
from feeds.importers.report import Note
from storage.model import ArticleStatus
from storage.protocol import Store
from tests.importers.reading import NOW, keep, read, read_parts, settings_in, write
from tests.importers.wxr_files import SITE, attachment, author, category, comment, post, wxr
from tests.storage.test_undoing_imports import undo
from tests.stores import ANY_ENGINE

WORLD = category("world", "World", term_id=3)
AFRICA = category("africa", "Africa", "world", term_id=4)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_each_part_may_speak_of_what_stands_in_another(tmp_path: Path, order: tuple[int, ...]) -> None:
    parts = [
        wxr(post(1, creator="zoe", categories={"africa": "Africa"}, meta=[("_thumbnail_id", "9")])),
        wxr(attachment(9, parent=1), before=[AFRICA]),
        wxr(before=[WORLD, author("zoe", "Zoë Tan")]),
    ]
    found = read_parts(tmp_path, *(parts[n] for n in order))
    assert found.article.image is not None
    assert found.article.sections == ("world/africa",)
    assert [one.name for one in found.article.authors] == ["Zoë Tan"]
    assert "/?attachment_id=9" in found.record.old_paths
    assert [section.path for section in found.sections] == ["world", "world/africa"]


def test_a_post_that_two_parts_have_is_one(tmp_path: Path) -> None:
    found = read_parts(tmp_path, wxr(post(1), post(2)), wxr(post(2), post(3)))
    assert [record.article.id for record in found.records] == [1, 2, 3]
    assert [note.title for note in found.report.left_out.named] == ["A headline"]


@pytest.mark.parametrize(
    ("listed", "sections", "path"),
    [
        ([], ("world", "world/africa"), "world/africa"),
        ([], ("sports", "africa", "sports/africa"), "africa"),
        ([], (), "africa"),
        ([AFRICA], ("world", "world/africa"), "world/africa"),
        ([AFRICA], ("news", "news/world"), "news/world/africa"),
        ([category("africa", "Africa")], ("world", "world/africa"), "world/africa"),
        ([category("africa", "Africa"), WORLD], ("world", "world/africa"), "africa"),
        ([AFRICA, WORLD], ("sports", "sports/africa"), "world/africa"),
    ],
)
def test_a_section_stands_where_the_newsroom_has_it_unless_the_export_says_where(
    tmp_path: Path, listed: list[str], sections: tuple[str, ...], path: str
) -> None:
    found = read(tmp_path, wxr(post(1, categories={"africa": "Africa"}), before=listed), sections=sections)
    assert found.article.sections == (path,)


def test_a_photo_in_a_part_that_is_not_there_leaves_the_one_that_is_here(tmp_path: Path) -> None:
    story = post(1, meta=[("_thumbnail_id", "9")])
    assert read(tmp_path, wxr(story)).record.said["image"] is None
    assert "image" not in read(tmp_path, wxr(story, attachment(9))).record.said
    assert "image" not in read(tmp_path, wxr(post(1))).record.said


async def keep_parts(store: Store, folder: Path, *exports: str, **more: object) -> object:
    paths = [write(folder, export, f"part{number}.xml") for number, export in enumerate(exports, 1)]
    return await import_files(store, paths, settings=settings_in(folder), clock=lambda: NOW, **more)  # type: ignore[arg-type]


@pytest.mark.anyio
async def test_parts_one_after_another_and_then_together(tmp_path: Path, store: Store) -> None:
    first = wxr(post(1, categories={"africa": "Africa"}, meta=[("_thumbnail_id", "9")]), before=[WORLD, AFRICA])
    second = wxr(post(2, categories={"africa": "Africa"}), attachment(9))
    await keep(store, tmp_path, first)
    await keep(store, tmp_path, second)
    assert [(await store.get_article(n)).sections for n in (1, 2)] == [("world/africa",)] * 2
    await keep_parts(store, tmp_path, second, first)
    photo = (await store.get_article(1)).image
    assert photo is not None
    await keep(store, tmp_path, first)
    assert (await store.get_article(1)).image == photo, "the first part alone does not take it away"


@pytest.mark.anyio
async def test_two_sites_and_a_feed_in_one_command(tmp_path: Path, store: Store) -> None:
    other = wxr(post(1, "Theirs", guid="tag:other")).replace(SITE, "https://other.example")
    feed = '<rss version="2.0"><channel><item><title>Fed</title><guid>tag:fed</guid></item></channel></rss>'
    summary = await keep_parts(store, tmp_path, wxr(post(1, "Ours")), feed, other, wxr(post(2, "Ours, too")))
    assert summary.source == "WordPress export (WXR) and feed (RSS or Atom)"  # type: ignore[attr-defined]
    listed = await store.list_articles(limit=9)
    assert sorted(article.headline for article in listed) == ["Fed", "Ours", "Ours, too", "Theirs"]


@pytest.mark.anyio
async def test_a_part_that_is_damaged_is_named_and_nothing_is_kept(tmp_path: Path, store: Store) -> None:
    damaged = wxr(post(2)).replace("</item>", "</itme>")
    with pytest.raises(ImportRefused, match=r"^part2.xml: not well-formed XML at line \d+"):
        await keep_parts(store, tmp_path, wxr(post(1)), damaged)
    with pytest.raises(ImportRefused, match=r"^part2.xml: no kind of file"):
        await keep_parts(store, tmp_path, wxr(post(1)), "Dear editor,")
    assert await store.list_articles(limit=1) == ()


@ANY_ENGINE
@pytest.mark.anyio
async def test_the_progress_of_parts_is_of_all_their_bytes(tmp_path: Path, store: Store) -> None:
    done: list[int] = []
    parts = [wxr(*(post(n, content="x" * 5000) for n in range(10 * k + 1, 10 * k + 11))) for k in range(3)]
    await keep_parts(store, tmp_path, *parts, progress=done.append)
    assert done == sorted(done)
    assert done[-1] == sum(len(part.encode()) for part in parts)


TRASHED = {"name": "story-1__trashed", "status": "trash", "modified_gmt": "2022-03-09 10:00:00"}


@pytest.mark.anyio
async def test_a_post_that_went_to_the_trash_is_withdrawn(tmp_path: Path, store: Store) -> None:
    await keep(store, tmp_path, wxr(post(1, "Stays", content="<p>Words.</p>")))
    summary = await keep(store, tmp_path, wxr(post(1, "Gone", **TRASHED), post(2, "Never here", **TRASHED)))  # type: ignore[arg-type]
    assert summary.left_out.named == (Note("Never here", "trash"),)
    article = await store.get_article(1)
    assert article.status is ArticleStatus.WITHDRAWN
    assert (article.headline, article.slug, article.body_html) == ("Stays", "story-1", "<p>Words.</p>")
    assert [article.id for article in await store.list_articles(limit=9)] == [1]
    target = await store.find_path("/2022/03/01/story-1/")
    assert target is not None
    assert target.gone


@pytest.mark.anyio
async def test_a_post_out_of_the_trash_is_back(tmp_path: Path, store: Store) -> None:
    for fields in ({}, TRASHED, {}):
        await keep(store, tmp_path, wxr(post(1, **fields)))  # type: ignore[arg-type]
    assert (await store.get_article(1)).public


@pytest.mark.anyio
async def test_an_article_for_a_few_is_so_when_it_is_completed(tmp_path: Path, store: Store) -> None:
    for fields in (
        {"password": "sesame"},
        {"status": "private"},
        {"meta": [("_jetpack_newsletter_access", "subscribers")]},
        {"meta": [("groups-read", "2")]},
    ):
        await keep(store, tmp_path, wxr(post(1, content='[gallery ids="9"]', **fields)))
        summary = await keep(store, tmp_path, wxr(attachment(9)))
        assert len(summary.completed) == 1
        assert "photo.png" in (await store.get_article(1)).body_html
        assert (await store.get_article(1)).status is ArticleStatus.DRAFT
        await undo(store, summary.import_id)
        await undo(store, summary.import_id - 1)


@pytest.mark.anyio
async def test_articles_are_completed_by_all_parts_at_once(tmp_path: Path, store: Store) -> None:
    """What was imported before is remembered; all of it together changes nothing more."""
    posts = wxr(
        post(1, meta=[("_thumbnail_id", "9")]),
        post(2, "Two", '[gallery ids="9,10"]'),
        post(3, "Three", '<!-- wp:paragraph --><p>Intro.</p><!-- /wp:paragraph -->\n<!-- wp:block {"ref":50} /-->'),
    )
    others = wxr(attachment(9), attachment(10, "2022/b.png"), post(50, "Block", "<p>Block.</p>", kind="wp_block"))
    first = await keep(store, tmp_path, posts)
    assert any("import the others" in warning for warning in first.warnings)
    second = await keep(store, tmp_path, others)
    assert (second.warnings, second.changed, len(second.completed), second.unchanged) == ((), 3, 3, 0)
    paths = [write(tmp_path, export, f"part{number}") for number, export in enumerate((posts, others))]
    both = await import_files(store, paths, settings=settings_in(tmp_path), clock=lambda: NOW)
    assert both.warnings == ()
    made = {article.id: article for article in await store.list_articles(limit=9)}
    assert made[1].image is not None
    assert made[2].body_html.count("<img") == 2
    assert "Block." in made[3].body_html
    assert (both.changed, both.unchanged, both.conflicts.named) == (0, 3, ())


OLD = {"title": "Old", "modified_gmt": "2022-03-02 10:00:00"}
HIDDEN = {"title": "Hidden", "modified_gmt": "2022-03-09 10:00:00", "status": "private"}


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize(
    ("one", "other", "counts"),
    [(OLD, HIDDEN, "Hidden"), (OLD, {**HIDDEN, "modified_gmt": OLD["modified_gmt"]}, "Hidden"), (OLD, TRASHED, None)],
)
def test_of_a_post_that_two_files_have_the_newest_copy_counts(
    tmp_path: Path, order: int, one: dict[str, str], other: dict[str, str], counts: str | None
) -> None:
    """Files of several days, in one command: what is not public any more must not come out by the older one."""
    posts = [wxr(post(1, **one)), wxr(post(1, **other))][::order]  # type: ignore[arg-type]
    found = read_parts(tmp_path, *posts)
    assert [record.article.headline for record in found.records] == ([counts] if counts else [])
    assert not any(record.article.public for record in found.records)
    pages = [wxr(post(1, kind="page", **one)), wxr(post(1, kind="page", **other))][::order]  # type: ignore[arg-type]
    assert not any(record.page.public for record in read_parts(tmp_path, *pages).pages)


@pytest.mark.anyio
@pytest.mark.parametrize("numbers", [(2, 3, 1), (3, 2, 1)])
async def test_articles_that_share_a_guid_stay_themselves(
    tmp_path: Path, store: Store, numbers: tuple[int, ...]
) -> None:
    """Plugins that copy a post copy its guid. No export, in whatever order and of whichever of them, mistakes one for another."""

    def export(*some: int, words: str = "") -> str:
        return wxr(*(post(number, f"Story {number}{words}", guid="tag:shared") for number in some))

    await keep(store, tmp_path, export(1, 2, 3))
    again = await keep(store, tmp_path, export(*numbers))
    assert (again.unchanged, again.import_id) == (3, 0)
    for number in numbers:
        assert (await keep(store, tmp_path, export(number, words=" more"))).changed == 1
    found = {article.id: article.headline for article in await store.list_articles(limit=9)}
    assert found == {number: f"Story {number} more" for number in numbers}


@pytest.mark.anyio
@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
@pytest.mark.parametrize("kind", ["post", "page"])
async def test_of_copies_as_new_the_one_for_members_counts(
    tmp_path: Path, store: Store, order: tuple[int, int], kind: str
) -> None:
    copies = [wxr(post(1, kind=kind, meta=fields)) for fields in ([], [("_members_access_role", "editor")])]
    paths = [write(tmp_path, copies[at], f"copy{at}.xml") for at in order]
    await import_files(store, paths, settings=settings_in(tmp_path), clock=lambda: NOW)
    assert not any(article.public for article in await store.list_articles(limit=2))
    assert not any(page.public for page in await store.list_pages(limit=2))


@pytest.mark.anyio
@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
async def test_of_exports_of_several_days_the_last_counts(tmp_path: Path, store: Store, order: tuple[int, int]) -> None:
    """In whatever order they are named: what was said since of a post that nobody edited, and what things are called by then."""
    days = []
    for day, thread, name in ((3, [], "Zoe"), (4, [comment(21)], "Zoë Tan")):
        export = wxr(
            post(1, creator="zoe", categories={"world": name}, tags={"tan": name}, comments=thread),
            before=[author("zoe", name), category("world", name)],
        )
        days.append(export.replace("<language>", f"<pubDate>Thu, 0{day} Mar 2022 10:00:00 +0000</pubDate><language>"))
    paths = [write(tmp_path, days[at], f"day{at}.xml") for at in order]
    for theirs in (False, True):
        options = ImportOptions(theirs=theirs)
        await import_files(store, paths, settings=settings_in(tmp_path), clock=lambda: NOW, options=options)
        [article] = await store.list_articles(limit=2)
        [section] = await store.get_sections()
        assert {article.authors[0].name, article.tags[0].name, section.title} == {"Zoë Tan"}
        assert article.comment_count == 1
