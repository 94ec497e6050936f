"""What an export holds, a page at a time."""

from collections.abc import Mapping, Sequence

from storage.model import Alias, ArticleRecord, Comment, ImportedAs, list_at
from storage.sql.aliases import all_aliases
from storage.sql.comment_rows import COMMENT, sift_comments
from storage.sql.engine import Connection
from storage.sql.import_sources import sources_by_id
from storage.sql.paths import find_paths, paths_of
from storage.sql.rows import ARTICLE, sift_articles, whole


def all_aliases_shown(db: Connection, *, public_only: bool) -> list[Alias]:
    """An author who never wrote in public has an address that leads nowhere yet."""
    aliases = all_aliases(db)
    if not public_only:
        return [*aliases]
    leading = find_paths(db, [alias.path for alias in aliases])
    return [alias for alias in aliases if list_at(alias.page) is None or alias.path in leading]


def export_page(db: Connection, *, after: int, limit: int, public_only: bool) -> list[ArticleRecord]:
    """Raises Unreadable if anything of it cannot be read: then it is read one by one."""
    shown = "AND public = 1" if public_only else ""
    rows = db.execute(f"SELECT {ARTICLE} FROM articles WHERE id > ? {shown} ORDER BY id LIMIT ?", (after, limit))
    articles = whole(sift_articles(db, rows.fetchall()))
    threads = {article.id: _thread(db, article.id) for article in articles}
    origins = Origins(db, {} if public_only else threads)
    return [
        ArticleRecord(
            article=article,
            comments=threads[article.id],
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

    def __init__(self, db: Connection, threads: Mapping[int, Sequence[Comment]]) -> None:
        """`threads`: the articles' comments, by the articles' ids."""
        self._articles: dict[int, list[ImportedAs]] = {}
        self._comments: dict[int, list[ImportedAs]] = {}
        comments = {comment.id: comment for thread in threads.values() for comment in thread}
        of_articles = db.execute(
            f"""
            SELECT article_id, source_id, guid, said, kept FROM imported_entries
            WHERE {db.among("imported_entries.article_id")}
            """,
            (db.array(sorted(threads)),),
        ).fetchall()
        of_comments = db.execute(
            f"SELECT comment_id, source_id, said, kept FROM imported_comments WHERE {db.among('comment_id')}",
            (db.array(sorted(comments)),),
        ).fetchall()
        sources = sources_by_id(db, [row[1] for row in (*of_articles, *of_comments)])
        for article_id, source_id, guid, said, kept in sorted(of_articles):
            origin = ImportedAs(source=sources[source_id], guid=guid, said=said, kept=kept)
            self._articles.setdefault(article_id, []).append(origin)
        for comment_id, source_id, said, kept in sorted(of_comments):
            comment = comments[comment_id]
            origin = ImportedAs(source=sources[source_id], guid=comment.guid, said=said, kept=kept)
            self._comments.setdefault(comment.article_id, []).append(origin)

    def of_article(self, article_id: int) -> tuple[ImportedAs, ...]:
        return tuple(self._articles.get(article_id, ()))

    def of_comments(self, article_id: int) -> tuple[ImportedAs, ...]:
        return tuple(self._comments.get(article_id, ()))
