"""A batch of records in one transaction: which article each is, and what becomes of it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from storage.imports import Merged, comment_guid, digests_of, kept_of, made_guid, merge, said_of, with_kept
from storage.keys import require_short
from storage.lifecycle import is_public, shown_again
from storage.model import (
    Article,
    ArticleRecord,
    ArticleStatus,
    Comment,
    CommentStatus,
    ImportRun,
    ImportSource,
    Intake,
    Kept,
    Outcome,
    latest_of,
)
from storage.scopes import lists_of_article, lists_of_comment
from storage.sql import listings
from storage.sql.articles import prepare, put
from storage.sql.comment_writes import insert_comments
from storage.sql.engine import Connection
from storage.sql.ids import FreeIds
from storage.sql.import_changes import ChangeLog, Origin
from storage.sql.import_entries import Entries, Entry
from storage.sql.import_sources import Known, Sources
from storage.sql.import_threads import Followed, Place, Threads
from storage.sql.listings import Item, listing_of
from storage.sql.mixin import Write
from storage.sql.paths import lead_to_article
from storage.sql.rows import ARTICLE, to_articles, to_us

_FRESH = timedelta(days=2)


def take_in(write: Write, records: Sequence[ArticleRecord], run: ImportRun | None) -> Intake:
    """What `storage.protocol.Transfer.take_in` says."""
    batch = _Batch(write, records, run)
    kept = tuple(batch.keep(record) for record in records)
    batch.finish()
    return Intake(kept=kept, warnings=tuple(batch.warnings))


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where a record belongs."""

    source: Known | None
    entry: Entry | None
    article_id: int
    """0 = nowhere yet."""
    guid: str
    """Its article's, here."""


class _Batch:
    def __init__(self, write: Write, records: Sequence[ArticleRecord], run: ImportRun | None) -> None:
        self._write = write
        db = write.db
        self._log = ChangeLog(write, run)
        self._sources = Sources(write, _sources_of(records))
        self.warnings = self._sources.warnings
        guids = sorted({record.article.guid for record in records})
        self._entries = Entries(db, _source_guids(records))
        self._articles, self._ids, self._damaged = _load_articles(db, guids)
        self._entries.read()
        self._made = self._ask_made(records)
        spots = [(record, self._find(record)) for record in records]
        new = [record.article for record, spot in spots if not spot.article_id and not record.left_out]
        write.slugs.ask(new)
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
        self._taken_paths = _taken_paths(db, [path for record in records for path in record.old_paths])
        self._threads.read()
        self._threads.load(self._place(record, spot, spot.article_id) for record, spot in spots if spot.article_id)

    def keep(self, record: ArticleRecord) -> Kept:
        spot = self._find(record)
        if spot.article_id in self._damaged:
            return Kept(outcome=Outcome.UNCHANGED)
        if record.left_out and (not spot.article_id or (spot.entry is not None and spot.entry.was_undone)):
            return Kept(outcome=Outcome.LEFT_OUT)
        require_short("old_paths", *record.old_paths)
        before = self._articles.get(spot.article_id)
        if before is None:
            return self._add(record, spot)
        if spot.source is None or spot.entry is None:
            return self._bring_back(record, before)
        return self._follow(record, spot.source, spot.entry, before)

    def finish(self) -> None:
        self._threads.finish(self._articles)
        self._log.finish()
        self._entries.finish()

    def _find(self, record: ArticleRecord) -> _Spot:
        guid = record.article.guid
        if record.source is None:
            return _Spot(None, None, self._ids.get(guid, 0), guid)
        source = self._sources.of(record.source)
        entry = self._entries.find(record, source, self._articles)
        if entry is not None:
            article = self._articles.get(entry.article_id)
            return _Spot(source, entry, entry.article_id, article.guid if article else guid)
        return _Spot(source, None, 0, self._free_guid(guid, source))

    def _free_guid(self, guid: str, source: Known) -> str:
        """The source's own; where something else is called so, one that is made of both."""
        name, number = guid, 1
        while name in self._ids or name in self._made:
            name = made_guid(source.seed if number == 1 else f"{source.seed} {number}", guid)
            number += 1
        return name

    def _ask_made(self, records: Sequence[ArticleRecord]) -> frozenset[str]:
        """Which of the guids are taken that would have to be made."""
        made = {
            made_guid(source.seed, record.article.guid)
            for record in records
            if record.source and record.article.guid in self._ids
            if self._entries.find(record, source := self._sources.of(record.source), self._articles) is None
        }
        if not made:
            return frozenset()
        db = self._write.db
        rows = db.execute(f"SELECT guid FROM articles WHERE {db.among('articles.guid')}", (db.array(sorted(made)),))
        return frozenset(guid for (guid,) in rows.fetchall())

    def _place(self, record: ArticleRecord, spot: _Spot, article_id: int) -> Place:
        return Place(
            record=record,
            article_id=article_id,
            article_guid=spot.guid,
            source_id=spot.source.id if spot.source else 0,
        )

    def _add(self, record: ArticleRecord, spot: _Spot) -> Kept:
        write = self._write
        article = replace(record.article, id=self._article_ids.take(record.article.id), guid=spot.guid)
        followed = self._threads.follow(self._place(record, spot, article.id))
        wanted = _believed(None, article, article.id, _approved(followed.new))
        after = prepare(write, None, wanted)
        after = replace(
            after,
            created_at=wanted.created_at or write.now,
            modified_at=wanted.modified_at or write.now,
            arrived_at=wanted.arrived_at or _arrived_at(after, write.now),
        )
        self._put(None, after, followed.new)
        self._lead(after.id, self._free_paths(record))
        if spot.source is not None:
            said, made = digests_of(record)
            self._entries.keep(
                Entry(
                    guid=record.article.guid,
                    source=spot.source,
                    article_id=after.id,
                    said=said,
                    kept=kept_of(after, record, made),
                    added_by=self._log.import_id,
                )
            )
        else:
            self._log.note_own(None, after)
        self._note_imported(record, after.id)
        return Kept(outcome=Outcome.ADDED, comments_added=followed.added)

    def _bring_back(self, record: ArticleRecord, before: Article) -> Kept:
        """Of this newsroom's own all is taken as it stands in the record."""
        followed = self._threads.follow(
            Place(record=record, article_id=before.id, article_guid=before.guid, source_id=0)
        )
        approved = _approved(followed.new)
        wanted = _believed(before, record.article, before.id, approved)
        after = _merged(before, prepare(self._write, before, wanted), wanted, approved)
        paths = self._free_paths(record)
        self._note_imported(record, before.id)
        if not followed.new and not paths and _same(before, after):
            return Kept(outcome=Outcome.UNCHANGED)
        self._put(before, after, followed.new)
        self._lead(after.id, paths)
        self._log.note_own(before, after)
        return Kept(outcome=Outcome.CHANGED, comments_added=followed.added)

    def _follow(self, record: ArticleRecord, source: Known, entry: Entry, before: Article) -> Kept:
        """What its source says of a known article is merged into it."""
        if self._entries.is_held(entry, source):
            if entry.source.id != source.id:
                self._entries.keep(Entry(guid=entry.guid, source=source, article_id=entry.article_id))
            return Kept(outcome=Outcome.UNCHANGED)
        if entry.is_former:
            entry = self._entries.adopt(entry, source)
        mine = entry if entry.source.id == source.id else None
        said = said_of(record)
        merged = merge(before, record, said, mine.said if mine else "", entry.kept, theirs=self._log.theirs)
        followed = self._threads.follow(
            Place(record=record, article_id=before.id, article_guid=before.guid, source_id=source.id)
        )
        paths = self._free_paths(record)
        after = before
        if merged.taken or followed.new or paths:
            after = self._put_merged(record, before, merged, followed, paths)
        kept = with_kept(merged.kept, after, merged.taken) if merged.taken else merged.kept
        was_undone = entry.was_undone
        changed = after is not before or followed.changed > 0 or followed.added > 0
        if mine is None or (mine.said, mine.kept) != (merged.said, kept):
            added_by = self._log.import_id if was_undone else mine.added_by if mine else 0
            self._entries.keep(
                Entry(
                    guid=entry.guid,
                    source=source,
                    article_id=before.id,
                    said=merged.said,
                    kept=kept,
                    added_by=added_by,
                )
            )
        if after is not before and not was_undone:
            origin = Origin(
                guid=entry.guid,
                source_id=source.id,
                said=mine.said if mine else None,
                kept=entry.kept,
                added_by=entry.added_by,
            )
            self._log.note_article(before, after, origin)
        outcome = Outcome.ADDED if was_undone else Outcome.CHANGED if changed else Outcome.UNCHANGED
        return Kept(
            outcome=outcome,
            conflicts=(*merged.conflicts, *followed.conflicts),
            comments_added=followed.added,
            comments_changed=followed.changed,
            comments_trashed=followed.trashed,
        )

    def _put_merged(
        self, record: ArticleRecord, before: Article, merged: Merged, followed: Followed, paths: Sequence[str]
    ) -> Article:
        approved = _approved(followed.new)
        wanted = replace(merged.article, modified_at=record.article.modified_at)
        after = _merged(before, prepare(self._write, before, wanted), wanted, approved)
        if not followed.new and not paths and _same(before, after):
            return before
        self._put(before, after, followed.new)
        self._lead(after.id, paths)
        return after

    def _free_paths(self, record: ArticleRecord) -> list[str]:
        return [path for path in record.old_paths if path not in self._taken_paths]

    def _lead(self, article_id: int, paths: Sequence[str]) -> None:
        lead_to_article(self._write.db, article_id, paths)
        self._write.slugs.note(paths)
        self._taken_paths.update(paths)

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

    def _put(self, before: Article | None, after: Article, thread: Sequence[Comment]) -> None:
        write = self._write
        was_public_elsewhere = before is None and after.gone_at is not None and after.day is not None
        buried = was_public_elsewhere and after.published_at is not None
        raised = lists_of_article(after) if buried else frozenset()
        if any(is_public(comment, after) or comment.gone_at for comment in thread):
            raised |= lists_of_comment(after)
        after = put(write, before, after, raised, imported=True)
        if buried:
            after = replace(after, seq=write.seq)
            write.db.execute("UPDATE articles SET seq = ? WHERE id = ?", (after.seq, after.id))
            listings.add_tombstones(write, "article_listings", lists_of_article(after), [listing_of(after)])
        if was_public_elsewhere:
            self._lead(after.id, [after.path])
        elif after.public:
            self._taken_paths.add(after.path)
        if thread:
            self._put_thread(after, thread)
        if before is not None and before.listed_comment_count != after.listed_comment_count:
            write.db.execute(
                "UPDATE articles SET count_listed_at = ?, count_due_at = NULL WHERE id = ?",
                (to_us(write.now), after.id),
            )
        self._articles[after.id] = after
        self._ids[after.guid] = after.id

    def _put_thread(self, article: Article, thread: Sequence[Comment]) -> None:
        write = self._write
        thread = [_settled(comment, article, write.seq) for comment in thread]
        insert_comments(write.db, thread)
        write.db.full_text.keep_comments(write.db, thread)
        shown = [comment for comment in thread if is_public(comment, article)]
        gone = [comment for comment in thread if comment.gone_at]
        listings.enter(write, "comment_listings", lists_of_comment(article), _items(shown))
        listings.add_tombstones(write, "comment_listings", lists_of_comment(article), _items(gone))


def _believed(before: Article | None, article: Article, article_id: int, approved: int) -> Article:
    """What is wanted of a record's article."""
    public_at, gone_at = article.public_at, article.gone_at
    withdrawn = gone_at is not None and public_at is not None and public_at <= gone_at
    return replace(
        article,
        id=article_id,
        status=ArticleStatus.WITHDRAWN if withdrawn else article.status,
        # What was published again here, or by the clock, has a later `updated` than its source: it never goes back.
        updated_at=latest_of(article.updated_at, before.updated_at if before else None),
        comment_count=approved,
    )


def _approved(comments: Iterable[Comment]) -> int:
    return sum(comment.status is CommentStatus.APPROVED for comment in comments)


def _arrived_at(article: Article, now: datetime) -> datetime | None:
    """What is imported with an old date was public elsewhere at that time; what is fresh arrives now."""
    public_at = article.public_at
    if not article.public or public_at is None:
        return None
    return now if public_at > now - _FRESH else public_at


def _merged(before: Article, after: Article, wanted: Article, approved: int) -> Article:
    """A known article as the import leaves it; `approved` comments are new."""
    went = before.public and not after.public
    # The source's date of an edit, where it has one that is later than what readers were told last.
    named = latest_of(wanted.last_edited_at, before.last_edited_at) != before.last_edited_at
    count = after.comment_count + approved
    return replace(
        after,
        gone_at=wanted.gone_at if went and wanted.gone_at is not None else after.gone_at,
        edited_at=latest_of(before.edited_at, wanted.edited_at) if named else after.edited_at,
        comment_count=count,
        listed_comment_count=count if approved else after.listed_comment_count,
        modified_at=wanted.modified_at or after.modified_at,
    )


def _same(before: Article, after: Article) -> bool:
    return replace(after, version=before.version, modified_at=before.modified_at) == before


def _settled(comment: Comment, article: Article, seq: int) -> Comment:
    if is_public(comment, article):
        return replace(shown_again(comment), version=1, seq=seq)
    return replace(comment, version=1, seq=seq if comment.gone_at else 0)


def _items(comments: Iterable[Comment]) -> list[Item]:
    return [(to_us(comment.created_at), comment.id) for comment in comments]


def _sources_of(records: Iterable[ArticleRecord]) -> Iterator[ImportSource]:
    for record in records:
        if record.source is not None:
            yield record.source
        for imported in (*record.imported, *record.imported_comments):
            yield imported.source


def _source_guids(records: Iterable[ArticleRecord]) -> list[str]:
    """What sources call the articles of these records."""
    guids = {record.article.guid for record in records if record.source is not None}
    return sorted(guids.union(imported.guid for record in records for imported in record.imported))


def _load_articles(db: Connection, guids: Sequence[str]) -> tuple[dict[int, Article], dict[str, int], frozenset[int]]:
    """The articles of these guids, and those that a source calls so, by id; the ids by guid; and which cannot be read: an import
    leaves them alone.
    """
    given = db.array(guids)
    of_guids = f"""
        {db.among("articles.guid")}
        OR articles.id IN (SELECT article_id FROM imported_entries WHERE {db.among("imported_entries.guid")})
    """
    rows = db.execute(f"SELECT {ARTICLE} FROM articles WHERE {of_guids}", (given, given))
    named = db.execute(f"SELECT articles.guid, articles.id FROM articles WHERE {of_guids}", (given, given))
    articles = {article.id: article for article in to_articles(db, rows.fetchall())}
    ids = dict(named.fetchall())
    return articles, ids, frozenset(ids.values()) - articles.keys()


def _taken_paths(db: Connection, paths: Sequence[str]) -> set[str]:
    """Those that lead somewhere already."""
    if not paths:
        return set()
    rows = db.execute(f"SELECT path FROM paths WHERE {db.among('path')}", (db.array(paths),))
    return {path for (path,) in rows}
