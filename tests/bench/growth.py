"""How many bytes a newsroom takes in PostgreSQL, its indexes included."""

import psycopg

from tests.bench.report import Report

_SIZES = """
    SELECT CASE
        WHEN relname IN ('articles', 'article_facets', 'article_listings', 'paths') THEN 'an article: its row, lists and path'
        WHEN relname = 'article_words' THEN 'an article: its words'
        WHEN relname = 'scopes' THEN 'an article: its scopes'
        WHEN relname = 'changes' THEN 'a change'
        WHEN relname IN ('comments', 'comment_listings', 'comment_words') THEN 'a comment'
    END AS part, sum(pg_total_relation_size(oid))::BIGINT
    FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace GROUP BY part ORDER BY part
"""
_COUNTS = "SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM changes), (SELECT count(*) FROM comments)"


def report_growth(report: Report, url: str) -> None:
    """Of a newsroom that was filled at once: what was edited and deleted since leaves room that is used again."""
    with psycopg.connect(url) as db:
        [(articles, changes, comments)] = db.execute(_COUNTS).fetchall()
        sizes = db.execute(_SIZES).fetchall()
    counts = {"an article": articles, "a change": changes, "a comment": comments}
    for part, size in sizes:
        if part is not None and (count := counts[part.partition(":")[0]]):
            report.note(f"bytes of {part}, on PostgreSQL", f"{size / count:,.0f}")
