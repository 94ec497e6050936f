"""Rows that are not as the store writes them: left out of lists, in pages that miss nothing else, and named by `check`."""

import pytest

from storage.errors import Unreadable
from storage.model import Article, CommentStatus, Page
from storage.protocol import Store
from storage.sql.engine import Connection
from storage.sql.store import SQLStore
from tests.storage.newsroom import FOUNDED, SettableClock, add_reply, edit, exported, reply, story
from tests.stores import EMBEDDED

pytestmark = pytest.mark.anyio


@pytest.fixture
async def kept(store: Store) -> list[Article]:
    """Five articles, each with a comment of its id; the second and third of either are damaged."""
    kept = [await store.add_article(story(slug, sections=())) for slug in "abcde"]
    for article in kept:
        await add_reply(store, reply(article, "Ann"))
    assert isinstance(store, SQLStore)

    def damage(db: Connection) -> None:
        db.execute("UPDATE articles SET image = '{' WHERE id IN (2, 3)")
        db.execute("UPDATE comments SET updated_at = 9000000000000000000 WHERE id IN (2, 3)")

    await store._engine.write(damage)
    return kept


@pytest.mark.usefixtures("kept")
async def test_a_page_is_as_long_as_there_are_rows(store: Store) -> None:
    """So that who asks for one more than a page learns whether there is another."""
    for limit in range(1, 6):
        articles = await store.list_articles(limit=limit)
        comments = await store.list_comments(status=CommentStatus.APPROVED, limit=limit)
        assert [article.id for article in articles] == [5, 4, 1][:limit]
        assert [comment.id for comment in comments] == [5, 4, 1][:limit]
    named: list[str] = []
    assert [record.article.id for record in await exported(store, named.append)] == [1, 4, 5]
    assert named == ["article 2", "article 3"]
    assert {(one.subject, one.id) for one in store.omissions} == {
        (subject, number) for subject in ("article", "comment") for number in (2, 3)
    }


@pytest.mark.usefixtures("kept")
async def test_a_window_says_what_it_leaves_out(store: Store) -> None:
    listed = await store.read_articles("home", limit=3)
    assert [article.id for article in listed.articles] == [5, 4]
    assert [one.id for one in listed.omissions] == [3]
    assert listed.older
    thread = await store.read_comments("comments", limit=3)
    # Comments of a damaged article have no page to be read on.
    assert [entry.comment.id for entry in thread.comments] == [5, 4]
    assert [one.id for one in thread.omissions] == [3]


async def test_who_asks_for_it_alone_is_told(store: Store, kept: list[Article]) -> None:
    for ask in (store.get_article(2), store.get_comment(2), store.view_article(kept[1].path, size=5)):
        with pytest.raises(Unreadable, match=r"(article|comment) 2 is damaged"):
            await ask


@pytest.mark.usefixtures("kept")
async def test_check_names_each(store: Store) -> None:
    faults = await store.check()
    assert [fault.partition(" is left out")[0] for fault in faults] == [
        "The article 2", "The article 3", "The comment 2", "The comment 3",
    ]  # fmt: skip


@pytest.mark.usefixtures("kept")
async def test_nobody_is_told_that_all_is_forgotten(store: Store) -> None:
    comment = await store.get_comment(1)
    with pytest.raises(Unreadable, match="then forget again"):
        await store.forget_comments(comment.author_email, alias="Anonymous", erase=False, list_after=None, limit=9)  # type: ignore[arg-type]


@EMBEDDED
async def test_a_text_that_is_no_utf8_is_left_out(store: Store, clock: SettableClock) -> None:
    kept = [await store.add_article(story(slug)) for slug in "ab"]
    assert isinstance(store, SQLStore)
    await store._engine.write(lambda db: db.execute("UPDATE articles SET body_html = CAST(x'c3' AS TEXT) WHERE id = 1"))
    listed = await store.read_articles("home", limit=5)
    assert [article.id for article in listed.articles] == [2]
    [left_out] = store.omissions
    assert left_out.why == "its text is no UTF-8"
    # Connections are as before: sound text is read without a second look, and written.
    assert (await edit(store, kept[1], headline="Other")).headline == "Other"
    assert clock() == FOUNDED


@pytest.mark.parametrize("pages_at_once", [2, 1000])
async def test_check_names_pages(store: Store, monkeypatch: pytest.MonkeyPatch, pages_at_once: int) -> None:
    monkeypatch.setattr("storage.sql.checks._PAGE", pages_at_once)
    for name in "abcd":
        await store.add_page(Page(path=f"/{name}/", title=name))
    assert await store.check() == []
    assert isinstance(store, SQLStore)

    def damage(db: Connection) -> None:
        db.execute("UPDATE pages SET created_at = 9000000000000000000 WHERE path = '/b/'")
        db.execute("UPDATE pages SET status = 'lost' WHERE path = '/d/'")

    await store._engine.write(damage)
    faults = await store.check()
    assert [fault.partition(":")[0] for fault in faults] == [
        "The page /b/ cannot be read",
        "The page /d/ cannot be read",
    ]


@EMBEDDED
async def test_check_names_pages_whose_text_is_damaged(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.sql.checks._PAGE", 1)
    await store.add_page(Page(path="/a/", title="A"))
    await store.add_page(Page(path="/b/", title="B"))
    assert isinstance(store, SQLStore)
    await store._engine.write(
        lambda db: db.execute("UPDATE pages SET path = CAST(x'2f61ff2f' AS TEXT) WHERE path = '/a/'")
    )
    assert [fault for fault in await store.check() if "page" in fault] == [
        "The page /a\ufffd/ cannot be read: its text is no UTF-8."
    ]
