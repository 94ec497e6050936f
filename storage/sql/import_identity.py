"""Which of what a source calls articles a record is: its guid says so, but for guids that a site rewrote, or gave to several posts.

WordPress's own number decides then, and where the site has the article: by what an import registered of both (`old_paths`), for
numbers are given anew here where they are taken.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from storage.imports import other_scheme
from storage.model import Article, ArticleRecord
from storage.sql.engine import Connection, Cursor
from storage.sql.import_entries import Entries, Entry
from storage.sql.import_sources import KnownSource

_BY_NUMBER = re.compile(r"\?p=[0-9]+\Z")


def guids_of(record: ArticleRecord) -> tuple[str, ...]:
    """All that the record's source may have called it by, the likeliest first: each as it is, then by http for https and the other
    way round.
    """
    if record.source is None:
        return (record.article.guid,)
    own = (record.article.guid, *filter(None, [record.other_guid]))
    return tuple(dict.fromkeys((*own, *filter(None, map(other_scheme, own)))))


class Identity:
    """Of a batch's records."""

    def __init__(self, db: Connection, records: Sequence[ArticleRecord]) -> None:
        self._db = db
        paths = [path for record in records for path in record.old_paths]
        self._asked: Cursor | None = None
        if paths:
            self._asked = db.execute(f"SELECT path, article_id FROM paths WHERE {db.among('path')}", (db.array(paths),))
        self._led: dict[str, int] = {}
        self._given = {record.article.guid for record in records}

    def taken_paths(self) -> set[str]:
        """Those of the records' old paths that lead somewhere."""
        return {*self._leads()}

    def named(
        self, record: ArticleRecord, source: KnownSource, entries: Entries, articles: Mapping[int, Article]
    ) -> ArticleRecord:
        """The record with the guid by which its source's article is known, if it is; its comments' guids go along."""
        first, *others = guids_of(record)
        known = entries.spoken_of(first, source)
        if known is not None and not self._is_another(record, known, articles.get(known.article_id)):
            return record
        for guid in others:
            entry = entries.spoken_of(guid, source)
            if entry is None:
                continue
            article = articles.get(entry.article_id)
            of_a_feed = not (source.whole and entry.source.whole)
            if self._is_it(record, entry) or (of_a_feed and self._was_it(record, source, guid, article)):
                return _called(record, guid)
        if known is None:
            return record
        # Another post has this guid.
        return _called(record, record.other_guid or f"{first}#{record.article.id}")

    def _is_it(self, record: ArticleRecord, entry: Entry) -> bool:
        if not record.old_paths:
            return bool(record.article.id) and record.article.id == entry.article_id
        led = self._leads()
        return any(led.get(path) == entry.article_id for path in record.old_paths)

    def _was_it(self, record: ArticleRecord, source: KnownSource, guid: str, article: Article | None) -> bool:
        """Whether one is of a feed, which says no more of an entry than its date, and called this so, and nothing else so now."""
        if article is None or guid in self._given:
            return False
        is_dated = source.whole or record.said.get("published_at") is not None
        return not is_dated or article.published_at == record.article.published_at

    def _is_another(self, record: ArticleRecord, entry: Entry, article: Article | None) -> bool:
        """Whether it is certain: what has the guid has another number at the source, and another date, and nothing that led to the
        record leads to it. A site that was put together from others has given its posts new numbers.
        """
        if not _numbers(record.old_paths) or article is None or self._is_it(record, entry):
            return False
        if article.published_at is not None and article.published_at == record.article.published_at:
            return False
        rows = self._db.execute("SELECT path FROM paths WHERE article_id = ?", (entry.article_id,)).fetchall()
        return bool(_numbers(path for (path,) in rows))

    def _leads(self) -> dict[str, int]:
        if self._asked is not None:
            self._led = {path: article_id or 0 for path, article_id in self._asked.fetchall()}
            self._asked = None
        return self._led


def _numbers(paths: Iterable[str]) -> Sequence[str]:
    return [path for path in paths if _BY_NUMBER.search(path)]


def _called(record: ArticleRecord, guid: str) -> ArticleRecord:
    was = record.article.guid
    comments = tuple(
        replace(comment, guid=guid + comment.guid.removeprefix(was)) if comment.guid.startswith(was) else comment
        for comment in record.comments
    )
    said = {
        guid + name.removeprefix(was) if name.startswith(was) else name: words
        for name, words in record.said_in_comments.items()
    }
    return replace(record, article=replace(record.article, guid=guid), comments=comments, said_in_comments=said)
