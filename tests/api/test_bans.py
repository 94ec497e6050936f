"""Bans by the API: what is answered, pages of them, and that readers learn nothing of it."""

import pytest

from tests.api.desk import Desk, kept, reply_fields

pytestmark = pytest.mark.anyio


async def test_bans_are_kept_listed_and_lifted(desk: Desk) -> None:
    article = await desk.publish()
    held = await desk.reply(article["id"], status="pending", author_name="Zoe", author_email="zoe@troll.example")
    since = await desk.last_seq()
    sent = {"kind": "email", "comment": held["id"], "note": "Floods", "trash_held": True}
    first = kept(await desk.moderator.post("/api/bans", json=sent), 201)
    assert first | {"created_at": ""} == {
        "id": 1, "kind": "email", "value": "zoe@troll.example", "note": "Floods", "by": "api:moderator",
        "created_at": "", "ends_at": None, "trashed": 1,
    }  # fmt: skip
    assert kept(await desk.moderator.post("/api/bans", json=sent)) == first | {"trashed": 0}
    for value in ("203.0.113.7/32", "2001:db8::/48"):
        kept(await desk.moderator.post("/api/bans", json={"kind": "network", "value": value}), 201)
    page = kept(await desk.moderator.get("/api/bans", params={"limit": 2}))
    assert [(item["kind"], item["value"]) for item in page["items"]] == [("network", "2001:db8::/48"), ("address", "")]
    rest = kept(await desk.moderator.get("/api/bans", params={"limit": 2, "cursor": page["next"]}))
    assert ([item["id"] for item in rest["items"]], rest["next"]) == ([1], None)
    assert [change["subject"] for change in await desk.changes(since)] == ["comment"], "of what went to the trash"
    desk.clock.advance(minutes=1)
    reply = reply_fields(body="Again.", author_name="Z", author_email="ZOE@troll.example")
    caught = kept(await desk.editor.post(f"/api/articles/{article['id']}/comments", json=reply), 201)
    assert caught["status"] == "trash"
    assert "held_why" not in caught
    seen = kept(await desk.moderator.get(f"/api/comments/{caught['id']}"))
    assert seen["held_why"] == ["ban email 1", "new"]
    assert (await desk.moderator.delete("/api/bans/1")).status_code == 204
    assert (await desk.moderator.delete("/api/bans/1")).status_code == 404
    wrong = kept(await desk.moderator.post("/api/bans", json={"kind": "network", "value": "all"}), 422)
    assert "203.0.113.0/24" in wrong["errors"][0]["detail"]
