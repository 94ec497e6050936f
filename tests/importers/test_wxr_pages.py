"""WordPress's pages: at their own paths from the first day on, and never in anybody else's place."""

import os
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import httpx2
import pytest

from feeds.importers import Summary, export_lines, import_file
from feeds.main import site_state
from storage.model import PageOutcome, PageStatus
from storage.protocol import Store
from tests.importers.reading import NOW, read, settings_in, write
from tests.importers.wxr_files import SITE, comment, post, wxr
from tests.server.listening import listening
from tests.stores import ANY_ENGINE, opened_store
from tests.web.site import application

pytestmark = pytest.mark.anyio
SHARED = os.environ.get("DATELINE_TEST_SHARED")


def page(number: int, title: str = "About us", content: str = "<p>Words.</p>", **fields: Any) -> str:
    return post(number, title, content, kind="page", **fields)


async def taken_in(store: Store, folder: Path, *items: str) -> Summary:
    return await import_file(store, write(folder, wxr(*items)), settings=settings_in(folder), clock=lambda: NOW)


async def statuses(store: Store) -> Mapping[str, PageStatus]:
    return {one.path: one.status for one in await store.list_pages(limit=100)}


def test_a_page_is_what_it_was(tmp_path: Path) -> None:
    content = f'<!-- wp:paragraph --><p>See <a href="/contact/">us</a>.<img src="{SITE}/wp-content/uploads/a.jpg"></p>'
    found = read(
        tmp_path,
        wxr(
            page(
                2,
                "The team",
                content,
                link=f"{SITE}/about/team/",
                name="team",
                modified_gmt="2022-04-01 00:00:00",
                meta=[("_wp_old_slug", "staff")],
                creator="jdoe",
                comments=[comment(1)],
            )
        ),
    )
    [record] = found.pages
    made = record.page
    assert not found.records
    assert (made.path, made.title, made.status) == ("/about/team/", "The team", PageStatus.PUBLISHED)
    assert 'src="/wp-content/uploads/a.jpg"' in made.body_html
    assert str(made.published_at) == "2022-03-01 10:00:00+00:00"
    assert str(made.modified_at) == "2022-04-01 00:00:00+00:00"
    assert record.old_paths == ("/?p=2", "/?page_id=2", "/?pagename=team", "/about/staff/")
    assert "a page's comments" in [met.name for met in found.report.stripped.met()]
    assert found.report.comments_left == 1


def test_comments_on_what_has_none_here_are_counted_but_for_spam(tmp_path: Path) -> None:
    replies = [comment(1), comment(2, approved="0"), comment(3, approved="spam"), comment(4, approved="trash")]
    picture = post(7, "Harbour", kind="attachment", status="inherit", comments=[comment(5)])
    found = read(tmp_path, wxr(page(2, "About", comments=replies), page(3, "Contact", comments=replies[2:]), picture))
    assert found.report.comments_left == 3
    told = {met.name: (met.articles, met.example) for met in found.report.stripped.met()}
    assert told == {"a page's comments": (1, "About"), "a picture's comments": (1, "Harbour")}


@pytest.mark.parametrize(
    ("fields", "path", "status"),
    [
        ({}, "/story-2/", "published"),
        ({"status": "draft", "link": f"{SITE}/?page_id=2", "name": ""}, "/about-us/", "draft"),
        ({"status": "private"}, "/story-2/", "draft"),
        ({"password": "x"}, "/story-2/", "draft"),
        ({"status": "future", "date_gmt": "2029-03-01 10:00:00"}, "/story-2/", "draft"),
        ({"status": "pending", "link": f"{SITE}/?page_id=2", "name": ""}, "/about-us/", "draft"),
        ({"link": f"{SITE}/%C3%BCber-uns/", "name": "%c3%bcber-uns"}, "/über-uns/", "published"),
        ({"link": f"{SITE}/about.html"}, "/about.html/", "published"),
        ({"link": f"{SITE}/", "name": "home"}, "/home/", "draft"),
        ({"link": f"{SITE}/a b/", "name": "a-b"}, "/a-b/", "published"),
    ],
)
def test_where_a_page_is_and_whether_readers_see_it(
    tmp_path: Path, fields: Mapping[str, str], path: str, status: str
) -> None:
    [record] = read(tmp_path, wxr(page(2, **fields))).pages
    assert (record.page.path, record.page.status.value, record.left_out) == (path, status, "")


async def test_one_in_the_trash_is_left_out(store: Store, tmp_path: Path) -> None:
    summary = await taken_in(store, tmp_path, page(2, status="trash"))
    assert await statuses(store) == {}
    assert [(note.title, note.why) for note in summary.left_out.named] == [("About us (/story-2/)", "trash")]


@ANY_ENGINE
@pytest.mark.parametrize("path", ["feeds", "feed", "search", "comments", "2023", "section/world", "desk", "page/2"])
async def test_a_path_that_is_the_sites_own_makes_it_a_draft_with_a_name(
    store: Store, tmp_path: Path, path: str
) -> None:
    summary = await taken_in(store, tmp_path, page(2, "Our feeds", link=f"{SITE}/{path}/"))
    assert await statuses(store) == {f"/{path}/": PageStatus.DRAFT}
    [note] = summary.made_drafts.named
    assert note.title == f"Our feeds (/{path}/)"


async def test_a_page_that_is_for_members_now_is_public_no_more(store: Store, tmp_path: Path) -> None:
    await taken_in(store, tmp_path, page(2, link=f"{SITE}/about/"))
    await taken_in(store, tmp_path, page(2, link=f"{SITE}/about/", meta=[("_members_access_role", "editor")]))
    assert await statuses(store) == {"/about/": PageStatus.DRAFT}


async def test_a_second_import_follows_and_keeps_what_was_edited_here(store: Store, tmp_path: Path) -> None:
    first = (page(2, link=f"{SITE}/about/"), page(3, "Contact", link=f"{SITE}/contact/"), page(4, link=f"{SITE}/old/"))
    await taken_in(store, tmp_path, *first)
    again = await taken_in(store, tmp_path, *first)
    assert again.pages[PageOutcome.UNCHANGED] == 3
    ours = await store.get_page("/contact/")
    await store.update_page("/contact/", replace(ours, title="Ours"), if_version=ours.version)
    summary = await taken_in(
        store,
        tmp_path,
        page(2, "About", link=f"{SITE}/who-we-are/"),
        page(3, "Contact", "<p>Other.</p>", link=f"{SITE}/contact/"),
        page(4, link=f"{SITE}/old/", status="trash"),
    )
    assert summary.pages[PageOutcome.CHANGED] == 2
    assert [note.title for note in summary.conflicts.named] == ["Contact (/contact/)"]
    assert await statuses(store) == {
        "/contact/": PageStatus.PUBLISHED,
        "/old/": PageStatus.DRAFT,
        "/who-we-are/": PageStatus.PUBLISHED,
    }
    assert (await store.get_page("/contact/")).title == "Ours"
    for old in ("/about/", "/?page_id=2", "/?p=2"):
        target = await store.find_path(old)
        assert target is not None
        assert target.path == "/who-we-are/"


async def test_a_page_that_only_members_may_read_by_now_is_a_draft(store: Store, tmp_path: Path) -> None:
    await taken_in(store, tmp_path, page(2, link=f"{SITE}/about/"))
    for role in ("editor", "author"):
        summary = await taken_in(store, tmp_path, page(2, link=f"{SITE}/about/", meta=[("_members_access_role", role)]))
        assert [note.why for note in summary.made_drafts.named] == ["for subscribers alone"]
        assert await statuses(store) == {"/about/": PageStatus.DRAFT}
    await taken_in(store, tmp_path, page(2, link=f"{SITE}/about/"))
    assert await statuses(store) == {"/about/": PageStatus.PUBLISHED}


async def test_what_is_exported_comes_back_whole(store: Store, tmp_path: Path) -> None:
    await taken_in(store, tmp_path, page(2, link=f"{SITE}/about/"), page(3, status="private"))
    lines = [line async for line in export_lines(store, private=True)]
    settings = settings_in(tmp_path, database_url=f"sqlite:///{tmp_path}/other.db")
    async with opened_store(settings.database_url) as other:
        summary = await import_file(other, write(tmp_path, b"".join(lines)), settings=settings, clock=lambda: NOW)
        assert summary.pages[PageOutcome.ADDED] == 2
        assert [line async for line in export_lines(other, private=True)] == lines
        again = await taken_in(other, tmp_path, page(2, link=f"{SITE}/about/"), page(3, status="private"))
        assert again.pages[PageOutcome.UNCHANGED] == 2
    public = b"".join([line async for line in export_lines(store, private=False)])
    assert b"/about/" in public
    assert b"/story-3/" not in public


@asynccontextmanager
async def served(export: Path, folder: Path) -> AsyncIterator[httpx2.AsyncClient]:
    """A server on a socket, after an import."""
    settings = settings_in(folder, base_url="http://127.0.0.1")
    async with opened_store(settings.database_url) as store:
        await import_file(store, export, settings=settings)
    async with (
        site_state(settings, lambda: NOW) as state,
        listening(application(state), state) as server,
        httpx2.AsyncClient(base_url=f"http://127.0.0.1:{server.port}") as client,
    ):
        yield client


@pytest.mark.skipif(not SHARED, reason="DATELINE_TEST_SHARED names no folder with real/ and cases/")
@pytest.mark.parametrize(
    ("file", "old"),
    [
        ("cases/import/https-ns/in.xml", ["/2024/03/05/story-5/", "/?page_id=5"]),
        ("real/newsroom.wxr.xml", []),
    ],
)
async def test_pages_answer_on_the_first_day(file: str, old: Sequence[str], tmp_path: Path) -> None:
    export = Path(SHARED or "") / file
    if "https://wordpress.org/export/" in export.read_text(encoding="utf-8"):
        spelt = export.read_text(encoding="utf-8").replace(
            "https://wordpress.org/export/", "http://wordpress.org/export/"
        )
        export = write(tmp_path, spelt)
    async with served(export, tmp_path) as client:
        front = (await client.get("/")).text
        places = (await client.get("/sitemap-0.xml")).text
        settings = settings_in(tmp_path)
        async with opened_store(settings.database_url) as store:
            paths = [one.path for one in await store.list_pages(limit=100) if one.public]
        assert paths
        for path in paths:
            answer = await client.get(path)
            assert answer.status_code == 200, path
            again = await client.get(path, headers={"If-None-Match": answer.headers["etag"]})
            assert again.status_code == 304
            assert f"<loc>http://127.0.0.1{path}</loc>" in unquote(places)
            assert f'href="{path}"' in unquote(front)
        for path in old:
            answer = await client.get(path)
            at_last = answer if answer.status_code == 200 else await client.get(answer.headers["location"])
            assert at_last.status_code == 200, path


async def test_pages_that_exchanged_their_paths_move_though_others_come_between(store: Store, tmp_path: Path) -> None:
    def whole(first: str, last: str, replacing: str) -> list[str]:
        others = [page(number, f"P{number}", link=f"{SITE}/p{number}/") for number in range(10, 35)]
        new = [page(4, "N", link=f"{SITE}/{replacing}/")] if replacing else []
        return [
            *new,
            page(2, "A", link=f"{SITE}/{first}/"),
            *others,
            page(3, "B", link=f"{SITE}/{last}/"),
        ]

    await taken_in(store, tmp_path, *whole("a", "b", ""))
    summary = await taken_in(store, tmp_path, *whole("b", "a", ""))
    assert (summary.pages[PageOutcome.CHANGED], summary.conflicts.named) == (2, ())
    assert [(await store.get_page(path)).title for path in ("/a/", "/b/")] == ["B", "A"]
    # A new page where one was that moved on.
    summary = await taken_in(store, tmp_path, *whole("c", "a", "b"))
    assert (summary.pages[PageOutcome.ADDED], summary.pages[PageOutcome.CHANGED]) == (1, 1)
    assert [(await store.get_page(path)).title for path in ("/a/", "/b/", "/c/")] == ["B", "N", "A"]
    assert {path: status for path, status in (await statuses(store)).items() if status is PageStatus.DRAFT} == {}


@pytest.mark.parametrize(
    ("above", "path"),
    [
        ([page(2, link=f"{SITE}/about/", name="about")], "/about/team/"),
        (
            [page(2, link="", name="about", status="draft", parent=4), page(4, link=f"{SITE}/we/")],
            "/we/about/team/",
        ),
        ([page(2, link=f"{SITE}/?page_id=2", name="about", status="draft")], "/about/team/"),
        ([page(2, link="", name="about", status="draft", parent=3)], "/team/"),
        ([], "/team/"),
    ],
)
def test_a_draft_lies_below_the_page_that_it_is_in(tmp_path: Path, above: list[str], path: str) -> None:
    draft = page(3, "Team", link=f"{SITE}/?page_id=3", name="team", status="draft", parent=2)
    found = {record.page.title: record.page.path for record in read(tmp_path, wxr(draft, *above)).pages}
    assert found["Team"] == path
