"""A batch of records in one transaction: which article each is, and what becomes of it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from storage.imports import comment_guid, digests_of, kept_of, made_guid, merge, said_of, with_kept
from storage.model import Article, ArticleRecord, ImportRun, ImportSource, Intake, Kept, Outcome
from storage.scopes import lists_of_article, lists_of_comment
from storage.sql.depth import Touched
from storage.sql.ids import FreeIds
from storage.sql.import_changes import ChangeLog, Origin
from storage.sql.import_entries import Entries, Entry
from storage.sql.import_identity import Identity, guids_of
from storage.sql.import_receipts import forget_receipts
from storage.sql.import_sources import KnownSource, Sources
from storage.sql.import_threads import Place, Threads
from storage.sql.import_writes import Articles, believed
from storage.sql.mixin import Write
from storage.sql.page_transfer import former_pages


def take_in(write: Write, records: Sequence[ArticleRecord], run: ImportRun | None) -> Intake:
    """What `storage.protocol.Transfer.take_in` says."""
    log = ChangeLog(write, run)
    records, said = former_pages(write, records, log)
    batch = _Batch(write, records, log)
    kept = tuple(batch.keep(record) for record in batch.records)
    batch.finish()
    return Intake(kept=kept, warnings=(*batch.warnings, *said))


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where a record belongs."""

    source: KnownSource | None
    entry: Entry | None
    article_id: int
    """0 = nowhere yet."""
    guid: str
    """Its article's, here."""


class _Batch:
    def __init__(self, write: Write, records: Sequence[ArticleRecord], log: ChangeLog) -> None:
        self._write = write
        db = write.db
        self._log = log
        self._sources = Sources(write, _sources_of(records))
        self.warnings = self._sources.warnings
        guids = sorted({guid for record in records for guid in guids_of(record)})
        self._entries = Entries(db, _source_guids(records))
        self._articles = Articles(write, guids)
        identity = Identity(db, records)
        self._entries.read()
        records = self.records = [
            identity.named(record, self._sources.of(record.source), self._entries, self._articles.by_id)
            if record.source
            else record
            for record in records
        ]
        self._made = self._ask_made(records)
        spots = [(record, self._find(record)) for record in records]
        new = [record.article for record, spot in spots if not spot.article_id and not record.left_out]
        write.slugs.ask(new)
        shown = [article for article in new if article.public_at and article.day]
        write.ask_scopes(
            {scope for article in shown for scope in lists_of_article(article) | lists_of_comment(article)}
        )
        write.depths.expect("article", map(write.depths.of_article, self._articles.by_id.values()))
        write.depths.expect("article", map(write.depths.of_new_article, shown))
        threads = frozenset[str]().union(*map(lists_of_comment, (*self._articles.by_id.values(), *shown)))
        write.depths.expect("comment", [Touched(threads, is_new=True)])
        write.known.ask(record.article for record in records)
        self._article_ids = FreeIds(db, "articles", [article.id for article in new])
        self._threads = Threads(
            write,
            self._log,
            [
                (comment_guid(comment.guid, record.article.guid, spot.guid), comment.id)
                for record, spot in spots
                for comment in record.comments
            ],
            {spot.article_id for record, spot in spots if spot.source and (record.comments or record.all_comments)}
            - {0},
        )
        self._articles.know_paths(identity.taken_paths())
        self._threads.read()
        self._threads.load(_place(record, spot, spot.article_id) for record, spot in spots if spot.article_id)

    def keep(self, record: ArticleRecord) -> Kept:
        spot = self._find(record)
        if spot.article_id in self._articles.damaged:
            return Kept(outcome=Outcome.UNCHANGED)
        is_gone = not spot.article_id or (spot.entry is not None and spot.entry.was_undone)
        if is_gone and (record.left_out or record.again):
            return Kept(outcome=Outcome.LEFT_OUT)
        before = self._articles.by_id.get(spot.article_id)
        if before is None:
            return self._add(record, spot)
        if spot.source is None or spot.entry is None:
            return self._bring_back(record, spot, before)
        return self._follow(record, spot, spot.source, spot.entry, before)

    def finish(self) -> None:
        self._articles.finish()
        self._threads.finish(self._articles.by_id)
        self._log.finish()
        forget_receipts(self._write.db, self._threads.told_anew)
        self._entries.finish()

    def _find(self, record: ArticleRecord) -> _Spot:
        guid = record.article.guid
        if record.source is None:
            return _Spot(None, None, self._articles.ids.get(guid, 0), guid)
        source = self._sources.of(record.source)
        entry = self._entries.find(record, source, self._articles.by_id)
        if entry is not None:
            article = self._articles.by_id.get(entry.article_id)
            return _Spot(source, entry, entry.article_id, article.guid if article else guid)
        return _Spot(source, None, 0, self._free_guid(guid, source))

    def _free_guid(self, guid: str, source: KnownSource) -> str:
        """The source's own; where something else is called so, one that is made of both."""
        name, number = guid, 1
        while name in self._articles.ids or name in self._made:
            name = made_guid(source.seed if number == 1 else f"{source.seed} {number}", guid)
            number += 1
        return name

    def _ask_made(self, records: Sequence[ArticleRecord]) -> frozenset[str]:
        """Which of the guids are taken that would have to be made."""
        made = {
            made_guid(source.seed, record.article.guid)
            for record in records
            if record.source and record.article.guid in self._articles.ids
            if self._entries.find(record, source := self._sources.of(record.source), self._articles.by_id) is None
        }
        if not made:
            return frozenset()
        db = self._write.db
        rows = db.execute(f"SELECT guid FROM articles WHERE {db.among('articles.guid')}", (db.array(sorted(made)),))
        return frozenset(guid for (guid,) in rows.fetchall())

    def _add(self, record: ArticleRecord, spot: _Spot) -> Kept:
        article_id = self._article_ids.take(record.article.id)
        followed = self._threads.follow(_place(record, spot, article_id))
        paths = self._articles.free_paths(record)
        after = self._articles.add(record.article, article_id, spot.guid, followed.new, paths)
        if spot.source is not None:
            said, made = digests_of(record)
            entry = Entry(
                guid=record.article.guid, source=spot.source, article_id=after.id, said=said, receipt=record.receipt
            )
            self._entries.keep(replace(entry, kept=kept_of(after, record, made), added_by=self._log.import_id))
        else:
            self._log.note_own(None, after)
        self._note_imported(record, after.id)
        return Kept(outcome=Outcome.ADDED, comments_added=followed.added)

    def _bring_back(self, record: ArticleRecord, spot: _Spot, before: Article) -> Kept:
        """Of this newsroom's own all is taken as it stands in the record."""
        followed = self._threads.follow(_place(record, spot, before.id))
        wanted = believed(before, record.article, before.id)
        after = self._articles.change(before, wanted, followed.new, self._articles.free_paths(record))
        self._note_imported(record, before.id)
        if after is before:
            return Kept(outcome=Outcome.UNCHANGED)
        self._log.note_own(before, after)
        return Kept(outcome=Outcome.CHANGED, comments_added=followed.added)

    def _follow(self, record: ArticleRecord, spot: _Spot, source: KnownSource, entry: Entry, before: Article) -> Kept:
        """What its source says of a known article is merged into it."""
        if self._entries.is_held(entry, source):
            if self._entries.of(entry.guid, source) is None:
                self._entries.keep(Entry(guid=entry.guid, source=source, article_id=entry.article_id))
            return Kept(outcome=Outcome.UNCHANGED)
        if entry.is_former:
            entry = self._entries.adopt(entry, source)
        mine = entry if entry.source.id == source.id else Entry(guid=entry.guid, source=source, article_id=before.id)
        said = said_of(record)
        merged = merge(before, record, said, mine.said, entry.kept, theirs=self._log.theirs)
        followed = self._threads.follow(_place(record, spot, before.id))
        paths = self._articles.free_paths(record)
        after = before
        if merged.taken or followed.new or paths:
            wanted = replace(merged.article, modified_at=record.article.modified_at)
            after = self._articles.change(before, wanted, followed.new, paths)
        kept = with_kept(merged.kept, after, merged.taken) if merged.taken else merged.kept
        added_by = self._log.import_id if entry.was_undone else mine.added_by
        receipt = record.receipt if followed.is_settled and merged.said == said else ""
        if mine is not entry or (mine.said, mine.kept, mine.receipt) != (merged.said, kept, receipt):
            self._entries.keep(replace(mine, said=merged.said, kept=kept, added_by=added_by, receipt=receipt))
        if after is not before and not entry.was_undone:
            said_last = mine.said if mine is entry else None
            self._log.note_article(before, after, Origin(entry.guid, source.id, said_last, entry.kept, entry.added_by))
        changed = after is not before or followed.changed or followed.added
        return Kept(
            outcome=Outcome.ADDED if entry.was_undone else Outcome.CHANGED if changed else Outcome.UNCHANGED,
            conflicts=(*merged.conflicts, *followed.conflicts),
            comments_added=followed.added,
            comments_changed=followed.changed,
            comments_trashed=followed.trashed,
        )

    def _note_imported(self, record: ArticleRecord, article_id: int) -> None:
        """Where an article of this newsroom's own, and its comments, came from."""
        for imported in record.imported:
            source = self._sources.of(imported.source)
            known = self._entries.of(imported.guid, source)
            if known is None or known.article_id == article_id:
                self._entries.keep(
                    Entry(
                        guid=imported.guid,
                        source=source,
                        article_id=article_id,
                        said=imported.said,
                        kept=imported.kept,
                        added_by=known.added_by if known else 0,
                    )
                )
        for imported in record.imported_comments:
            row = self._threads.row_of(imported.guid)
            if row is not None and row.article_id == article_id:
                source = self._sources.of(imported.source)
                self._threads.note(row, source.id, imported.said, imported.kept, row.added_by)


def _place(record: ArticleRecord, spot: _Spot, article_id: int) -> Place:
    return Place(
        record=record,
        article_id=article_id,
        article_guid=spot.guid,
        source_id=spot.source.id if spot.source else 0,
        answered=_answered(record) if spot.source else {},
    )


def _answered(record: ArticleRecord) -> dict[int, str]:
    """What the source calls comments that may be answered, by their ids in the record."""
    if not any(comment.parent_id for comment in record.comments):
        return {}
    return {comment.id: comment.guid for comment in record.comments if comment.id}


def _sources_of(records: Iterable[ArticleRecord]) -> Iterator[ImportSource]:
    for record in records:
        if record.source is not None:
            yield record.source
        for imported in (*record.imported, *record.imported_comments):
            yield imported.source


def _source_guids(records: Iterable[ArticleRecord]) -> list[str]:
    """What sources call the articles of these records."""
    guids = {guid for record in records if record.source is not None for guid in guids_of(record)}
    return sorted(guids.union(imported.guid for record in records for imported in record.imported))
