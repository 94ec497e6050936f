"""Standing pages, and where they lead."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from storage.errors import Conflict, NotFound
from storage.keys import require_short
from storage.model import Action, Location, Page, PageLink, PageStatus, PageView, Subject
from storage.model.pages import MOST_BELOW
from storage.scopes import PAGES, page_scope, raised_by_page
from storage.sql.engine import Connection
from storage.sql.mixin import StoreMixin, Write, snapshot
from storage.sql.paths import find_path, lead_to_page, move_page_paths
from storage.sql.places import sections_named
from storage.sql.rows import Row, from_us, from_us_or_none, to_us_or_none

_COLUMNS = "path, title, status, version, created_at, modified_at, published_at, body_html"
_NAMES = _COLUMNS.split(", ")
PAGE = ", ".join(f"pages.{name}" for name in _NAMES)
"""What to select for `to_page`."""


class PageMixin(StoreMixin):
    async def add_page(self, page: Page) -> Page:
        return await self._write(lambda write: put_page(write, None, page))

    async def update_page(self, path: str, page: Page, *, if_version: int) -> Page:
        def work(write: Write) -> Page:
            before = _at_version(write, path, if_version)
            return before if is_same(before, page) else put_page(write, before, page)

        return await self._write(work)

    async def delete_page(self, path: str, *, if_version: int) -> None:
        def work(write: Write) -> None:
            remove_page(write, _at_version(write, path, if_version))

        await self._write(work)

    async def get_page(self, path: str) -> Page:
        return await self._read(lambda db: require_page(db, path))

    async def list_pages(self, *, after: str = "", limit: int) -> tuple[Page, ...]:
        sql = f"SELECT {PAGE} FROM pages WHERE path > ? ORDER BY path LIMIT ?"
        return await self._read(lambda db: tuple(map(to_page, db.execute(sql, (after, limit)))))

    async def view_page(self, path: str, *, also: Sequence[str] = ()) -> PageView | None:
        return await self._read_shown(lambda db: _view(db, path, also))


def to_page(row: Row) -> Page:
    path, title, status, version, created_at, modified_at, published_at, body_html = row
    return Page(
        path=path,
        title=title,
        body_html=body_html,
        status=PageStatus(status),
        version=version,
        created_at=from_us_or_none(created_at),
        modified_at=from_us_or_none(modified_at),
        published_at=from_us_or_none(published_at),
    )


def pages_at(db: Connection, paths: Iterable[str]) -> dict[str, Page]:
    rows = db.execute(f"SELECT {PAGE} FROM pages WHERE {db.among('pages.path')}", (db.array(paths),))
    return {page.path: page for page in map(to_page, rows)}


def require_page(db: Connection, path: str) -> Page:
    """Raises NotFound."""
    row = db.execute(f"SELECT {PAGE} FROM pages WHERE path = ?", (path,)).fetchone()
    if row is None:
        raise NotFound(f"There is no page {path}.")
    return to_page(row)


def is_same(before: Page, after: Page) -> bool:
    """Whether they differ in nothing but what a store gives."""
    given = (before.version, before.created_at, before.modified_at, before.published_at)
    version, created_at, modified_at, published_at = given
    return before == replace(
        after, version=version, created_at=created_at, modified_at=modified_at, published_at=published_at
    )


def _at_version(write: Write, path: str, if_version: int) -> Page:
    before = require_page(write.looking_up, path)
    if before.version != if_version:
        raise Conflict(f"The page {path} is at version {before.version}: another edit came first.")
    return before


def put_page(write: Write, before: Page | None, after: Page, *, dated: bool = False) -> Page:
    """Keep a page in place of `before`, with its Change. `dated`: it keeps the dates that it has. Raises Conflict, Invalid."""
    require_short("path", after.path)
    moves = before is None or before.path != after.path
    if moves and pages_at(write.looking_up, [after.path]):
        raise Conflict(f"There is a page at {after.path} already: choose another path.")
    if after.public and (what := what_leads(write.db, after.path, before)):
        target = find_path(write.db, after.path, aliases=False)
        holder = target.article_id if target else None
        raise Conflict(f"The path {after.path} leads to {what}: choose another path.", holder=holder)
    went = before is not None and before.public and not after.public
    action = Action.INSERT if before is None else Action.WITHDRAW if went else Action.EDIT
    version = write.append(action, Subject.PAGE, after.path, raised_by_page(before, after))
    after = replace(_dated(write, before, after, dated=dated), version=version)
    if before is None:
        write.db.execute(
            f"INSERT INTO pages ({_COLUMNS}, uppermost) VALUES ({', '.join('?' * len(_NAMES))}, 0)", _row(after)
        )
    else:
        named = ", ".join(f"{name} = ?" for name in _NAMES)
        write.db.execute(f"UPDATE pages SET {named} WHERE path = ?", (*_row(after), before.path))
        if moves:
            move_page_paths(write.db, before.path, after.path)
            write.db.execute("UPDATE page_origins SET path = ? WHERE path = ?", (after.path, before.path))
    if after.public:
        lead_to_page(write.db, after.path, after.path)
    if after.public or (before is not None and before.public):
        settle_uppermost(write.db)
    return after


def remove_page(write: Write, page: Page) -> None:
    """With its Change; what led to it answers 410 from here on."""
    write.append(Action.WITHDRAW, Subject.PAGE, page.path, raised_by_page(page, None))
    write.db.execute("DELETE FROM pages WHERE path = ?", (page.path,))
    settle_uppermost(write.db)


def what_leads(db: Connection, path: str, page: Page | None) -> str:
    """What else than this page a path leads to, in words; '' if it leads nowhere, or to a page that is no more."""
    target = find_path(db, path, aliases=False)
    if target is None or (page is not None and target.page == page.path):
        return ""
    if target.page is not None:
        return "" if not pages_at(db, [target.page]) else f"the page {target.page}"
    return f"the section {target.section}" if target.section else f"the article {target.article_id}"


def _dated(write: Write, before: Page | None, after: Page, *, dated: bool) -> Page:
    created_at, first = (before.created_at, before.published_at) if before else (None, None)
    if dated:
        created_at, first = after.created_at or created_at, after.published_at or first
    return replace(
        after,
        created_at=created_at or write.now,
        modified_at=(after.modified_at if dated else None) or write.now,
        published_at=first or (write.now if after.public else None),
    )


def _row(page: Page) -> tuple[object, ...]:
    return (
        page.path,
        page.title,
        page.status,
        page.version,
        to_us_or_none(page.created_at),
        to_us_or_none(page.modified_at),
        to_us_or_none(page.published_at),
        page.body_html,
    )


def settle_uppermost(db: Connection) -> None:
    """Note which public pages lie in no other: they are few, and seldom written, and every page of the site asks for them."""
    last, told = "/", list[tuple[int, str]]()
    for path, was in db.execute(
        "SELECT path, uppermost FROM pages WHERE status = 'published' ORDER BY path"
    ).fetchall():
        is_inside = last != "/" and path.startswith(last)
        last = last if is_inside else path
        if was != (not is_inside):
            told.append((int(not is_inside), path))
    db.executemany("UPDATE pages SET uppermost = ? WHERE path = ?", told)
    db.execute("UPDATE pages SET uppermost = 0 WHERE uppermost = 1 AND status <> 'published'")


def _view(db: Connection, path: str, also: Sequence[str]) -> PageView | None:
    row = db.execute(f"SELECT {PAGE} FROM pages WHERE path = ? AND status = 'published'", (path,)).fetchone()
    if row is None:
        return None
    return PageView(
        page=to_page(row),
        above=tuple(_above(db, path)),
        below=_below(db, path),
        sections=sections_named(db, ()),
        snapshot=snapshot(db, (page_scope(path), PAGES, *also)),
    )


def page_locations(db: Connection, limit: int) -> tuple[Location, ...]:
    """Where public pages are, by path."""
    rows = db.execute(
        "SELECT path, modified_at FROM pages WHERE status = 'published' ORDER BY path LIMIT ?", (limit,)
    ).fetchall()
    return tuple(Location(path=path, canonical_url="", edited_at=from_us(modified_at)) for path, modified_at in rows)


def _above(db: Connection, path: str) -> Iterable[PageLink]:
    parts = path.strip("/").split("/")
    above = [f"/{'/'.join(parts[:count])}/" for count in range(1, len(parts))]
    found = {page.path: page for page in pages_at(db, above).values() if page.public} if above else {}
    return (PageLink(each, found[each].title) for each in above if each in found)


def _below(db: Connection, path: str) -> tuple[PageLink, ...]:
    """'0' is the character after '/': between the two are the paths below this one."""
    rows = db.execute(
        """
        SELECT path, title FROM pages WHERE path > ? AND path < ? AND status = 'published'
            AND length(path) - length(replace(path, '/', '')) = ? ORDER BY path LIMIT ?
        """,
        (path, f"{path[:-1]}0", path.count("/") + 1, MOST_BELOW),
    )
    return tuple(PageLink(*row) for row in rows)
