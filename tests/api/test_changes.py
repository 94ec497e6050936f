"""GET /api/changes: the log that a script follows."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from storage.model import Partner
from tests.api.desk import Desk, kept
from tests.storage.newsroom import prune
from tests.stores import ANY_ENGINE

pytestmark = pytest.mark.anyio


def said(changes: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    return [(change["action"], change["subject"], change["subject_id"]) for change in changes]


async def test_every_write_is_there_in_order_once(desk: Desk) -> None:
    start = await desk.last_seq()
    article = str((await desk.publish())["id"])
    draft = str((await desk.create(headline="Bare"))["id"])
    await desk.edit(int(article), headline="Harbour open again")
    await desk.edit(int(draft), editorial_note="Check.")
    comment = str((await desk.reply(int(article), status="pending"))["id"])
    kept(await desk.moderator.post(f"/api/comments/{comment}/approve"))
    kept(await desk.moderator.post(f"/api/comments/{comment}/spam"))
    kept(await desk.editor.post("/api/sections", json={"title": "Science"}), 201)
    kept(await desk.editor.patch("/api/sections/science", json={"title": "Discovery"}))
    await desk.editor.delete("/api/sections/science")
    await desk.withdraw(int(draft))
    await desk.withdraw(int(article))
    changes = await desk.changes(start)
    assert said(changes) == [
        ("insert", "article", article),
        ("insert", "article", draft),
        ("edit", "article", article),
        ("edit", "article", draft),
        ("insert", "comment", comment),
        ("edit", "comment", comment),
        ("withdraw", "comment", comment),
        ("insert", "section", "science"),
        ("edit", "section", "science"),
        ("withdraw", "section", "science"),
        ("withdraw", "article", draft),
        ("withdraw", "article", article),
    ]
    numbers = [change["seq"] for change in changes]
    assert numbers == sorted(set(numbers))
    assert numbers[0] > start


async def test_what_partners_are_told_again_is_no_change_of_the_newsroom_s(desk: Desk) -> None:
    store = desk.site.store
    partner = await store.add_partner(Partner(name="partner"))
    start = await desk.last_seq()
    article = str((await desk.publish())["id"])
    await store.expand_views()
    await store.update_partner(replace(partner, contact="Desk"), if_version=partner.version)
    assert await desk.last_seq() > start + 1
    assert said(await desk.changes(start)) == [("insert", "article", article)]


async def test_a_change_says_which_lists_show_a_difference(desk: Desk) -> None:
    start = await desk.last_seq()
    article = await desk.publish(section="world/africa")
    await desk.edit(article["id"], editorial_note="Check.")
    await desk.create(headline="Bare")
    shown, note, draft = await desk.changes(start)
    assert {"home", "section:world", "section:world/africa", "day:2023-03-22"} <= set(shown["scopes"])
    assert note["scopes"] == draft["scopes"] == []
    assert shown["at"] == "2023-03-22T12:00:00Z"


async def test_a_publication_that_came_due_is_a_change(desk: Desk) -> None:
    article = await desk.publish(published_at="2023-03-22T18:00:00Z")
    start = await desk.last_seq()
    desk.clock.advance(hours=7)
    await desk.feed()
    (change,) = await desk.changes(start)
    assert said([change]) == [("edit", "article", str(article["id"]))]
    assert "home" in change["scopes"]


@pytest.mark.parametrize("limit", [1, 2, 5])
async def test_pages_and_since_lead_through_the_same_log(desk: Desk, limit: int) -> None:
    start = await desk.last_seq()
    article = await desk.publish()
    for number in range(6):
        await desk.edit(article["id"], headline=f"Harbour {number}")
    whole = await desk.changes(start)
    assert len(whole) == 7
    followed: list[dict[str, Any]] = []
    query: dict[str, Any] = {"since": start}
    while True:
        page = kept(await desk.editor.get("/api/changes", params={**query, "limit": limit}))
        followed += page["items"]
        if page["next"] is None:
            break
        query["cursor"] = page["next"]
    assert followed == whole
    by_since: list[dict[str, Any]] = []
    seq = start
    while items := kept(await desk.editor.get("/api/changes", params={"since": seq, "limit": limit}))["items"]:
        by_since += items
        seq = items[-1]["seq"]
    assert by_since == whole


async def test_what_is_written_while_the_log_is_followed_is_not_missed(desk: Desk) -> None:
    start = await desk.last_seq()
    article = await desk.publish()
    followed: list[int] = []
    seq, writes = start, 0
    while items := kept(await desk.editor.get("/api/changes", params={"since": seq, "limit": 1}))["items"]:
        followed += [item["seq"] for item in items]
        seq = items[-1]["seq"]
        if writes < 4:
            await desk.edit(article["id"], headline=f"Harbour {writes}")
            await desk.create(headline="In between")
            writes += 1
    assert followed == list(range(start + 1, start + 10))


@pytest.mark.parametrize("since", ["0", "1", "9223372036854775807"])
async def test_since_may_be_any_sequence(desk: Desk, since: str) -> None:
    page = kept(await desk.editor.get("/api/changes", params={"since": since}))
    assert all(change["seq"] > int(since) for change in page["items"])
    assert page["next"] is None


@ANY_ENGINE
@pytest.mark.parametrize("since", ["-1", "x", "", "9223372036854775808", "1_0"])
async def test_a_wrong_since_is_named(desk: Desk, since: str) -> None:
    response = await desk.editor.get("/api/changes", params={"since": since})
    assert [error["field"] for error in response.json()["errors"]] == ["since"]


async def test_moderators_read_the_log_too_and_it_holds_no_address(desk: Desk) -> None:
    article = await desk.publish()
    await desk.reply(article["id"])
    response = await desk.moderator.get("/api/changes")
    assert kept(response)["items"]
    assert b"@" not in response.content


async def test_whoever_was_away_for_too_long_is_told_where_to_go_on(desk: Desk) -> None:
    old = await desk.publish()
    start = await desk.last_seq()
    desk.clock.advance(days=100)
    new = await desk.publish("Ferry again")
    await prune(desk.site.store, timedelta(days=90))
    for query in ({}, {"since": 0}, {"since": start - 1}, {"since": 0, "limit": 1}):
        response = await desk.editor.get("/api/changes", params=query)
        assert response.status_code == 410
        assert f"?since={start}" in response.json()["detail"]
        assert response.headers["link"] == f'</api/changes?since={start}>; rel="start"'
    onward = response.headers["link"].partition(">")[0].strip("<")
    changes = kept(await desk.editor.get(onward))["items"]
    assert said(changes) == [("insert", "article", str(new["id"]))]
    listed = kept(await desk.editor.get("/api/articles"))["items"]
    assert {article["id"] for article in listed} == {old["id"], new["id"]}
