"""Which tags and authors are in the news: those that the newest articles use most."""

from collections import Counter
from collections.abc import Iterable, Sequence

from storage.model import NameList, Subject
from storage.omissions import Name
from storage.scopes import HOME, with_older
from storage.sql.engine import Connection
from storage.sql.mixin import StoreMixin, snapshot
from storage.sql.periods import last_day
from storage.sql.places import all_sections
from storage.sql.rows import Row, known_names, slugs_in


class NameMixin(StoreMixin):
    async def read_names(self, *, among: int, limit: int, also: Sequence[str] = ()) -> NameList:
        view = self._view
        [home, *names] = self._lists(HOME, *also)

        def work(db: Connection) -> NameList:
            rows = db.execute(_NEWEST, (home, among)).fetchall()
            slugs = db.omissions.sift(rows, _slugs, lambda row: Name(Subject.ARTICLE, row[0], row[1]))
            tags = _most_used((tags for tags, _ in slugs), limit)
            authors = _most_used((authors for _, authors in slugs), limit)
            authors_by_slug, tags_by_slug = known_names(db, authors, tags)
            return NameList(
                tags=tuple(tags_by_slug[slug] for slug in tags if slug in tags_by_slug),
                authors=tuple(authors_by_slug[slug] for slug in authors if slug in authors_by_slug),
                sections=all_sections(db),
                last_day=last_day(db, view),
                snapshot=snapshot(db, (*with_older(home), *names)),
            )

        return await self._read_shown(work)


_NEWEST = """
    SELECT articles.id, articles.seq, articles.tags, articles.authors
    FROM article_listings AS listings CROSS JOIN articles ON articles.id = listings.item_id
    WHERE listings.scope_id = (SELECT id FROM scopes WHERE name = ?) AND listings.gone = 0
    ORDER BY listings.at DESC, listings.item_id DESC LIMIT ?
"""
"""Counted here, not by SQL: that would sort what it has joined, and takes longer."""


def _slugs(row: Row) -> tuple[list[str], list[str]]:
    """Of an article's tags and authors."""
    return slugs_in(row[2]), slugs_in(row[3])


def _most_used(slugs: Iterable[list[str]], limit: int) -> list[str]:
    """The most used first, equals by slug."""
    uses = Counter(slug for each in slugs for slug in each)
    return sorted(uses, key=lambda slug: (-uses[slug], slug))[:limit]
