"""What cannot be read at all: 400, 413, 415; what is not there: 404, 405; and HEAD."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest

from storage.errors import OutcomeUnknown
from storage.model import Article
from tests.api.desk import Desk, errors, kept, opened_desk
from tests.stores import ANY_ENGINE

pytestmark = pytest.mark.anyio

BOUNDARY = 1_048_576
"""The default limit of a body, in bytes."""

UNREADABLE = {
    "nothing": b"",
    "white space": b"  \n",
    "words": b"headline=Harbour",
    "a cut object": b'{"headline": "Harbour"',
    "two objects": b'{"headline": "Harbour"} {}',
    "a comma too many": b'{"headline": "Harbour",}',
    "single quotes": b"{'headline': 'Harbour'}",
    "an array": b'[{"headline": "Harbour"}]',
    "a string": b'"Harbour"',
    "null": b"null",
    "a number": b"7",
    "NaN": b'{"headline": NaN}',
    "Infinity": b'{"headline": "Harbour", "image": {"url": "/x", "width": -Infinity}}',
    "a name twice": b'{"headline": "Harbour", "headline": "Market"}',
    "a name twice within": b'{"headline": "Harbour", "source": {"name": "A", "name": "B"}}',
    "a name twice, written differently": b'{"headline": "Harbour", "headlin\\u0065": "Market"}',
    "a name twice but for a lone surrogate": b'{"headline": "Harbour", "headline\\ud800": "Market"}',
    "depth": b'{"headline": ' + b"[" * 100_000,
    "closed depth": b'{"headline": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "depth of objects": b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    "Latin-1": '{"headline": "Élan"}'.encode("latin-1"),
    "UTF-16": '{"headline": "Harbour"}'.encode("utf-16"),
    "a surrogate in UTF-8": b'{"headline": "\xed\xa0\x80"}',
    "a control character": b'{"headline": "Har\x00bour"}',
    "an endless number": b'{"headline": ' + b"9" * 5_000 + b"}",
}


@ANY_ENGINE
@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE)
async def test_what_is_no_json_object_is_a_bad_request(still_desk: Desk, body: bytes) -> None:
    before = await still_desk.last_seq()
    json_type = {"Content-Type": "application/json"}
    for client, method, path in (
        (still_desk.editor, "POST", "/api/articles"),
        (still_desk.editor, "PATCH", "/api/articles/1"),
        (still_desk.editor, "POST", "/api/sections"),
        (still_desk.editor, "PATCH", "/api/sections/world"),
        (still_desk.moderator, "POST", "/api/articles/1/comments"),
    ):
        response = await client.request(method, path, content=body, headers=json_type)
        assert response.status_code == 400, (method, path, response.text)
        assert response.json()["detail"]
    assert await still_desk.last_seq() == before


async def test_a_byte_order_mark_is_looked_past(desk: Desk) -> None:
    body = '{"headline": "Élan"}'.encode("utf-8-sig")
    response = await desk.editor.post("/api/articles", content=body, headers={"Content-Type": "application/json"})
    assert kept(response, 201)["headline"] == "Élan"


@ANY_ENGINE
@pytest.mark.parametrize(
    "declared",
    ["application/json", "application/json; charset=utf-8", "Application/JSON", "application/merge-patch+json", None],
)
async def test_json_by_several_names(desk: Desk, declared: str | None) -> None:
    article = await desk.publish()
    headers = {"Content-Type": declared} if declared else {}
    url = f"/api/articles/{article['id']}"
    response = await desk.editor.patch(url, content=b'{"headline": "Mine"}', headers=headers)
    assert kept(response)["headline"] == "Mine"


@ANY_ENGINE
@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "multipart/form-data; boundary=x"},
        {"Content-Type": "application/jsonp"},
        {"Content-Type": "application/json", "Content-Encoding": "gzip"},
    ],
)
async def test_other_types_and_codings_are_not_taken(desk: Desk, headers: dict[str, str]) -> None:
    response = await desk.editor.post("/api/articles", content=b'{"headline": "Harbour"}', headers=headers)
    assert response.status_code == 415
    assert "accept" in response.headers or "accept-encoding" in response.headers
    assert kept(await desk.editor.get("/api/articles"))["items"] == []


async def chunks(body: bytes, size: int = 65_536) -> AsyncIterator[bytes]:
    for start in range(0, len(body), size):
        yield body[start : start + size]


def headline_of(length: int) -> bytes:
    """A body of just so many bytes."""
    blank = json.dumps({"headline": ""}).encode()
    return json.dumps({"headline": "x" * (length - len(blank))}).encode()


@ANY_ENGINE
@pytest.mark.parametrize("length", [BOUNDARY + 1, 10_000_000])
@pytest.mark.parametrize("chunked", [False, True])
async def test_a_body_that_is_too_large_is_not_read(desk: Desk, length: int, chunked: bool) -> None:
    body = headline_of(length)
    before = await desk.last_seq()
    for path in ("/api/articles", "/api/sections"):
        response = await desk.editor.post(
            path, content=chunks(body) if chunked else body, headers={"Content-Type": "application/json"}
        )
        assert response.status_code == 413
        assert response.headers["connection"] == "close"
        assert str(BOUNDARY) in response.json()["detail"]
    assert await desk.last_seq() == before


@ANY_ENGINE
@pytest.mark.parametrize("chunked", [False, True])
async def test_the_largest_body_is_read(desk: Desk, chunked: bool) -> None:
    body = headline_of(BOUNDARY)
    response = await desk.editor.post(
        "/api/articles", content=chunks(body) if chunked else body, headers={"Content-Type": "application/json"}
    )
    assert set(errors(response)) == {"headline"}


@ANY_ENGINE
async def test_the_limit_is_a_setting(tmp_path: Path, store_url: str) -> None:
    async with opened_desk(tmp_path, database_url=store_url, max_body=2_048) as desk:
        body = {"headline": "Harbour", "body_html": "x" * 2_048}
        assert (await desk.editor.post("/api/articles", json=body)).status_code == 413
        assert (await desk.editor.post("/api/articles", json={"headline": "Harbour"})).status_code == 201


@ANY_ENGINE
@pytest.mark.parametrize(
    "path", ["/api", "/api/nothing", "/api/articles/", "/api/articles/1/", "/api/articles/1/replies", "/api//"]
)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "DELETE"])
async def test_what_is_not_there(still_desk: Desk, method: str, path: str) -> None:
    assert (await still_desk.admin.request(method, path)).status_code == 404


@ANY_ENGINE
@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/api/articles", {"GET", "HEAD", "POST"}),
        ("/api/articles/1", {"GET", "HEAD", "PATCH", "DELETE"}),
        ("/api/articles/1/comments", {"POST"}),
        ("/api/changes", {"GET", "HEAD"}),
        ("/api/sections", {"GET", "HEAD", "POST"}),
        ("/api/sections/world/africa", {"GET", "HEAD", "PATCH", "DELETE"}),
        ("/api/comments", {"GET", "HEAD"}),
        ("/api/comments/1/approve", {"POST"}),
        ("/api/openapi.json", {"GET", "HEAD"}),
    ],
)
async def test_other_methods_are_not_allowed(desk: Desk, path: str, allowed: set[str]) -> None:
    for method in {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"} - allowed:
        response = await desk.admin.request(method, path)
        assert response.status_code == 405, method
        assert {name.strip() for name in response.headers["allow"].split(",")} == allowed


@ANY_ENGINE
@pytest.mark.parametrize(
    "path",
    ["/api/articles", "/api/articles/1", "/api/changes", "/api/sections", "/api/sections/world", "/api/comments"],
)
async def test_head_answers_what_get_answers_but_for_the_body(desk: Desk, path: str) -> None:
    await desk.publish()
    head, get = [await desk.admin.request(method, path) for method in ("HEAD", "GET")]
    assert (head.status_code, head.content, head.headers) == (200, b"", get.headers)


async def test_a_list_or_a_write_is_kept_by_no_cache(desk: Desk) -> None:
    article = await desk.publish()
    answers: list[httpx2.Response] = [
        await desk.editor.get("/api/articles"),
        await desk.editor.get("/api/changes"),
        await desk.editor.get("/api/sections"),
        await desk.editor.get("/api/sections/world"),
        await desk.moderator.get("/api/comments"),
        await desk.editor.post("/api/articles", json={"headline": "Market opens"}),
        await desk.editor.patch(f"/api/articles/{article['id']}", json={"summary": "New."}),
        await desk.editor.delete(f"/api/articles/{article['id']}"),
    ]
    assert {answer.headers["cache-control"] for answer in answers} == {"no-store"}


async def test_a_store_that_cannot_be_reached_is_no_fault_of_the_request(desk: Desk) -> None:
    await desk.site.store.close()
    response = await desk.editor.post("/api/articles", json={"headline": "Harbour"})
    assert response.status_code == 503
    assert int(response.headers["retry-after"]) > 0


async def test_who_writes_what_may_have_been_kept_is_not_asked_to_send_it_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def lost(_article: Article, **_: object) -> Article:
        raise OutcomeUnknown("Whether this was kept is not known: look before you do it again.")

    monkeypatch.setattr(desk.site.store, "add_article", lost)
    response = await desk.editor.post("/api/articles", json={"headline": "Harbour"})
    assert response.status_code == 503
    assert "retry-after" not in response.headers
    assert response.json()["detail"] == "Whether this was kept is not known: look before you do it again."


@ANY_ENGINE
async def test_of_very_many_wrong_fields_fifty_are_named(desk: Desk) -> None:
    response = await desk.editor.post("/api/articles", json={f"field {number}": 1 for number in range(20_000)})
    assert response.status_code == 422
    problem = response.json()
    assert len(problem["errors"]) == 50
    assert "19,951 more" in problem["detail"]
    assert len(response.content) < 10_000
