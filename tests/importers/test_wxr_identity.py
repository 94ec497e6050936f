"""Which article a post is, where its guid alone does not say."""

from pathlib import Path

import pytest

from storage.model import ArticleStatus, PageOutcome, PageRecord
from storage.protocol import Store
from tests.importers.reading import keep
from tests.importers.wxr_files import SITE, comment, post, wxr

pytestmark = pytest.mark.anyio

SECURE, PLAIN = SITE, SITE.replace("https:", "http:")


def site(where: str, *numbers: int, words: str = "", status: str = "publish") -> str:
    """A site whose editor replaced its address in the whole database: guids, links and all."""
    posts = [
        post(
            number,
            f"Story {number}{words}",
            guid=f"{SECURE}/?p={number}" if number % 2 else f"{SECURE}/2022/03/story-{number}/",
            status=status,
            date_gmt=f"2022-03-0{number} 10:00:00",
            comments=[comment(20 + number), comment(30 + number, parent=20 + number)],
        )
        for number in numbers
    ]
    return wxr(*posts).replace(SECURE, where)


async def stories(store: Store) -> dict[str, int]:
    return {article.headline: article.id for article in await store.list_articles(limit=9)}


@pytest.mark.parametrize(("first", "second"), [(PLAIN, SECURE), (SECURE, PLAIN)])
async def test_guids_that_were_rewritten_double_nothing(tmp_path: Path, store: Store, first: str, second: str) -> None:
    await keep(store, tmp_path, site(first, 1, 2))
    guids = {article.guid for article in await store.list_articles(limit=9)}
    summary = await keep(store, tmp_path, site(second, 1, 2))
    assert (summary.added, summary.absent, summary.comments_added) == (0, 0, 0)
    assert (await keep(store, tmp_path, site(second, 1, 2))).import_id == 0
    summary = await keep(store, tmp_path, site(second, 1, 2, words=" more"))
    assert (summary.changed, summary.added) == (2, 0)
    assert await stories(store) == {"Story 1 more": 1, "Story 2 more": 2}
    assert {article.guid for article in await store.list_articles(limit=9)} == guids
    assert len(await store.list_comments(limit=9)) == 4
    await keep(store, tmp_path, site(second, 1, 2, status="trash"))
    assert {article.status for article in await store.list_articles(limit=9)} == {ArticleStatus.WITHDRAWN}


async def test_pages_whose_guids_were_rewritten_are_edited(tmp_path: Path, store: Store) -> None:
    def export(where: str, words: str, slug: str) -> str:
        about = post(9, "About", words, kind="page", link=f"{SECURE}/{slug}/", guid=f"{SECURE}/?page_id=9")
        return wxr(about).replace(SECURE, where)

    await keep(store, tmp_path, export(PLAIN, "Old", "about"))
    for words, slug in (("New", "about"), ("Newer", "us")):
        summary = await keep(store, tmp_path, export(SECURE, words, slug))
        assert (summary.pages[PageOutcome.CHANGED], len(summary.conflicts)) == (1, 0)
        [page] = [found async for found in store.export() if isinstance(found, PageRecord)]
        assert words in page.page.body_html


async def test_two_posts_whose_guids_differ_by_scheme_alone_stay_two(tmp_path: Path, store: Store) -> None:
    export = wxr(post(1, "One", guid=f"{PLAIN}/?p=1"), post(2, "Two", guid=f"{SECURE}/?p=1"))
    for _ in range(2):
        await keep(store, tmp_path, export)
        assert await stories(store) == {"One": 1, "Two": 2}
    await keep(store, tmp_path, wxr(post(2, "Two", guid=f"{PLAIN}/?p=1", date_gmt="2022-03-05 10:00:00")))
    assert await stories(store) == {"One": 1, "Two": 2}


@pytest.mark.parametrize("numbers", [(1, 2, 3), (3, 1, 2)])
async def test_posts_that_share_a_guid_in_several_commands(
    tmp_path: Path, store: Store, numbers: tuple[int, ...]
) -> None:
    def export(*some: int, words: str = "") -> str:
        posts = (
            post(number, f"Story {number}{words}", guid="tag:shared", date_gmt=f"2022-03-0{number} 10:00:00")
            for number in some
        )
        return wxr(*posts)

    for number in numbers:
        assert (await keep(store, tmp_path, export(number))).added == 1
    assert await stories(store) == {f"Story {number}": number for number in numbers}
    for some in (numbers, numbers[::-1], numbers[:1], numbers[1:]):
        summary = await keep(store, tmp_path, export(*some))
        assert (summary.added, summary.changed, summary.unchanged) == (0, 0, len(some))
    for number in numbers[::-1]:
        assert (await keep(store, tmp_path, export(number, words=" more"))).changed == 1
    assert await stories(store) == {f"Story {number} more": number for number in numbers}


async def test_a_site_that_numbered_its_posts_anew_is_known_by_its_guids(tmp_path: Path, store: Store) -> None:
    await keep(store, tmp_path, wxr(post(1, "One", guid="tag:one", name="one")))
    summary = await keep(store, tmp_path, wxr(post(71, "One more", guid="tag:one", name="one")))
    assert (summary.changed, summary.added) == (1, 0)
