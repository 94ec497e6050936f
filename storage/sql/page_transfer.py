"""Standing pages in and out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from storage.keys import require_short
from storage.model import ImportRun, Page, PageOutcome, PageRecord, PageStatus
from storage.sql.engine import Connection
from storage.sql.import_changes import ChangeLog
from storage.sql.mixin import StoreMixin, Write
from storage.sql.pages import PAGE, is_same, pages_at, put_page, to_page, what_leads
from storage.sql.paths import find_path, lead_to_page, paths_of_pages

_MOST_NUMBERS = 1000
_AN_ARTICLE = "an article"


class Origin(NamedTuple):
    """Where a page came from, and what it was made into."""

    path: str
    digest: str
    version: int
    """Its version after the import: at any other it was edited here since."""


class PageTransferMixin(StoreMixin):
    async def import_pages(
        self, records: Sequence[PageRecord], *, theirs: bool = False, run: ImportRun | None = None
    ) -> tuple[PageOutcome, ...]:
        def work(write: Write) -> tuple[PageOutcome, ...]:
            log = ChangeLog(write, run)
            outcomes = tuple(_keep(write, record, log, theirs=theirs) for record in records)
            log.finish()
            return outcomes

        return await self._write(work)


def _keep(write: Write, record: PageRecord, log: ChangeLog, *, theirs: bool) -> PageOutcome:
    require_short("path", record.page.path, *record.old_paths)
    require_short("origin", record.origin)
    known = origin_of(write.db, record.origin)
    if record.left_out and known is None:
        return PageOutcome.LEFT_OUT
    at = known.path if known else record.page.path
    before = pages_at(write.db, [at]).get(at)
    if record.left_out:
        record = replace(record, page=replace(before or record.page, status=PageStatus.DRAFT))
    if record.digest:
        if known is not None and known.digest == record.digest:
            return PageOutcome.UNCHANGED
        if known is not None and (before is None or (before.version != known.version and not theirs)):
            return PageOutcome.KEPT
        if known is None and before is not None:
            if not _is_of_another(write.db, at):
                return PageOutcome.KEPT
            return _put(write, record, log, None, _beside(write.db, record.page))
    return _put(write, record, log, before, _placed(write.db, before, record.page))


def former_pages(write: Write, origins: Sequence[str], log: ChangeLog) -> Iterator[str]:
    """Take the pages of these origins from readers that their source calls articles now, those edited here since excepted; a
    sentence for each.
    """
    if not origins:
        return
    found = write.db.execute(
        f"SELECT origin, path FROM page_origins WHERE {write.db.among('origin')} AND digest <> ? ORDER BY origin",
        (write.db.array(origins), _AN_ARTICLE),
    ).fetchall()
    for origin, path in found:
        page = Page(path=path, title=path)
        record = PageRecord(page=page, origin=origin, digest=_AN_ARTICLE, left_out=_AN_ARTICLE)
        outcome = _keep(write, record, log, theirs=log.theirs)
        if outcome is PageOutcome.CHANGED:
            yield f"The page {path} is an article at its source by now, and gone here: redirect its address to the article."
        elif outcome is PageOutcome.KEPT and pages_at(write.db, [path]):
            yield f"The page {path} is an article at its source by now, but was changed here: it stays. Delete it if it is to go."


def _put(write: Write, record: PageRecord, log: ChangeLog, before: Page | None, after: Page) -> PageOutcome:
    paths = [path for path in record.old_paths if path != after.path and find_path(write.db, path) is None]
    changed = before is None or not is_same(before, after)
    kept = put_page(write, before, after, dated=True) if changed or before is None else before
    for path in paths if kept.published_at is not None else ():
        lead_to_page(write.db, path, kept.path)
    if record.origin:
        if changed:
            log.note_page(record.origin, before)
        version = kept.version if record.digest else 0
        write.db.execute(
            """
            INSERT INTO page_origins (origin, path, digest, version) VALUES (?, ?, ?, ?) ON CONFLICT (origin) DO UPDATE
            SET path = excluded.path, digest = excluded.digest, version = excluded.version
            """,
            (record.origin, kept.path, record.digest, version),
        )
    if record.page.public and not kept.public:
        return PageOutcome.TAKEN
    if before is None:
        return PageOutcome.ADDED
    return PageOutcome.CHANGED if changed else PageOutcome.UNCHANGED


def _placed(db: Connection, before: Page | None, wanted: Page) -> Page:
    """The page at the path that it may have: the one that it has while another page is at the new one."""
    if before is not None and before.path != wanted.path:
        moved = not pages_at(db, [wanted.path]) and not what_leads(db, wanted.path, before)
        wanted = wanted if moved else replace(wanted, path=before.path)
    if wanted.public and what_leads(db, wanted.path, before):
        return replace(wanted, status=PageStatus.DRAFT)
    return wanted


def _beside(db: Connection, page: Page) -> Page:
    """As a draft, at a path that no page has."""
    paths = [f"{page.path[:-1]}-{number}/" for number in range(2, _MOST_NUMBERS)]
    taken = pages_at(db, paths)
    return replace(page, path=next(path for path in paths if path not in taken), status=PageStatus.DRAFT)


def origin_of(db: Connection, origin: str) -> Origin | None:
    if not origin:
        return None
    row = db.execute("SELECT path, digest, version FROM page_origins WHERE origin = ?", (origin,)).fetchone()
    return Origin(*row) if row else None


def _is_of_another(db: Connection, path: str) -> bool:
    """Whether the page at a path was imported."""
    return db.execute("SELECT 1 FROM page_origins WHERE path = ? LIMIT 1", (path,)).fetchone() is not None


def page_records(db: Connection, *, public_only: bool) -> list[PageRecord]:
    """Every page, or every public one, by path."""
    shown = "WHERE pages.status = 'published'" if public_only else ""
    rows = db.execute(f"SELECT {PAGE} FROM pages {shown} ORDER BY pages.path").fetchall()
    led = paths_of_pages(db)
    origins = {
        path: (origin, digest, version)
        for origin, path, digest, version in db.execute(
            "SELECT origin, path, digest, version FROM page_origins ORDER BY origin DESC"
        )
    }
    return [_record(page, led, origins.get(page.path, ("", "", 0))) for page in map(to_page, rows)]


def _record(page: Page, led: Mapping[str, set[str]], origin: tuple[str, str, int]) -> PageRecord:
    its_origin, digest, version = origin
    return PageRecord(
        page=page,
        old_paths=tuple(sorted(led.get(page.path, set()) - {page.path})),
        origin=its_origin,
        digest=digest if version == page.version else "",
    )
