"""Texts that are looked up by: kept, on every engine, as far as an index of each can hold them, and Invalid beyond."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from storage.errors import Invalid, NotFound
from storage.keys import LONGEST_KEY
from storage.model import Alias, Author, FeedSource, FormerSite, Section, Tag, Token
from storage.protocol import Store
from storage.scopes import tag_scope
from tests.storage.newsroom import FOUNDED, add_reply, edit, record, reply, story

pytestmark = pytest.mark.anyio

Call = Callable[[Store, str], Awaitable[object]]


def key(size: int, first: int = 0x4E00, last: int = 0x9FFF) -> str:
    """Of so many bytes in UTF-8, which no compression makes much shorter."""
    random = Random(size)
    text = "".join(chr(random.randint(first, last)) for _ in range(size // len(chr(first).encode())))
    return "x" * (size - len(text.encode())) + text


async def _on_an_article(store: Store, **fields: Any) -> object:
    article = await store.add_article(story("harbour"))
    return await add_reply(store, reply(article, "Ann", **fields))


KEYS: dict[str, tuple[int, Call]] = {
    "guid": (LONGEST_KEY, lambda store, text: store.add_article(story("x", guid=text))),
    "slug": (LONGEST_KEY, lambda store, text: store.add_article(story(text, guid="urn:x"))),
    "tags": (LONGEST_KEY, lambda store, text: store.add_article(story("x", tags=[Tag(slug=text, name="t")]))),
    "authors": (LONGEST_KEY, lambda store, text: store.add_article(story("x", authors=[Author(slug=text, name="t")]))),
    "parent": (LONGEST_KEY, lambda store, text: store.add_section(Section(path=text, title="t", created_at=FOUNDED))),
    "name": (
        LONGEST_KEY,
        lambda store, text: store.add_token(Token(name=text, hash="h", scopes=frozenset(), created_at=FOUNDED)),
    ),
    "url": (
        LONGEST_KEY,
        lambda store, text: store.keep_feed_source(FeedSource(url=text, etag="", last_modified="", placement="")),
    ),
    "address": (LONGEST_KEY, lambda store, text: store.keep_former_site(FormerSite(address=text, path=""))),
    "path": (LONGEST_KEY, lambda store, text: store.import_aliases([Alias(path=text, page="/section/world/")])),
    "old_paths": (LONGEST_KEY, lambda store, text: store.import_articles([record(story("x"), old_paths=(text,))])),
    "author_email": (1_000, lambda store, text: _on_an_article(store, author_email=text)),
    "author_name": (1_000, lambda store, text: _on_an_article(store, author_name=text)),
    "ip_hash": (LONGEST_KEY, lambda store, text: _on_an_article(store, ip_hash=text)),
}


@pytest.mark.parametrize("name", KEYS)
async def test_the_longest_is_kept(store: Store, name: str) -> None:
    longest, call = KEYS[name]
    await call(store, key(longest))
    assert list(await store.check()) == []


@pytest.mark.parametrize("name", KEYS)
@pytest.mark.parametrize("beyond", [1, 100_000])
async def test_a_longer_one_is_named(store: Store, name: str, beyond: int) -> None:
    longest, call = KEYS[name]
    with pytest.raises(Invalid) as invalid:
        await call(store, key(longest + beyond))
    assert invalid.value.fields == {name: f"Use at most {longest:,} bytes in UTF-8."}
    # Nothing of the article or section is there.
    assert [change.action for change in await store.changes_since(3, limit=9)] in ([], ["insert"])
    await store.add_article(story("other"))


async def test_a_guid_and_a_comment_of_an_import(store: Store) -> None:
    article = story("x")
    for given in (
        record(replace(article, guid=key(LONGEST_KEY + 1))),
        record(article, replace(reply(article, "Ann"), guid=key(LONGEST_KEY + 1))),
    ):
        with pytest.raises(Invalid, match="guid: Use at most 2,000 bytes"):
            await store.import_articles([given])
    assert await store.list_articles(limit=9) == ()
    longest = key(LONGEST_KEY)
    await store.import_articles([record(replace(article, guid=longest), replace(reply(article, "Ann"), guid=longest))])
    [kept] = await store.list_articles(limit=9)
    assert kept.guid == longest


@pytest.mark.parametrize("size", [2_700, 20_000])
async def test_nothing_is_found_by_a_longer_one(store: Store, size: int) -> None:
    text = key(size)
    assert await store.find_path(f"/{text}") is None
    assert await store.find_token(text) is None
    assert await store.get_feed_source(text) is None
    assert (await store.read_articles(tag_scope(text), limit=5)).articles == ()
    assert (await store.search_articles(text, limit=5)).articles == ()
    with pytest.raises(NotFound):
        await store.delete_section(text)
    with pytest.raises(NotFound):
        await store.revoke_token(text)


async def test_what_is_not_looked_up_by_may_be_longer(store: Store) -> None:
    long = key(50_000)
    article = await store.add_article(
        story("x", headline=long, summary=long, dateline=long, rights=long, canonical_url=long, body_html=long)
    )
    assert (await store.get_article(article.id)).headline == long
    article = await edit(store, article, tags=(Tag(slug="t", name=long),), authors=(Author(slug="t", name=long),))
    comment = await add_reply(store, reply(article, "Ann", body_html=long, author_url=long))
    assert (await store.get_comment(comment.id)).body_html == long
