"""How PostgreSQL finds words: what few have by their words, what many have by a walk through the newest; whatever it knows."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from storage.model import SearchIn
from storage.postgres import candidates
from storage.postgres.candidates import Part
from storage.postgres.full_text import ARTICLES
from storage.postgres.transaction import PLANS
from storage.postgres.units import UnitConnection
from storage.postgres.words import asked
from storage.search import parse_search
from storage.sql.full_text import LOOKED_INTO
from storage.sql.rows import BEYOND
from tests.postgres.databases import Databases
from tests.storage.postgres.words import LIMIT, server_connection

ROWS = 20_000
_ARTICLES = f"""
    INSERT INTO article_words (article_id, at, oversized, vector, words)
    SELECT id, 10 * id, FALSE, array_to_tsvector(string_to_array(trim(words), ' ')), words
    FROM (SELECT id, concat(' every n', id, CASE WHEN id > 100 THEN ' most' END, ' ') AS words
        FROM generate_series(1, {ROWS}) AS ids (id)) AS rows
"""
_COMMENTS = (
    "INSERT INTO comment_words SELECT article_id, oversized, vector, concat(words, chr(10), ' ') FROM article_words"
)


class Explained(UnitConnection):
    """Notes the plan of each statement."""

    plans: list[str]

    def execute(self, sql: str, parameters: Sequence[object] = (), /) -> Any:
        self.plans.append("\n".join(row for (row,) in super().execute(f"EXPLAIN {sql}", parameters).fetchall()))
        return super().execute(sql, parameters)


@pytest.fixture(scope="module", params=["as it was filled", "analysed"], name="db")
def _db(request: pytest.FixtureRequest, postgres: Databases) -> Iterator[Explained]:
    with postgres.empty() as url, server_connection(url) as server:
        for table, key in (("article_words", "article_id"), ("comment_words", "comment_id")):
            server.execute(f"ALTER TABLE {table} DROP CONSTRAINT {table}_{key}_fkey")
        server.connection.execute(_ARTICLES.encode())
        server.connection.execute(_COMMENTS.encode())
        # As autovacuum does within a minute; of a list of all that was written, and a small table, rather the table is read.
        for index in (
            "article_words_by_word",
            "article_words_sampled",
            "comment_words_by_word",
            "comment_words_sampled",
        ):
            server.execute("SELECT gin_clean_pending_list(CAST(? AS regclass))", (index,))
        if request.param == "analysed":
            server.connection.execute("ANALYZE")
        server.connection.execute("RESET enable_seqscan")
        yield Explained(server.connection, server.omissions)


@pytest.mark.parametrize(
    ("words", "walks", "by_words"),
    [
        ("every", 1, 0),
        ("every most", 1, 0),
        ("every -n3", 1, 0),
        ("e*", 1, 0),
        ("n777", 0, 1),
        ("every n777", 0, 1),
        ("e* n777", 0, 1),
        ('"every n777"', 0, 1),
        ("nobody", 0, 1),
        # It is in the oldest: a walk ends before these, and they are found by their words after all.
        ("every -most", 0, 1),
    ],
)
def test_articles(db: Explained, words: str, walks: int, by_words: int) -> None:
    db.plans = []
    db.full_text.find(db, parse_search(words), 50, None)
    assert _walks(db, "article_words_in_order") == walks
    assert _by_words(db, "article_words_by_word") == by_words
    assert not any("Seq Scan on article_words" in plan for plan in db.plans)
    assert not any("Sort" in plan and "article_words_in_order" in plan for plan in db.plans)


@pytest.mark.parametrize(
    ("looked_into", "article_id", "is_found"),
    [
        (LOOKED_INTO, 200, True),
        (3_000, ROWS - 2_800, True),
        (3_000, ROWS - 3_100, False),
    ],
)
def test_a_phrase_is_looked_for_in_the_newest_that_have_all_its_words(
    db: Explained, monkeypatch: pytest.MonkeyPatch, looked_into: int, article_id: int, is_found: bool
) -> None:
    monkeypatch.setattr(candidates, "LOOKED_INTO", looked_into)
    with db.connection.transaction(force_rollback=True):
        db.connection.execute(PLANS)
        db.connection.execute("UPDATE article_words SET words = ' most every ' WHERE article_id = %s", (article_id,))
        db.plans = []
        listed = candidates.candidates(
            db, ARTICLES, asked(parse_search('"most every"')), Part((BEYOND, 0), False, 0, 50)
        )
    assert listed == [article_id] * is_found
    assert not any("Seq Scan on article_words" in plan for plan in db.plans)
    # Where all of them are too many, none of what is read is all of them.
    assert _by_words(db, "article_words_by_word") == (looked_into > ROWS)


@pytest.mark.parametrize(("words", "walks", "by_words"), [("every", 1, 0), ("n777", 0, 1), ('"most n777"', 0, 1)])
@pytest.mark.parametrize("among", [SearchIn.WORDS, SearchIn.AUTHOR])
def test_comments(db: Explained, among: SearchIn, words: str, walks: int, by_words: int) -> None:
    db.plans = []
    next(db.full_text.comments(db, parse_search(words), among, ROWS), None)
    if among is SearchIn.WORDS:
        assert (_walks(db, "comment_words_pkey"), _by_words(db, "comment_words_by_word")) == (walks, by_words)
    assert not any("Seq Scan on comment_words" in plan for plan in db.plans)


def test_a_few_that_are_known(db: Explained) -> None:
    db.plans = []
    assert db.full_text.matching(db, parse_search("every"), [5, 3, LIMIT * ROWS]) == (5, 3)
    assert "article_words_pkey" in db.plans[0]
    assert "Seq Scan" not in db.plans[0]


def _walks(db: Explained, index: str) -> int:
    return sum("Index Scan Backward" in plan and index in plan and "@@" in plan for plan in db.plans)


def _by_words(db: Explained, index: str) -> int:
    return sum(f"Bitmap Index Scan on {index}" in plan for plan in db.plans)
