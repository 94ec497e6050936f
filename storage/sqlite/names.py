"""Which tags and authors are in the news: those that the newest articles use most."""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence

from storage.model import NameList
from storage.scopes import HOME
from storage.sqlite.places import all_sections
from storage.sqlite.rows import from_json, known_authors, known_tags
from storage.sqlite.topic import Topic, snapshot


class NameTopic(Topic):
    async def read_names(self, *, among: int, limit: int, also: Sequence[str] = ()) -> NameList:
        def work(db: sqlite3.Connection) -> NameList:
            rows = db.execute(_NEWEST, (HOME, among)).fetchall()
            tags = _most_used((tags for tags, _ in rows), limit)
            authors = _most_used((authors for _, authors in rows), limit)
            tags_by_slug, authors_by_slug = known_tags(db, tags), known_authors(db, authors)
            return NameList(
                tags=tuple(tags_by_slug[slug] for slug in tags),
                authors=tuple(authors_by_slug[slug] for slug in authors),
                sections=all_sections(db),
                snapshot=snapshot(db, (HOME, *also)),
            )

        return await self._read(work)


_NEWEST = """
    SELECT articles.tags, articles.authors
    FROM article_listings AS listings CROSS JOIN articles ON articles.id = listings.item_id
    WHERE listings.scope_id = (SELECT id FROM scopes WHERE name = ?) AND listings.gone = 0
    ORDER BY listings.at DESC, listings.item_id DESC LIMIT ?
"""
"""Counted here, not by SQL: that would sort what it has joined, and takes longer."""


def _most_used(slugs: Iterable[str], limit: int) -> list[str]:
    """Of JSON arrays: the most used first, equals by slug."""
    uses = Counter(slug for each in slugs for slug in from_json(each))
    return sorted(uses, key=lambda slug: (-uses[slug], slug))[:limit]
