"""Imports of what was imported before, from files as newsrooms have them."""

import json
import os
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from feeds.importers import Summary, export_lines
from feeds.importers.report import Note
from feeds.newsroom import publishing
from storage.model import ArticleStatus, CommentStatus
from storage.protocol import Store
from tests.importers.feed_files import RSS_2
from tests.importers.reading import NOW, keep
from tests.importers.wxr_files import comment, post, wxr
from tests.storage.newsroom import SettableClock
from tests.stores import Stores, opened_store

pytestmark = pytest.mark.anyio

SHARED = os.environ.get("DATELINE_TEST_SHARED")
needs_cases = pytest.mark.skipif(not SHARED, reason="DATELINE_TEST_SHARED names no folder with cases/")


@pytest.fixture
async def later(store_url: str) -> AsyncIterator[Store]:
    """A store after the dates in the cases."""
    async with opened_store(store_url, SettableClock(datetime(2024, 6, 1, tzinfo=UTC))) as store:
        yield store


def case(name: str) -> str:
    return (Path(SHARED or "") / "cases" / "import" / name).read_text(encoding="utf-8")


async def take(store: Store, folder: Path, *names: str) -> list[Summary]:
    return [await keep(store, folder, case(name)) for name in names]


@needs_cases
async def test_two_agencies_that_number_their_items(tmp_path: Path, store: Store) -> None:
    names = ("guid-two-agencies/a.xml", "guid-two-agencies/b.xml")
    await take(store, tmp_path, *names)
    articles = await store.list_articles(limit=9)
    assert len({article.guid for article in articles}) == len({article.headline for article in articles}) == 2
    again = await take(store, tmp_path, *names)
    assert [summary.unchanged for summary in again] == [1, 1]
    assert await store.list_articles(limit=9) == articles


@needs_cases
async def test_an_aggregator_that_carries_our_guid(tmp_path: Path, store: Store) -> None:
    own = json.loads(case("guid-hijack/own.json"))
    article = await publishing.create(store, own, clock=lambda: NOW, zone=NOW.tzinfo)  # type: ignore[arg-type]
    await take(store, tmp_path, "guid-hijack/planet.xml")
    assert await store.get_article(article.id) == article


@needs_cases
async def test_a_second_export_is_followed(tmp_path: Path, later: Store) -> None:
    store = later
    await take(store, tmp_path, "second/a.xml")
    [summary] = await take(store, tmp_path, "second/b.xml")
    assert (summary.added, summary.changed, summary.withdrawn, summary.conflicts.named) == (0, 6, 1, ())
    by_id = {article.id: article for article in await store.list_articles(limit=9)}
    status = {id_: article.status for id_, article in by_id.items() if not article.public}
    assert status == {2: ArticleStatus.WITHDRAWN, 3: ArticleStatus.DRAFT, 5: ArticleStatus.DRAFT}
    assert by_id[1].headline == "Stays, corrected"
    for path, leads in {
        "/2024/03/05/story-2/": None,
        "/?p=2": None,
        "/2024/03/05/old-slug/": "/2024/03/05/new-slug/",
        "/2024/03/05/story-6/": "/2024/03/07/story-6/",
    }.items():
        target = await store.find_path(path)
        assert (None if target is None or target.gone else target.path) == leads
    [again] = await take(store, tmp_path, "second/b.xml")
    assert (again.unchanged, again.changed) == (6, 0)


@needs_cases
async def test_two_sites_with_the_same_ids(tmp_path: Path, later: Store) -> None:
    store = later
    await take(store, tmp_path, "two-sites/a.xml", "two-sites/b.xml")
    first, second = sorted(await store.list_articles(limit=9), key=lambda article: article.headline)
    for article, path in ((first, "/?p=1"), (second, "/2024/03/05/b-one/")):
        target = await store.find_path(path)
        assert target is not None
        assert target.article_id == article.id
        assert len(await store.list_comments(article_id=article.id, limit=9)) == 1


async def test_what_is_in_the_trash_and_not_here_is_left_out(tmp_path: Path, store: Store) -> None:
    summary = await keep(store, tmp_path, wxr(post(8, "About us", status="trash"), post(9)))
    assert summary.left_out.named == (Note("About us", "trash"),)
    assert [article.id for article in await store.list_articles(limit=9)] == [9]


async def test_comments_follow_the_second_export(tmp_path: Path, store: Store) -> None:
    thread = [comment(number, approved="1") for number in range(1, 6)]
    await keep(store, tmp_path, wxr(post(1, comments=thread)))
    later = [
        comment(1, approved="spam"),
        comment(2, approved="1", content="Well said, and better."),
        comment(3, approved="trash"),
        comment(4, approved="1"),
        comment(6, approved="0"),
    ]
    summary = await keep(store, tmp_path, wxr(post(1, comments=later)))
    assert (summary.comments_added, summary.comments_changed, summary.comments_trashed) == (1, 4, 2)
    kept = {one.id: one for one in await store.list_comments(limit=9)}
    assert {id_: one.status for id_, one in kept.items()} == {
        1: CommentStatus.SPAM,
        2: CommentStatus.APPROVED,
        3: CommentStatus.TRASH,
        4: CommentStatus.APPROVED,
        5: CommentStatus.TRASH,
        6: CommentStatus.PENDING,
    }
    assert "better" in kept[2].body_html
    [article] = await store.list_articles(limit=2)
    assert (article.comment_count, article.listed_comment_count) == (2, 2)
    again = await keep(store, tmp_path, wxr(post(1, comments=later)))
    assert (again.unchanged, again.comments_changed, again.import_id) == (1, 0, 0)


async def test_articles_that_are_not_in_the_file_stay_and_are_counted(tmp_path: Path, store: Store) -> None:
    await keep(store, tmp_path, wxr(post(1), post(2), post(3)))
    summary = await keep(store, tmp_path, wxr(post(2), post(4)))
    assert (summary.absent, summary.added) == (2, 1)
    assert all(article.public for article in await store.list_articles(limit=9))


async def test_a_newsroom_that_moved_goes_on_importing(tmp_path: Path, store: Store, stores: Stores) -> None:
    """By its own export, which carries from where everything came."""
    thread = [comment(number, approved="1") for number in (1, 2)]
    first = wxr(post(1, comments=thread), post(2))
    await keep(store, tmp_path, first)
    await keep(store, tmp_path, RSS_2)
    await store.set_comment_status(1, CommentStatus.SPAM, by="desk", list_after=timedelta())
    [article] = [one for one in await store.list_articles(limit=9) if one.id == 2]
    await store.update_article(replace(article, headline="Ours"), if_version=article.version)
    lines = b"".join([line async for line in export_lines(store, private=True)])
    with stores.new() as url:
        async with opened_store(url, SettableClock(NOW)) as other:
            await keep(other, tmp_path, lines)
            here = await store.list_articles(limit=9)
            for export, count in ((first, 2), (RSS_2, 2)):
                summary = await keep(other, tmp_path, export)
                assert (summary.unchanged, summary.changed, summary.added) == (count, 0, 0)
            assert {one.guid: one.headline for one in await other.list_articles(limit=9)} == {
                one.guid: one.headline for one in here
            }
            assert (await other.get_comment(1)).status is CommentStatus.SPAM
            summary = await keep(other, tmp_path, wxr(post(2, "Theirs, too")))
            assert [note.title for note in summary.conflicts.named] == ["Theirs, too"]


async def test_what_an_older_export_of_ours_brought_is_adopted(tmp_path: Path, store: Store, stores: Stores) -> None:
    """An earlier release's does not say from where it came; what has an address by WordPress's ids came from there."""
    await keep(store, tmp_path, wxr(post(1)))
    lines = [json.loads(line) async for line in export_lines(store, private=True)]
    older = [{key: value for key, value in line.items() if not key.startswith("imported")} for line in lines]
    with stores.new() as url:
        async with opened_store(url, SettableClock(NOW)) as other:
            await keep(other, tmp_path, "\n".join(map(json.dumps, older)))
            later = "2023-03-20 10:00:00"
            summary = await keep(other, tmp_path, wxr(post(1, "Edited", modified_gmt=later), post(2)))
            assert (summary.changed, summary.added) == (1, 1)
