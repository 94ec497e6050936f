"""Approve, hold, spam, trash: what each does to the lists that readers see."""

import pytest
from lxml import etree

from tests.api.desk import EMAIL, Desk, kept, path_of
from tests.api.test_withdraw import TOMBSTONE
from tests.stores import ANY_ENGINE

pytestmark = pytest.mark.anyio

VERBS = {"approve": "approved", "hold": "pending", "spam": "spam", "trash": "trash"}


@pytest.mark.parametrize("verb", VERBS)
async def test_each_verb_gives_its_status_and_once_is_enough(desk: Desk, verb: str) -> None:
    for before in VERBS.values():
        article = await desk.publish()
        comment = await desk.reply(article["id"], status=before)
        start = await desk.last_seq()
        moderated = kept(await desk.moderator.post(f"/api/comments/{comment['id']}/{verb}"))
        assert moderated == comment | {"status": VERBS[verb]}, before
        assert moderated["author_email"] == EMAIL
        written = await desk.last_seq()
        assert written - start == (before != VERBS[verb])
        assert kept(await desk.moderator.post(f"/api/comments/{comment['id']}/{verb}")) == moderated
        assert await desk.last_seq() == written
        shown = [item["id"] for item in (await desk.feed(path_of(article["urls"]["page"])))["items"]]
        assert shown == ([comment["guid"]] if verb == "approve" else []), before


async def test_a_held_comment_is_found_approved_and_seen(desk: Desk) -> None:
    article = await desk.publish(section="world")
    comment = await desk.reply(article["id"], by=desk.editor)
    listed = kept(await desk.moderator.get("/api/comments", params={"status": "pending"}))["items"]
    assert [item["id"] for item in listed] == [comment["id"]]
    assert b"Well said." not in (await desk.reader.get("/2023/03/22/harbour-reopens/")).content
    kept(await desk.moderator.post(f"/api/comments/{comment['id']}/approve"))
    assert b"Well said." in (await desk.reader.get("/2023/03/22/harbour-reopens/")).content
    assert kept(await desk.moderator.get("/api/comments", params={"status": "pending"}))["items"] == []
    assert len((await desk.feed())["items"]) == 1
    assert b"thr:total>1<" in await desk.atom()


async def test_a_comment_that_is_taken_back_leaves_a_tombstone(desk: Desk) -> None:
    article = await desk.publish()
    comment = await desk.reply(article["id"])
    never = await desk.reply(article["id"], "Never seen.", status="pending")
    for spam in (comment, never):
        kept(await desk.moderator.post(f"/api/comments/{spam['id']}/spam"))
    for path in ("/comments/", "/2023/03/22/harbour-reopens/"):
        (tombstone,) = etree.fromstring(await desk.atom(path)).findall(TOMBSTONE)
        assert tombstone.get("ref") == comment["guid"]
    kept(await desk.moderator.post(f"/api/comments/{comment['id']}/approve"))
    assert etree.fromstring(await desk.atom("/comments/")).findall(TOMBSTONE) == []


async def test_no_body_is_asked_for_and_none_is_read(desk: Desk) -> None:
    article = await desk.publish()
    comment = await desk.reply(article["id"], status="pending")
    for content, type in ((b"", None), (b"{}", "application/json"), (b"\xff", "text/plain"), (b"x=1", "x/y")):
        headers = {"Content-Type": type} if type else {}
        url = f"/api/comments/{comment['id']}/approve"
        assert (await desk.moderator.post(url, content=content, headers=headers)).status_code == 200


@ANY_ENGINE
@pytest.mark.parametrize("number", ["99", "0", "-1", "x", "9223372036854775808"])
@pytest.mark.parametrize("verb", VERBS)
async def test_there_is_no_such_comment(still_desk: Desk, verb: str, number: str) -> None:
    assert (await still_desk.moderator.post(f"/api/comments/{number}/{verb}")).status_code == 404


async def test_there_is_no_such_verb(desk: Desk) -> None:
    article = await desk.publish()
    comment = await desk.reply(article["id"])
    for verb in ("delete", "approved", "Approve", "approve/"):
        assert (await desk.moderator.post(f"/api/comments/{comment['id']}/{verb}")).status_code == 404


async def test_a_withdrawn_articles_comments_are_moderated_unseen(desk: Desk) -> None:
    article = await desk.publish()
    comment = await desk.reply(article["id"], status="pending")
    await desk.withdraw(article["id"])
    start = await desk.last_seq()
    kept(await desk.moderator.post(f"/api/comments/{comment['id']}/approve"))
    (change,) = await desk.changes(start)
    assert change["scopes"] == []
    assert (await desk.feed("/comments/"))["items"] == []
    desk.clock.advance(hours=1)
    await desk.edit(article["id"], status="published")
    assert [item["id"] for item in (await desk.feed("/comments/"))["items"]] == [comment["guid"]]
