"""Whole newsrooms in and out."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from functools import partial

from storage.errors import is_of_a_row
from storage.model import (
    Alias,
    ArticleRecord,
    Ban,
    FollowedName,
    FormerSite,
    FrontRecord,
    ImportRun,
    ImportSource,
    Intake,
    Outcome,
    PageRecord,
    SaidName,
    Section,
)
from storage.sql.ban_transfer import bans_in_words
from storage.sql.exports import all_aliases_shown, export_page
from storage.sql.former_sites import all_former_sites
from storage.sql.front_transfer import front_record
from storage.sql.import_changes import ChangeLog, end_import
from storage.sql.import_memory import recalled, remember
from storage.sql.import_names import follow_names
from storage.sql.import_receipts import receipts_of
from storage.sql.import_sources import count_said
from storage.sql.intake import take_in
from storage.sql.mixin import StoreMixin, Write
from storage.sql.page_transfer import page_records
from storage.sql.places import all_sections
from storage.sql.rows import BEYOND, whole
from storage.sql.salvage import salvage_page
from storage.sql.sections import insert_section

_PAGE = 200
"""Articles read at a time by an export."""


class TransferMixin(StoreMixin):
    async def import_sections(self, sections: Sequence[Section], *, run: ImportRun | None = None) -> int:
        def work(write: Write) -> int:
            known = {section.path for section in all_sections(write.db)}
            new = {section.path: section for section in sections if section.path not in known}
            log = ChangeLog(write, run)
            for path in sorted(new):
                insert_section(write, new[path])
                log.note_section(path)
            log.finish()
            return len(new)

        return await self._write(work)

    async def import_articles(self, records: Sequence[ArticleRecord]) -> tuple[Outcome, ...]:
        intake = await self.take_in(records)
        return tuple(kept.outcome for kept in intake.kept)

    async def take_in(self, records: Sequence[ArticleRecord], *, run: ImportRun | None = None) -> Intake:
        return await self._write(lambda write: take_in(write, records, run))

    async def get_receipts(self, source: ImportSource, guids: Sequence[str]) -> Mapping[str, str]:
        return await self._read(lambda db: receipts_of(db, source, guids))

    async def remember(self, source: ImportSource, said: Mapping[str, str], *, run: ImportRun) -> None:
        await self._write(lambda write: remember(write, source, said, run))

    async def follow_names(
        self, source: ImportSource, names: Sequence[SaidName], *, run: ImportRun
    ) -> Sequence[FollowedName]:
        return await self._write(lambda write: follow_names(write, source, names, run))

    async def recall(self, source: ImportSource, *, after: str, limit: int) -> Sequence[tuple[str, str]]:
        return await self._read(lambda db: recalled(db, source, after, limit))

    async def count_imported(self, source: ImportSource) -> int:
        # Where an import wrote them they are in memory: who else reads all of them fills a cache of its own.
        return await self._write(lambda write: count_said(write.db, source))

    async def end_import(self, run: ImportRun, counts: Mapping[str, int]) -> int:
        return await self._write(lambda write: end_import(write, run, counts))

    async def export(
        self, *, public_only: bool = False, unreadable: Callable[[str], None] | None = None
    ) -> AsyncIterator[Section | Alias | FormerSite | PageRecord | Ban | ArticleRecord | FrontRecord]:
        async with self._engine.snapshot() as frozen:
            for section in await frozen.read(all_sections):
                yield section
            for alias in await frozen.read(partial(all_aliases_shown, public_only=public_only)):
                yield alias
            for site in await frozen.read(all_former_sites):
                yield site
            for standing in await frozen.read(partial(page_records, public_only=public_only)):
                yield standing
            if not public_only:
                bans, damaged = await frozen.read(partial(bans_in_words, now=self._clock()))
                for ban in bans if unreadable else whole((bans, damaged)):
                    yield ban
                for one in damaged:
                    if unreadable is not None:
                        unreadable(one.name)
            last = 0
            while last != BEYOND:
                try:
                    page = await frozen.read(partial(export_page, after=last, limit=_PAGE, public_only=public_only))
                    last = page[-1].article.id if page else BEYOND
                except Exception as error:
                    if unreadable is None or not is_of_a_row(error):
                        raise
                    page, last = await salvage_page(frozen.read, after=last, limit=_PAGE, unreadable=unreadable)
                for record in page:
                    if record.article.public or not public_only:
                        yield record
            front = await frozen.read(partial(front_record, public_only=public_only))
            if front != FrontRecord():
                yield front
