"""Replies that reach several workers at once: the rules hold as if they had come one after the other."""

import json
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from urllib.parse import urlencode

import pytest

from feeds.web.api.access import MODERATE, PUBLISH, token_hash
from storage.clock import utc_now
from storage.connect import open_store
from storage.model import Article, Comment, Token
from storage.protocol import Store
from tests.server.running import Running, running
from tests.server.wire import Answer, Wire, dial, request
from tests.storage.newsroom import story

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(sys.platform != "linux", reason="which worker answers is read from /proc"),
]

WORKERS = 2
AT_ONCE = 24
PAUSE = 3600


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("newsroom")


@pytest.fixture(scope="module")
async def store(folder: Path) -> AsyncIterator[Store]:
    """The newsroom's, in a process that is none of the workers."""
    store = await open_store(f"sqlite:///{folder}/dateline.db", migrate=True, synchronous="NORMAL")
    for scope in (PUBLISH, MODERATE):
        await store.add_token(
            Token(name=scope, hash=token_hash(scope), scopes=frozenset({scope}), created_at=utc_now())
        )
    yield store
    await store.close()


@pytest.fixture(scope="module")
def server(folder: Path, store: Store) -> Iterator[Running]:
    del store  # It has to be there first; the workers open it by themselves.
    with running(folder, "--workers", str(WORKERS), DATELINE_COMMENTS_PAUSE=str(PAUSE)) as server:
        yield server


@pytest.fixture
async def article(store: Store, request: pytest.FixtureRequest) -> Article:
    slug = request.node.name.replace("_", "-")
    return await store.add_article(story(slug, utc_now()))


@pytest.fixture
async def wires(server: Running) -> AsyncIterator[Sequence[Wire]]:
    """Open connections, to each worker several."""
    async with AsyncExitStack() as stack:
        # Until the second worker is there, the first has its share.
        async with server.wire_to_each(WORKERS):
            pass
        wires = [await stack.enter_async_context(dial(server.port)) for _ in range(AT_ONCE)]
        for wire in wires:
            assert (await wire.ask("/healthz")).status == 200
        assert {server.worker_of(wire) for wire in wires} == server.workers()
        yield wires


def by_form(article: Article, **fields: str) -> bytes:
    typed = {"name": "Miriam", "email": "miriam@readers.example", **fields}
    kind = "application/x-www-form-urlencoded"
    return request(f"{article.path}comments", method="POST", body=urlencode(typed).encode(), Content_Type=kind)


def by_api(article: Article, token: str, **fields: str) -> bytes:
    reply = {"author_name": "Miriam", "author_email": "miriam@readers.example", **fields}
    return request(
        f"/api/articles/{article.id}/comments",
        method="POST",
        body=json.dumps(reply).encode(),
        Authorization=f"Bearer {token}",
        Content_Type="application/json",
    )


async def at_once(wires: Sequence[Wire], requests: Sequence[bytes]) -> list[Answer]:
    """The answer to each. The last bytes are held back until the servers have the others: then all go together."""
    for wire, sent in zip(wires, requests, strict=True):
        await wire.send(sent[:-1])
    for wire, sent in zip(wires, requests, strict=True):
        wire.transport.write(sent[-1:])
    return [await wire.answer() for wire in wires]


async def kept_on(store: Store, article: Article) -> tuple[Comment, ...]:
    return await store.list_comments(article_id=article.id, limit=2 * AT_ONCE)


def refused(answers: Sequence[Answer], status: int) -> list[Answer]:
    """All but the one that is kept; each is told what to do."""
    found = [answer for answer in answers if answer.status == status]
    assert len(found) == len(answers) - 1, sorted(answer.status for answer in answers)
    return found


async def test_of_one_address_one_gets_through(store: Store, article: Article, wires: Sequence[Wire]) -> None:
    answers = await at_once(
        wires,
        [
            by_form(article, email=f"reader{number}@readers.example", comment=f"Remark {number}.")
            for number in range(AT_ONCE)
        ],
    )
    for answer in refused(answers, 429):
        assert 0 < int(answer.field("retry-after") or 0) <= PAUSE
    [(number, through)] = [(number, answer) for number, answer in enumerate(answers) if answer.status == 303]
    [kept] = await kept_on(store, article)
    assert (kept.author_email, kept.body_html) == (f"reader{number}@readers.example", f"<p>Remark {number}.</p>")
    assert str(through.field("location")).endswith(f"#comment-{kept.id}")
    for number, answer in enumerate(answers):
        assert answer is through or f"Remark {number}.</textarea>" in answer.body.decode(), "what was typed is lost"


async def test_of_one_email_one_gets_through(store: Store, article: Article, wires: Sequence[Wire]) -> None:
    answers = await at_once(
        wires,
        [
            by_api(article, PUBLISH, author_email="Miriam@one.example", body=f"Remark {number}.")
            for number in range(AT_ONCE)
        ],
    )
    for answer in refused(answers, 429):
        assert 0 < int(answer.field("retry-after") or 0) <= PAUSE
    [through] = [json.loads(answer.body) for answer in answers if answer.status == 201]
    [kept] = await kept_on(store, article)
    assert (kept.id, kept.body_html) == (through["id"], through["body_html"])
    [other] = await at_once(wires[:1], [by_api(article, PUBLISH, author_email="other@one.example", body="I too.")])
    assert other.status == 201, other


async def test_moderators_need_not_pause(store: Store, article: Article, wires: Sequence[Wire]) -> None:
    answers = await at_once(wires, [by_api(article, MODERATE, body=f"Remark {number}.") for number in range(AT_ONCE)])
    assert {answer.status for answer in answers} == {201}
    ids = {json.loads(answer.body)["id"] for answer in answers}
    assert ids == {comment.id for comment in await kept_on(store, article)}
    assert len(ids) == AT_ONCE


async def test_of_the_same_one_is_kept(store: Store, article: Article, wires: Sequence[Wire]) -> None:
    answers = await at_once(wires, [by_api(article, MODERATE, body="Well said.")] * AT_ONCE)
    refused(answers, 409)
    [through] = [json.loads(answer.body) for answer in answers if answer.status == 201]
    [kept] = await kept_on(store, article)
    assert kept.id == through["id"]
