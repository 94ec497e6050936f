"""What an importer reads, kept in batches."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from time import monotonic
from typing import Any, Protocol, Self

from feeds.importers.base import Imported, Named, Remember
from feeds.importers.limits import refusal, within_limits, without_long_keys, without_lost_pictures
from feeds.importers.report import Report
from feeds.importers.standing import PageBatch
from storage.keys import is_long
from storage.model import (
    Alias,
    ArticleRecord,
    Ban,
    FormerSite,
    FrontRecord,
    ImportRun,
    ImportSource,
    Outcome,
    PageRecord,
    SaidName,
    Section,
)
from storage.protocol import Aliases, Bans, FormerSites, Front, Pages, Sections, Transfer

RECORDS = 200
"""Articles and comments in a batch, at most: one transaction, and one wait for the disk. An article's thread is never parted."""
CHARACTERS = 8 * 1024 * 1024
"""A batch ends earlier when its bodies and comments are larger than this."""
SECONDS = 0.2
"""What a transaction should take: other writers wait meanwhile. Batches become as small as that needs."""
_ALIASES = 5_000
"""Old addresses of lists that are held, at most."""
_BANS = 1_000
"""Bans that are held, at most."""
_NAMES = 500
"""What things are called that are held, at most."""
_WORDS = 200_000
"""Characters of what is to be remembered that are held, at most."""
PAUSE = 0.1
"""Seconds from one transaction to the next, at most: as long as SQLite lets a writer sleep that waits for the lock."""


class ImportStore(Sections, Aliases, Bans, FormerSites, Front, Pages, Transfer, Protocol):
    """What an import needs of a store."""


class Batch:
    """Collects sections, aliases and articles, and hands them to a store. Made by `Batch.open`."""

    def __init__(
        self,
        store: ImportStore,
        report: Report,
        now: datetime,
        known: set[str],
        run: ImportRun,
        *,
        address: str = "",
        timer: Callable[[], float] = monotonic,
    ) -> None:
        self._store = store
        self._run = run
        self._address = address
        self._spoken_of: Counter[ImportSource] = Counter()
        self._report = report
        self._now = now
        self._known = known
        self._timer = timer
        self._sections: list[Section] = []
        self._aliases: list[Alias] = []
        self._sites: list[FormerSite] = []
        self._bans: list[Ban] = []
        self._front = FrontRecord()
        self._words: dict[ImportSource, dict[str, str]] = {}
        self._words_size = 0
        self._names: dict[ImportSource, list[SaidName]] = {}
        self._names_held = 0
        self._records: list[ArticleRecord] = []
        self._pages = PageBatch(store, report, run)
        self._characters = 0
        self._weight = 0
        self._room = RECORDS / 4
        self._free_at = 0.0

    @classmethod
    async def open(
        cls, store: ImportStore, report: Report, now: datetime, run: ImportRun, *, address: str = ""
    ) -> Self:
        """`address`: where the records were fetched from, without what may be a secret; '' for a file."""
        return cls(store, report, now, {section.path for section in await store.get_sections()}, run, address=address)

    async def add(self, thing: Imported) -> None:
        """Take one more; what the store would refuse its whole batch for is refused here: an unknown section, a key that is too
        long.
        """
        if isinstance(thing, Section):
            if thing.parent is not None and thing.parent not in self._known:
                self._report.refused.add(thing.title, f"section {thing.parent} is unknown")
            elif is_long(thing.path):
                self._report.refused.add(thing.title, "its path is too long: lay it in fewer sections")
            elif thing.path not in self._known:
                self._known.add(thing.path)
                self._sections.append(thing)
            return
        if isinstance(thing, PageRecord):
            await self._pages.add(thing)
            return
        if isinstance(thing, Alias):
            if is_long(thing.path) or is_long(thing.page):
                self._report.left_out.add(thing.page, "an old address of it is too long")
            else:
                self._aliases.append(thing)
                await self._keep_aliases(at_least=_ALIASES)
            return
        if isinstance(thing, Remember):
            await self._remember(thing)
            return
        if isinstance(thing, Named):
            self._names.setdefault(thing.source, []).append(thing.name)
            self._names_held += 1
            if self._names_held >= _NAMES:
                await self._keep_names()
            return
        if isinstance(thing, FormerSite):
            self._sites.append(thing)
            return
        if isinstance(thing, FrontRecord):
            self._front = thing
            return
        if isinstance(thing, Ban):
            self._bans.append(thing)
            await self._keep_bans(at_least=_BANS)
            return
        if isinstance(thing, ArticleRecord) and (record := self.fitted(thing)) is not None:
            await self.take(record)

    def fitted(self, thing: ArticleRecord) -> ArticleRecord | None:
        """A record as a store takes it; None for one that is refused."""
        if thing.source is not None:
            self._spoken_of[thing.source] += not (thing.left_out or thing.again)
            if self._address:
                thing = replace(thing, source=replace(thing.source, address=self._address))
        # What is taken in from our own export is as it was.
        article, lost = without_lost_pictures(thing.article) if thing.source is not None else (thing.article, 0)
        article, cut = within_limits(article)
        cut = (*cut, "one of its pictures" if lost == 1 else f"{lost} of its pictures") if lost else cut
        thing, further = without_long_keys(thing if article is thing.article else replace(thing, article=article))
        name = article.headline or article.slug
        if cut or further:
            self._report.cut.add(name, f"kept without {', '.join((*cut, *further))}")
        unknown = [path for path in article.sections if path not in self._known]
        if why := f"section {unknown[0]} is unknown" if unknown else refusal(article):
            self._report.refused.add(name, why)
            return None
        return thing

    async def take(self, thing: ArticleRecord) -> None:
        """Take one more that fits."""
        self._records.append(thing)
        self._characters += len(thing.article.body_html) + sum(len(comment.body_html) for comment in thing.comments)
        self._weight += 1 + len(thing.comments)
        if self._weight >= self._room or self._characters >= CHARACTERS:
            await self.flush()

    def pass_over(self, source: ImportSource, counted: Sequence[Any]) -> None:
        """Count a record, of which `counted` is counted, that need not be handed over."""
        self._spoken_of[source] += 1
        self._report.count_again(counted, self._now)

    async def flush(self) -> None:
        """Hand over what has been taken."""
        await self._keep_names()
        await self._pages.flush()
        if self._records:
            await self._leave_room()
            began = self._timer()
            intake = await self._store.take_in(self._records, run=self._run)
            for record, kept in zip(self._records, intake.kept, strict=True):
                self._report.count(record, kept, self._now)
                if record.left_out and record.source and kept.outcome is not Outcome.LEFT_OUT:
                    self._spoken_of[replace(record.source, address="")] += 1
            self._report.warnings += (said for said in intake.warnings if said not in self._report.warnings)
            self._learn(self._timer() - began)
            self._records, self._characters, self._weight = [], 0, 0

    async def finish(self) -> None:
        """Hand over the rest, and tell the report what only all of it together says.

        What leads here from elsewhere comes last: of an import that changed something it is noted that it brought this as well.
        """
        await self.flush()
        await self._pages.finish()
        await self._keep_words()
        await self._keep_aliases()
        for site in self._sites:
            await self._keep_site(site)
        await self._keep_bans()
        if self._front != FrontRecord():
            self._report.front = await self._store.import_front(self._front, run=self._run)
        for source, spoken_of in self._spoken_of.items():
            if source.whole:
                self._report.absent += max(0, await self._store.count_imported(source) - spoken_of)
        self._report.import_id = await self._store.end_import(self._run, self._report.counts())

    async def _keep_names(self) -> None:
        """Sections first: of one that is new its source says what it is called."""
        if self._sections:
            self._report.sections += await self._store.import_sections(self._sections, run=self._run)
            self._sections = []
        for source, names in self._names.items():
            await self._leave_room()
            named = replace(source, address=self._address) if self._address else source
            for followed in await self._store.follow_names(named, names, run=self._run):
                self._report.count_name(followed)
        self._names, self._names_held = {}, 0

    async def _remember(self, thing: Remember) -> None:
        self._words.setdefault(thing.source, {})[thing.name] = thing.said
        self._words_size += 100 + len(thing.said)
        if self._words_size > _WORDS:
            await self._keep_words()

    async def _keep_words(self) -> None:
        for source, said in self._words.items():
            await self._leave_room()
            named = replace(source, address=self._address) if self._address else source
            await self._store.remember(named, said, run=self._run)
        self._words, self._words_size = {}, 0

    async def _keep_aliases(self, at_least: int = 1) -> None:
        if len(self._aliases) >= at_least:
            await self._store.import_aliases(self._aliases, run=self._run)
            self._report.redirects += len(self._aliases)
            self._aliases = []

    async def _keep_bans(self, at_least: int = 1) -> None:
        if len(self._bans) >= at_least:
            self._report.bans += await self._store.import_bans(self._bans, run=self._run)
            self._bans = []

    async def _keep_site(self, site: FormerSite) -> None:
        if is_long(site.address):
            self._report.left_out.add(site.address, "it is too long")
            return
        await self._store.keep_former_site(site, run=self._run)
        made_of = f", articles at {site.permalinks}" if site.permalinks else ""
        self._report.former_sites.append(f"{site.address or 'at an address that it does not say'}{made_of}")

    async def _leave_room(self) -> None:
        """Let others write: who waits for the lock looks for it from time to time, and must find it free."""
        await asyncio.sleep(max(0.0, self._free_at - self._timer()))

    def _learn(self, took: float) -> None:
        """How much is to be kept at a time, from how long the last took; and when the next may begin."""
        fitting = self._weight * SECONDS / took if took > 0 else RECORDS
        self._room = min(RECORDS, max(1.0, min(fitting, 2 * self._room)))
        self._free_at = self._timer() + min(took, PAUSE)
