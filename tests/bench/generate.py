"""Fill a store of any size in minutes, past the import: the rows that the import would have written, in the tables' own order.

The import, which looks before it writes, takes hours for ten million articles. A test holds both to the same newsroom.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache, partial
from itertools import chain, groupby
from pathlib import Path
from typing import Literal

from storage.connect import open_store
from storage.lifecycle import AHEAD
from storage.scopes import COMMENTS, DAYS, HOME, LOCATIONS, location_page, locations_scope, with_ancestors
from storage.search import searchable
from storage.sql.comment_writes import insert_comments
from storage.sql.rows import KEPT_COLUMNS, from_article, to_us
from storage.sqlite.functions import add_functions
from storage.sqlite.units import UnitConnection
from storage.words import words_of
from tests.bench.lists import ALL, endless_lists, newest_first, oldest_first, section_lists
from tests.bench.newsroom import (
    AUTHORS,
    EVERY,
    FILLED,
    NEWEST,
    PERIOD,
    SECTIONS,
    TAGS,
    Shape,
    add_sections,
    article,
    bodies,
    comments,
    headline,
    path,
    summary,
)

_MINUTE, _DAY, _EVERY = (span // timedelta(microseconds=1) for span in (timedelta(minutes=1), timedelta(days=1), EVERY))
_NEWEST, _FILLED, _RAISED = to_us(NEWEST), to_us(FILLED), to_us(FILLED + AHEAD)

Entry = tuple[int, int, int]
"""Of a list: the seq of its Change, its time, its id."""


async def generate(database: Path, count: int, shape: Shape) -> None:
    """Make a store that holds a newsroom's `count` articles. It holds the loop until it is done."""
    first_seq = await _begin(database)
    with closing(sqlite3.connect(database, isolation_level=None, factory=UnitConnection)) as db:
        # A crash leaves a file that nobody wants: no log, no waiting for the disk.
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -400000", "locking_mode = EXCLUSIVE"):
            db.execute(f"PRAGMA {pragma}").fetchall()
        add_functions(db)
        db.execute("BEGIN")
        _Filling(db, count, shape, first_seq).fill()
        db.execute("COMMIT")
        db.execute("PRAGMA journal_mode = WAL").fetchall()


async def _begin(database: Path) -> int:
    """A store with sections alone; the seq of the first article's Change."""
    store = await open_store(f"sqlite:///{database}", migrate=True, clock=lambda: FILLED)
    try:
        await add_sections(store)
        return await store.last_seq() + 1
    finally:
        await store.close()


class _Filling:
    """The tables one after the other, each from its first key to its last: a B-tree that grows at its end is quickest."""

    def __init__(self, db: UnitConnection, count: int, shape: Shape, first_seq: int) -> None:
        self._db = db
        self._count = count
        self._shape = shape
        self._first_seq = first_seq
        [(self._last_scope,)] = db.execute("SELECT coalesce(max(id), 0) FROM scopes")

    def fill(self) -> None:
        self._names()
        self._articles()
        self._search()
        self._changes()
        self._paths()
        self._lists()
        self._threads()
        # As large buffers leave them, in parts that are to be merged all at once, no newsroom's indexes are.
        for index in ("article_words", "comment_words"):
            self._db.execute(f"INSERT INTO {index} ({index}) VALUES ('optimize')")

    def _at(self, number: int) -> int:
        return _NEWEST - _EVERY * (self._count - number)

    def _day(self, number: int) -> str:
        return _day(self._at(number) // _DAY)

    def _seq(self, number: int) -> int:
        return self._first_seq + number

    def _names(self) -> None:
        self._db.executemany(
            "INSERT INTO authors (slug, name, url) VALUES (?, ?, '')",
            [(f"author-{author}", f"Author {author}") for author in range(min(AUTHORS, self._count))],
        )
        tags = [(f"tag-{tag}", f"Tag {tag}") for tag in range(min(TAGS, self._count))]
        self._db.executemany("INSERT INTO tags (slug, name) VALUES (?, ?)", [*tags, ("harbour", "Harbour")])

    def _articles(self) -> None:
        columns = (*KEPT_COLUMNS, "search_row")
        self._db.executemany(
            f"INSERT INTO articles ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})",
            self._article_rows(),
        )
        self._db.executemany(
            "INSERT INTO article_facets (facet, article_id) VALUES (?, ?)",
            (
                (facet, number + 1)
                for facet, residues in sorted(endless_lists())
                if facet != HOME
                for number in oldest_first(residues, self._count)
            ),
        )

    def _article_rows(self) -> Iterator[list[object]]:
        """Each is made of the row of an article a period older, in which only what differs is written anew."""
        patterns = []
        for number in range(PERIOD):
            kept = replace(
                article(self._count, number, self._shape),
                id=1,
                version=1,
                public=True,
                comment_count=self._shape.comments,
                listed_comment_count=self._shape.comments,
                created_at=FILLED,
                modified_at=FILLED,
            )
            patterns.append([*from_article(kept), None])
        names = (
            "id", "guid", "slug", "day", "headline", "summary", "published_at", "updated_at", "seq", "arrived_at", "body_html"
        )  # fmt: skip
        id_, guid, slug, day, title, lead, published, updated, seq, arrived, body = map(KEPT_COLUMNS.index, names)
        texts = bodies(self._shape)
        for number in range(self._count):
            row = patterns[number % PERIOD].copy()
            at = self._at(number)
            row[id_] = number + 1
            row[guid] = f"urn:bench:{number}"
            row[slug] = f"story-{number}"
            row[day] = self._day(number)
            row[title], row[lead] = headline(number), summary(number)
            # With an old date, it was public elsewhere at that time.
            row[published] = row[updated] = row[arrived] = row[-1] = at
            row[seq] = self._seq(number)
            row[body] = texts[number % len(texts)]
            yield row

    def _search(self) -> None:
        names = [searchable(article(self._count, number, self._shape)).names for number in range(PERIOD)]
        texts = [searchable(replace(article(1, 0, self._shape), body_html=body)).body for body in bodies(self._shape)]
        # Where the index is written out for every 64 MB of it, not for one, it is merged less: a third of the time.
        self._search_buffer(64 << 20)
        self._db.executemany(
            "INSERT INTO article_words (rowid, headline, names, summary, body) VALUES (?, ?, ?, ?, ?)",
            (
                (
                    self._at(number),
                    words_of(headline(number)),
                    names[number % PERIOD],
                    words_of(summary(number)),
                    texts[number % len(texts)],
                )
                for number in range(self._count)
            ),
        )

        self._search_buffer(1 << 20)

    def _search_buffer(self, size: int) -> None:
        self._db.execute("INSERT INTO article_words (article_words, rank) VALUES ('hashsize', ?)", (size,))

    def _changes(self) -> None:
        self._db.executemany(
            "INSERT INTO changes (seq, at, action, subject, subject_id, scopes) VALUES (?, ?, 'insert', 'article', ?, ?)",
            ((self._seq(number), _FILLED, str(number + 1), self._raised(number)) for number in range(self._count)),
        )

    def _raised(self, number: int) -> str:
        """The scopes that an article's import raises, as JSON, sorted."""
        day = self._day(number)
        section = SECTIONS[number % len(SECTIONS)]
        thread = [f"comments:article:{number + 1}"]
        if self._shape.comments:
            thread = [COMMENTS, *thread, *(f"comments:section:{path}" for path in sorted(with_ancestors(section)))]
        starts_day = number == 0 or self._day(number - 1) != day
        names = (
            f"article:{number + 1}", f"author:author-{number % AUTHORS}", *thread, f"day:{day}",
            *((DAYS,) if starts_day else ()), HOME, locations_scope(location_page(number + 1)), f"month:{day[:7]}",
            *(f"section:{path}" for path in sorted(with_ancestors(section))), "tag:harbour", f"tag:tag-{number % TAGS}",
            f"year:{day[:4]}",
        )  # fmt: skip
        return '["' + '","'.join(names) + '"]'

    def _paths(self) -> None:
        self._db.executemany(
            "INSERT INTO paths (path, article_id) VALUES (?, ?)",
            ((path(self._count, number), number + 1) for number in range(self._count)),
        )

    def _lists(self) -> None:
        everything = partial(range, self._count - 1, -1, -1)
        for scope, residues in endless_lists():
            self._list("article_listings", scope, map(self._entry, newest_first(residues, self._count)))
        for name, digits in (("day", 10), ("month", 7), ("year", 4)):
            for period, numbers in groupby(everything(), lambda number, end=digits: self._day(number)[:end]):  # type: ignore[misc]
                self._list("article_listings", f"{name}:{period}", map(self._entry, numbers))
        last_day = self._day(self._count - 1)
        started = next((number + 1 for number in everything() if self._day(number) != last_day), 0)
        self._add_scopes([(DAYS, self._seq(started))])
        pages = range(1, location_page(self._count) + 1)
        self._add_scopes((locations_scope(page), self._seq(min(page * LOCATIONS, self._count) - 1)) for page in pages)
        self._add_scopes((f"article:{number + 1}", self._seq(number)) for number in range(self._count))

    def _threads(self) -> None:
        if not self._shape.comments:
            self._add_scopes((f"comments:article:{number + 1}", self._seq(number)) for number in range(self._count))
            return
        for number in range(self._count):
            thread = comments(self._count, number, self._shape)
            insert_comments(self._db, [replace(comment, version=1, seq=self._seq(number)) for comment in thread])
        for scope, residues in ((COMMENTS, ALL), *section_lists("comments:section:")):
            replies = (reply for number in newest_first(residues, self._count) for reply in self._thread(number))
            self._list("comment_listings", scope, replies)
        for number in range(self._count):
            self._list("comment_listings", f"comments:article:{number + 1}", self._thread(number))

    def _entry(self, number: int) -> Entry:
        return self._seq(number), self._at(number), number + 1

    def _thread(self, number: int) -> Iterator[Entry]:
        for place in range(self._shape.comments - 1, -1, -1):
            at = self._at(number) + (place + 1) * _MINUTE
            yield self._seq(number), at, number * self._shape.comments + place + 1

    def _list(
        self,
        table: Literal["article_listings", "comment_listings"],
        scope: str,
        entries: Iterator[Entry],
        version: int | None = None,
    ) -> None:
        """Make the scope and its list; the newest entry, which comes first, raised it last. Nothing where there is none."""
        first = next(entries, None)
        if first is None:
            return
        self._add_scopes([(scope, first[0] if version is None else version)])
        self._db.executemany(
            f"INSERT INTO {table} (scope_id, gone, at, item_id) VALUES ({self._last_scope}, 0, ?, ?)",
            ((at, item_id) for _, at, item_id in chain((first,), entries)),
        )

    def _add_scopes(self, raised: Iterable[tuple[str, int]]) -> None:
        """Names and versions."""
        numbered = enumerate(raised, self._last_scope + 1)
        self._db.executemany(
            "INSERT INTO scopes (id, name, version, modified_at) VALUES (?, ?, ?, ?)",
            ((id_, name, version, _RAISED if version else _FILLED) for id_, (name, version) in numbered),
        )
        [(self._last_scope,)] = self._db.execute("SELECT max(id) FROM scopes")


@lru_cache(maxsize=2)
def _day(days: int) -> str:
    """Of the calendar, so many days after the epoch: '2023-03-22'."""
    return (date(1970, 1, 1) + timedelta(days=days)).isoformat()
