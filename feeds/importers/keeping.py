"""What an importer reads, on its way to the store: with its old addresses and its pictures. What is known is passed over."""

from collections.abc import Generator, Iterable
from contextlib import closing
from dataclasses import dataclass, replace

from feeds.importers.addresses import OldAddresses
from feeds.importers.base import Desk, Imported, Recall, Unread
from feeds.importers.batch import Batch, ImportStore
from feeds.importers.media import uploads_of
from feeds.importers.report import counted_of
from feeds.importers.trace import Receipt, digest_of
from storage.model import Alias, ArticleRecord, FormerSite, ImportSource, PageRecord

_RECALLED = 100
"""Remembered things that are read at a time: an article may be among them."""


@dataclass(frozen=True, slots=True)
class Keeping:
    """Of the files of one kind."""

    store: ImportStore
    batch: Batch
    desk: Desk
    addresses: OldAddresses

    async def keep(self, things: Generator[Imported, None, None]) -> None:
        with closing(things) as found:
            for thing in found:
                if isinstance(thing, tuple):
                    await self._keep_changed(thing)
                elif isinstance(thing, Recall):
                    await self._add(self.addresses.begin(thing.source))
                    await self._recall(thing)
                elif isinstance(thing, Alias | PageRecord):
                    await self._add(self.addresses.hold(thing))
                elif isinstance(thing, ArticleRecord):
                    await self._release(thing.source)
                    await self.batch.add(self._placed(thing))
                else:
                    await self.batch.add(thing)
            await self._add(self.addresses.rest())

    async def _keep_changed(self, articles: tuple[Unread, ...]) -> None:
        """Of one source. Those are read of which the store does not know all already."""
        source = articles[0].source
        await self._release(source)
        receipts = await self.store.get_receipts(source, [article.guid for article in articles])
        for article in articles:
            for section in article.discover():
                await self.batch.add(section)
            said = article.digest()
            if article.receipt is not None:
                if said != article.receipt.digest or not self.desk.trace.holds(article.receipt):
                    await self._keep_read(article, "")
                continue
            digest = digest_of(said, self.addresses.context(source)) if said else ""
            known = Receipt.read(receipts.get(article.guid, ""))
            if known and digest == known.digest and self.desk.trace.holds(known):
                self.desk.trace.tell_again(known)
                self.batch.pass_over(source, known.counted)
            else:
                await self._keep_read(article, digest)

    async def _keep_read(self, article: Unread, digest: str) -> None:
        trace = self.desk.trace
        with trace.noting():
            record = self.batch.fitted(self._placed(article.read()))
        if record is not None:
            for words in article.left():
                await self.batch.add(words)
            receipt = trace.receipt(digest, counted_of(record)).written() if digest else ""
            await self.batch.take(replace(record, receipt=receipt))

    async def _recall(self, asked: Recall) -> None:
        after = ""
        while rows := await self.store.recall(asked.source, after=after, limit=_RECALLED):
            asked.take(rows)
            after = rows[-1][0]

    async def _release(self, source: ImportSource | None) -> None:
        await self._add(self.addresses.before(source))

    async def _add(self, things: Iterable[Alias | PageRecord | FormerSite]) -> None:
        for thing in things:
            await self.batch.add(thing)

    def _placed(self, record: ArticleRecord) -> ArticleRecord:
        """With its old addresses; its pictures are brought along, and described by what they are."""
        record = self.addresses.moved(record)
        for relative in uploads_of(record.article):
            self.desk.media.keep(relative)
        article = self.desk.media.files.described(record.article)
        return record if article is record.article else replace(record, article=article)
