"""The indexes of both engines side by side, in a transaction each that is rolled back."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from math import inf

from storage.model import CommentStatus, Rest, SearchIn, Span
from storage.omissions import Omissions
from storage.postgres.connecting import Servers
from storage.postgres.schema import migrate as migrate_server
from storage.postgres.units import UnitConnection as ServerConnection
from storage.search import Searchable, parse_search
from storage.sql.engine import Connection
from storage.sql.full_text import Indexed
from storage.sqlite.functions import add_functions
from storage.sqlite.schema import migrate as migrate_file
from storage.sqlite.units import UnitConnection as FileConnection
from storage.words import words_of
from tests.storage.newsroom import reply, story

LIMIT = 1000


def clock() -> datetime:
    return datetime(2026, 1, 1, tzinfo=UTC)


@contextmanager
def file_connection() -> Iterator[Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None, factory=FileConnection)) as db:
        add_functions(db)
        migrate_file(db, clock)
        db.omissions = Omissions()
        yield db


@contextmanager
def server_connection(url: str) -> Iterator[ServerConnection]:
    with Servers(url=url).connect_directly() as connection:
        # For all tests of a module, not for the few seconds of one question.
        connection.give_up_at = inf
        db = ServerConnection(connection, Omissions())
        migrate_server(db, clock)
        # Of a table of a few rows it would read all.
        connection.execute("SET enable_seqscan = off")
        yield db


@contextmanager
def undone(db: Connection) -> Iterator[None]:
    db.execute("BEGIN")
    try:
        yield
    finally:
        db.execute("ROLLBACK")


def add_article(db: Connection, article_id: int, at: int, parts: Sequence[str]) -> None:
    """A public article of nothing but its words: headline, names, summary, body."""
    texts = dict.fromkeys(
        ("headline", "summary", "dateline", "language", "rights", "canonical_url", "editorial_note", "body_html"), ""
    )
    lists = dict.fromkeys(("enclosures", "sections", "authors", "tags"), "[]")
    numbers = dict.fromkeys(("comments_open", "comment_count", "listed_comment_count"), 0)
    name = f"a{article_id}"
    values: Mapping[str, object] = texts | lists | numbers | {
        "id": article_id, "guid": name, "slug": name, "status": "published", "version": 1, "seq": 1, "public": 1,
        "published_at": at, "created_at": at, "modified_at": at,
    }  # fmt: skip
    db.execute(
        f"INSERT INTO articles ({', '.join(values)}) VALUES ({', '.join('?' * len(values))})", tuple(values.values())
    )
    db.full_text.keep(db, article_id, Indexed(at, Searchable(*map(words_of, parts))))


def add_comment(db: Connection, comment_id: int, name: str, body: str) -> None:
    """On article 1."""
    sql = """
        INSERT INTO comments (id, guid, article_id, author_name, author_email, email_key, author_url, body_html, status,
            created_at, ip_hash, version, seq)
        VALUES (?, ?, 1, ?, '', '', '', ?, ?, 1, '', 1, 1)
    """
    db.execute(sql, (comment_id, f"c{comment_id}", name, body, CommentStatus.APPROVED))
    comment = reply(story("a"), name, id=comment_id, body_html=body)
    db.full_text.keep_comments(db, [comment])


def found(db: Connection, words: str, limit: int = LIMIT) -> list[int]:
    """Ids of articles, newest first; by all ways to ask for them."""
    terms = parse_search(words)
    if not terms:
        return []
    ids = [row[0] for row in db.full_text.find(db, terms, limit, None).rows]
    if limit == LIMIT:
        assert {row[0] for row in db.full_text.best(db, terms, limit).rows} == set(ids)
    return ids


def part(db: Connection, words: str, limit: int, span: Span | Rest) -> tuple[list[int], bool, bool]:
    """Ids of a part of what is found, and whether there are newer and older ones."""
    listed = db.full_text.find(db, parse_search(words), limit, span)
    return [row[0] for row in listed.rows], listed.newer, listed.older


def found_comments(db: Connection, words: str, among: SearchIn) -> list[int]:
    terms = parse_search(words)
    return list(db.full_text.comments(db, terms, among, 1 << 62)) if terms else []
