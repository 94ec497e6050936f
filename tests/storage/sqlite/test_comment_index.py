"""The index of comments' words follows the table, whoever writes to it."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from storage.model import CommentStatus, SearchIn
from storage.sql import moderation
from storage.sql.store import SQLStore
from storage.sqlite.functions import add_functions
from tests.storage.newsroom import LIST_AFTER, SettableClock, add_reply, reply, sections, story
from tests.storage.sqlite.opening import open_sqlite

pytestmark = pytest.mark.anyio


async def found(store: SQLStore, word: str) -> list[int]:
    page = await store.search_comments(word, among=SearchIn.WORDS, limit=9)
    return [hit.comment.id for hit in page.comments]


async def test_a_search_says_when_it_has_looked_at_enough(
    tmp_path: Path, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moderation, "_LOOKED_AT", 3)
    store = await open_sqlite(str(tmp_path / "a.db"), clock=clock, migrate=True, synchronous="NORMAL")
    try:
        await store.import_sections(sections())
        article = await store.add_article(story("a"))
        ids = [
            (await add_reply(store, reply(article, name, body_html="<p>same</p>", status=status))).id
            for name, status in (("a", CommentStatus.SPAM), *((name, CommentStatus.APPROVED) for name in "bcde"))
        ]
        seen, before, cuts = [], None, []
        while True:
            page = await store.search_comments(
                "same", among=SearchIn.WORDS, status=CommentStatus.SPAM, before_id=before, limit=2
            )
            seen += [hit.comment.id for hit in page.comments]
            cuts.append(page.cut)
            before = page.older
            if before is None:
                break
        assert (seen, cuts) == ([ids[0]], [True, False])
    finally:
        await store.close()


async def test_it_follows_edits_and_deletions(tmp_path: Path, clock: SettableClock) -> None:
    path = tmp_path / "a.db"
    store = await open_sqlite(str(path), clock=clock, migrate=True, synchronous="NORMAL")
    try:
        await store.import_sections(sections())
        article = await store.add_article(story("a"))
        ids = [(await add_reply(store, reply(article, name, body_html=f"<p>{name}ish</p>"))).id for name in "xyz"]
        await store.set_comment_status(ids[2], CommentStatus.SPAM, by="desk:ann", list_after=LIST_AFTER)
        with closing(sqlite3.connect(path, isolation_level=None)) as db:
            db.execute("PRAGMA foreign_keys = ON")
            add_functions(db)
            db.execute("UPDATE comments SET author_name = 'nobody', body_html = '<p>gone</p>' WHERE id = ?", (ids[0],))
            db.execute("DELETE FROM comment_listings WHERE item_id = ?", (ids[2],))
            db.execute("DELETE FROM comments WHERE id = ?", (ids[2],))
            db.execute("INSERT INTO comment_words (comment_words) VALUES ('integrity-check')")
        assert [await found(store, word) for word in ("xish", "x", "gone", "yish", "zish")] == [
            [], [], [ids[0]], [ids[1]], []
        ]  # fmt: skip
        # A comment's decisions go with it.
        assert (await store.latest_decisions(limit=9)).decisions == ()
    finally:
        await store.close()


async def test_scripts_without_spaces_are_followed_too(tmp_path: Path, clock: SettableClock) -> None:
    path = tmp_path / "a.db"
    store = await open_sqlite(str(path), clock=clock, migrate=True, synchronous="NORMAL")
    try:
        await store.import_sections(sections())
        article = await store.add_article(story("a"))
        kept = await add_reply(store, reply(article, "山田太郎", body_html="<p>東京は首都</p>"))
        assert [await found(store, word) for word in ("太郎", "首都", "東京は")] == [[kept.id]] * 3
        await store.update_comment(replace(kept, body_html="<p>大阪の食べ物</p>"), if_version=kept.version)
        assert [await found(store, word) for word in ("太郎", "首都", "食べ物")] == [[kept.id], [], [kept.id]]
        with closing(sqlite3.connect(path, isolation_level=None)) as db:
            add_functions(db)
            db.execute("DELETE FROM comment_listings WHERE item_id = ?", (kept.id,))
            db.execute("DELETE FROM comments WHERE id = ?", (kept.id,))
            # Nothing is left of it, not a sign.
            db.execute("INSERT INTO comment_words (comment_words) VALUES ('integrity-check')")
        assert [await found(store, word) for word in ("太郎", "首都", "食べ物")] == [[], [], []]
    finally:
        await store.close()
