"""Lists in pages: limits, cursors, and what is written between two pages."""

import base64
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest

from tests.api.desk import Desk, errors, kept
from tests.stores import ANY_ENGINE

pytestmark = pytest.mark.anyio

LISTS = ["/api/articles", "/api/changes", "/api/sections", "/api/comments"]


async def pages(client: httpx2.AsyncClient, path: str, limit: int, **query: Any) -> AsyncIterator[list[dict[str, Any]]]:
    """Page after page, until there is no next one."""
    cursor: dict[str, str] = {}
    while True:
        page = kept(await client.get(path, params={"limit": limit, **query, **cursor}))
        assert len(page["items"]) <= limit
        yield page["items"]
        if page["next"] is None:
            return
        cursor = {"cursor": page["next"]}


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 200])
async def test_articles_come_newest_first_and_each_once(desk: Desk, limit: int) -> None:
    made = [(await desk.create(headline=f"Story {number}"))["id"] for number in range(7)]
    listed = [item["id"] async for page in pages(desk.editor, "/api/articles", limit) for item in page]
    assert listed == made[::-1]


async def test_a_list_shows_what_reading_one_shows(desk: Desk) -> None:
    article = await desk.publish(section="world", tags=["Ports"])
    assert kept(await desk.editor.get("/api/articles")) == {"items": [article], "next": None}


@ANY_ENGINE
async def test_fifty_items_make_a_page(desk: Desk) -> None:
    for number in range(51):
        await desk.create(headline=f"Story {number}")
    page = kept(await desk.editor.get("/api/articles"))
    assert len(page["items"]) == 50
    assert page["next"]


async def test_articles_written_between_two_pages_shift_nothing(desk: Desk) -> None:
    made = [(await desk.create(headline=f"Story {number}"))["id"] for number in range(6)]
    listed = []
    async for page in pages(desk.editor, "/api/articles", 2):
        listed += [item["id"] for item in page]
        await desk.create(headline="In between")
        await desk.edit(made[0], headline=f"Edited after {len(listed)}")
        await desk.withdraw(made[-1])
    assert listed == made[::-1]


async def test_comments_written_between_two_pages_shift_nothing(desk: Desk) -> None:
    article = await desk.publish()
    made = [(await desk.reply(article["id"], f"Reply {number}"))["id"] for number in range(5)]
    listed = []
    async for page in pages(desk.moderator, "/api/comments", 2):
        listed += [item["id"] for item in page]
        await desk.reply(article["id"], f"After {len(listed)}")
    assert listed == made[::-1]


async def test_sections_come_by_path(desk: Desk) -> None:
    for title in ("Sport", "Arts", "Культура"):
        kept(await desk.editor.post("/api/sections", json={"title": title}), 201)
    listed = [item["path"] async for page in pages(desk.editor, "/api/sections", 2) for item in page]
    assert listed == ["arts", "business", "sport", "world", "world/africa", "культура"]


async def test_articles_of_a_status(desk: Desk) -> None:
    draft, public, gone = [await desk.create(headline=headline) for headline in ("Draft", "Public", "Gone")]
    await desk.edit(public["id"], status="published")
    await desk.withdraw(gone["id"])
    for status, article in (("draft", draft), ("published", public), ("withdrawn", gone)):
        listed = [item["id"] async for page in pages(desk.editor, "/api/articles", 1, status=status) for item in page]
        assert listed == [article["id"]]


async def test_comments_of_a_status(desk: Desk) -> None:
    article = await desk.publish()
    for status in ("pending", "approved", "spam", "trash"):
        for number in range(2):
            await desk.reply(article["id"], f"{status} {number}", status=status)
    for status in ("pending", "approved", "spam", "trash"):
        listed = [item async for page in pages(desk.moderator, "/api/comments", 1, status=status) for item in page]
        # What waits is dealt with in the order in which it came.
        order = (0, 1) if status == "pending" else (1, 0)
        assert [item["body_html"] for item in listed] == [f"<p>{status} {number}</p>" for number in order]
        assert {item["status"] for item in listed} == {status}


@ANY_ENGINE
@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("limit", ["0", "-1", "201", "x", "", "1.5", "1_0", "٣", " 3", "+3", "9" * 30])
async def test_a_wrong_limit_is_named(still_desk: Desk, path: str, limit: str) -> None:
    assert set(errors(await still_desk.admin.get(path, params={"limit": limit}))) == {"limit"}


def encoded(place: bytes) -> str:
    return base64.urlsafe_b64encode(place).rstrip(b"=").decode()


BAD_CURSORS = ["é", "!!", "a", "....", encoded(b"\xff\xfe")]
BAD_PLACES = [encoded(place) for place in (b"abc", b"-1", b"1.5", b"1_0", "٣".encode(), b"9" * 30)]


@ANY_ENGINE
@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("cursor", BAD_CURSORS)
async def test_a_cursor_of_nobodys_is_named(still_desk: Desk, path: str, cursor: str) -> None:
    assert set(errors(await still_desk.admin.get(path, params={"cursor": cursor}))) == {"cursor"}


@ANY_ENGINE
@pytest.mark.parametrize("path", [path for path in LISTS if path != "/api/sections"])
@pytest.mark.parametrize("cursor", BAD_PLACES)
async def test_a_cursor_that_leads_nowhere_is_named(still_desk: Desk, path: str, cursor: str) -> None:
    assert set(errors(await still_desk.admin.get(path, params={"cursor": cursor}))) == {"cursor"}


async def test_all_that_is_wrong_with_a_query_is_named_at_once(desk: Desk) -> None:
    query = {"limit": "0", "cursor": "!!", "status": "lost"}
    for path in ("/api/articles", "/api/comments"):
        assert set(errors(await desk.admin.get(path, params=query))) == {"limit", "cursor", "status"}
    query = {"limit": "many", "cursor": "!!", "since": "-1"}
    assert set(errors(await desk.admin.get("/api/changes", params=query))) == {"limit", "cursor", "since"}


async def test_other_parameters_are_named_with_those_that_there_are(desk: Desk) -> None:
    for path, known in (
        ("/api/articles", ("status", "cursor", "limit")),
        ("/api/changes?since=0", ("since", "cursor", "limit")),
        ("/api/articles/1", ("takes none",)),
    ):
        refused = await desk.editor.get(path, params={"sektion": "world"} | dict(httpx2.URL(path).params))
        assert refused.status_code == 400
        assert "'sektion'" in refused.json()["detail"]
        assert all(word in refused.json()["detail"] for word in known)
    # Nothing is done by a request that may mean something else, and who has no token learns nothing.
    seq = await desk.last_seq()
    assert (await desk.editor.post("/api/articles?dry_run=1", json={"headline": "A"})).status_code == 400
    assert await desk.last_seq() == seq
    assert (await desk.reader.get("/api/articles?sektion=world")).status_code == 401


async def listed(desk: Desk, limit: int = 2, **query: str) -> list[int]:
    return [item["id"] async for page in pages(desk.editor, "/api/articles", limit, **query) for item in page]


async def test_filters_narrow_the_list_down_one_by_one_and_together(desk: Desk) -> None:
    names: dict[str, Any] = {"tags": ["Human rights", "Ports"], "authors": [{"name": "Ann Ünal", "slug": "ann"}]}
    one = await desk.create(headline="One", section="world/africa", **names)
    two = await desk.publish(headline="Two", section="business", sections=["world"], tags=["Ports"])
    three = await desk.publish(headline="Three", authors=names["authors"], guid="tag:old.example,2020:a b")
    for query, found in (
        ({"section": "world"}, [two, one]),
        ({"section": "/world/africa/"}, [one]),
        ({"tag": "ports"}, [two, one]),
        ({"tag": "Human rights"}, [one]),
        ({"tag": "Ports", "status": "draft"}, [one]),
        ({"author": "ann"}, [three, one]),
        ({"author": "ann", "section": "world", "tag": "PORTS"}, [one]),
        ({"guid": three["guid"]}, [three]),
        ({"guid": three["guid"], "author": "nobody"}, []),
        ({"section": "sport"}, []),
        ({"tag": "🚢"}, []),
        ({"updated_since": one["modified_at"]}, [three, two, one]),
        ({"updated_since": "2999-01-01T00:00:00+01:00"}, []),
    ):
        assert await listed(desk, **query) == [article["id"] for article in found], query
    # As it is sent by who does not encode it.
    path = "/api/articles?updated_since=2001-01-01T00:00:00+01:00&status=draft"
    assert [item["id"] for item in kept(await desk.editor.get(path))["items"]] == [one["id"]]


async def test_what_is_written_between_two_pages_of_a_filter_shifts_nothing(desk: Desk) -> None:
    made = [(await desk.create(headline=f"Story {number}", tags=["Ports"]))["id"] for number in range(6)]
    seen = []
    async for page in pages(desk.editor, "/api/articles", 2, tag="ports", updated_since="2001-01-01T00:00:00Z"):
        seen += [item["id"] for item in page]
        await desk.create(headline="In between", tags=["Ports"])
        await desk.edit(made[0], headline=f"Edited after {len(seen)}")
        await desk.edit(seen[0], tags=[])
    assert seen == made[::-1]


async def test_a_list_goes_on_behind_articles_that_filters_leave_out(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.sql.filters.WALKED", 2)
    made = [(await desk.create(headline=f"Story {n}", tags=["Ports"], authors=[{"name": f"A{n % 3 == 0}"}]))["id"]
            for n in range(9)]  # fmt: skip
    assert await listed(desk, tag="ports", author="atrue", status="draft") == [made[6], made[3], made[0]]


@ANY_ENGINE
async def test_wrong_filters_are_named_at_once(desk: Desk) -> None:
    wrong = {"section": "", "tag": "\u200b", "author": "x" * 9_000, "guid": " ", "updated_since": "2023-03-22T10:30:00"}
    assert set(errors(await desk.editor.get("/api/articles", params=wrong))) == set(wrong)
    refused = await desk.editor.get("/api/articles?tag=a&tag=b")
    assert (refused.status_code, "'tag'" in refused.json()["detail"]) == (400, True)
