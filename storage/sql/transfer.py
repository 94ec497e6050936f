"""Whole newsrooms in and out."""

from collections.abc import AsyncIterator, Callable, Container, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from storage.errors import is_of_a_row
from storage.keys import require_short
from storage.lifecycle import is_public, shown_again
from storage.model import (
    Alias,
    Article,
    ArticleRecord,
    ArticleStatus,
    Comment,
    CommentStatus,
    Outcome,
    Section,
    latest_of,
)
from storage.scopes import lists_of_article, lists_of_comment
from storage.sql import listings
from storage.sql.aliases import all_aliases
from storage.sql.articles import prepare, put
from storage.sql.comment_rows import COMMENT, sift_comments
from storage.sql.comment_writes import insert_comments
from storage.sql.engine import Connection
from storage.sql.ids import FreeIds
from storage.sql.listings import Item, listing_of
from storage.sql.mixin import StoreMixin, Write
from storage.sql.paths import find_path, lead_to_article, paths_of
from storage.sql.places import all_sections
from storage.sql.rows import ARTICLE, BEYOND, sift_articles, to_articles, to_us, whole
from storage.sql.salvage import salvage_page
from storage.sql.sections import insert_section

_FRESH = timedelta(days=2)
_PAGE = 200
"""Articles read at a time by an export."""


class TransferMixin(StoreMixin):
    async def import_sections(self, sections: Sequence[Section]) -> int:
        def work(write: Write) -> int:
            known = {section.path for section in all_sections(write.db)}
            new = {section.path: section for section in sections if section.path not in known}
            for path in sorted(new):
                insert_section(write, new[path])
            return len(new)

        return await self._write(work)

    async def import_articles(self, records: Sequence[ArticleRecord]) -> tuple[Outcome, ...]:
        def work(write: Write) -> tuple[Outcome, ...]:
            batch = _Batch(write, records)
            return tuple(batch.keep(record) for record in records)

        return await self._write(work)

    async def export(
        self, *, public_only: bool = False, unreadable: Callable[[str], None] | None = None
    ) -> AsyncIterator[Section | Alias | ArticleRecord]:
        async with self._engine.snapshot() as frozen:
            for section in await frozen.read(all_sections):
                yield section
            for alias in await frozen.read(partial(_aliases, public_only=public_only)):
                yield alias
            last = 0
            while last != BEYOND:
                try:
                    page = await frozen.read(partial(export_page, after=last, public_only=public_only))
                    last = page[-1].article.id if page else BEYOND
                except Exception as error:
                    if unreadable is None or not is_of_a_row(error):
                        raise
                    page, last = await salvage_page(frozen.read, after=last, limit=_PAGE, unreadable=unreadable)
                for record in page:
                    if record.article.public or not public_only:
                        yield record


class _Batch:
    """An import in one transaction."""

    def __init__(self, write: Write, records: Sequence[ArticleRecord]) -> None:
        self._write = write
        self._articles = _articles_by_guid(write.db, [record.article.guid for record in records])
        new = [record.article for record in records if record.article.guid not in self._articles]
        write.slugs.ask(new)
        write.known.ask(record.article for record in records)
        self._damaged = _damaged_guids(write.db, [record.article.guid for record in records], self._articles)
        self._digests = _digests(write.db, [article.id for article in self._articles.values()])
        comments = [comment for record in records for comment in record.comments]
        self._comments = _comments_by_guid(write.db, [comment.guid for comment in comments])
        self._article_ids = FreeIds(write.db, "articles", [article.id for article in new])
        self._comment_ids = FreeIds(write.db, "comments", [comment.id for comment in comments])
        self._taken_paths = _taken_paths(write.db, [path for record in records for path in record.old_paths])

    def keep(self, record: ArticleRecord) -> Outcome:
        write = self._write
        if record.article.guid in self._damaged:
            return Outcome.UNCHANGED
        before = self._articles.get(record.article.guid)
        if before and record.digest and self._says_the_same(before, record):
            return Outcome.UNCHANGED
        article_id = before.id if before else self._article_ids.take(record.article.id)
        thread = self._new_comments(record, article_id)
        approved = sum(comment.status is CommentStatus.APPROVED for comment in thread)
        wanted = _believed(before, _as_kept(before, record), article_id, approved)
        after = prepare(write, before, wanted)
        if before is None:
            after = replace(
                after,
                created_at=wanted.created_at or write.now,
                modified_at=wanted.modified_at or write.now,
                arrived_at=wanted.arrived_at or _arrived_at(after, write.now),
            )
        else:
            after = _merged(before, after, wanted, approved)
        require_short("old_paths", *record.old_paths)
        paths = [path for path in record.old_paths if path not in self._taken_paths]
        same = before is not None and not thread and not paths and _same(before, after)
        if not same:
            self._put(before, after, thread)
            self._lead(after.id, paths)
        if record.digest:
            self._keep_digest(after.id, record.digest)
        return Outcome.UNCHANGED if same else Outcome.CHANGED if before else Outcome.ADDED

    def _lead(self, article_id: int, paths: Sequence[str]) -> None:
        lead_to_article(self._write.db, article_id, paths)
        self._write.slugs.note(paths)
        self._taken_paths.update(paths)

    def _says_the_same(self, before: Article, record: ArticleRecord) -> bool:
        """Whether the source says what it said at the last import. Where nobody knows what that was, so it does unless it was
        edited since by its own word.
        """
        known = self._digests.get(before.id)
        edited_at = latest_of(record.article.updated_at, before.last_edited_at)
        if known == "" and edited_at == before.last_edited_at:
            self._keep_digest(before.id, record.digest)
            return True
        return known == record.digest

    def _keep_digest(self, article_id: int, digest: str) -> None:
        self._digests[article_id] = digest
        self._write.db.execute(
            """
            INSERT INTO imported_entries (article_id, digest) VALUES (?, ?)
            ON CONFLICT (article_id) DO UPDATE SET digest = excluded.digest
            """,
            (article_id, digest),
        )

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
        self._articles[after.guid] = after

    def _put_thread(self, article: Article, thread: Sequence[Comment]) -> None:
        write = self._write
        thread = [_settled(comment, article, write.seq) for comment in thread]
        insert_comments(write.db, thread)
        write.db.full_text.keep_comments(write.db, thread)
        shown = [comment for comment in thread if is_public(comment, article)]
        gone = [comment for comment in thread if comment.gone_at]
        listings.enter(write, "comment_listings", lists_of_comment(article), _items(shown))
        listings.add_tombstones(write, "comment_listings", lists_of_comment(article), _items(gone))

    def _new_comments(self, record: ArticleRecord, article_id: int) -> list[Comment]:
        """The record's comments that are not kept yet, as they are to be: under ids of this store."""
        ids: dict[int, int] = {}
        new: dict[int, Comment] = {}
        for comment in record.comments:
            if comment.guid not in self._comments:
                kept_id = self._comment_ids.take(comment.id)
                self._comments[comment.guid] = (article_id, kept_id)
                new[kept_id] = comment
            its_article, kept_id = self._comments[comment.guid]
            if its_article == article_id and comment.id:
                ids[comment.id] = kept_id
        parents = {id_: ids.get(comment.parent_id) if comment.parent_id else None for id_, comment in new.items()}
        return [
            replace(new[id_], id=id_, article_id=article_id, parent_id=parent)
            for id_, parent in _parents_first(parents).items()
        ]


def _as_kept(before: Article | None, record: ArticleRecord) -> Article:
    """A record's article, but for what a known one keeps."""
    if before is None:
        return record.article
    return replace(record.article, **{name: getattr(before, name) for name in record.keeps})


def _believed(before: Article | None, article: Article, article_id: int, approved: int) -> Article:
    """What is wanted of a record's article."""
    public_at, gone_at = article.public_at, article.gone_at
    withdrawn = gone_at is not None and public_at is not None and public_at <= gone_at
    # What was published again here, or by the clock, has a later `updated` than its source: it never goes back.
    updated = (article.updated_at, before.updated_at if before else None)
    return replace(
        article,
        id=article_id,
        status=ArticleStatus.WITHDRAWN if withdrawn else article.status,
        updated_at=max((at for at in updated if at is not None), default=None),
        comment_count=approved,
    )


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


def _parents_first(parents: dict[int, int | None]) -> dict[int, int | None]:
    """The same comments and their parents, each after its parent. One that would be its own ancestor gets none."""
    ordered: dict[int, int | None] = {}
    for start in parents:
        trail: dict[int, int | None] = {}
        at: int | None = start
        while at is not None and at in parents and at not in ordered:
            parent = parents[at]
            trail[at] = None if parent in trail or parent == at else parent
            at = trail[at]
        ordered.update(reversed(trail.items()))
    return ordered


def _items(comments: Iterable[Comment]) -> list[Item]:
    return [(to_us(comment.created_at), comment.id) for comment in comments]


def _articles_by_guid(db: Connection, guids: Sequence[str]) -> dict[str, Article]:
    rows = db.execute(
        f"SELECT {ARTICLE} FROM articles WHERE {db.among('articles.guid')}",
        (db.array(guids),),
    )
    return {article.guid: article for article in to_articles(db, rows.fetchall())}


def _damaged_guids(db: Connection, guids: Sequence[str], read: Container[str]) -> frozenset[str]:
    """Those of articles that are there and cannot be read: an import leaves them alone."""
    rows = db.execute(
        f"SELECT articles.guid FROM articles WHERE {db.among('articles.guid')}",
        (db.array(guids),),
    )
    return frozenset(guid for (guid,) in rows if guid not in read)


def _digests(db: Connection, ids: Sequence[int]) -> dict[int, str]:
    """What articles were imported as, by id."""
    rows = db.execute(
        f"""
        SELECT article_id, digest FROM imported_entries WHERE {db.among("imported_entries.article_id")}
        """,
        (db.array(ids),),
    )
    return dict(rows.fetchall())


def _comments_by_guid(db: Connection, guids: Sequence[str]) -> dict[str, tuple[int, int]]:
    """The article and the id of each comment that is known."""
    rows = db.execute(
        f"""
        SELECT comments.guid, comments.article_id, comments.id
        FROM comments WHERE {db.among("comments.guid")}
        """,
        (db.array(guids),),
    )
    return {guid: (article_id, comment_id) for guid, article_id, comment_id in rows}


def _taken_paths(db: Connection, paths: Sequence[str]) -> set[str]:
    """Those that lead somewhere already."""
    if not paths:
        return set()
    rows = db.execute(f"SELECT path FROM paths WHERE {db.among('path')}", (db.array(paths),))
    return {path for (path,) in rows}


def _aliases(db: Connection, *, public_only: bool) -> list[Alias]:
    """An author who never wrote in public has an address that leads nowhere yet."""
    return [alias for alias in all_aliases(db) if not public_only or find_path(db, alias.path)]


def export_page(db: Connection, *, after: int, public_only: bool) -> list[ArticleRecord]:
    """Raises Unreadable if anything of it cannot be read: then it is read one by one."""
    shown = "AND public = 1" if public_only else ""
    rows = db.execute(f"SELECT {ARTICLE} FROM articles WHERE id > ? {shown} ORDER BY id LIMIT ?", (after, _PAGE))
    return [
        ArticleRecord(
            article=article,
            comments=_thread(db, article.id),
            old_paths=tuple(sorted(paths_of(db, article.id) - {article.path})),
        )
        for article in whole(sift_articles(db, rows.fetchall()))
    ]


def _thread(db: Connection, article_id: int) -> tuple[Comment, ...]:
    rows = db.execute(f"SELECT {COMMENT} FROM comments WHERE article_id = ? ORDER BY id", (article_id,))
    return whole(sift_comments(db, rows.fetchall()))
