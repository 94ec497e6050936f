"""What readers see: public lists, and what is at a path."""

import sqlite3
from collections.abc import Sequence

from storage.model import ArticleList, ArticleView, PathTarget, Section, Tombstone
from storage.scopes import article_comments_scope, article_scope
from storage.sqlite.articles import listing_of, load_article
from storage.sqlite.listings import Item, Table
from storage.sqlite.paths import find_path
from storage.sqlite.rows import ARTICLE, BEYOND, PUBLIC_COMMENT, from_us, to_articles, to_comment
from storage.sqlite.topic import Topic, snapshot

_VIEW_TOMBSTONES = 50


class ListTopic(Topic):
    async def read_articles(self, scope: str, *, limit: int | None, also: Sequence[str] = ()) -> ArticleList:
        return await self._read(lambda db: _read_articles(db, scope, limit, also))

    async def view_article(self, path: str, *, also: Sequence[str] = ()) -> ArticleView | PathTarget | None:
        return await self._read(lambda db: _view_article(db, path, also))

    async def find_path(self, path: str) -> PathTarget | None:
        return await self._read(lambda db: find_path(db, path))


def _read_articles(db: sqlite3.Connection, scope: str, limit: int | None, also: Sequence[str]) -> ArticleList:
    rows = db.execute(
        f"""
        SELECT {ARTICLE} FROM article_listings AS listings CROSS JOIN articles ON articles.id = listings.item_id
        WHERE listings.scope_id = (SELECT id FROM scopes WHERE name = ?) AND listings.gone = 0
        ORDER BY listings.at DESC, listings.item_id DESC LIMIT ?
        """,
        (scope, -1 if limit is None else limit),
    )
    articles = to_articles(db, rows.fetchall())
    last = listing_of(articles[-1]) if articles and len(articles) == limit else None
    return ArticleList(
        articles=articles,
        tombstones=tombstones(db, "article_listings", scope, last, limit),
        sections=all_sections(db),
        snapshot=snapshot(db, (scope, *also)),
    )


def tombstones(
    db: sqlite3.Connection, table: Table, scope: str, last: Item | None, limit: int | None
) -> tuple[Tombstone, ...]:
    """A list's tombstones, newest first, down to the place of its last entry (all of them for None)."""
    items = "articles" if table == "article_listings" else "comments"
    rows = db.execute(
        f"""
        SELECT items.guid, items.gone_at, items.seq
        FROM {table} AS listings CROSS JOIN {items} AS items ON items.id = listings.item_id
        WHERE listings.scope_id = (SELECT id FROM scopes WHERE name = ?) AND listings.gone = 1
            AND (listings.at, listings.item_id) >= (?, ?)
        ORDER BY listings.at DESC, listings.item_id DESC LIMIT ?
        """,
        (scope, *(last or (-BEYOND, 0)), -1 if limit is None else limit),
    )
    return tuple(Tombstone(guid=guid, gone_at=from_us(gone_at), seq=seq) for guid, gone_at, seq in rows)


def all_sections(db: sqlite3.Connection) -> tuple[Section, ...]:
    rows = db.execute("SELECT path, title, description, created_at FROM sections ORDER BY path")
    return tuple(
        Section(path=path, title=title, description=description, created_at=from_us(created_at))
        for path, title, description, created_at in rows
    )


def _view_article(db: sqlite3.Connection, path: str, also: Sequence[str]) -> ArticleView | PathTarget | None:
    target = find_path(db, path)
    if target is None or target.gone or target.article_id is None or target.path != path:
        return target
    comments_scope = article_comments_scope(target.article_id)
    rows = db.execute(
        f"""
        SELECT {PUBLIC_COMMENT} FROM comment_listings AS listings
        CROSS JOIN comments ON comments.id = listings.item_id
        WHERE listings.scope_id = (SELECT id FROM scopes WHERE name = ?) AND listings.gone = 0
        ORDER BY listings.at, listings.item_id
        """,
        (comments_scope,),
    )
    return ArticleView(
        article=load_article(db, target.article_id),
        comments=tuple(to_comment(row) for row in rows),
        tombstones=tombstones(db, "comment_listings", comments_scope, None, _VIEW_TOMBSTONES),
        sections=all_sections(db),
        snapshot=snapshot(db, (article_scope(target.article_id), comments_scope, *also)),
    )
