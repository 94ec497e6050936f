"""Where lists promise an order it is by bytes, whatever a database's own alphabet is; equals are told apart."""

from dataclasses import replace
from datetime import timedelta

import pytest

from storage.model import Alias, ArticleRecord, ArticleStatus, Author, CommentStatus, Section, Tag, Token
from storage.protocol import Store
from storage.scopes import HOME
from tests.storage.newsroom import FOUNDED, LIST_AFTER, SettableClock, add_reply, reply, story

pytestmark = pytest.mark.anyio

NAMES = (
    "-a", "0", "10", "9", "A", "Aa", "B", "Z", "_", "_a", "a", "a-b", "a_b", "ab", "b", "z",
    "e\u0301", "\u00c4", "\u00df", "\u00e4", "\u0130", "\u03a9", "\u05d0", "\u4e16", "\ud55c", "\uff21", "\uffee",
    "\U0001f600", "\U00020000",
)  # fmt: skip
"""By bytes, which is by code points, they are in an order that no alphabet has."""
MIXED = NAMES[1::2] + NAMES[::2]


async def test_sections(store: Store) -> None:
    given = [*MIXED, *(f"a/{name}" for name in MIXED)]
    await store.import_sections([Section(path=path, title="T", created_at=FOUNDED) for path in given])
    paths = sorted([*NAMES, *(f"a/{name}" for name in NAMES), "business", "world", "world/africa"])
    assert [section.path for section in await store.get_sections()] == paths
    assert [section.path for section in (await store.read_sections()).sections] == paths
    uppermost = [path for path in paths if "/" not in path]
    found = await store.read_articles(HOME, limit=5)
    assert [section.path for section in found.sections] == uppermost
    found = await store.read_articles("section:a", limit=5)
    assert [section.path for section in found.sections if section.parent == "a"] == sorted(f"a/{n}" for n in NAMES)


async def test_a_section_is_deleted_whatever_stands_beside_it(store: Store) -> None:
    beside = ("a", "a-b", "a.b", "a0", "ab", "a\u00e4", "A", "a_", "a\U0001f600")
    for path in beside:
        await store.add_section(Section(path=path, title="T", created_at=FOUNDED))
    await store.delete_section("a")
    assert [section.path for section in await store.get_sections()] == sorted(
        {*beside, "business", "world", "world/africa"} - {"a"}
    )


async def test_tokens(store: Store) -> None:
    for name in MIXED[::3]:
        await store.add_token(Token(name=name, hash=name, scopes=frozenset({"publish"}), created_at=FOUNDED))
    assert [token.name for token in await store.list_tokens()] == sorted(MIXED[::3])


async def test_aliases_and_other_paths(store: Store) -> None:
    await store.import_aliases([Alias(path=f"/{name}/", page="/section/world/") for name in MIXED])
    paths = sorted(f"/{name}/" for name in NAMES)
    assert [alias.path for alias in await store.get_aliases()] == paths
    await store.import_articles([ArticleRecord(article=story("x"), old_paths=tuple(f"/x/{name}" for name in MIXED))])
    [record] = [one async for one in store.export() if isinstance(one, ArticleRecord)]
    assert list(record.old_paths) == sorted(f"/x/{name}" for name in NAMES)


async def test_tags_and_authors_used_as_often(store: Store) -> None:
    kept = await store.add_article(
        story(
            "x",
            tags=tuple(Tag(slug=name, name=name) for name in MIXED),
            authors=tuple(Author(slug=name, name=name) for name in MIXED),
        )
    )
    found = await store.read_names(among=9, limit=99)
    assert [tag.slug for tag in found.tags] == [author.slug for author in found.authors] == sorted(NAMES)
    # Of an article they are as they were given.
    assert [tag.slug for tag in (await store.get_article(kept.id)).tags] == list(MIXED)


async def test_what_is_due_at_one_instant_is_done_by_id(store: Store, clock: SettableClock) -> None:
    at = FOUNDED + timedelta(hours=1)
    scheduled = [await store.add_article(story(name, at)) for name in "cab"]
    # Written again in another order: where a database keeps rows says nothing.
    for article in (scheduled[1], scheduled[0]):
        await store.update_article(replace(article, editorial_note="n"), if_version=article.version)
    before = await store.last_seq()
    clock.advance(hours=1)
    await store.run_due()
    assert await _subjects(store, before) == [str(article.id) for article in scheduled]


async def test_counts_that_are_due_at_one_instant_are_listed_by_id(store: Store, clock: SettableClock) -> None:
    articles = [await store.add_article(story(name)) for name in "cab"]
    for number in (1, 2):
        for article in reversed(articles):
            await add_reply(store, reply(article, f"R{number}"))
    before = await store.last_seq()
    clock.advance(seconds=LIST_AFTER.total_seconds())
    await store.run_due()
    assert await _subjects(store, before) == [str(article.id) for article in articles]


async def test_comments_of_one_instant_are_forgotten_by_id(store: Store) -> None:
    article = await store.add_article(story("x"))
    replies = [
        await add_reply(store, reply(article, name, author_email="ann@readers.example", status=CommentStatus.PENDING))
        for name in "cab"
    ]
    for comment in reversed(replies):
        await store.set_comment_status(comment.id, CommentStatus.SPAM, by="desk:ann", list_after=LIST_AFTER)
    before = await store.last_seq()
    await store.forget_comments("ann@readers.example", alias="Anonymous", erase=True, limit=9, list_after=LIST_AFTER)
    assert await _subjects(store, before) == [str(comment.id) for comment in replies]


async def test_articles_without_a_date_are_by_id(store: Store) -> None:
    kept = [await store.add_article(story(name, None, status=ArticleStatus.DRAFT)) for name in "cab"]
    kept.insert(2, await store.add_article(story("d", None, status=ArticleStatus.DRAFT)))
    ids = sorted((article.id for article in kept), reverse=True)
    assert [article.id for article in await store.list_articles(limit=9)] == ids
    assert [article.id for article in await store.list_articles(status=ArticleStatus.DRAFT, limit=9)] == ids


async def _subjects(store: Store, since: int) -> list[str]:
    return [change.subject_id for change in await store.changes_since(since, limit=50)]
