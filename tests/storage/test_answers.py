"""What is to be done once is done once, and its answer kept for a day: with the write, or not at all."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from storage.errors import Conflict, NotFound, Repeated
from storage.model import KeptAnswer, Once, Partner, Section, Token
from storage.protocol import Store
from storage.sql import pruning
from tests.storage.newsroom import FOUNDED, LIST_AFTER, SettableClock, draft, prune, reply, sections, story
from tests.stores import Stores, opened_store

pytestmark = pytest.mark.anyio

DAY = timedelta(days=1)


def once(key: str, say: Callable[[Any], str] = repr, *, token: str = "desk") -> Once[Any]:
    def answer(kept: Any) -> KeptAnswer:
        return KeptAnswer(digest=f"of {key}", status=201, fields={"Location": "/ü"}, body=say(kept))

    return Once(token=token, key=key, answer=answer)


@pytest.fixture(autouse=True)
async def tokens(store: Store) -> None:
    for name in ("desk", "other"):
        await store.add_token(Token(name=name, hash=name, scopes=frozenset({"publish"}), created_at=FOUNDED))
    await store.import_sections(sections())


async def test_the_second_time_nothing_is_written_and_the_answer_is_found(store: Store) -> None:
    article = await store.add_article(story("a"), once=once("1"))
    seq = await store.last_seq()
    for again in (
        store.add_article(story("b"), once=once("1")),
        store.add_section(Section(path="new", title="New", created_at=FOUNDED), once=once("1")),
        store.add_partner(Partner(name="P"), once=once("1")),
        store.add_comment(reply(article, "Ann"), list_after=LIST_AFTER, once=once("1")),
    ):
        with pytest.raises(Repeated):
            await again
    assert await store.last_seq() == seq
    assert await store.find_answer("desk", "1") == KeptAnswer(
        digest="of 1", status=201, fields={"Location": "/ü"}, body=repr(article)
    )
    # A key is a token's own.
    assert await store.find_answer("other", "1") is None
    for write in (
        store.add_article(draft("b"), once=once("1", token="other")),
        store.add_section(Section(path="new", title="New", created_at=FOUNDED), once=once("2")),
        store.add_partner(Partner(name="P"), once=once("3")),
        store.add_comment(reply(article, "Ann"), list_after=LIST_AFTER, once=once("4")),
    ):
        await write
    assert [bool(await store.find_answer("desk", key)) for key in "1234"] == [True] * 4


async def test_what_fails_keeps_no_answer(store: Store) -> None:
    first = await store.add_article(story("a"))
    with pytest.raises(Conflict):
        await store.add_article(replace(story("b"), guid=first.guid), once=once("1"))
    with pytest.raises(NotFound):
        await store.add_comment(replace(reply(first, "Ann"), article_id=77), list_after=LIST_AFTER, once=once("1"))
    seq = await store.last_seq()

    def broken(_kept: Any) -> str:
        raise RuntimeError("no answer")

    with pytest.raises(RuntimeError, match="no answer"):
        await store.add_article(story("c"), once=once("1", broken))
    assert (await store.last_seq(), await store.find_answer("desk", "1")) == (seq, None)
    await store.add_article(story("c"), once=once("1"))


async def test_answers_are_kept_for_a_day_with_their_token(store: Store, clock: SettableClock) -> None:
    await store.add_article(draft("a"), once=once("1"))
    clock.advance(hours=23, minutes=59)
    assert await store.find_answer("desk", "1")
    clock.advance(minutes=2)
    assert await store.find_answer("desk", "1") is None
    # Pruned or not, the key is free.
    kept = await store.add_article(draft("b"), once=once("1"))
    clock.advance(hours=12)
    await prune(store, None)
    answer = await store.find_answer("desk", "1")
    assert answer is not None
    assert answer.body == repr(kept)
    await store.revoke_token("desk")
    assert await store.find_answer("desk", "1") is None
    await store.add_token(Token(name="desk", hash="anew", scopes=frozenset(), created_at=FOUNDED))
    assert await store.find_answer("desk", "1") is None


async def test_of_many_answers_the_newest_are_kept(
    store: Store, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def left() -> str:
        await prune(store, None)
        return "".join([key for key in "abcdefgh" if await store.find_answer("desk", key)])

    for key in "abcdef":
        clock.advance(minutes=1)
        await store.add_article(draft(key), once=once(key, lambda _: "x" * 1000))
    assert await left() == "abcdef"
    monkeypatch.setattr(pruning, "MOST_ANSWERS", 4)
    assert await left() == "cdef"
    monkeypatch.setattr(pruning, "MOST_BYTES", 2 * (1000 + pruning._ANSWER))
    assert await left() == "ef"
    clock.advance(hours=25)
    await store.add_article(draft("g"), once=once("g", lambda _: "x" * 10_000))
    assert await left() == ""


async def test_what_told_of_a_forgotten_comment_is_forgotten_and_its_key_stays(store: Store) -> None:
    article = await store.add_article(story("a"))
    for key, email in (("1", "ann@readers.example"), ("2", "bob@readers.example")):
        comment = replace(reply(article, key), author_email=email)
        await store.add_comment(comment, list_after=LIST_AFTER, once=once(key))
    await store.forget_comments("ann@readers.example", alias="Anonymous", erase=False, list_after=LIST_AFTER, limit=9)
    assert await store.find_answer("desk", "1") == KeptAnswer(digest="", status=0, fields={}, body="")
    other = await store.find_answer("desk", "2")
    assert other is not None
    assert "version=1, seq=" in other.body
    with pytest.raises(Repeated):
        await store.add_comment(reply(article, "Ann"), list_after=LIST_AFTER, once=once("1"))


async def test_of_many_at_once_in_several_processes_one_is_kept(stores: Stores) -> None:
    with stores.new() as url:
        async with opened_store(url) as one, opened_store(url) as other:
            await one.add_token(Token(name="desk", hash="h", scopes=frozenset(), created_at=FOUNDED))
            tries = [
                store.add_article(draft(f"{number}"), once=once("1", lambda kept: str(kept.id)))
                for number in range(6)
                for store in (one, other)
            ]
            done = await asyncio.gather(*tries, return_exceptions=True)
            [kept] = [result for result in done if not isinstance(result, Repeated)]
            assert await one.list_articles(limit=99) == (kept,)
            answer = await other.find_answer("desk", "1")
            assert answer is not None
            assert answer.body == str(kept.id)  # type: ignore[union-attr]
