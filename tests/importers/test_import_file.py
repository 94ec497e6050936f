"""An import into a store: its summary, a second time, an edited export."""

from pathlib import Path

import pytest

from feeds.importers import Note, import_file
from feeds.importers.batch import RECORDS
from feeds.importers.report import NAMED
from storage.model import CommentStatus, PageOutcome, Section
from storage.protocol import Store
from storage.scopes import HOME, section_scope
from tests.importers.reading import NOW, keep, settings_in, write
from tests.importers.wxr_files import attachment, author, category, comment, post, wxr
from tests.stores import ANY_ENGINE

pytestmark = pytest.mark.anyio


def newsroom(title: str = "Harbour reopens", *more: str) -> str:
    """A bit of everything."""
    return wxr(
        post(
            1,
            title,
            creator="desk",
            categories={"africa": "Africa"},
            tags={"storm": "Storm"},
            meta=[("_thumbnail_id", "9")],
            comments=[comment(11), comment(12, approved="0", parent=11), comment(13, approved="spam")],
        ),
        post(2, "To come", status="future", date_gmt="2030-01-01 10:00:00"),
        post(3, "Not yet", status="draft"),
        post(4, "Private", status="private"),
        post(5, "About", kind="page"),
        post(6, "Old story", date_gmt="2021-03-01 10:00:00"),
        attachment(9),
        *more,
        before=[author("desk", "The Desk"), category("world", "World"), category("africa", "Africa", "world")],
    )


async def test_the_summary(tmp_path: Path, store: Store) -> None:
    summary = await keep(store, tmp_path, newsroom())
    assert summary.source == "WordPress export (WXR)"
    assert (summary.added, summary.changed, summary.unchanged, summary.articles) == (5, 0, 0, 5)
    assert (summary.drafts, summary.scheduled, summary.sections) == (2, 1, 2)
    assert summary.comments == {
        CommentStatus.PENDING: 1, CommentStatus.APPROVED: 1, CommentStatus.SPAM: 1, CommentStatus.TRASH: 0,
    }  # fmt: skip
    assert summary.redirects == 20, "three of an article and a page, one of its category, one of its author"
    assert (summary.pictures_copied, summary.pictures_missing) == (0, 1)
    assert summary.made_drafts.named == (Note("Private", "private"),)
    assert summary.pages[PageOutcome.ADDED] == 1
    assert summary.left_out.named == ()
    assert len(summary.refused) == 0
    assert "private.example" not in repr(summary)


async def test_what_readers_find(tmp_path: Path, store: Store) -> None:
    await keep(store, tmp_path, newsroom())
    found = await store.read_articles(HOME, limit=10)
    assert [article.headline for article in found.articles] == ["Harbour reopens", "Old story"]
    assert [article.id for article in (await store.read_articles(section_scope("world"), limit=10)).articles] == [1]
    for path in ("/story-1/", "/?p=1"):
        target = await store.find_path(path)
        assert target is not None
        assert target.path == "/2022/03/01/story-1/"
    view = await store.view_article("/2022/03/01/story-1/", size=50)
    assert [comment.id for comment in getattr(view, "comments", ())] == [11]


async def test_a_second_time_changes_nothing(tmp_path: Path, store: Store) -> None:
    await keep(store, tmp_path, newsroom())
    seq = await store.last_seq()
    again = await keep(store, tmp_path, newsroom())
    assert (again.added, again.changed, again.unchanged, again.sections) == (0, 0, 5, 0)
    assert await store.last_seq() == seq


async def test_an_edited_export_changes_what_differs(tmp_path: Path, store: Store) -> None:
    await keep(store, tmp_path, newsroom())
    seq = await store.last_seq()
    edited = await keep(store, tmp_path, newsroom("Harbour closes", post(7, "New")))
    assert (edited.added, edited.changed, edited.unchanged) == (1, 1, 4)
    changes = await store.changes_since(seq, limit=10)
    assert [change.subject_id for change in changes] == ["1", "7"]
    assert (await store.get_article(1)).headline == "Harbour closes"


async def test_a_new_comment_in_a_later_export_is_added(tmp_path: Path, store: Store) -> None:
    first, second = comment(11), comment(12, parent=11)
    await keep(store, tmp_path, wxr(post(1, comments=[first])))
    assert (await keep(store, tmp_path, wxr(post(1, comments=[first, second])))).changed == 1
    assert [kept.parent_id for kept in await store.list_comments(article_id=1, limit=9)] == [11, None]


async def test_more_than_a_batch(tmp_path: Path, store: Store) -> None:
    count = 2 * RECORDS + 1
    summary = await keep(store, tmp_path, wxr(*(post(number) for number in range(1, count + 1))))
    assert summary.added == count
    assert len(await store.changes_since(0, limit=2 * count)) >= count


async def test_lists_of_names_are_bounded(tmp_path: Path, store: Store) -> None:
    summary = await keep(store, tmp_path, wxr(*(post(0, "Page " * 200, guid="") for _ in range(NAMED + 7))))
    assert len(summary.refused.named) == NAMED
    assert summary.refused.more == 7
    assert len(summary.refused) == NAMED + 7
    assert all(len(note.title) <= 200 for note in summary.refused.named)


async def test_a_picture_that_is_part_of_the_text_is_missed_and_said_so(tmp_path: Path, store: Store) -> None:
    data = '<img src="data:image/png;base64,iVBORw0KGgo=">'
    export = wxr(post(1, "One", f"<p>a {data} b</p>"), post(2, "Two", f'<p>{data}<img alt="A boat">c</p>'))
    summary = await keep(store, tmp_path, export)
    kept = [note.why for note in summary.cut.reasons]
    assert kept == ["kept without one of its pictures", "kept without 2 of its pictures"]
    [two, one] = await store.list_articles(limit=2)
    assert (one.body_html, two.body_html) == ("<p>a  b</p>", '<p><img alt="A boat">c</p>')


async def test_sections_of_the_store_are_known(tmp_path: Path, store: Store) -> None:
    await store.add_section(Section(path="world", title="The World", created_at=NOW))
    summary = await keep(store, tmp_path, newsroom())
    assert (summary.sections, len(summary.refused)) == (1, 0)
    assert [section.title for section in await store.get_sections()] == ["The World", "Africa"]


@ANY_ENGINE
async def test_progress_grows_to_the_size_of_the_file(tmp_path: Path, store: Store) -> None:
    path = write(tmp_path, wxr(*(post(number, content="x" * 5000) for number in range(100))))
    done: list[int] = []
    await import_file(store, path, settings=settings_in(tmp_path), progress=done.append)
    assert done == sorted(done)
    assert len(done) > 4
    assert done[-1] == path.stat().st_size
