"""GET and PATCH /api/comments/{id}: what a moderator changes of a reply, and what readers see of it."""

from datetime import datetime

import pytest

from tests.api.desk import EMAIL, Desk, errors, kept

pytestmark = pytest.mark.anyio

THREAD = "/2023/03/22/harbour-reopens/"


async def test_a_comment_is_read_with_its_version(desk: Desk) -> None:
    article = await desk.publish()
    comment = await desk.reply(article["id"])
    url = f"/api/comments/{comment['id']}"
    response = await desk.moderator.get(url)
    assert kept(response) == comment
    assert response.headers["etag"] == '"1"'
    assert (await desk.moderator.get(url, headers={"If-None-Match": '"1"'})).status_code == 304
    assert (await desk.moderator.get("/api/comments/99")).status_code == 404


async def test_readers_see_the_edit(desk: Desk) -> None:
    article = await desk.publish(section="world")
    comment = await desk.reply(article["id"])
    answer = await desk.reply(article["id"], "Indeed.", parent=comment["id"])
    desk.clock.advance(hours=1)
    fields = {"author_name": "M.", "author_url": "https://m.example", "body": "Well put.\n\n<script>x</script>Really."}
    response = await desk.moderator.patch(f"/api/comments/{comment['id']}", json=fields)
    changed = kept(response)
    assert response.headers["etag"] == '"2"'
    body = "<p>Well put.</p><p>Really.</p>"
    assert changed == comment | {"author_name": "M.", "author_url": "https://m.example", "body_html": body}
    for path in (THREAD, "/comments/", "/section/world/comments/"):
        items = {item["id"]: item for item in (await desk.feed(path))["items"]}
        assert items[comment["guid"]]["content_html"] == body
        assert items[comment["guid"]]["authors"][0]["name"] == "M."
        assert datetime.fromisoformat(items[comment["guid"]]["date_modified"]) == desk.clock()
        assert ">M.</a>" in items[answer["guid"]]["content_html"]


async def test_only_what_is_sent_changes(desk: Desk) -> None:
    article = await desk.publish()
    comment = await desk.reply(article["id"], author_url="https://m.example")
    url = f"/api/comments/{comment['id']}"
    assert kept(await desk.moderator.patch(url, json={"author_url": None})) == comment | {"author_url": ""}
    moved = kept(await desk.moderator.patch(url, json={"author_email": "other@readers.example"}))
    assert moved == comment | {"author_url": "", "author_email": "other@readers.example"}


async def test_an_edit_that_changes_nothing_writes_nothing(desk: Desk) -> None:
    article = await desk.publish()
    comment = await desk.reply(article["id"])
    before = await desk.last_seq()
    for fields in ({}, {"author_name": " Miriam "}, {"author_email": EMAIL, "body": comment["body_html"]}):
        assert kept(await desk.moderator.patch(f"/api/comments/{comment['id']}", json=fields)) == comment
    assert await desk.last_seq() == before


async def test_every_wrong_field_is_named_and_nothing_changes(desk: Desk) -> None:
    article = await desk.publish()
    comment = await desk.reply(article["id"])
    url = f"/api/comments/{comment['id']}"
    fields = {"author_name": "", "author_email": "nobody", "author_url": "javascript:x", "body": None, "status": "spam"}
    response = await desk.moderator.patch(url, json=fields)
    assert set(errors(response)) == set(fields)
    assert "nobody" not in response.text
    assert kept(await desk.moderator.get(url)) == comment


async def test_a_precondition_is_heeded(desk: Desk) -> None:
    article = await desk.publish()
    url = f"/api/comments/{(await desk.reply(article['id']))['id']}"
    for tag, status in (('"2"', 412), ('W/"1"', 412), ('"1"', 200), ('"1"', 412), ("*", 200)):
        response = await desk.moderator.patch(url, json={"body": f"{tag} {status}"}, headers={"If-Match": tag})
        assert response.status_code == status, tag


async def test_it_takes_a_moderator(desk: Desk) -> None:
    article = await desk.publish()
    url = f"/api/comments/{(await desk.reply(article['id']))['id']}"
    for client, status in ((desk.editor, 403), (desk.reader, 401)):
        assert (await client.get(url)).status_code == status
        assert (await client.patch(url, json={"body": "Mine."})).status_code == status
    assert (await desk.admin.get(url)).status_code == 200
    assert (await desk.moderator.patch("/api/comments/99", json={"body": "Mine."})).status_code == 404
