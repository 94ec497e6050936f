"""Paths: one that was public once leads to the same thing for ever."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from storage.model import UPLOADS, Article, PageStatus, PathTarget, article_path, list_at, section_page
from storage.sql.engine import Connection, Cursor
from storage.sql.rows import one_of


class Slugs:
    """Which slugs are free, in a transaction in which nobody else writes."""

    def __init__(self, db: Connection) -> None:
        self._db = db
        self._asked: dict[str, Cursor] = {}
        """Who has the paths of articles that are new."""
        self._led: set[str] = set()
        """Paths that were registered since."""

    def ask(self, new: Iterable[Article]) -> None:
        """Ask for what `with_free_slug` is about to be asked for, so that it is waited for together with other things."""
        for article in new:
            if article.day is not None:
                self._asked[article.path] = _ask_taken(self._db, article.day, 0, [article.slug], [article.path])

    def note(self, paths: Iterable[str]) -> None:
        """They lead to articles from here on."""
        self._led.update(paths)

    def with_free_slug(self, article: Article, *, is_new: bool) -> Article:
        """The article with one of its slug, slug-2, slug-3, ... that no other article of its day has or had: the first where few
        are taken, else one whose number follows a taken one, found in a few statements however many are taken.
        """
        if article.day is not None and not self._is_free(article, is_new=is_new):
            article = _numbered_freely(self._db, article)
        if article.day is not None:
            self._led.add(article.path)
        return article

    def _is_free(self, article: Article, *, is_new: bool) -> bool:
        asked = self._asked.pop(article.path, None) if is_new else None
        if asked is None or article.path in self._led:
            return not _taken(self._db, article, (1,))
        return not asked.fetchall()


def _numbered_freely(db: Connection, article: Article) -> Article:
    taken, free = _narrowed(db, article, 1, _TRIED, _TRIED[-1])
    while free - taken > 1:
        step = max(1, (free - taken) // _AT_ONCE)
        taken, free = _narrowed(db, article, taken, range(taken + step, free, step), free)
    return _numbered(article, free)


_TRIED = (*range(2, 9), *(1 << power for power in range(4, 40)))
"""Numbers that are looked up first: of any number of articles the last is free."""
_AT_ONCE = 16


def _narrowed(db: Connection, article: Article, taken: int, numbers: Sequence[int], free: int) -> tuple[int, int]:
    """Of numbers between a taken one and a free one, in their order: the first free one, and the taken one before it."""
    found = _taken(db, article, numbers)
    for number in numbers:
        if number not in found:
            return taken, number
        taken = number
    return taken, free


def _numbered(article: Article, number: int) -> Article:
    return article if number == 1 else replace(article, slug=f"{article.slug}-{number}")


def _taken(db: Connection, article: Article, numbers: Sequence[int]) -> set[int]:
    assert article.day is not None
    named = {number: _numbered(article, number) for number in numbers}
    slugs = {one.slug: number for number, one in named.items()}
    paths = {one.path: number for number, one in named.items()}
    known = slugs | paths
    return {known[name] for (name,) in _ask_taken(db, article.day, article.id, slugs, paths)}


def _ask_taken(db: Connection, day: date, article_id: int, slugs: Iterable[str], paths: Iterable[str]) -> Cursor:
    """Those of the slugs and the paths that another article of the day has, or something else."""
    of_slugs, slug_values = one_of(db, "slug", slugs)
    of_paths, path_values = one_of(db, "path", paths)
    return db.execute(
        f"""
        SELECT slug FROM articles WHERE day = ? AND {of_slugs} AND id <> ?
        UNION ALL SELECT path FROM paths WHERE {of_paths} AND (article_id IS NULL OR article_id <> ?)
        """,
        (day.isoformat(), *slug_values, article_id, *path_values, article_id),
    )


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


def lead_to_page(db: Connection, path: str, page: str) -> None:
    """Register a path that nothing but a page has, be it of another one that is no more, or of an article that nobody has seen."""
    db.execute(
        """
        INSERT INTO paths (path, page) VALUES (?, ?)
        ON CONFLICT (path) DO UPDATE SET page = excluded.page, article_id = NULL, section = NULL
        """,
        (path, page),
    )


def move_page_paths(db: Connection, before: str, after: str) -> None:
    """What has led to a page leads to where it is now."""
    db.execute("UPDATE paths SET page = ? WHERE page = ?", (after, before))


def free_page_paths(db: Connection, page: str) -> list[str]:
    """Let go of what leads to a page that is no more, so that something else may have it."""
    rows = db.execute("DELETE FROM paths WHERE page = ? RETURNING path", (page,)).fetchall()
    return sorted(path for (path,) in rows)


def paths_of_pages(db: Connection) -> dict[str, set[str]]:
    """What leads to standing pages, by their paths."""
    led: dict[str, set[str]] = {}
    for path, page in db.execute("SELECT path, page FROM paths WHERE page IS NOT NULL"):
        led.setdefault(page, set()).add(path)
    return led


def paths_of(db: Connection, article_id: int) -> set[str]:
    return {path for (path,) in db.execute("SELECT path FROM paths WHERE article_id = ?", (article_id,))}


def find_path(db: Connection, path: str, *, aliases: bool = True) -> PathTarget | None:
    return find_paths(db, [path], aliases=aliases).get(path)


def find_paths(db: Connection, paths: Sequence[str], *, aliases: bool = True) -> dict[str, PathTarget]:
    """Where those lead that were public once, in a few statements however many they are; `aliases`: or that lead to a list
    or to a former site's files.
    """
    registered = _find_registered(db, paths)
    found = {path: target for path, target in registered.items() if target is not None}
    pages = {path: path for path in paths if path not in registered}
    if not pages or not aliases:
        return found
    pages |= db.execute(f"SELECT path, page FROM aliases WHERE {db.among('path')}", (db.array(pages),)).fetchall()
    files = {path: PathTarget(path=page, gone=False) for path, page in pages.items() if page.startswith(UPLOADS)}
    return found | _find_lists(db, pages) | {path: file for path, file in files.items() if file.path != path}


def _find_registered(db: Connection, paths: Collection[str]) -> dict[str, PathTarget | None]:
    """Of the paths that an article, a section or a page had: where they lead; None where nobody has seen that yet."""
    rows = db.execute(
        f"""
        SELECT paths.path, paths.article_id, paths.section, articles.day, articles.slug, articles.public, articles.gone_at,
            sections.path, paths.page, (SELECT status FROM pages WHERE pages.path = paths.page)
        FROM paths
        LEFT JOIN articles ON articles.id = paths.article_id
        LEFT JOIN sections ON sections.path = paths.section
        WHERE {db.among("paths.path")}
        """,
        (db.array(paths),),
    )
    return {path: _target(path, *row) for path, *row in rows.fetchall()}


def _target(
    path: str,
    article_id: int | None,
    section: str | None,
    day: str | None,
    slug: str,
    public: int,
    gone_at: int | None,
    standing: str | None,
    page: str | None,
    status: str | None,
) -> PathTarget | None:
    if page is not None:
        return PathTarget(path=page, gone=status != PageStatus.PUBLISHED, page=page)
    if section is not None:
        return PathTarget(path=section_page(section), gone=standing is None, section=section)
    if not public and gone_at is None:
        return None
    present = article_path(day, slug) if day else path
    return PathTarget(path=present, gone=not public, article_id=article_id)


def _find_lists(db: Connection, pages: Mapping[str, str]) -> dict[str, PathTarget]:
    """Where paths lead whose pages are lists of articles, by path."""
    listed = {path: (page, *found) for path, page in pages.items() if (found := list_at(page))}
    aliased = [page for path, (page, kind, _) in listed.items() if kind == "section" and page != path]
    # Of an author who never wrote in public nobody is to learn that there is one: the slug may be a login.
    scopes = {f"{kind}:{name}" for _, kind, name in listed.values() if kind != "section"}
    sections = _find_registered(db, aliased) if aliased else {}
    seen = _seen(db, scopes) if scopes else set()
    targets = {
        path: sections.get(page)
        if kind == "section"
        else (PathTarget(path=page, gone=False) if f"{kind}:{name}" in seen else None)
        for path, (page, kind, name) in listed.items()
    }
    return {path: target for path, target in targets.items() if target is not None}


def _seen(db: Connection, scopes: Collection[str]) -> set[str]:
    return {name for (name,) in db.execute(f"SELECT name FROM scopes WHERE {db.among('name')}", (db.array(scopes),))}


def article_at(db: Connection, path: str) -> int | PathTarget | None:
    """The id of the public article that sits at a path now; what else the path leads to, if it leads elsewhere."""
    target = find_path(db, path)
    if target is None or target.gone or target.path != path:
        return target
    # A standing page that sits there itself is no article.
    return None if target.page is not None else target.article_id or target
