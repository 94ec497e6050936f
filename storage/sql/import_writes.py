"""Articles of an import as they are written, with their threads and the paths that lead to them."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from storage.keys import require_short
from storage.lifecycle import is_public, shown_again
from storage.model import Article, ArticleRecord, ArticleStatus, Comment, CommentStatus, latest_of
from storage.scopes import lists_of_article, lists_of_comment
from storage.sql import listings
from storage.sql.articles import prepare, put
from storage.sql.comment_writes import insert_comments
from storage.sql.depth import Touched
from storage.sql.engine import Connection
from storage.sql.listings import Item, listing_of
from storage.sql.mixin import Write
from storage.sql.paths import lead_to_article
from storage.sql.rows import ARTICLE, to_articles, to_us

_FRESH = timedelta(days=2)


class Articles:
    """The articles of a batch, as they stand in its transaction."""

    def __init__(self, write: Write, guids: Sequence[str]) -> None:
        """Those of these guids, and those that a source calls so."""
        self._write = write
        self.by_id, self.ids, self.damaged = _load(write.db, guids)
        """The articles by id; the ids by guid; and the ids of those that cannot be read, which an import leaves alone."""
        self._threads: dict[int, tuple[Article, list[Comment]]] = {}
        """What is new of the articles' threads, by the articles' ids: not yet written."""
        self._taken_paths: set[str] = set()

    def know_paths(self, taken: Iterable[str]) -> None:
        """Of the records' old paths those that lead somewhere already."""
        self._taken_paths.update(taken)

    def free_paths(self, record: ArticleRecord) -> list[str]:
        """Those of a record's old paths that lead nowhere yet."""
        require_short("old_paths", *record.old_paths)
        return [path for path in record.old_paths if path not in self._taken_paths]

    def add(
        self, article: Article, article_id: int, guid: str, thread: Sequence[Comment], paths: Sequence[str]
    ) -> Article:
        """A new one, under this id and guid, with its thread, under ids of this store."""
        write = self._write
        wanted = believed(None, article, article_id, _approved(thread), guid=guid)
        after = prepare(write, None, wanted)
        after = replace(
            after,
            created_at=wanted.created_at or write.now,
            modified_at=wanted.modified_at or write.now,
            arrived_at=wanted.arrived_at or _arrived_at(after, write.now),
        )
        self._put(None, after, thread)
        self._lead(after.id, paths)
        return after

    def change(self, before: Article, wanted: Article, thread: Sequence[Comment], paths: Sequence[str]) -> Article:
        """A known one as it is wanted, with what is new of its thread; `before` itself where nothing is new."""
        if before.id in self._threads:
            self.finish()
        approved = _approved(thread)
        after = _merged(before, prepare(self._write, before, wanted), wanted, approved, self._write.now)
        if not thread and not paths and _same(before, after):
            return before
        self._put(before, after, thread)
        self._lead(after.id, paths)
        return after

    def finish(self) -> None:
        """Write the threads."""
        threads, self._threads = self._threads.values(), {}
        comments = [comment for _, thread in threads for comment in thread]
        if not comments:
            return
        write = self._write
        insert_comments(write.db, comments)
        write.db.full_text.keep_comments(write.db, comments)
        shown, gone = [], []
        for article, thread in threads:
            lists = lists_of_comment(article)
            shown.append((lists, _items(comment for comment in thread if is_public(comment, article))))
            gone.append((lists, _items(comment for comment in thread if comment.gone_at)))
        listings.enter_threads(write, "comment_listings", shown)
        for lists, items in gone:
            listings.add_tombstones(write, "comment_listings", lists, items)

    def _lead(self, article_id: int, paths: Sequence[str]) -> None:
        lead_to_article(self._write.db, article_id, paths)
        self._write.slugs.note(paths)
        self._taken_paths.update(paths)

    def _put(self, before: Article | None, after: Article, thread: Sequence[Comment]) -> None:
        write = self._write
        was_public_elsewhere = before is None and after.gone_at is not None and after.day is not None
        buried = was_public_elsewhere and after.published_at is not None
        raised = lists_of_article(after) if buried else frozenset()
        of_thread = Touched()
        if listed := _items(comment for comment in thread if is_public(comment, after) or comment.gone_at):
            lists = lists_of_comment(after)
            of_thread = write.depths.of_new_comments(lists, listed)
            raised |= write.depths.raised("comment", lists, of_thread)
        after = put(write, before, after, raised, thread=of_thread, imported=True)
        if buried:
            after = replace(after, seq=write.seq)
            write.db.execute("UPDATE articles SET seq = ? WHERE id = ?", (after.seq, after.id))
            listings.add_tombstones(write, "article_listings", lists_of_article(after), [listing_of(after)])
        if was_public_elsewhere:
            self._lead(after.id, [after.path])
        elif after.public:
            self._taken_paths.add(after.path)
        if thread:
            self._threads[after.id] = (after, [_settled(comment, after, write.seq) for comment in thread])
        if before is not None and before.listed_comment_count != after.listed_comment_count:
            write.db.execute(
                "UPDATE articles SET count_listed_at = ?, count_due_at = NULL WHERE id = ?",
                (to_us(write.now), after.id),
            )
        self.by_id[after.id] = after
        self.ids[after.guid] = after.id


def believed(
    before: Article | None, article: Article, article_id: int, approved: int = 0, *, guid: str = ""
) -> Article:
    """What is wanted of a record's article; `guid` where it is called otherwise here."""
    public_at, gone_at = article.public_at, article.gone_at
    withdrawn = gone_at is not None and public_at is not None and public_at <= gone_at
    return replace(
        article,
        id=article_id,
        guid=guid or article.guid,
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


def _merged(before: Article, after: Article, wanted: Article, approved: int, now: datetime) -> Article:
    """A known article as the import leaves it; `approved` comments are new."""
    went = before.public and not after.public
    # An edit at the source brings nothing before readers' eyes again: there it stayed at its place in every list.
    arrived_at = after.arrived_at
    if after.public:
        arrived_at = before.arrived_at if before.public else wanted.arrived_at or _arrived_at(after, now)
    # The source's date of an edit, where it has one that is later than what readers were told last.
    named = latest_of(wanted.last_edited_at, before.last_edited_at) != before.last_edited_at
    count = after.comment_count + approved
    return replace(
        after,
        arrived_at=arrived_at,
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


def _load(db: Connection, guids: Sequence[str]) -> tuple[dict[int, Article], dict[str, int], frozenset[int]]:
    given = db.array(guids)
    of_guids = f"""
        articles.id IN (
            SELECT id FROM articles WHERE {db.among("guid")}
            UNION ALL SELECT article_id FROM imported_entries WHERE {db.among("guid")}
        )
    """
    rows = db.execute(f"SELECT {ARTICLE} FROM articles WHERE {of_guids}", (given, given))
    named = db.execute(f"SELECT articles.guid, articles.id FROM articles WHERE {of_guids}", (given, given))
    articles = {article.id: article for article in to_articles(db, rows.fetchall())}
    ids = dict(named.fetchall())
    return articles, ids, frozenset(ids.values()) - articles.keys()
