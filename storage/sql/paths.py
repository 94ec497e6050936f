"""Paths: one that was public once leads to the same thing for ever."""

from collections.abc import Iterable
from dataclasses import replace

from storage.model import Article, PathTarget, article_path, list_at, section_page
from storage.sql.engine import Connection


def with_free_slug(db: Connection, article: Article) -> Article:
    """The article with one of its slug, slug-2, slug-3, ... that no other article of its day has or had: the first where few are
    taken, else one whose number follows a taken one, found in some dozens of look-ups however many are taken.
    """
    if article.day is None:
        return article

    def numbered(number: int) -> Article:
        return article if number == 1 else replace(article, slug=f"{article.slug}-{number}")

    def taken(number: int) -> bool:
        return _taken(db, numbered(number))

    free = next((number for number in range(1, _TRIED + 1) if not taken(number)), None)
    if free is None:
        last, free = _TRIED, 2 * _TRIED
        while taken(free):
            last, free = free, 2 * free
        while free - last > 1:
            middle = (last + free) // 2
            last, free = (middle, free) if taken(middle) else (last, middle)
    return numbered(free)


_TRIED = 8
"""Numbers that are looked up one after the other."""


def _taken(db: Connection, article: Article) -> bool:
    assert article.day is not None
    row = db.execute(
        """
        SELECT 1 FROM articles WHERE day = ? AND slug = ? AND id <> ?
        UNION ALL SELECT 1 FROM paths WHERE path = ? AND (article_id IS NULL OR article_id <> ?)
        LIMIT 1
        """,
        (article.day.isoformat(), article.slug, article.id, article.path, article.id),
    ).fetchone()
    return row is not None


def lead_to_article(db: Connection, article_id: int, paths: Iterable[str]) -> None:
    """Register the paths that nothing else has."""
    db.executemany(
        "INSERT INTO paths (path, article_id) VALUES (?, ?) ON CONFLICT (path) DO NOTHING",
        [(path, article_id) for path in paths],
    )


def lead_to_section(db: Connection, path: str) -> None:
    db.execute(
        "INSERT INTO paths (path, section) VALUES (?, ?) ON CONFLICT (path) DO NOTHING", (section_page(path), path)
    )


def paths_of(db: Connection, article_id: int) -> set[str]:
    return {path for (path,) in db.execute("SELECT path FROM paths WHERE article_id = ?", (article_id,))}


def find_path(db: Connection, path: str) -> PathTarget | None:
    row = db.execute(
        """
        SELECT paths.article_id, paths.section, articles.day, articles.slug, articles.public, articles.gone_at,
            sections.path
        FROM paths
        LEFT JOIN articles ON articles.id = paths.article_id
        LEFT JOIN sections ON sections.path = paths.section
        WHERE paths.path = ?
        """,
        (path,),
    ).fetchone()
    if row is None:
        return _find_alias(db, path)
    article_id, section, day, slug, public, gone_at, standing = row
    if section is not None:
        return PathTarget(path=section_page(section), gone=standing is None, section=section)
    if not public and gone_at is None:
        return None
    present = article_path(day, slug) if day else path
    return PathTarget(path=present, gone=not public, article_id=article_id)


def article_at(db: Connection, path: str) -> int | PathTarget | None:
    """The id of the public article that sits at a path now; what else the path leads to, if it does."""
    target = find_path(db, path)
    if target is None or target.gone or target.path != path:
        return target
    return target.article_id or target


def _find_alias(db: Connection, path: str) -> PathTarget | None:
    row = db.execute("SELECT page FROM aliases WHERE path = ?", (path,)).fetchone()
    if row is None:
        return None
    [page] = row
    listed = list_at(page)
    if listed is None:
        return None
    kind, name = listed
    if kind == "section":
        return find_path(db, page)
    # Of an author who never wrote in public nobody is to learn that there is one: the slug may be a login.
    seen = db.execute("SELECT 1 FROM scopes WHERE name = ?", (f"{kind}:{name}",)).fetchone()
    return PathTarget(path=page, gone=False) if seen else None
