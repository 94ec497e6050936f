"""Standing pages that an importer reads: made as articles are, and kept in batches."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from datetime import datetime

from feeds.importers.report import Report
from feeds.own_paths import is_own
from storage.keys import is_long
from storage.model import (
    Article,
    ArticleRecord,
    ArticleStatus,
    ImportRun,
    ImportSource,
    Page,
    PageOutcome,
    PageRecord,
    PageStatus,
)
from storage.protocol import Pages

_PAGES = 20
_WAITING = 8 * 1024 * 1024
"""Characters of pages that wait for others to move, at most, each page counted as 1,000 more."""
_WHY = {
    PageOutcome.KEPT: "a page that was changed here, or is the newsroom's own, and is left as here",
    PageOutcome.STAYED: "the page's path there is something else's here: it stays at its own",
    PageOutcome.TAKEN: "something else has the page's path: choose another, then publish it",
}


def page_of(article: Article, path: str, *, public: bool) -> Page:
    """What was made of a page as an article is, as a page at a path."""
    return Page(
        path=path,
        title=article.headline or path.strip("/"),
        body_html=article.body_html,
        status=PageStatus.PUBLISHED if public else PageStatus.DRAFT,
        created_at=article.published_at or article.created_at,
        modified_at=article.updated_at or article.published_at,
        published_at=article.published_at if public else None,
    )


def no_article(
    source: ImportSource | None,
    guid: str,
    title: str,
    why: str,
    *,
    number: int = 0,
    updated_at: datetime | None = None,
    former_page: str = "",
    other_guid: str = "",
) -> ArticleRecord:
    """What its source calls no article, or no more: one that is here is withdrawn, and nothing else of it changes. `why`: as
    'trash'; `former_page`, `other_guid`: as of any record.
    """
    article = Article(
        id=number,
        guid=guid,
        slug=f"article-{number}",
        headline=title,
        status=ArticleStatus.WITHDRAWN,
        updated_at=updated_at,
    )
    unsaid = dict.fromkeys(field.name for field in fields(Article) if field.name != "status")
    return ArticleRecord(
        article=article,
        source=source,
        said=unsaid,
        left_out=why,
        former_page=former_page,
        other_guid=other_guid,
    )


def digest_of(said: Iterable[str]) -> str:
    """Of what a source says of a page, in its own words."""
    return hashlib.sha256("\0".join(said).encode(errors="replace")).hexdigest()


def _named(page: Page) -> str:
    return f"{page.title} ({page.path})"


class PageBatch:
    """Collects pages, and hands them to a store."""

    def __init__(self, store: Pages, report: Report, run: ImportRun) -> None:
        self._store = store
        self._run = run
        self._report = report
        self._records: list[PageRecord] = []
        self._waiting: list[PageRecord] = []
        self._characters = 0

    async def add(self, record: PageRecord) -> None:
        """Take one more. One whose path is the site's own becomes a draft, and one whose path is too long is refused."""
        page = record.page
        if is_long(page.path):
            self._report.refused.add(page.title, "the page's path is too long")
            return
        if page.public and is_own(page.path):
            self._report.made_drafts.add(
                _named(page), "the page's path is the site's own: choose another, then publish it"
            )
            record = replace(record, page=replace(page, status=PageStatus.DRAFT))
        self._records.append(
            replace(record, old_paths=tuple(path for path in record.old_paths if not (is_long(path) or is_own(path))))
        )
        if len(self._records) >= _PAGES:
            await self.flush()

    async def flush(self) -> None:
        """Hand over what has been taken, but for pages whose paths others have that may move yet."""
        records, self._records = self._records, []
        waiting = await self._keep(records, more=True)
        self._waiting += waiting
        self._characters += sum(1_000 + len(record.page.body_html) for record in waiting)
        if self._characters > _WAITING:
            await self._keep_waiting()

    async def finish(self) -> None:
        """Hand over the rest, those together that may have exchanged their paths."""
        await self.flush()
        await self._keep_waiting()

    async def _keep_waiting(self) -> None:
        records, self._waiting, self._characters = self._waiting, [], 0
        await self._keep(records, more=False)

    async def _keep(self, records: Sequence[PageRecord], *, more: bool) -> list[PageRecord]:
        """Those that wait."""
        if not records:
            return []
        outcomes = await self._store.import_pages(records, theirs=self._run.theirs, more=more, run=self._run)
        paired = list(zip(records, outcomes, strict=True))
        for record, outcome in paired:
            if outcome is not PageOutcome.WAITING:
                self._count(record, outcome)
        return [record for record, outcome in paired if outcome is PageOutcome.WAITING]

    def _count(self, record: PageRecord, outcome: PageOutcome) -> None:
        self._report.pages[outcome] += 1
        self._report.page_drafts += outcome is PageOutcome.TAKEN or not (record.page.public or record.left_out)
        self._report.redirects += len(record.old_paths)
        title = _named(record.page)
        if outcome is PageOutcome.LEFT_OUT:
            self._report.left_out.add(title, record.left_out)
        elif outcome is PageOutcome.TAKEN:
            self._report.made_drafts.add(title, _WHY[outcome])
        elif outcome in (PageOutcome.KEPT, PageOutcome.STAYED):
            self._report.conflicts.add(title, _WHY[outcome])
