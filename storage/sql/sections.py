"""The newsroom's tree of sections. Navigation shows it on every page, so each write raises the site's scope."""

from collections.abc import Sequence
from dataclasses import replace

from storage.errors import Conflict, Invalid, NotFound
from storage.keys import require_short
from storage.model import Action, Once, Section, SectionList, Subject, section_page
from storage.scopes import SITE, section_scope
from storage.sql.engine import Connection
from storage.sql.kept_answers import done_once
from storage.sql.mixin import StoreMixin, Write, snapshot
from storage.sql.pages import page_locations
from storage.sql.paths import lead_to_section
from storage.sql.places import all_sections
from storage.sql.rows import from_us, to_us


class SectionMixin(StoreMixin):
    async def add_section(self, section: Section, *, once: Once[Section] | None = None) -> Section:
        def work(write: Write) -> Section:
            if load_section(write.db, section.path) is not None:
                raise Conflict(f"There is a section {section.path!r} already.")
            page = section_page(section.path)
            row = write.db.execute(
                "SELECT article_id FROM paths WHERE path = ? AND section IS NULL", (page,)
            ).fetchone()
            if row:
                what = f"the article {row[0]}" if row[0] else "something else"
                raise Conflict(f"The path {page!r} leads to {what}.", holder=row[0])
            insert_section(write, section)
            return replace(section, seq=0)

        return await self._write(done_once(once, work))

    async def update_section(self, section: Section) -> Section:
        return await self._write(lambda write: edit_section(write, section))

    async def delete_section(self, path: str) -> None:
        await self._write(lambda write: remove_section(write, path))

    async def get_sections(self) -> tuple[Section, ...]:
        return await self._read(all_sections)

    async def read_sections(self, *, pages: int = 0, also: Sequence[str] = ()) -> SectionList:
        return await self._read_shown(
            lambda db: SectionList(
                sections=all_sections(db),
                pages=page_locations(db, pages) if pages else (),
                snapshot=snapshot(db, (SITE, *also)),
            )
        )


def insert_section(write: Write, section: Section) -> None:
    """Raises Invalid if the parent does not exist, or the path is too long."""
    require_short("parent", section.path)
    if section.parent is not None and load_section(write.db, section.parent) is None:
        raise Invalid({"parent": f"There is no section {section.parent!r}: add it first."})
    write.append(Action.INSERT, Subject.SECTION, section.path, {SITE})
    write.db.execute(
        "INSERT INTO sections (path, title, description, created_at) VALUES (?, ?, ?, ?)",
        (section.path, section.title, section.description, to_us(section.created_at)),
    )
    lead_to_section(write.db, section.path)


def load_section(db: Connection, path: str) -> Section | None:
    row = db.execute("SELECT title, description, created_at, seq FROM sections WHERE path = ?", (path,)).fetchone()
    if row is None:
        return None
    title, description, created_at, seq = row
    return Section(path=path, title=title, description=description, created_at=from_us(created_at), seq=seq)


def edit_section(write: Write, section: Section) -> Section:
    """Give a section its title and its description. Raises NotFound."""
    before = load_section(write.looking_up, section.path)
    if before is None:
        raise NotFound(f"There is no section {section.path!r}.")
    after = replace(before, title=section.title, description=section.description)
    seq = write.append(Action.EDIT, Subject.SECTION, section.path, {SITE})
    if after.title != before.title:
        after = replace(after, seq=seq)
    write.db.execute(
        "UPDATE sections SET title = ?, description = ?, seq = ? WHERE path = ?",
        (after.title, after.description, after.seq, after.path),
    )
    return after


def remove_section(write: Write, path: str) -> None:
    """Raises NotFound, and Conflict for one that has articles or sections in it."""
    if load_section(write.looking_up, path) is None:
        raise NotFound(f"There is no section {path!r}.")
    # In the order of the key: by its statistics PostgreSQL expects any section among the first rows, and would read them all for
    # one that has no article. Articles in its sections are its own, too.
    first = "SELECT 1 FROM article_facets WHERE facet = ? ORDER BY facet, article_id LIMIT 1"
    if write.db.execute(first, (section_scope(path),)).fetchone():
        raise Conflict(f"Section {path!r} has articles: move them first.")
    # '0' is the character after '/': between the two are the paths below this one.
    below = write.db.execute("SELECT 1 FROM sections WHERE path > ? AND path < ? LIMIT 1", (f"{path}/", f"{path}0"))
    if below.fetchone():
        raise Conflict(f"Section {path!r} has sections in it: delete them first.")
    write.append(Action.WITHDRAW, Subject.SECTION, path, {SITE})
    write.db.execute("DELETE FROM navigation WHERE section = ?", (path,))
    write.db.execute("DELETE FROM sections WHERE path = ?", (path,))
