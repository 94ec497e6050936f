"""Idempotency-Key: what is sent again with its key is answered as it was, and not done again."""

import asyncio
from typing import Any

import httpx2
import pytest

from feeds.newsroom import publishing
from feeds.web.api import OPERATIONS
from feeds.web.api.access import PUBLISH
from tests.api.desk import EMAIL, Desk, add_token, errors, kept, reply_fields
from tests.stores import ANY_ENGINE

pytestmark = pytest.mark.anyio

KEY = {"Idempotency-Key": '"8e03978e-40d5-43dd-bc93-6894a57f9324"'}
ARTICLE = {"headline": "Harbour reopens", "status": "published", "tags": ["Ports"]}


def same(one: httpx2.Response, other: httpx2.Response) -> bool:
    """But for their Date, and what else the transport says."""
    fields = ("location", "etag", "content-type", "cache-control")
    return [one.status_code, one.content, *map(one.headers.get, fields)] == [
        other.status_code, other.content, *map(other.headers.get, fields),
    ]  # fmt: skip


async def test_every_operation_that_takes_a_key_answers_the_same_again(desk: Desk) -> None:
    article = await desk.publish()
    sent: dict[str, tuple[str, dict[str, Any]]] = {
        "createArticle": ("/api/articles", ARTICLE),
        "createSection": ("/api/sections", {"title": "Science"}),
        "addComment": (f"/api/articles/{article['id']}/comments", reply_fields(status="approved")),
        "createPartner": ("/api/partners", {"name": "Rome Weekly"}),
    }
    assert {operation.name for operation in OPERATIONS if operation.takes_key} == sent.keys()
    for path, body in sent.values():
        headers = {"Idempotency-Key": path}
        first = await desk.admin.post(path, json=body, headers=headers)
        assert first.status_code == 201
        assert first.headers["location"]
        seq = await desk.last_seq()
        assert same(first, await desk.admin.post(path, json=body, headers=headers))
        for other in (body | {"x": 1}, dict.fromkeys(body, "Another")):
            assert set(errors(await desk.admin.post(path, json=other, headers=headers))) == {"Idempotency-Key"}
        assert await desk.last_seq() == seq


async def test_the_first_answer_stands_whatever_became_of_the_article(desk: Desk) -> None:
    first = await desk.editor.post("/api/articles", json=ARTICLE, headers=KEY)
    article = kept(first, 201)
    await desk.edit(article["id"], headline="Other")
    await desk.withdraw(article["id"])
    assert same(first, await desk.editor.post("/api/articles", json=ARTICLE, headers=KEY))
    # A token's keys are its own, and a key in quotes is the same without.
    bare = {"Idempotency-Key": KEY["Idempotency-Key"].strip('"')}
    assert same(first, await desk.editor.post("/api/articles", json=ARTICLE, headers=bare))
    other = kept(await desk.admin.post("/api/articles", json=ARTICLE, headers=KEY), 201)
    assert other["id"] != article["id"]
    # Another operation is another request.
    assert set(errors(await desk.editor.post("/api/sections", json=ARTICLE, headers=KEY))) == {"Idempotency-Key"}
    desk.clock.advance(hours=25)
    again = kept(await desk.editor.post("/api/articles", json=ARTICLE, headers=KEY), 201)
    assert again["id"] not in (article["id"], other["id"])


async def test_what_was_refused_may_be_sent_right_with_the_same_key(desk: Desk) -> None:
    assert errors(await desk.editor.post("/api/articles", json={"headline": ""}, headers=KEY))
    guid = (await desk.publish())["guid"]
    refused = await desk.editor.post("/api/articles", json=ARTICLE | {"guid": guid}, headers=KEY)
    assert refused.status_code == 409
    assert kept(await desk.editor.post("/api/articles", json=ARTICLE, headers=KEY), 201)


async def test_while_one_is_under_way_its_key_is_busy(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()
    described = publishing._described

    async def slow(*given: Any) -> Any:
        begun.set()
        await go_on.wait()
        return await described(*given)

    monkeypatch.setattr(publishing, "_described", slow)
    first = asyncio.create_task(desk.editor.post("/api/articles", json=ARTICLE, headers=KEY))
    await begun.wait()
    busy = await desk.editor.post("/api/articles", json=ARTICLE, headers=KEY)
    assert (busy.status_code, busy.headers["retry-after"]) == (409, "1")
    other = asyncio.create_task(desk.admin.post("/api/articles", json=ARTICLE, headers=KEY))
    go_on.set()
    assert kept(await other, 201)["id"] != kept(await first, 201)["id"]
    assert same(await first, await desk.editor.post("/api/articles", json=ARTICLE, headers=KEY))
    # Who went away left nothing behind.
    begun.clear()
    go_on.clear()
    headers = {"Idempotency-Key": "gone"}
    gone = asyncio.create_task(desk.editor.post("/api/articles", json=ARTICLE, headers=headers))
    await begun.wait()
    gone.cancel()
    await asyncio.gather(gone, return_exceptions=True)
    go_on.set()
    assert kept(await desk.editor.post("/api/articles", json=ARTICLE, headers=headers), 201)


async def test_who_is_forgotten_is_not_kept_again(desk: Desk) -> None:
    path = f"/api/articles/{(await desk.publish())['id']}/comments"
    assert kept(await desk.moderator.post(path, json=reply_fields(), headers=KEY), 201)["author_email"] == EMAIL
    # Whoever does not moderate is told no address, the second time neither.
    told = [await desk.editor.post(path, json=reply_fields(body=f"{n // 2}"), headers=KEY) for n in (0, 0)]
    assert [EMAIL in answer.text for answer in told] == [False, False]
    await desk.site.store.forget_comments(
        EMAIL, alias="Anonymous", erase=True, list_after=desk.site.comment_policy.list_after, limit=9
    )
    again = await desk.moderator.post(path, json=reply_fields(), headers=KEY)
    assert (again.status_code, EMAIL in again.text) == (410, False)


@ANY_ENGINE
async def test_a_secret_is_told_once_and_takes_no_key(desk: Desk) -> None:
    kept(await desk.admin.post("/api/partners", json={"name": "Rome"}), 201)
    kept(await desk.admin.put("/api/partners/Rome/members/m", json={}), 201)
    seq = await desk.last_seq()
    for path, body in (
        ("/api/partners/Rome/keys", {"name": "one"}),
        ("/api/partners/Rome/webhooks", {"url": "https://rome.example/"}),
        ("/api/partners/Rome/members/m/rotate", None),
    ):
        refused = await desk.admin.post(path, json=body, headers=KEY)
        assert (refused.status_code, "secret" in refused.json()["detail"]) == (400, True), path
    assert await desk.last_seq() == seq
    # And no operation that answers one takes a key.
    for operation in OPERATIONS:
        names = set(operation.answer.model_fields) if operation.answer else set()
        if operation.method == "POST" and names & {"key", "secret"}:
            assert operation.tells_secret, operation.name
        assert not (operation.takes_key and names & {"key", "secret"}), operation.name


@ANY_ENGINE
async def test_what_is_no_key_is_a_bad_request(desk: Desk) -> None:
    for value in ("", '""', '"a', "two words", '"a";b=1', "x" * 256, '"tab\\t"', "a, b"):
        refused = await desk.editor.post("/api/articles", json=ARTICLE, headers={"Idempotency-Key": value})
        assert (refused.status_code, "UUID" in refused.json()["detail"]) == (400, True), value
    twice = [("Idempotency-Key", "a"), ("Idempotency-Key", "b")]
    assert (await desk.editor.post("/api/articles", json=ARTICLE, headers=twice)).status_code == 400
    assert kept(await desk.editor.get("/api/articles"))["items"] == []
    # Whose token is unknown learns nothing of it.
    stranger = {"Authorization": "Bearer x", **KEY}
    assert (await desk.reader.post("/api/articles", json=ARTICLE, headers=stranger)).status_code == 401
    for value in ("x" * 255, '"a \\"b\\" \\\\"', "a:b/c=1"):
        headers = {"Idempotency-Key": value}
        first = await desk.editor.post("/api/articles", json=ARTICLE, headers=headers)
        assert same(first, await desk.editor.post("/api/articles", json=ARTICLE, headers=headers))


async def test_a_revoked_tokens_keys_are_nobodys(desk: Desk) -> None:
    headers = await add_token(desk.site, "passing", PUBLISH) | KEY
    one = kept(await desk.reader.post("/api/articles", json=ARTICLE, headers=headers), 201)
    await desk.site.store.revoke_token("passing")
    await add_token(desk.site, "passing", PUBLISH)
    assert kept(await desk.reader.post("/api/articles", json=ARTICLE, headers=headers), 201)["id"] != one["id"]
