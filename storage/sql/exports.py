"""What an export holds, a page at a time."""

from collections.abc import Iterable

from storage.model import Alias, ArticleRecord, Comment, ImportedAs
from storage.sql.aliases import all_aliases
from storage.sql.comment_rows import COMMENT, sift_comments
from storage.sql.engine import Connection
from storage.sql.import_sources import sources_by_id
from storage.sql.paths import find_path, paths_of
from storage.sql.rows import ARTICLE, sift_articles, whole


def all_aliases_shown(db: Connection, *, public_only: bool) -> list[Alias]:
    """An author who never wrote in public has an address that leads nowhere yet."""
    return [alias for alias in all_aliases(db) if not public_only or find_path(db, alias.path)]


def export_page(db: Connection, *, after: int, limit: int, public_only: bool) -> list[ArticleRecord]:
    """Raises Unreadable if anything of it cannot be read: then it is read one by one."""
    shown = "AND public = 1" if public_only else ""
    rows = db.execute(f"SELECT {ARTICLE} FROM articles WHERE id > ? {shown} ORDER BY id LIMIT ?", (after, limit))
    articles = whole(sift_articles(db, rows.fetchall()))
    origins = Origins(db, () if public_only else [article.id for article in articles])
    return [
        ArticleRecord(
            article=article,
            comments=_thread(db, article.id),
            old_paths=tuple(sorted(paths_of(db, article.id) - {article.path})),
            imported=origins.of_article(article.id),
            imported_comments=origins.of_comments(article.id),
        )
        for article in articles
    ]


def _thread(db: Connection, article_id: int) -> tuple[Comment, ...]:
    rows = db.execute(f"SELECT {COMMENT} FROM comments WHERE article_id = ? ORDER BY id", (article_id,))
    return whole(sift_comments(db, rows.fetchall()))


class Origins:
    """From where articles came, and their comments."""

    def __init__(self, db: Connection, ids: Iterable[int]) -> None:
        self._articles: dict[int, list[ImportedAs]] = {}
        self._comments: dict[int, list[ImportedAs]] = {}
        wanted = db.array(sorted(ids))
        entries = db.execute(
            f"""
            SELECT article_id, source_id, guid, said, kept FROM imported_entries
            WHERE {db.among("imported_entries.article_id")}
            """,
            (wanted,),
        ).fetchall()
        comments = db.execute(
            f"""
            SELECT comments.article_id, rows.source_id, comments.guid, rows.said, rows.kept
            FROM comments JOIN imported_comments AS rows ON rows.comment_id = comments.id
            WHERE {db.among("comments.article_id")}
            """,
            (wanted,),
        ).fetchall()
        sources = sources_by_id(db, [row[1] for row in (*entries, *comments)])
        for found, rows in ((self._articles, entries), (self._comments, comments)):
            for article_id, source_id, guid, said, kept in sorted(rows):
                found.setdefault(article_id, []).append(
                    ImportedAs(source=sources[source_id], guid=guid, said=said, kept=kept)
                )

    def of_article(self, article_id: int) -> tuple[ImportedAs, ...]:
        return tuple(self._articles.get(article_id, ()))

    def of_comments(self, article_id: int) -> tuple[ImportedAs, ...]:
        return tuple(self._comments.get(article_id, ()))
