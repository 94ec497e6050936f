"""Articles: how one is kept, and what follows from it."""

from collections.abc import AsyncIterator, Callable, Collection, Container, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import Literal

from storage.errors import Conflict, Invalid, NotFound, Unreadable
from storage.keys import require_short_keys
from storage.lifecycle import action_of, date_edit, gone, settle, shown_again, shown_late
from storage.model import Article, Comment, Once, Subject
from storage.scopes import (
    DAYS,
    comment_entries_differ,
    day_scope,
    facets_of_article,
    feed_differs,
    lists_of_article,
    lists_of_comment,
    raised_by_article,
)
from storage.sql import arrivals, listings
from storage.sql.arrivals import Arrival, article_arrivals, keep_article_arrivals, late_in_lists, places, stays
from storage.sql.comment_rows import COMMENT, to_comments
from storage.sql.depth import Touched
from storage.sql.engine import Connection, Cursor
from storage.sql.ids import FreeIds
from storage.sql.indexing import index_article
from storage.sql.kept_answers import done_once
from storage.sql.known import Known
from storage.sql.listings import Item, find_tombstones, listing_of
from storage.sql.mixin import StoreMixin, Write
from storage.sql.paths import lead_to_article
from storage.sql.rows import (
    ARTICLE,
    KEPT_COLUMNS,
    from_article,
    to_articles,
    to_us,
    to_us_or_none,
)


class ArticleMixin(StoreMixin):
    async def add_article(self, article: Article, *, once: Once[Article] | None = None) -> Article:
        async with self._naming_holder(article):
            return await self._write(done_once(once, lambda write: _add(write, article)))

    async def update_article(self, article: Article, *, if_version: int) -> Article:
        async with self._naming_holder(article):
            return await self._write(lambda write: _update(write, article, if_version))

    async def get_article(self, article_id: int) -> Article:
        return await self._read(lambda db: load_article(db, article_id))

    async def find_article(self, guid: str) -> Article:
        return await self._read(lambda db: _find_article(db, guid))

    @asynccontextmanager
    async def _naming_holder(self, article: Article) -> AsyncIterator[None]:
        """The database alone says that a guid is taken; whose it is, is asked where it was, so that no other write pays for it."""
        try:
            yield
        except Conflict as conflict:
            holder = await self._read(lambda db: _id_of(db, article.guid))
            if holder is None or holder == article.id:
                raise
            raise Conflict(f"Article {holder} has this guid: edit that one.", holder=holder) from conflict

    async def headlines(self, ids: Collection[int]) -> Mapping[int, str]:
        def work(db: Connection) -> Mapping[int, str]:
            sql = f"SELECT id, headline FROM articles WHERE {db.among('id')}"
            return dict(db.execute(sql, (db.array(sorted(set(ids))),)).fetchall())

        return await self._read(work)


def _id_of(db: Connection, guid: str) -> int | None:
    row = db.execute("SELECT id FROM articles WHERE guid = ?", (guid,)).fetchone()
    return None if row is None else int(row[0])


def _find_article(db: Connection, guid: str) -> Article:
    """Raises NotFound, Unreadable."""
    article_id = _id_of(db, guid)
    if article_id is None:
        raise NotFound("There is no article of this guid.")
    return load_article(db, article_id)


def load_article(db: Connection, article_id: int) -> Article:
    """Raises NotFound, Unreadable."""
    rows = db.execute(f"SELECT {ARTICLE} FROM articles WHERE id = ?", (article_id,)).fetchall()
    if not rows:
        raise NotFound(f"There is no article {article_id}.")
    articles = to_articles(db, rows)
    if not articles:
        raise Unreadable(f"What is kept of article {article_id} is damaged: put it back from a backup.")
    return articles[0]


def _add(write: Write, article: Article) -> Article:
    ids = FreeIds(write.db, "articles")
    write.slugs.ask([article])
    write.known.ask([article])
    new = replace(article, id=ids.take(), gone_at=None, arrived_at=None, edited_at=None, comment_count=0)
    return put(write, None, prepare(write, None, new))


def _update(write: Write, article: Article, if_version: int) -> Article:
    before = load_article(write.db, article.id)
    if before.version != if_version:
        raise Conflict(f"Article {article.id} is at version {before.version}: another edit came first.")
    after = prepare(write, before, article)
    if replace(after, version=before.version, modified_at=before.modified_at) == before:
        return before
    return put(write, before, after)


def prepare(write: Write, before: Article | None, wanted: Article) -> Article:
    """What would be kept of `wanted`, but for `seq`. Makes new authors and tags known.

    Raises Invalid.
    """
    require_short_keys(before, wanted)
    if before is not None:
        write.known.note(before)
    write.known.ask([wanted])
    _require_sections(write.known, wanted)
    after = settle(before, _with_known_names(write.known, wanted), write.now)
    if after.public_at is not None and after.day is None:
        raise ValueError("an article with a date needs its day, in the newsroom's time zone")
    became_public = after.public and not (before and before.public)
    if before is None or became_public or (before.day, before.slug) != (after.day, after.slug):
        after = write.slugs.with_free_slug(after, is_new=before is None)
    return date_edit(before, after, write.now)


_NO_THREAD = Touched()


def put(
    write: Write,
    before: Article | None,
    after: Article,
    also_raised: frozenset[str] = frozenset(),
    *,
    thread: Touched = _NO_THREAD,
    imported: bool = False,
) -> Article:
    """Keep a prepared article in place of `before`, with its Change and all that follows from it.

    `thread`: of a new article the comments that are kept with it; `imported`: it came to its lists when its `arrived_at` says, and
    is as new as its source says.
    """
    was_public = before is not None and before.public
    came, went = after.public and not was_public, was_public and not after.public
    comments = _moving_comments(write.db, before, after)
    # All that is to be known is asked for before any of it is waited for.
    days = _ask_days(write.db, before, after)
    stones: list[Iterable[tuple[str, int]]] = []
    if came and before is not None:
        stones.append(find_tombstones(write.db, "article_listings", [(0, after.id)]))
        stones.append(find_tombstones(write.db, "comment_listings", comments))
    if not stays(before, after):
        write.ask_scopes(_lists(before) | _lists(after))
    touched = write.depths.of_article(before, after)
    write.depths.ask("article", [touched])
    late = article_arrivals(write.db, before, after, write.now, imported=imported)
    if came and late and not imported:
        after = replace(after, updated_at=max(write.now, after.updated_at or write.now))
    scopes = raised_by_article(before, after) | also_raised
    scopes = write.depths.raised("article", scopes, touched, but={arrival.scope for arrival in late})
    if before is None:
        scopes = write.depths.raised("comment", scopes, thread)
    # Where in their lists these stood nobody knows: it may have another date since it went.
    scopes |= {name for rows in stones for name, _ in rows}
    if any(len(listed.fetchall()) == few for listed, few in days):
        scopes |= {DAYS}
    seq = write.append(action_of(before, after), Subject.ARTICLE, str(after.id), scopes)
    if came or went or (before is not None and after.public and feed_differs(before, after)):
        after = replace(after, seq=seq)
    _keep_row(write, before, after)
    _keep_facets(write.db, before, after)
    if after.public and (came or (before and before.path != after.path)):
        lead_to_article(write.db, after.id, [after.path])
    _keep_lists(write, before, after, late)
    index_article(write, before, after)
    if comments:
        _keep_comments(write, before, after, comments, imported=imported)
    if was_public and after.public and before and before.comment_count and comment_entries_differ(before, after):
        name_otherwise(write, "article", after.id)
    return after


def _require_sections(known: Known, article: Article) -> None:
    unknown = [path for path in article.sections if path not in known.sections]
    if unknown:
        first = article.sections[:1]
        further = [path for path in unknown if path not in first]
        named = {"section": [path for path in unknown if path in first], "sections": further}
        raise Invalid(
            {field: f"There is no section {', '.join(paths)}: add it first." for field, paths in named.items() if paths}
        )


def _with_known_names(known: Known, article: Article) -> Article:
    known.add(article.authors, article.tags)
    bylines = tuple(known.authors[author.slug] for author in article.authors)
    keywords = tuple(known.tags[tag.slug] for tag in article.tags)
    if (bylines, keywords) == (article.authors, article.tags):
        return article
    return replace(article, authors=bylines, tags=keywords)


_INSERT = f"INSERT INTO articles ({', '.join(KEPT_COLUMNS)}) VALUES ({', '.join('?' * len(KEPT_COLUMNS))})"
_ID, *_CHANGED = KEPT_COLUMNS
_UPDATE = f"UPDATE articles SET {', '.join(f'{column} = ?' for column in _CHANGED)} WHERE {_ID} = ?"
"""Never the id: for a key that is set, the database looks through every table that refers to it."""


def _keep_row(write: Write, before: Article | None, after: Article) -> None:
    if before is None:
        write.db.execute(_INSERT, from_article(after))
        return
    article_id, *values = from_article(after)
    write.db.execute(_UPDATE, (*values, article_id))
    if before.public != after.public:
        listed_at = to_us(write.now) if after.listed_comment_count else None
        write.db.execute(
            "UPDATE articles SET count_due_at = NULL, count_listed_at = ? WHERE id = ?", (listed_at, after.id)
        )


def _keep_facets(db: Connection, before: Article | None, after: Article) -> None:
    old, new = facets_of_article(before) if before else frozenset(), facets_of_article(after)
    db.executemany(
        "DELETE FROM article_facets WHERE facet = ? AND article_id = ?",
        [(name, after.id) for name in sorted(old - new)],
    )
    db.executemany(
        "INSERT INTO article_facets (facet, article_id) VALUES (?, ?)", [(name, after.id) for name in sorted(new - old)]
    )


def _keep_lists(write: Write, before: Article | None, after: Article, late: Sequence[Arrival]) -> None:
    table: listings.Table = "article_listings"
    old, new = _lists(before), _lists(after)
    if before and before.public:
        kept = old & new if after.published_at == before.published_at else frozenset()
        listings.leave(write, table, old - kept, [listing_of(before)], with_tombstones=not after.public)
        if not after.public:
            listings.add_tombstones(write, table, old, [listing_of(before)])
        old = kept
    elif before and before.gone_at and after.public:
        listings.remove_tombstones(write, table, [(0, after.id)])
    if after.public:
        listings.enter(write, table, new - old, [listing_of(after)])
    keep_article_arrivals(write, before, after, late)


def _lists(article: Article | None) -> frozenset[str]:
    return lists_of_article(article) if article and article.public else frozenset()


def _ask_days(db: Connection, before: Article | None, after: Article) -> list[tuple[Cursor, int]]:
    """The public articles of a day, up to 2, and how many there are where the day gets its first by this, or loses its last."""
    old = before.day if before and before.public else None
    new = after.day if after.public else None
    return [(_listed_on(db, day), few) for day, few in ((new, 0), (old, 1)) if day is not None and old != new]


def _listed_on(db: Connection, day: date) -> Cursor:
    return db.execute(
        """
        SELECT 1 FROM article_listings WHERE scope_id = (SELECT id FROM scopes WHERE name = ?) AND gone = 0 LIMIT 2
        """,
        (day_scope(day),),
    )


def _moving_comments(db: Connection, before: Article | None, after: Article) -> list[Item]:
    """The approved comments, if they come or go with their article, or leave a list: no other write looks through a thread."""
    if before is None or not before.comment_count or _lists_of_thread(before) == _lists_of_thread(after):
        return []
    rows = db.execute("SELECT created_at, id FROM comments WHERE article_id = ? AND status = 'approved'", (after.id,))
    return rows.fetchall()


def _lists_of_thread(article: Article | None) -> frozenset[str]:
    return lists_of_comment(article) if article and article.public else frozenset()


def name_otherwise(write: Write, what: Literal["article", "comment"], id_: int) -> None:
    """Note that the entries of comments on it, or of replies to it, name it otherwise since the Change appended last."""
    write.db.execute(
        f"INSERT INTO {what}_names ({what}_id, seq) VALUES (?, ?) ON CONFLICT ({what}_id) DO UPDATE SET seq = excluded.seq",
        (id_, write.seq),
    )


def _keep_comments(
    write: Write, before: Article | None, after: Article, comments: list[Item], *, imported: bool
) -> None:
    """Approved comments go, come and move with their article."""
    table: listings.Table = "comment_listings"
    old, new = _lists_of_thread(before), _lists_of_thread(after)
    ids = [comment_id for _, comment_id in comments]
    late = () if imported else late_in_lists(places(write.db, "comment", new - old), comments, write.now)
    listings.leave(write, table, old - new, comments, with_tombstones=not new)
    if old and not new:
        listings.add_tombstones(write, table, old, comments)
        arrivals.add_tombstones(write, "comment", ids)
        _redate(write, after, lambda comment: gone(comment, write.now))
    elif new and not old:
        listings.remove_tombstones(write, table, comments)
        arrivals.forget(write, "comment", ids)
        _redate(write, after, partial(_come, late=frozenset(one.item_id for one in late), now=write.now))
    else:
        arrivals.leave(write, "comment", old - new, ids)
        # They are as old as they were: who has the list without them is not told of them by what changed since.
        for scope in new - old:
            write.note_move(scope, max(at for at, _ in comments))
    listings.enter(write, table, new - old, comments)
    arrivals.arrive(write, "comment", late)


def _come(comment: Comment, *, late: Container[int], now: datetime) -> Comment:
    """A comment that becomes public with its article."""
    again = shown_again(comment)
    return shown_late(again, now) if comment.id in late else again


def _redate(write: Write, article: Article, change: Callable[[Comment], Comment]) -> None:
    """Write what comes or goes with the article: one Change dates them all."""
    rows = write.db.execute(
        f"SELECT {COMMENT} FROM comments WHERE article_id = ? AND status = 'approved'", (article.id,)
    )
    changed = [change(comment) for comment in to_comments(write.db, rows)]
    write.db.executemany(
        "UPDATE comments SET version = version + 1, seq = ?, updated_at = ?, gone_at = ? WHERE id = ?",
        [
            (article.seq, to_us_or_none(comment.updated_at), to_us_or_none(comment.gone_at), comment.id)
            for comment in changed
        ],
    )
