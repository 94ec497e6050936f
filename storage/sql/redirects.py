"""Redirects: where they end, and which ones may be."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from storage.errors import NotFound
from storage.keys import require_short
from storage.model import Alias, PathTarget, Redirected, list_at
from storage.sql.engine import Connection
from storage.sql.mixin import StoreMixin, Write
from storage.sql.paths import find_path


class RedirectMixin(StoreMixin):
    async def keep_redirects(self, wanted: Sequence[Alias]) -> tuple[Redirected, ...]:
        def work(write: Write) -> tuple[Redirected, ...]:
            require_short("path", *(alias.path for alias in wanted))
            require_short("page", *(alias.page for alias in wanted))
            graph = Graph(write.db, wanted)
            told = tuple(graph.add(alias.path, alias.page) for alias in wanted)
            graph.write()
            return told

        return await self._write(work)

    async def remove_redirect(self, path: str) -> None:
        def work(write: Write) -> None:
            if not write.looking_up.execute("DELETE FROM aliases WHERE path = ?", (path,)).rowcount:
                raise NotFound(f"There is no redirect at {path}.")

        await self._write(work)

    async def get_redirect(self, path: str) -> Alias | None:
        found = await self._read(lambda db: _aliases(db, "path", [path]))
        return Alias(*found[0]) if found else None

    async def list_redirects(self, *, after: str = "", limit: int) -> tuple[Alias, ...]:
        sql = "SELECT path, page FROM aliases WHERE path > ? ORDER BY path LIMIT ?"
        return await self._read(lambda db: tuple(Alias(*row) for row in db.execute(sql, (after, limit))))

    async def find_redirect(self, paths: Sequence[str]) -> PathTarget | None:
        return await self._read(lambda db: _find(db, paths))


class Graph:
    """The redirects that some have to do with, in a transaction in which nobody else writes."""

    def __init__(self, db: Connection, wanted: Sequence[Alias]) -> None:
        self._db = db
        self._next: dict[str, str] = {}
        self._before: defaultdict[str, set[str]] = defaultdict(set)
        """What leads to a path."""
        self._written: dict[str, str] = {}
        asked = {alias.path for alias in wanted}
        self._take(_aliases(db, "page", asked))
        at = asked | {alias.page for alias in wanted}
        known: set[str] = set()
        while at:
            found = _aliases(db, "path", at)
            self._take(found)
            known |= at
            at = {page for _, page in found} - known
        self._standing = _standing(db, known)

    def _take(self, rows: Iterable[tuple[str, str]]) -> None:
        for path, page in rows:
            self._next[path] = page
            self._before[page].add(path)

    def add(self, path: str, page: str) -> Redirected:
        if what := self._standing.get(path):
            return Redirected.taken(Alias(path, page), what)
        line = self._line(page)
        if path in line:
            return Redirected.loop(Alias(path, page))
        # Where something stands, readers stay; the way on was looked at for a circle all the same.
        end = next((at for at in line if at in self._standing), line[-1])
        if self._next.get(path) == end:
            return Redirected.same(Alias(path, end))
        is_new = path not in self._next
        for one in (path, *self._before.pop(path, ())):
            self._before[self._next.get(one, "")].discard(one)
            self._next[one] = self._written[one] = end
            self._before[end].add(one)
        return Redirected.kept(Alias(path, end), is_new=is_new)

    def add_new(self, path: str, page: str, mine: str | None) -> tuple[str | None, str] | None:
        """As an import brings it: whatever stands at the path is found first, and one that is known leads where it leads, unless
        that is to `mine`, where an earlier import of the same site led it.

        Where it led, None if nowhere, and where it leads now; None of a loop, which is not kept.
        """
        before = self._next.get(path)
        if before is not None and before != mine:
            return before, before
        if path in self._line(page):
            return None
        if before != page:
            self._before[before or ""].discard(path)
            self._next[path] = self._written[path] = page
            self._before[page].add(path)
        return before, page

    def _line(self, page: str) -> list[str]:
        """What leads on from a page, itself the first."""
        line: dict[str, None] = {}
        while page and page not in line:
            line[page] = None
            page = self._next.get(page, "")
        return list(line)

    def write(self) -> None:
        self._db.executemany(
            "INSERT INTO aliases (path, page) VALUES (?, ?) ON CONFLICT (path) DO UPDATE SET page = excluded.page",
            sorted(self._written.items()),
        )


def _aliases(db: Connection, column: str, values: Iterable[str]) -> list[tuple[str, str]]:
    rows = db.execute(f"SELECT path, page FROM aliases WHERE {db.among(column)}", (db.array(sorted(values)),))
    return rows.fetchall()


def _standing(db: Connection, paths: Iterable[str]) -> dict[str, str]:
    """Of the paths those that lead to something that stands, and to what, in words."""
    rows = db.execute(
        f"""
        SELECT paths.path, articles.id, sections.path, pages.path FROM paths
        LEFT JOIN articles ON articles.id = paths.article_id AND articles.public = 1
        LEFT JOIN sections ON sections.path = paths.section
        LEFT JOIN pages ON pages.path = paths.page AND pages.status = 'published'
        WHERE {db.among("paths.path")}
        """,
        (db.array(sorted(paths)),),
    )
    return {
        path: f"the article {article}" if article else f"the section {section}" if section else f"the page {page}"
        for path, article, section, page in rows.fetchall()
        if article or section or page
    }


def _find(db: Connection, paths: Sequence[str]) -> PathTarget | None:
    found = dict(_aliases(db, "path", set(paths)))
    start = next((path for path in paths if path in found), None)
    if start is None:
        return None
    seen, at = {start}, found[start]
    while True:
        target = find_path(db, at, aliases=False)
        further = dict(_aliases(db, "path", {at})).get(at)
        if (target is not None and not target.gone) or further is None or at in seen:
            break
        seen.add(at)
        at = further
    return target or _place(db, at)


def _place(db: Connection, page: str) -> PathTarget | None:
    """What nothing that is kept is at: an address elsewhere, a path of the site's own, the list of an author or a tag."""
    kind, name = list_at(page) or ("", "")
    if kind == "section":
        return None
    # Of an author who never wrote in public nobody is to learn that there is one.
    scope = f"{kind}:{name}"
    is_seen = not kind or db.execute("SELECT 1 FROM scopes WHERE name = ?", (scope,)).fetchone() is not None
    return PathTarget(path=page, gone=False) if is_seen else None
