"""Standing pages in and out."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from storage.imports import other_scheme, site_key
from storage.keys import require_short
from storage.model import ArticleRecord, ImportRun, Page, PageOutcome, PageRecord, PageStatus
from storage.sql.engine import Connection
from storage.sql.import_changes import ChangeLog
from storage.sql.mixin import StoreMixin, Write
from storage.sql.page_moves import Claim, beside, can_have, is_imported, make_way, move_together, possible_moves
from storage.sql.pages import PAGE, is_same, pages_at, put_page, to_page, what_leads
from storage.sql.paths import find_path, free_page_paths, lead_to_page, paths_of_pages

_NO_PAGE = "no page"
"""In the place of what a source says of a page, where it is one no more."""
_UNSETTLED = "unsettled "
"""Before the digest of a page that could not be where its source has it, or not be seen there: to be looked at again, until it is
edited here.
"""


class Origin(NamedTuple):
    """Where a page came from, and what it was made into."""

    path: str
    digest: str
    version: int
    """Its version after the import: at any other it was edited here since."""


class PageTransferMixin(StoreMixin):
    async def import_pages(
        self, records: Sequence[PageRecord], *, theirs: bool = False, more: bool = False, run: ImportRun | None = None
    ) -> tuple[PageOutcome, ...]:
        def work(write: Write) -> tuple[PageOutcome, ...]:
            log = ChangeLog(write, run)
            known = [_known_as(write.db, record) for record in records]
            for record in known:
                require_short("path", record.page.path, *record.old_paths)
                require_short("origin", record.origin)
            moved = _move(write, known, log, theirs=theirs)
            # New ones last: where one of them is, another may have been.
            order = sorted(range(len(known)), key=lambda at: origin_of(write.db, known[at].origin) is None)
            kept = {at: _keep(write, known[at], log, theirs=theirs, more=more) for at in order}
            outcomes = [kept[at] for at in range(len(known))]
            log.finish()
            return tuple(
                PageOutcome.CHANGED if outcome is PageOutcome.UNCHANGED and record.origin in moved else outcome
                for record, outcome in zip(known, outcomes, strict=True)
            )

        return await self._write(work)


def _move(write: Write, records: Sequence[PageRecord], log: ChangeLog, *, theirs: bool) -> set[str]:
    """Move those that are not where their source has them, if one of them goes where another page is: the origins of these."""
    claims, hiding = [], set()
    for record in records:
        known = origin_of(write.db, record.origin)
        before = pages_at(write.db, [known.path]).get(known.path) if known else None
        if known is None or before is None or _left_alone(record, known, before, theirs=theirs) is not None:
            continue
        if not record.left_out:
            claims.append(Claim(record.origin, before, record.page.path, record.page.public))
        if record.left_out or not record.page.public:
            hiding.add(before.path)
    moves = possible_moves(write.db, claims, hiding)
    if not pages_at(write.db, [move.path for move in moves.values()]):
        return set()
    move_together(write, moves, log)
    return {move.origin for move in moves.values()}


def _left_alone(record: PageRecord, known: Origin, before: Page | None, *, theirs: bool) -> PageOutcome | None:
    """What became of a page that is known and stays as it is; None of one that does not."""
    if not record.digest:
        return None
    if known.digest == record.digest:
        return PageOutcome.UNCHANGED
    if before is not None and (theirs or before.version == known.version):
        return None
    return PageOutcome.UNCHANGED if known.digest == _UNSETTLED + record.digest else PageOutcome.KEPT


def _keep(write: Write, record: PageRecord, log: ChangeLog, *, theirs: bool, more: bool = False) -> PageOutcome:
    known = origin_of(write.db, record.origin)
    if record.left_out and known is None:
        return PageOutcome.LEFT_OUT
    at = known.path if known else record.page.path
    before = pages_at(write.db, [at]).get(at)
    if record.left_out:
        record = replace(record, page=replace(before or record.page, status=PageStatus.DRAFT))
    if known is not None and (outcome := _left_alone(record, known, before, theirs=theirs)) is not None:
        return outcome
    if record.digest and known is None and before is not None:
        if not is_imported(write.db, at):
            return PageOutcome.KEPT
        before = None
    claim = Claim(record.origin, before, record.page.path, record.page.public)
    may_wait = more and claim.path != claim.before_path and is_imported(write.db, claim.path)
    if may_wait and not can_have(write.db, claim):
        return PageOutcome.WAITING
    taken_over = _take_over(write.db, record)
    has_way = can_have(write.db, claim)
    if has_way:
        make_way(write, claim, log)
    outcome = _put(write, record, log, before, _placed(write.db, before, record.page, has_way=has_way))
    for article_id, paths in taken_over.items():
        log.note_freed(record.origin, paths, article_id)
    return outcome


def _known_as(db: Connection, record: PageRecord) -> PageRecord:
    """By the origin that it has here: a site that moved to https may have rewritten its guids. It is the page that has its path."""
    site, _, name = record.origin.partition(" ")
    other = f"{site} {other_scheme(name)}" if other_scheme(name) else ""
    if not other or origin_of(db, record.origin) is not None:
        return record
    known = origin_of(db, other)
    if known is None or known.path not in (record.page.path, *_pages_led(db, record.old_paths)):
        return record
    return replace(record, origin=other)


def _pages_led(db: Connection, paths: Sequence[str]) -> list[str]:
    rows = db.execute(f"SELECT page FROM paths WHERE page IS NOT NULL AND {db.among('path')}", (db.array(paths),))
    return [page for (page,) in rows.fetchall()]


def _take_over(db: Connection, record: PageRecord) -> dict[int, list[str]]:
    """Let go of what a page's source calls it by, where it leads to the article that the page was: those paths by its id."""
    if record.former_article is None or not record.page.public:
        return {}
    site, guid = record.former_article
    paths = (record.page.path, *record.old_paths)
    rows = db.execute(
        f"""
        DELETE FROM paths WHERE {db.among("path")} AND article_id IN (
            SELECT entries.article_id FROM imported_entries AS entries
            CROSS JOIN import_sources AS sources ON sources.id = entries.source_id
            WHERE entries.guid = ? AND sources.whole = 1 AND sources.site = ?
        ) RETURNING article_id, path
        """,
        (db.array(paths), guid, site_key(site)),
    ).fetchall()
    freed: dict[int, list[str]] = {}
    for article_id, path in sorted(rows):
        freed.setdefault(article_id, []).append(path)
    return freed


def former_pages(
    write: Write, records: Sequence[ArticleRecord], log: ChangeLog
) -> tuple[list[ArticleRecord], list[str]]:
    """Take the pages that these records were from readers, those edited here since excepted: the records with the addresses of
    these, if readers see them as articles, and a sentence for each page.
    """
    origins = sorted({record.former_page for record in records if record.former_page})
    if not origins:
        return [*records], []
    found = write.db.execute(
        f"SELECT origin, path, digest FROM page_origins WHERE {write.db.among('origin')} ORDER BY origin",
        (write.db.array(origins),),
    ).fetchall()
    by_origin = {record.former_page: record for record in records}
    freed: dict[str, list[str]] = {}
    stays: set[str] = set()
    said: list[str] = []
    for origin, path, digest in found:
        record = by_origin[origin]
        outcome = PageOutcome.UNCHANGED
        if digest != _NO_PAGE:
            deleted = PageRecord(page=Page(path=path, title=path), origin=origin, digest=_NO_PAGE, left_out=_NO_PAGE)
            outcome = _keep(write, deleted, log, theirs=log.theirs)
        if outcome is not PageOutcome.KEPT and not record.left_out and record.article.public_at is not None:
            freed[origin] = _freed(write, origin, path, log)
        now = "no page" if record.left_out else "an article"
        if outcome is PageOutcome.CHANGED:
            led = "its addresses lead to the article" if origin in freed else "gone for readers"
            said.append(f"The page {path} is {now} at its source by now: it is a draft here, and {led}.")
        elif outcome is PageOutcome.KEPT and pages_at(write.db, [path]):
            stays.add(origin)
            said.append(
                f"The page {path} is {now} at its source by now, but was changed here: it stays. Delete it if it is to go."
            )
    moved = [
        replace(record, old_paths=(*record.old_paths, *freed[record.former_page]))
        if record.former_page in freed
        else record
        for record in records
    ]
    # What is not settled is told, and may be decided, each time.
    return [replace(one, receipt="") if one.former_page in stays else one for one in moved], said


def _freed(write: Write, origin: str, path: str, log: ChangeLog) -> list[str]:
    """Let go of what led to a page that is an article by now."""
    freed = free_page_paths(write.db, path)
    if freed:
        log.note_page(origin, pages_at(write.db, [path]).get(path))
        log.note_freed(origin, freed)
    return freed


def _put(write: Write, record: PageRecord, log: ChangeLog, before: Page | None, after: Page) -> PageOutcome:
    paths = [path for path in record.old_paths if path != after.path and find_path(write.db, path) is None]
    changed = before is None or not is_same(before, after)
    kept = put_page(write, before, after, dated=True) if changed or before is None else before
    for path in paths if kept.published_at is not None else ():
        lead_to_page(write.db, path, kept.path)
    stayed = before is not None and after.path != record.page.path
    if record.origin:
        if changed:
            log.note_page(record.origin, before)
        is_settled = kept.path == record.page.path and kept.public == record.page.public
        digest = record.digest if is_settled or not record.digest else _UNSETTLED + record.digest
        version = kept.version if record.digest else 0
        write.db.execute(
            """
            INSERT INTO page_origins (origin, path, digest, version) VALUES (?, ?, ?, ?) ON CONFLICT (origin) DO UPDATE
            SET path = excluded.path, digest = excluded.digest, version = excluded.version
            """,
            (record.origin, kept.path, digest, version),
        )
    if record.page.public and not kept.public:
        return PageOutcome.TAKEN
    if before is None:
        return PageOutcome.ADDED
    if stayed:
        return PageOutcome.STAYED
    return PageOutcome.CHANGED if changed else PageOutcome.UNCHANGED


def _placed(db: Connection, before: Page | None, wanted: Page, *, has_way: bool) -> Page:
    """The page at the path that it may have: without the way, the one that it has, or as a draft beside another page. One that
    readers did not see is not shown at a path that its source has not.
    """
    if not has_way and before is not None:
        wanted = replace(wanted, path=before.path, status=wanted.status if before.public else PageStatus.DRAFT)
    elif not has_way and pages_at(db, [wanted.path]):
        return beside(db, wanted)
    if wanted.public and what_leads(db, wanted.path, before):
        return replace(wanted, status=PageStatus.DRAFT)
    return wanted


def origin_of(db: Connection, origin: str) -> Origin | None:
    if not origin:
        return None
    row = db.execute("SELECT path, digest, version FROM page_origins WHERE origin = ?", (origin,)).fetchone()
    return Origin(*row) if row else None


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
