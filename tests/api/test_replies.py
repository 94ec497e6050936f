"""POST /api/articles/{id}/comments: who may write what, and what is kept of it."""

import asyncio
from pathlib import Path
from typing import Any

import httpx2
import pytest

from storage.model import Comment
from tests.api.desk import BASE, EMAIL, FORMATS, Desk, errors, kept, opened_desk, reply_fields
from tests.stores import ANY_ENGINE

pytestmark = pytest.mark.anyio


async def send(client: httpx2.AsyncClient, article: dict[str, Any], **fields: Any) -> httpx2.Response:
    return await client.post(f"/api/articles/{article['id']}/comments", json=reply_fields(**fields))


async def test_a_reply_is_answered_with_where_it_is(desk: Desk) -> None:
    article = await desk.publish()
    response = await send(desk.moderator, article, author_url="https://miriam.example", status="approved")
    comment = kept(response, 201)
    assert response.headers["location"] == f"{article['urls']['page']}?comment={comment['id']}#comment-{comment['id']}"
    assert {name: comment[name] for name in comment if name not in ("id", "guid")} == {
        "article_id": article["id"],
        "parent": None,
        "author_name": "Miriam",
        "author_email": EMAIL,
        "newsroom": False,
        "held_why": [],
        "author_url": "https://miriam.example",
        "body_html": "<p>Well said.</p>",
        "status": "approved",
        "created_at": "2023-03-22T12:00:00Z",
        "urls": {"article": f"{BASE}/api/articles/{article['id']}"},
    }
    assert [item["id"] for item in (await desk.feed("/2023/03/22/harbour-reopens/"))["items"]] == [comment["guid"]]
    assert [item["id"] for item in (await desk.feed("/comments/"))["items"]] == [comment["guid"]]


async def test_a_reply_that_was_kept_is_answered_so_though_the_store_goes_away(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    article, store = await desk.publish(), desk.site.store
    add_comment = store.add_comment

    async def add_the_last(*given: Any, **named: Any) -> Comment:
        comment = await add_comment(*given, **named)
        await store.close()
        return comment

    monkeypatch.setattr(store, "add_comment", add_the_last)
    assert (await send(desk.moderator, article)).status_code == 201


async def test_only_moderators_are_told_the_address(desk: Desk) -> None:
    article = await desk.publish()
    seen = []
    for number, client in enumerate((desk.editor, desk.moderator, desk.admin)):
        response = await send(client, article, body=f"Reply {number}", author_email=f"{number}.{EMAIL}")
        seen.append("author_email" in kept(response, 201))
        assert (EMAIL in response.text) == seen[-1]
    assert seen == [False, True, True]
    assert [item["author_email"] for item in kept(await desk.moderator.get("/api/comments"))["items"]] == [
        f"{number}.{EMAIL}" for number in (2, 1, 0)
    ]


async def test_no_public_answer_holds_an_address(desk: Desk) -> None:
    article = await desk.publish()
    comment = await desk.reply(article["id"])
    for path in ("/", "/comments/", "/2023/03/22/harbour-reopens/", "/section/world/"):
        for rest in ("", *(f"feed.{format}" for format in FORMATS)):
            assert EMAIL not in (await desk.reader.get(path + rest)).text
    for answer in (
        await send(desk.editor, article, author_email=f"@{EMAIL}"),
        await send(desk.editor, article),
        await send(desk.editor, article, parent=comment["id"], body=""),
        await desk.editor.get(f"/api/articles/{article['id']}"),
        await desk.editor.get("/api/changes"),
    ):
        assert EMAIL not in answer.text


async def test_status_is_for_moderators_alone(desk: Desk) -> None:
    article = await desk.publish()
    before = await desk.last_seq()
    for status in ("approved", "pending", "spam", "trash"):
        assert set(errors(await send(desk.editor, article, status=status))) == {"status"}
    assert await desk.last_seq() == before
    for status in ("approved", "pending", "spam", "trash"):
        assert (await desk.reply(article["id"], status, status=status))["status"] == status
    assert set(errors(await send(desk.moderator, article, status="lost"))) == {"status"}


async def test_a_first_time_author_is_held_and_a_known_one_is_not(desk: Desk) -> None:
    article = await desk.publish()
    first = kept(await send(desk.editor, article), 201)
    assert first["status"] == "pending"
    assert (await desk.feed("/comments/"))["items"] == []
    kept(await desk.moderator.post(f"/api/comments/{first['id']}/approve"))
    desk.clock.advance(minutes=1)
    assert (
        kept(await send(desk.editor, article, body="Again.", author_email=EMAIL.upper()), 201)["status"] == "approved"
    )
    other = kept(await send(desk.editor, article, body="I too.", author_email="other@readers.example"), 201)
    assert other["status"] == "pending"


async def test_whoever_knows_a_readers_address_gains_and_learns_nothing(desk: Desk) -> None:
    article = await desk.publish()
    first = kept(await send(desk.editor, article), 201)
    kept(await desk.moderator.post(f"/api/comments/{first['id']}/approve"))
    desk.clock.advance(minutes=1)
    answers = []
    for email in (EMAIL, "nobody@readers.example"):
        answer = kept(await send(desk.editor, article, body="Hm.", author_name="Mallory", author_email=email), 201)
        answers.append({name: value for name, value in answer.items() if name not in ("id", "guid", "created_at")})
        desk.clock.advance(minutes=1)
    assert answers[0] == answers[1]
    assert answers[0]["status"] == "pending"


async def test_links_are_held(desk: Desk) -> None:
    article = await desk.publish()
    await desk.reply(article["id"])
    desk.clock.advance(minutes=1)
    spam = "See https://a.example/ and https://b.example/"
    assert kept(await send(desk.editor, article, body=spam), 201)["status"] == "pending"


@pytest.mark.parametrize(("hold", "status"), [("none", "approved"), ("all", "pending")])
async def test_holding_is_a_setting(tmp_path: Path, store_url: str, hold: str, status: str) -> None:
    async with opened_desk(tmp_path, database_url=store_url, comments_hold=hold) as desk:
        article = await desk.publish()
        for number in range(2):
            desk.clock.advance(minutes=1)
            assert kept(await send(desk.editor, article, body=f"Reply {number}"), 201)["status"] == status


async def test_who_wrote_a_moment_ago_has_to_wait(desk: Desk) -> None:
    article = await desk.publish()
    kept(await send(desk.editor, article), 201)
    desk.clock.advance(seconds=4.5)
    before = await desk.last_seq()
    response = await send(desk.editor, article, body="And another thing.")
    assert (response.status_code, response.headers["retry-after"]) == (429, "11")
    assert await desk.last_seq() == before
    kept(await send(desk.editor, article, body="I too.", author_email="other@readers.example"), 201)
    kept(await send(desk.moderator, article, body="A moderator need not wait."), 201)
    desk.clock.advance(seconds=15)
    kept(await send(desk.editor, article, body="And another thing."), 201)


async def test_the_same_reply_is_kept_once(desk: Desk) -> None:
    article, other = await desk.publish(), await desk.publish("Market opens")
    first = await desk.reply(article["id"])
    desk.clock.advance(minutes=1)
    before = await desk.last_seq()
    for client in (desk.editor, desk.moderator):
        assert (await send(client, article)).status_code == 409
        assert (await send(client, article, author_email=EMAIL.upper())).status_code == 409
    assert await desk.last_seq() == before
    kept(await send(desk.moderator, other), 201)
    kept(await send(desk.moderator, article, parent=first["id"]), 201)
    kept(await send(desk.moderator, article, author_name="M."), 201)


async def test_a_double_click_is_one_reply(desk: Desk) -> None:
    article = await desk.publish()
    statuses = [
        response.status_code for response in await asyncio.gather(*(send(desk.moderator, article) for _ in range(4)))
    ]
    assert sorted(statuses) == [201, 409, 409, 409]


async def test_what_is_in_the_trash_may_be_said_again(desk: Desk) -> None:
    article = await desk.publish()
    first = await desk.reply(article["id"])
    kept(await desk.moderator.post(f"/api/comments/{first['id']}/trash"))
    desk.clock.advance(minutes=1)
    again = kept(await send(desk.moderator, article), 201)
    assert again["id"] != first["id"]
    assert again["guid"] != first["guid"]
    assert (await send(desk.moderator, article)).status_code == 409


async def test_where_nothing_may_be_said(desk: Desk) -> None:
    closed = await desk.publish("Closed", comments_open=False)
    draft = await desk.create(headline="Draft")
    later = await desk.publish("Later", published_at="2023-03-23T12:00:00Z")
    gone = await desk.publish("Gone")
    await desk.withdraw(gone["id"])
    before = await desk.last_seq()
    for article in (closed, draft, later, gone):
        for client in (desk.editor, desk.moderator):
            assert (await send(client, article)).status_code == 403
    assert (await send(desk.editor, {"id": 99})).status_code == 404
    assert await desk.last_seq() == before


async def test_a_reply_answers_a_comment_that_readers_see_there(desk: Desk) -> None:
    article, other = await desk.publish(), await desk.publish("Market opens")
    shown = await desk.reply(article["id"])
    elsewhere = await desk.reply(other["id"], "Elsewhere.")
    hidden = [await desk.reply(article["id"], status, status=status) for status in ("pending", "spam", "trash")]
    assert (await desk.reply(article["id"], "Quite.", parent=shown["id"]))["parent"] == shown["id"]
    before = await desk.last_seq()
    for comment in hidden:
        assert (await send(desk.moderator, article, body="Quite so.", parent=comment["id"])).status_code == 403
        assert set(errors(await send(desk.moderator, article, body="", parent=comment["id"]))) == {"body", "parent"}
    for parent in (elsewhere["id"], 9999, 2**63 - 1):
        response = await send(desk.moderator, article, body="Quite so.", parent=parent)
        assert set(errors(response)) == {"parent"}
    odds: tuple[object, ...] = (0, -1, 1.5, "1", True, [], 2**63)
    for odd in odds:
        assert set(errors(await send(desk.moderator, article, body="Quite so.", parent=odd))) == {"parent"}
    assert await desk.last_seq() == before


async def test_threads_are_five_levels_deep(desk: Desk) -> None:
    article = await desk.publish()
    parent = None
    thread = []
    for level in range(5):
        parent = (await desk.reply(article["id"], f"Level {level + 1}", parent=parent))["id"]
        thread.append(parent)
    sixth = kept(await send(desk.moderator, article, body="Level 6", parent=thread[4]), 201)
    assert sixth["parent"] == thread[3]
    await desk.moderator.post(f"/api/comments/{thread[3]}/trash")
    desk.clock.advance(minutes=1)
    assert kept(await send(desk.moderator, article, body="Level 7", parent=thread[4]), 201)["parent"] == thread[2]


async def test_the_rules_are_settings(tmp_path: Path, store_url: str) -> None:
    words = {"comments_hold_words": "Lottery, other@", "comments_trash_words": "CASINO"}
    async with opened_desk(
        tmp_path,
        database_url=store_url,
        comments_hold="none",
        comments_links=0,
        comments_pause=0,
        comments_depth=1,
        **words,
    ) as desk:
        article = await desk.publish()
        first = kept(await send(desk.editor, article, body="https://a.example https://b.example"), 201)
        assert first["status"] == "approved"
        for fields, status in (
            ({"body": "A lot<i>tery</i>"}, "pending"),
            ({"author_email": "OTHER@readers.example"}, "pending"),
            ({"author_name": "Casino Royal"}, "trash"),
            ({"author_url": "https://casino.example/", "body": "lottery"}, "trash"),
        ):
            assert kept(await send(desk.editor, article, **fields), 201)["status"] == status, fields
        assert kept(await send(desk.editor, article, body="Below.", parent=first["id"]), 201)["parent"] is None


async def test_every_wrong_field_is_named_at_once(desk: Desk) -> None:
    article = await desk.publish()
    before = await desk.last_seq()
    wrong = {
        "author_name": "  ",
        "author_email": "miriam at readers.example",
        "author_url": "javascript:alert(1)",
        "body": "<p> </p>​",
        "parent": 99,
        "status": "approved",
        "created_at": "2023-03-22T10:00:00Z",
    }
    assert set(errors(await send(desk.editor, article, **wrong))) == set(wrong)
    nothing = await desk.editor.post(f"/api/articles/{article['id']}/comments", json={})
    assert set(errors(nothing)) == {"author_name", "author_email", "body"}
    long = {
        "author_name": "x" * 246,
        "author_email": "x" * 92 + "@a.example",
        "author_url": "https://a.example/" + "x" * 183,
    }
    assert set(errors(await send(desk.editor, article, **long, body="x" * 65_526))) == {*long, "body"}
    assert await desk.last_seq() == before


@ANY_ENGINE
@pytest.mark.parametrize(
    "email",
    [
        "",
        "a",
        "a@",
        "@b.example",
        "a@b",
        "a b@c.example",
        "a@b..example",
        "a@b.example\nBcc: c@d.example",
        "a@-b.example",
    ],
)
async def test_an_address_has_to_be_one(desk: Desk, email: str) -> None:
    article = await desk.publish()
    assert set(errors(await send(desk.editor, article, author_email=email))) == {"author_email"}


@ANY_ENGINE
@pytest.mark.parametrize("email", ["a@b.example", "a.b+c@d-e.example", "ü@bücher.example", "o'neil@a.b.c.example"])
async def test_addresses_that_are_one(desk: Desk, email: str) -> None:
    article = await desk.publish()
    assert kept(await send(desk.moderator, article, author_email=email), 201)["author_email"] == email


@ANY_ENGINE
@pytest.mark.parametrize(
    "body", ["", " ", "\n\n", "\u00a0", "​‍", "<p></p>", "<br>", "&nbsp;", "<script>x</script>", "\u0000"]
)
async def test_a_reply_of_nothing_is_refused(desk: Desk, body: str) -> None:
    article = await desk.publish()
    assert set(errors(await send(desk.editor, article, body=body))) == {"body"}
