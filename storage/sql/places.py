"""The sections that a list names, read by their paths, however many there are; and the pages that a footer does."""

from collections.abc import Iterable

from storage.model import Around, Section
from storage.model.lists import MOST_AT_TOP, MOST_INSIDE
from storage.model.pages import MOST_IN_FOOTER
from storage.scopes import section_of, with_ancestors
from storage.sql.engine import Connection
from storage.sql.rows import from_us

_COLUMNS = "sections.path, sections.title, sections.description, sections.created_at, sections.seq"


def all_sections(db: Connection) -> tuple[Section, ...]:
    return _sections(db.execute(f"SELECT {_COLUMNS} FROM sections ORDER BY path"))


def sections_named(db: Connection, paths: Iterable[str], scope: str = "") -> tuple[Section, ...]:
    """Those of the paths and of the scope with all above them, the first inside that of the scope, the first of the uppermost."""
    own = section_of(scope)
    wanted = {above for path in {*paths, own or ""} for above in with_ancestors(path)}
    found = _sections(
        db.execute(
            f"SELECT {_COLUMNS} FROM sections WHERE {db.among('sections.path')}",
            (db.array(sorted(wanted)),),
        )
    )
    inside = _inside(db, own, MOST_INSIDE) if own else ()
    known = {section.path: section for section in (*found, *inside, *_inside(db, "", MOST_AT_TOP))}
    return tuple(known[path] for path in sorted(known))


def around_pages(db: Connection) -> Around:
    footer = db.execute("SELECT path, title FROM pages WHERE uppermost = 1 ORDER BY path LIMIT ?", (MOST_IN_FOOTER,))
    navigation = db.execute(
        """
        SELECT sections.path, sections.title FROM navigation CROSS JOIN sections ON sections.path = navigation.section
        ORDER BY navigation.position
        """
    )
    return Around(footer=tuple(footer.fetchall()), navigation=tuple(navigation.fetchall()))


def _inside(db: Connection, parent: str, limit: int) -> tuple[Section, ...]:
    sql = f"SELECT {_COLUMNS} FROM sections WHERE parent = ? ORDER BY path LIMIT ?"
    return _sections(db.execute(sql, (parent, limit)))


def _sections(rows: Iterable[tuple[str, str, str, int, int]]) -> tuple[Section, ...]:
    return tuple(
        Section(path=path, title=title, description=description, created_at=from_us(created_at), seq=seq)
        for path, title, description, created_at, seq in rows
    )
