"""Articles that lists showed before: of those that did not change since no row is read in full again.

Of a list that is made again, because something that it depends on has changed, most is as it was.
"""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from sys import getsizeof
from threading import Lock

from storage.model import Article, Omission
from storage.scopes import SITE
from storage.sql.engine import Connection
from storage.sql.rows import ARTICLE, Row, one_of, sift_articles

_MARKED = (
    "id", "published_at", "version", "seq", "modified_at", "status", "public", "gone_at", "arrived_at", "updated_at", "publish_at",
    "comment_count", "listed_comment_count", "count_due_at",
)  # fmt: skip
MARK = f"""
    {", ".join(f"articles.{column}" for column in _MARKED)},
    coalesce((SELECT version FROM scopes WHERE name = '{SITE}'), 0) AS site_version
"""
"""What to select for `KeptArticles.of`. Whatever is written to an article moves its version, its seq, a count or when one is due;
and what its sections, authors and tags are called, the site's version. The id comes first, `published_at` next."""

LIMIT = 4 << 20
_OVERHEAD, _PART = 2048, 256
"""Bytes that an article takes besides its texts, and each of its authors, tags, sections and files."""


class KeptArticles:
    """By their marks; the least recently shown are forgotten first. Threads may share it.

    A snapshot that is older than what is kept, or newer, has other marks of what differs.
    """

    def __init__(self, limit: int = LIMIT) -> None:
        """`limit` is in bytes; 0 keeps nothing."""
        self.limit = limit
        self.size = 0
        """Bytes kept, about; never above `limit`."""
        self._kept: OrderedDict[int, tuple[Row, int, Article]] = OrderedDict()
        self._lock = Lock()

    def of(self, db: Connection, marks: Sequence[Row]) -> tuple[tuple[Article, ...], tuple[Omission, ...]]:
        """The articles of rows of MARK, in their order, and what of them cannot be read, which is noted.

        One more statement reads what is not kept, and two its names, however many they are.
        """
        articles = self._find(marks)
        new = {mark[0]: mark for mark in marks if mark[0] not in articles}
        if not new:
            return tuple(articles[mark[0]] for mark in marks), ()
        test, parameters = one_of(db, "articles.id", sorted(new))
        rows = db.execute(f"SELECT {ARTICLE} FROM articles WHERE {test}", parameters).fetchall()
        read, left_out = sift_articles(db, rows)
        self._keep((new[article.id], article) for article in read)
        articles |= {article.id: article for article in read}
        return tuple(articles[mark[0]] for mark in marks if mark[0] in articles), left_out

    def _find(self, marks: Iterable[Row]) -> dict[int, Article]:
        found = {}
        with self._lock:
            for mark in marks:
                kept = self._kept.get(mark[0])
                if kept is not None and kept[0] == mark:
                    self._kept.move_to_end(mark[0])
                    found[mark[0]] = kept[2]
        return found

    def _keep(self, read: Iterable[tuple[Row, Article]]) -> None:
        with self._lock:
            for mark, article in read:
                _, freed, _ = self._kept.pop(mark[0], (mark, 0, article))
                self.size -= freed
                size = _size(article)
                if size <= self.limit:
                    self._kept[mark[0]] = mark, size, article
                    self.size += size
            while self.size > self.limit:
                _, (_, freed, _) = self._kept.popitem(last=False)
                self.size -= freed


def _size(article: Article) -> int:
    texts = (article.body_html, article.headline, article.summary, article.correction, article.editorial_note)
    parts = len(article.authors) + len(article.tags) + len(article.sections) + len(article.enclosures)
    return _OVERHEAD + _PART * parts + sum(map(getsizeof, texts))
