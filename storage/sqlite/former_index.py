"""The indexes of releases before schema 19, as their words move to this release's: in parts, newest first.

What moved is taken out of them, so that they are the list of what is left. Then their pages are freed in parts, too.
"""

from collections.abc import Callable

from storage.sql.engine import Connection
from storage.sql.full_text import Reindexed
from storage.sqlite.merging import merge

_ARTICLES, _COMMENTS, _PAGES = 10, 100, 500
"""Of one transaction: some 20 ms, in which other writers wait."""
_FREED = {"article_search": "rebuild", "comment_search": "delete-all"}
"""FTS5's commands that leave nothing in an index: one has a copy of its texts, which are gone; the other's texts stay."""
_HAS_PAGES = "SELECT 1 FROM {table}_data WHERE id > 10 LIMIT 1"
"""Those of what FTS5 keeps for an index that has never held anything are 1 and 10."""


def is_left(db: Connection) -> bool:
    return any(
        db.execute(sql.format(table=table)).fetchone()
        for table in _FREED
        for sql in ("SELECT 1 FROM {table}_docsize LIMIT 1", _HAS_PAGES)
    )


def next_part(db: Connection, index_anew: Callable[[int], bool]) -> Reindexed:
    """As `storage.sql.full_text.FullText.reindex` says."""
    if rows := _newest(db, "article_search", _ARTICLES):
        for row in rows:
            _move_article(db, row, index_anew)
        return Reindexed.SOME if _newest(db, "article_search", 1) else Reindexed.ALL_ARTICLES
    if ids := _newest(db, "comment_search", _COMMENTS):
        for comment_id in ids:
            _move_comment(db, comment_id)
        return Reindexed.SOME
    return Reindexed.SOME if any(_free(db, table) for table in _FREED) else Reindexed.NOTHING


def _newest(db: Connection, table: str, limit: int) -> list[int]:
    rows = db.execute(f"SELECT id FROM {table}_docsize ORDER BY id DESC LIMIT ?", (limit,))
    return [row for (row,) in rows.fetchall()]


def _move_article(db: Connection, row: int, index_anew: Callable[[int], bool]) -> None:
    article = db.execute("SELECT id FROM articles WHERE search_row = ?", (row,)).fetchone()
    if article and index_anew(article[0]):
        return
    if article:
        # It cannot be read: as it was indexed.
        db.execute(
            """
            INSERT INTO article_words (rowid, headline, names, summary, body)
            SELECT rowid, words_of(CAST(headline AS BLOB)), words_of(CAST(names AS BLOB)),
                words_of(CAST(summary AS BLOB)), words_of(CAST(body AS BLOB))
            FROM article_search WHERE rowid = ?
            """,
            (row,),
        )
    db.execute("DELETE FROM article_search WHERE rowid = ?", (row,))


def _move_comment(db: Connection, comment_id: int) -> None:
    db.execute(
        """
        INSERT INTO comment_words (rowid, author_name, body_html)
        SELECT id, words_of(CAST(author_name AS BLOB)), words_of(CAST(body_html AS BLOB)) FROM comments WHERE id = ?
        """,
        (comment_id,),
    )
    db.execute(
        """
        INSERT INTO comment_search (comment_search, rowid, author_name, body_html)
        SELECT 'delete', id, for_index(CAST(author_name AS BLOB)), for_index(CAST(body_html AS BLOB))
        FROM comments WHERE id = ?
        """,
        (comment_id,),
    )


def _free(db: Connection, table: str) -> bool:
    """Free a part of the pages of an index that nothing is in, by merging what is marked as deleted; whether there were any."""
    if not db.execute(_HAS_PAGES.format(table=table)).fetchone():
        return False
    if not merge(db, table, begin=True, pages=_PAGES):
        db.execute(f"INSERT INTO {table} ({table}) VALUES (?)", (_FREED[table],))
    return True
