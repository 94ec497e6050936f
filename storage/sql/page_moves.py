"""Pages that moved at their source: to where another is, if that one moves as well or gives way, or to where one was."""

from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from itertools import count
from typing import NamedTuple

from storage.model import Action, Page, PageStatus, Subject
from storage.scopes import raised_by_page
from storage.sql.engine import Connection
from storage.sql.import_changes import ChangeLog
from storage.sql.mixin import Write
from storage.sql.pages import pages_at, put_page, settle_uppermost
from storage.sql.paths import find_path, lead_to_page

_NUMBERS = 100
"""That are looked at together."""


class Claim(NamedTuple):
    """The path that a source wants a page to have, or an undo."""

    origin: str
    before: Page | None
    path: str
    public: bool
    """Whether readers are to see it there."""

    @property
    def before_path(self) -> str:
        return self.before.path if self.before else ""


def possible_moves(db: Connection, claims: Iterable[Claim], hiding: Collection[str] = ()) -> dict[str, Claim]:
    """Those of the pages that can move if all of these do, by where they are: one in a chain if the next one moves, one in a circle
    if all do. Of two to one path the first. `hiding`: where pages are that readers are not to see any more.
    """
    to: dict[str, Claim] = {}
    for claim in claims:
        if claim.before is not None and claim.path != claim.before_path:
            to.setdefault(claim.path, claim)
    moves = {claim.before_path: claim for claim in to.values()}
    waiting: defaultdict[str, list[Claim]] = defaultdict(list)
    for claim in moves.values():
        target = find_path(db, claim.path, aliases=False)
        for path in {claim.path, target.page if target and target.page else claim.path}:
            waiting[path].append(claim)
    looked_at = deque(moves.values())
    while looked_at:
        claim = looked_at.popleft()
        if claim.before_path in moves and not can_have(db, claim, moves, hiding):
            del moves[claim.before_path]
            # Only these waited for it to move: a chain takes as many looks as it has pages.
            looked_at.extend(waiting[claim.before_path])
    return moves


def move_together(write: Write, moves: Mapping[str, Claim], log: ChangeLog | None = None) -> None:
    """Make `possible_moves`, all at once."""
    for move in moves.values():
        make_way(write, move, log, moves)
        if log is not None and move.before is not None:
            log.note_page(move.origin, move.before)
    _move(write, moves)


def _move(write: Write, moves: Mapping[str, Claim]) -> None:
    """By way of paths that nothing else has: none begins so."""
    db = write.db
    for table, column in (("pages", "path"), ("page_origins", "path"), ("paths", "page")):
        update = f"UPDATE {table} SET {column} = ? WHERE {column} = ?"
        db.executemany(update, [(f"moving {path}", path) for path in moves])
        db.executemany(update, [(move.path, f"moving {path}") for path, move in moves.items()])
    for move in moves.values():
        assert move.before is not None
        after = replace(move.before, path=move.path)
        version = write.append(Action.EDIT, Subject.PAGE, after.path, raised_by_page(move.before, after))
        db.execute("UPDATE pages SET version = ? WHERE path = ?", (version, after.path))
        db.execute("UPDATE page_origins SET version = ? WHERE path = ?", (version, after.path))
        if after.public and move.public:
            lead_to_page(db, after.path, after.path)
    settle_uppermost(db)


def can_have(db: Connection, claim: Claim, moving: Collection[str] = (), hiding: Collection[str] = ()) -> bool:
    """Whether what stands at the path is among the `moving` or gives way and, for a public page, what was there is let go of."""
    standing = _other_at(db, claim, moving)
    if standing is not None and not (claim.public and _gives_way(db, standing, hiding)):
        return False
    target = find_path(db, claim.path, aliases=False)
    if target is None or target.page == claim.path or not claim.public:
        return True
    return target.page is not None and (
        target.page == claim.before_path or target.page in moving or _is_let_go(db, target.page, claim.origin)
    )


def make_way(write: Write, claim: Claim, log: ChangeLog | None = None, moving: Collection[str] = ()) -> None:
    """Free a path that the page `can_have`."""
    standing = _other_at(write.db, claim, moving)
    if standing is not None:
        _give_way(write, standing, log)
    if claim.public:
        _let_go(write, claim, log)


def _other_at(db: Connection, claim: Claim, moving: Collection[str]) -> Page | None:
    if claim.path == claim.before_path or claim.path in moving:
        return None
    return pages_at(db, [claim.path]).get(claim.path)


def _gives_way(db: Connection, page: Page, hiding: Collection[str]) -> bool:
    """Whether readers do not see a page that was imported, and not changed here since: one in the trash has no address there."""
    is_seen = page.public and page.path not in hiding
    return not is_seen and [version for _, version in _origins(db, page.path)] == [page.version]


def _give_way(write: Write, page: Page, log: ChangeLog | None) -> None:
    [(origin, _)] = _origins(write.db, page.path)
    moved = put_page(write, page, beside(write.db, page))
    write.db.execute("UPDATE page_origins SET version = ? WHERE origin = ?", (moved.version, origin))
    led = write.db.execute(
        "DELETE FROM paths WHERE path = ? AND page = ? RETURNING path", (page.path, moved.path)
    ).fetchall()
    if log is not None:
        log.note_page(origin, page)
        if led:
            log.note_let_go(origin, page.path)


def _is_let_go(db: Connection, former: str, origin: str) -> bool:
    """Whether the page that was at a path is no more, or elsewhere, of the same site, and not changed here since."""
    page = pages_at(db, [former]).get(former)
    if page is None:
        return True
    origins = _origins(db, former)
    return bool(origins) and all(
        version == page.version and _site_of(other) == _site_of(origin) for other, version in origins
    )


def _let_go(write: Write, claim: Claim, log: ChangeLog | None) -> None:
    target = find_path(write.db, claim.path, aliases=False)
    if target is None or target.page in (None, claim.path, claim.before_path):
        return
    assert target.page is not None
    for origin, _ in _origins(write.db, target.page):
        if log is not None:
            log.note_page(origin, pages_at(write.db, [target.page]).get(target.page))
            log.note_let_go(origin, claim.path)
    write.db.execute("DELETE FROM paths WHERE path = ?", (claim.path,))


def _origins(db: Connection, path: str) -> list[tuple[str, int]]:
    rows = db.execute("SELECT origin, version FROM page_origins WHERE path = ? ORDER BY origin", (path,))
    return [(origin, version) for origin, version in rows.fetchall()]


def _site_of(origin: str) -> str:
    return origin.partition(" ")[0]


def is_imported(db: Connection, path: str) -> bool:
    """Whether the page at a path was."""
    return db.execute("SELECT 1 FROM page_origins WHERE path = ? LIMIT 1", (path,)).fetchone() is not None


def beside(db: Connection, page: Page) -> Page:
    """As a draft, at a path that no page has."""
    for first in count(2, _NUMBERS):
        paths = [f"{page.path[:-1]}-{number}/" for number in range(first, first + _NUMBERS)]
        taken = pages_at(db, paths)
        if free := next((path for path in paths if path not in taken), ""):
            return replace(page, path=free, status=PageStatus.DRAFT)
    raise AssertionError("numbers have no end")
