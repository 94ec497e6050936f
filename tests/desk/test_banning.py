"""Bans at the desk: from a comment, in one step; by hand; lifted."""

import pytest

from storage.model import CommentStatus
from tests.desk.editing import Editor
from tests.desk.test_answering import send
from tests.desk.test_moderating import words
from tests.web.site import Site

pytestmark = pytest.mark.anyio


async def test_from_a_comment_in_one_step(site: Site, editor: Editor) -> None:
    article = await site.newsroom.publish("harbour-reopens")
    held = await send(site, article.id, ip="203.0.113.7")
    other = await send(site, article.id, author_name="zoe", author_email="other@readers.example")
    [link] = (await editor.see()).xpath(f"//*[@id='comment-{held.id}']//a[text()='Ban']/@href")
    page = await editor.see(link.partition("#")[0])
    assert page.xpath("//*[@id='ban']/ancestor::section//input[@name='kind']/@value") == [
        "email", "name", "address", "network",
    ]  # fmt: skip
    assert "203.0.113" not in words(page)
    path = f"/desk/comments/{held.id}/ban"
    nothing = await editor.post(path, {"note": "x"})
    assert (nothing.status_code, "Choose what to ban." in nothing.text) == (400, True)
    chosen = {"kind": ["email", "network", "name"], "note": "Floods <b>us</b>", "trash_held": "1"}
    banned = await editor.post(path, chosen)
    page = await editor.see(banned.headers["location"])
    assert words(page, "//*[@id='notice']") == "Banned: 3 bans stand. 2 that waited are in the trash."
    assert words(page, "//*[@class='status']") == "network name email"
    assert "Ban 1 by ann" in words(page)
    assert "Floods <b>us</b>" in words(page)
    caught = await send(site, article.id, author_name="Eve", author_email="eve@x.example", ip="203.0.113.99")
    assert caught.status is CommentStatus.TRASH
    text = words(await editor.see("/desk/?status=trash"), f"//*[@id='comment-{caught.id}']")
    assert "Not shown at first: banned: network 3" in text
    lifted = await editor.post("/desk/bans/lift", {"id": "3"})
    page = await editor.see(lifted.headers["location"])
    assert words(page, "//*[@id='notice']") == "Ban 3 is lifted."
    assert words(page, "//*[@class='status']") == "name email"
    again = await editor.post("/desk/bans/lift", {"id": "3"})
    assert words(await editor.see(again.headers["location"]), "//*[@id='notice']") == "It was lifted already."
    assert (await site.state.store.get_comment(other.id)).status is CommentStatus.TRASH


async def test_by_hand_and_what_is_wrong_is_said(editor: Editor) -> None:
    for fields, status in (
        ({"kind": "network", "value": "203.0.113.0/24"}, 303),
        ({"kind": "email", "value": "<zoe>", "note": "Why"}, 400),
        ({"kind": "fax", "value": "1"}, 400),
        ({}, 400),
    ):
        sent = await editor.post("/desk/bans/", fields)
        assert sent.status_code == status, fields
        if status == 400 and fields.get("value"):
            assert 'role="alert"' in sent.text
            assert 'value="Why"' in sent.text or "note" not in fields
    assert words(await editor.see("/desk/bans/"), "//ol//bdi").startswith("203.0.113.0/24")
    assert (await editor.post("/desk/bans/lift", {"id": "x"})).status_code == 400
    assert (await editor.post("/desk/bans/lift", {"id": "1", "token": "x"})).status_code == 403


async def test_what_the_newsroom_or_nobody_wrote_is_not_banned(site: Site, editor: Editor) -> None:
    article = await site.newsroom.publish("harbour-reopens")
    await editor.post(f"/desk/articles/{article.id}/", {"body": "Ours."})
    assert not (await editor.see("/desk/comments/1/")).xpath("//*[@id='ban']")
    assert (await editor.post("/desk/comments/1/ban", {"kind": "name"})).status_code == 400
    assert (await editor.post("/desk/comments/9/ban", {"kind": "name"})).status_code == 404
    await editor.see("/desk/comments/9/", 404)
