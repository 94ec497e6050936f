"""Rows whose words match, in the order of lists: by the words, or by walking the list where many match.

A GIN index has no order: all that match are read before the newest of them is known. A word that many have is found sooner by going
through the newest rows. A 128th of the rows, in an index of their own, tells beforehand which it will be, whatever PostgreSQL's
statistics say; and the statements leave it no choice of its own.

Of a phrase the index tells who has all its words, not who has them in a row: the words of each of these are looked into. Where that
would be most of a large newsroom, the newest of them are: FullText says how many.
"""

from collections.abc import Sequence
from math import isqrt
from typing import NamedTuple

from storage.postgres.words import Asked
from storage.sql.engine import Connection
from storage.sql.full_text import LOOKED_INTO

_SAMPLED = 128
_COST = 2
"""Times that it costs more to look into a row than to sort it among those found by their words."""
_PATIENCE = 4
"""Times that a walk goes as far as it should have to, before what matches is found by its words after all."""
_AT_ONCE = 2_000
"""Rows whose words are looked into by a statement."""


class Index(NamedTuple):
    """A table of words, the columns of its order, and its key, one of them."""

    table: str
    order: tuple[str, ...]
    key: str
    searched: str = "words"
    """What of the words."""


class Part(NamedTuple):
    """Where a part of what matches begins, and what it is of."""

    beyond: Sequence[int]
    """In the order's columns; not itself part of it."""
    newer: bool
    skipped: int
    wanted: int


def candidates(db: Connection, index: Index, asked: Asked, part: Part) -> list[int]:
    """The keys of the first that are wanted of a part."""
    if depth := _depth(db, index, asked, part):
        found = _walked(db, index, asked, part, depth)
        if len(found) == part.wanted:
            return found
        if asked.looked_for:
            return _looked_into(db, index, asked, part)
    return _by_words(db, index, asked, part)


def _depth(db: Connection, index: Index, asked: Asked, part: Part) -> int:
    """Rows to walk through; 0 where so few match that they are found by their words.

    To sort m matches among n rows costs m, to walk to the first w of them w * n / m rows, each several times as much.
    """
    wanted = part.skipped + part.wanted
    [(rows,)] = db.execute(f"SELECT coalesce(max({index.key}), 0) FROM {index.table}").fetchall()
    many = isqrt(_COST * wanted * rows) // _SAMPLED + 1
    [(found,)] = db.execute(
        f"""
        SELECT count(*) FROM (
            SELECT 1 FROM {index.table}
            WHERE {index.key} % {_SAMPLED} = 0 AND vector @@ (SELECT CAST(? AS tsquery)) LIMIT ?
        ) AS sample
        """,
        (asked.query, many),
    ).fetchall()
    return _PATIENCE * wanted * rows // (_SAMPLED * many) if found == many else 0


def _walked(db: Connection, index: Index, asked: Asked, part: Part, depth: int) -> list[int]:
    test, parameters = asked.test(index.searched)
    begins, order = _ordered(index, part)
    rows = db.execute(
        f"""
        SELECT {index.key} FROM (SELECT * FROM {index.table} WHERE {begins} ORDER BY {order} LIMIT ?) AS newest
        WHERE vector @@ (SELECT CAST(? AS tsquery)) AND {test} ORDER BY {order} LIMIT ? OFFSET ?
        """,
        (*part.beyond, depth, asked.query, *parameters, part.wanted, part.skipped),
    )
    return [key for (key,) in rows.fetchall()]


def _by_words(db: Connection, index: Index, asked: Asked, part: Part) -> list[int]:
    """PostgreSQL is not shown the query as it plans: of a value that it does not know it takes a few rows to match."""
    test, parameters = asked.test(index.searched)
    begins, order = _ordered(index, part)
    rows = db.execute(
        f"""
        WITH found AS MATERIALIZED (
            SELECT {", ".join(index.order)} FROM {index.table} WHERE vector @@ (SELECT CAST(? AS tsquery)) AND {test}
        )
        SELECT {index.key} FROM found WHERE {begins} ORDER BY {order} LIMIT ? OFFSET ?
        """,
        (asked.query, *parameters, *part.beyond, part.wanted, part.skipped),
    )
    return [key for (key,) in rows.fetchall()]


def _looked_into(db: Connection, index: Index, asked: Asked, part: Part) -> list[int]:
    """Those of the first that have all the words."""
    first = Part(part.beyond, part.newer, 0, LOOKED_INTO)
    have_all = candidates(db, index, asked.by_words_alone(), first)
    test, parameters = asked.test(index.searched)
    found: list[int] = []
    for start in range(0, len(have_all), _AT_ONCE):
        few = have_all[start : start + _AT_ONCE]
        rows = db.execute(
            f"SELECT {index.key} FROM {index.table} WHERE {db.among(index.key)} AND {test}",
            (db.array(few), *parameters),
        )
        matching = {key for (key,) in rows.fetchall()}
        found += filter(matching.__contains__, few)
        if len(found) >= part.skipped + part.wanted:
            break
    return found[part.skipped :][: part.wanted]


def _ordered(index: Index, part: Part) -> tuple[str, str]:
    compared, direction = (">", "ASC") if part.newer else ("<", "DESC")
    places = ", ".join("?" * len(index.order))
    begins = f"({', '.join(index.order)}) {compared} ({places})"
    return begins, ", ".join(f"{column} {direction}" for column in index.order)
