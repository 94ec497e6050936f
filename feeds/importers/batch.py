"""What an importer reads, kept in batches."""

from dataclasses import replace
from datetime import datetime
from typing import Protocol, Self

from feeds.importers.base import Imported, Report
from feeds.importers.limits import within_limits
from storage.model import Alias, ArticleRecord, Section
from storage.protocol import Aliases, Sections, Transfer

ARTICLES = 200
"""Articles in a batch: one transaction, and one wait for the disk."""
CHARACTERS = 8 * 1024 * 1024
"""A batch ends earlier when its bodies and comments are larger than this."""


class Archive(Sections, Aliases, Transfer, Protocol):
    """What an import needs of a store."""


class Batch:
    """Collects sections, aliases and articles, and hands them to a store. Made by `Batch.open`."""

    def __init__(self, store: Archive, report: Report, now: datetime, known: set[str]) -> None:
        self._store = store
        self._report = report
        self._now = now
        self._known = known
        self._sections: list[Section] = []
        self._aliases: list[Alias] = []
        self._records: list[ArticleRecord] = []
        self._characters = 0

    @classmethod
    async def open(cls, store: Archive, report: Report, now: datetime) -> Self:
        return cls(store, report, now, {section.path for section in await store.get_sections()})

    async def add(self, thing: Imported) -> None:
        """Take one more; what names an unknown section is refused here, for the store would refuse its whole batch."""
        if isinstance(thing, Section):
            if thing.parent is not None and thing.parent not in self._known:
                self._report.refused.add(thing.title, f"section {thing.parent} is unknown")
            elif thing.path not in self._known:
                self._known.add(thing.path)
                self._sections.append(thing)
            return
        if isinstance(thing, Alias):
            self._aliases.append(thing)
            return
        article, cut = within_limits(thing.article)
        if cut:
            self._report.cut.add(article.headline or article.slug, f"kept without {', '.join(cut)}")
            thing = replace(thing, article=article)
        unknown = [path for path in thing.article.sections if path not in self._known]
        if unknown:
            self._report.refused.add(thing.article.headline or thing.article.slug, f"section {unknown[0]} is unknown")
            return
        self._records.append(thing)
        self._characters += len(thing.article.body_html) + sum(len(comment.body_html) for comment in thing.comments)
        if len(self._records) >= ARTICLES or self._characters >= CHARACTERS:
            await self.flush()

    async def flush(self) -> None:
        """Hand over what has been taken."""
        if self._sections:
            self._report.sections += await self._store.import_sections(self._sections)
            self._sections = []
        if self._aliases:
            await self._store.import_aliases(self._aliases)
            self._report.redirects += len(self._aliases)
            self._aliases = []
        if self._records:
            outcomes = await self._store.import_articles(self._records)
            for record, outcome in zip(self._records, outcomes, strict=True):
                self._report.count(record, outcome, self._now)
            self._records, self._characters = [], 0
