"""Taking an import back, step by step: what it changed goes back to what it was, what it added goes, and what was edited here
since, or by a later import, stays.

What is taken back is known by nothing that its source said: so the same import brings it again, under the same ids and paths.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, NamedTuple

from storage.errors import Conflict, NotFound
from storage.imports import edited_since, kept_of, kept_of_comment, places_of, with_kept
from storage.model import Article, ArticleStatus, Comment, CommentStatus, NameOf, PastImport, Subject, Undone, UndoPlace
from storage.sql.articles import prepare, put
from storage.sql.ban_transfer import undo_ban
from storage.sql.comment_rows import COMMENT, to_comments
from storage.sql.comment_writes import put_comments
from storage.sql.decisions import note_decisions
from storage.sql.engine import Connection
from storage.sql.front_transfer import undo_front
from storage.sql.import_changes import ADDRESS, AUTHOR, BAN, FRONT, NAME
from storage.sql.import_memory import forget_import
from storage.sql.import_names import put_name, standing_name
from storage.sql.import_receipts import forget_receipts
from storage.sql.lineages import parents_first
from storage.sql.mixin import StoreMixin, Write
from storage.sql.rows import (
    ARTICLE,
    ARTICLE_COLUMNS,
    from_json,
    from_us,
    from_us_or_none,
    load_articles,
    one_of,
    to_articles,
    to_us,
)
from storage.sql.sections import remove_section
from storage.sql.undoing_addresses import is_left_to_a_later_one, undo_address
from storage.sql.undoing_pages import EDITED, lead_on_again, move_pages_back, undo_page

_AT_ONCE = 50
"""Articles, or comments, in a step."""
BY = "undo-import"
_LATER, _OTHERS, _DAMAGED = (
    "a later import changed it again",
    "another source brings it as well",
    "it is damaged: put it back from a backup",
)


class UndoMixin(StoreMixin):
    async def list_imports(self, *, limit: int) -> tuple[PastImport, ...]:
        return await self._read(lambda db: _imports(db, limit))

    async def undo_import(self, import_id: int, *, list_after: timedelta, onward: UndoPlace | None = None) -> Undone:
        return await self._write(lambda write: _step(write, import_id, list_after, onward or (0, "")))


def _imports(db: Connection, limit: int) -> tuple[PastImport, ...]:
    rows = db.execute(
        "SELECT id, at, kind, name, counts, undone_at FROM imports WHERE id > 0 ORDER BY id DESC LIMIT ?", (limit,)
    )
    return tuple(
        PastImport(
            id=id_, at=from_us(at), kind=kind, name=name, counts=from_json(counts), undone_at=from_us_or_none(undone_at)
        )
        for id_, at, kind, name, counts, undone_at in rows.fetchall()
    )


def _step(write: Write, import_id: int, list_after: timedelta, place: UndoPlace) -> Undone:
    if not write.db.execute("SELECT 1 FROM imports WHERE id = ?", (import_id,)).fetchall():
        raise NotFound(f"There is no import {import_id}.")
    number, after = place
    undo = _Undo(write, import_id, list_after)
    parts: Sequence[Callable[[str], tuple[Undone, str | None]]] = (
        undo.front, undo.changed_comments, undo.added_comments, undo.changed_articles, undo.added_articles, undo.sections,
        undo.added_pages, undo.moved_pages, undo.pages, undo.let_go_pages,
        undo.addresses, undo.bans, undo.authors, undo.names, undo.memory,
    )  # fmt: skip
    undone, last = parts[number](after)
    undo.finish()
    onward = (number, last) if last is not None else (number + 1, "") if number + 1 < len(parts) else None
    if onward is None:
        write.db.execute("UPDATE imports SET undone_at = ? WHERE id = ?", (to_us(write.now), import_id))
    return replace(undone, onward=onward)


class _Entry(NamedTuple):
    guid: str
    source_id: int
    article_id: int
    said: str
    kept: str
    added_by: int


class _CommentRow(NamedTuple):
    kept: str
    added_by: int


class _Undo:
    """Each part takes what stands after a place in its order, and returns the place that it has come to; None at the end."""

    def __init__(self, write: Write, import_id: int, list_after: timedelta) -> None:
        self._write, self._db = write, write.db
        self._import_id = import_id
        self._list_after = list_after
        self._entry_rows: list[tuple[object, ...]] = []
        self._gone_entries: list[tuple[object, ...]] = []
        self._comment_rows: list[tuple[object, ...]] = []
        self._threads: set[int] = set()
        """Articles of whose comments something else is known of."""

    def finish(self) -> None:
        """Write what is known of the sources' words from here on."""
        self._db.executemany(
            "UPDATE imported_entries SET said = ?, kept = ?, added_by = ?, receipt = '' WHERE guid = ? AND source_id = ?",
            self._entry_rows,
        )
        self._db.executemany("DELETE FROM imported_entries WHERE guid = ? AND source_id = ?", self._gone_entries)
        self._db.executemany(
            "UPDATE imported_comments SET said = ?, kept = ?, added_by = ? WHERE comment_id = ?", self._comment_rows
        )
        forget_receipts(self._db, self._threads)

    def changed_articles(self, after: str) -> tuple[Undone, str | None]:
        changes, last = self._changes(Subject.ARTICLE, after)
        ids = [int(id_) for id_ in changes]
        later, entries = self._later(Subject.ARTICLE, ids), self._entries(ids)
        restored, withdrawn, kept, done = 0, 0, [], []
        for article_id, (row, article) in self._articles(ids).items():
            was = changes[str(article_id)]
            entry = next((one for one in entries.get(article_id, ()) if one[:2] == (was["guid"], was["source"])), None)
            now_kept = entry.kept if entry else was.get("now", "")
            if article_id in later or not now_kept:
                kept.append((article.headline, _LATER))
                continue
            was_added = was["fields"] is None
            edited = edited_since(article, now_kept, None if was_added else places_of(was["fields"]))
            if edited:
                kept.append((article.headline, EDITED))
            if was_added:
                if edited:
                    continue
                self._put(article, replace(article, status=ArticleStatus.WITHDRAWN, sections=()))
                withdrawn += 1
            else:
                fields = {name: value for name, value in was["fields"].items() if places_of([name])[0] not in edited}
                if not fields and edited:
                    continue
                wanted, lost = self._without_lost_sections(_with_columns(self._db, row, fields))
                if lost:
                    kept.append((article.headline, f"it was in {', '.join(lost)}, which is not here any more"))
                present = self._put(article, wanted) if fields else article
                restored += present is not article
                if entry is not None:
                    self._put_back(entry, was, with_kept(was["kept"], present, places_of(fields)))
            done.append(str(article_id))
        self._forget(Subject.ARTICLE, done)
        return Undone(restored=restored, withdrawn=withdrawn, kept=tuple(kept)), last

    def added_articles(self, after: str) -> tuple[Undone, str | None]:
        rows = self._db.execute(
            "SELECT article_id FROM imported_entries WHERE article_id > ? AND added_by = ? ORDER BY article_id LIMIT ?",
            (int(after or 0), self._import_id, _AT_ONCE),
        ).fetchall()
        ids = [id_ for (id_,) in rows]
        later, entries = self._later(Subject.ARTICLE, ids), self._entries(ids)
        withdrawn, articles = 0, self._articles(ids)
        kept = [(f"article {id_}", _DAMAGED) for id_ in ids if id_ not in articles]
        for article_id, (_, article) in articles.items():
            entry = next(one for one in entries[article_id] if one.added_by == self._import_id)
            is_gone = article.status is ArticleStatus.WITHDRAWN and not article.public
            if why := self._why_kept(article, entry, entries[article_id], later, is_gone=is_gone):
                kept.append((article.headline, why))
                continue
            gone = self._put(article, replace(article, status=ArticleStatus.WITHDRAWN, sections=()))
            withdrawn += not is_gone
            self._entry_rows.append(("", kept_of(gone), 0, entry.guid, entry.source_id))
        return Undone(withdrawn=withdrawn, kept=tuple(kept)), str(ids[-1]) if len(ids) == _AT_ONCE else None

    def _why_kept(
        self, article: Article, entry: _Entry, entries: Sequence[_Entry], later: frozenset[int], *, is_gone: bool
    ) -> str:
        if article.id in later:
            return _LATER
        if any(one.said and one is not entry for one in entries):
            return _OTHERS
        return EDITED if not is_gone and edited_since(article, entry.kept) else ""

    def changed_comments(self, after: str) -> tuple[Undone, str | None]:
        changes, last = self._changes(Subject.COMMENT, after)
        ids = [int(id_) for id_ in changes]
        later, comment_rows = self._later(Subject.COMMENT, ids), self._rows_of_comments(ids)
        turns, kept, going = [], [], []
        for comment in self._comments(ids):
            if comment.id in later or kept_of_comment(comment) != comment_rows[comment.id].kept:
                kept.append((self._named(comment), _LATER if comment.id in later else EDITED))
            else:
                going.append(comment)
        parents = self._parents(going, changes)
        for comment in going:
            was = changes[str(comment.id)]
            fields = was["fields"] | {
                "status": CommentStatus(was["fields"]["status"]),
                "parent_id": parents[comment.id],
            }
            if "created_at" in fields:
                fields["created_at"] = from_us(fields["created_at"])
            turns.append((comment, replace(comment, version=comment.version + 1, **fields)))
            self._comment_rows.append((was["said"], was["kept"], comment_rows[comment.id].added_by, comment.id))
            self._threads.add(comment.article_id)
        done = [str(comment.id) for comment in going]
        self._turn(turns)
        self._forget(Subject.COMMENT, done)
        return Undone(comments=len(turns), kept=tuple(kept)), last

    def _parents(self, comments: Sequence[Comment], changes: Mapping[str, Any]) -> dict[int, int | None]:
        """What comments answered before, of those on their articles. What was put elsewhere since never leads in a circle."""
        articles = self._db.array(sorted({comment.article_id for comment in comments}))
        rows = self._db.execute(
            f"SELECT id, parent_id FROM comments WHERE {self._db.among('comments.article_id')}", (articles,)
        )
        parents: dict[int, int | None] = dict(rows.fetchall())
        for comment in comments:
            before = changes[str(comment.id)]["fields"].get("parent_id", comment.parent_id)
            parents[comment.id] = before if before in parents else None
        return parents_first(parents, {comment.id for comment in comments})

    def added_comments(self, after: str) -> tuple[Undone, str | None]:
        found = self._db.execute(
            "SELECT comment_id FROM imported_comments WHERE comment_id > ? AND added_by = ? ORDER BY comment_id LIMIT ?",
            (int(after or 0), self._import_id, _AT_ONCE),
        ).fetchall()
        ids = [id_ for (id_,) in found]
        later, comment_rows = self._later(Subject.COMMENT, ids), self._rows_of_comments(ids)
        turns, kept = [], []
        for comment in self._comments(ids):
            is_gone = comment.status is CommentStatus.TRASH
            if comment.id in later or (not is_gone and kept_of_comment(comment) != comment_rows[comment.id].kept):
                kept.append((self._named(comment), _LATER if comment.id in later else EDITED))
                continue
            gone = replace(comment, status=CommentStatus.TRASH, version=comment.version + (not is_gone))
            if not is_gone:
                turns.append((comment, gone))
            self._comment_rows.append(("", kept_of_comment(gone), 0, comment.id))
            self._threads.add(comment.article_id)
        self._turn(turns)
        return Undone(comments=len(turns), kept=tuple(kept)), str(ids[-1]) if len(ids) == _AT_ONCE else None

    def sections(self, _after: str) -> tuple[Undone, str | None]:
        """Those that are empty by now, from the deepest up."""
        rows = self._db.execute(
            """
            SELECT subject_id FROM import_changes WHERE import_id = ? AND subject = ?
            ORDER BY import_id DESC, subject DESC, subject_id DESC
            """,
            (self._import_id, Subject.SECTION),
        ).fetchall()
        removed, kept = [], []
        for (path,) in rows:
            try:
                remove_section(self._write, path)
            except Conflict:
                kept.append((f"section {path}", "there are articles in it"))
                continue
            except NotFound:
                pass
            removed.append(path)
        self._forget(Subject.SECTION, removed)
        return Undone(sections=len(removed), kept=tuple(kept)), None

    def added_pages(self, after: str) -> tuple[Undone, str | None]:
        """Before others go back to where these are."""
        changes, last = self._changes(Subject.PAGE, after)
        return self._undo_pages({origin: was for origin, was in changes.items() if was["fields"] is None}), last

    def moved_pages(self, _after: str) -> tuple[Undone, str | None]:
        """All together: whoever exchanged their paths cannot go one after the other."""
        changes: dict[str, Any] = {}
        after: str | None = ""
        while after is not None:
            found, after = self._changes(Subject.PAGE, after)
            changes |= found
        later = laters(self._db, Subject.PAGE, changes, self._import_id)
        move_pages_back(self._write, {origin: was for origin, was in changes.items() if origin not in later})
        return Undone(), None

    def pages(self, after: str) -> tuple[Undone, str | None]:
        changes, last = self._changes(Subject.PAGE, after)
        # What had been added, and is still noted, stays.
        before = {origin: was for origin, was in changes.items() if was["fields"] is not None}
        return self._undo_pages({origin: was for origin, was in before.items() if "let_go" not in was}), last

    def let_go_pages(self, after: str) -> tuple[Undone, str | None]:
        """Pages that had led on from where others were put, which are there no more."""
        changes, last = self._changes(Subject.PAGE, after)
        let_go = {origin: was for origin, was in changes.items() if "let_go" in was}
        undone = self._undo_pages(let_go)
        for origin, was in let_go.items():
            lead_on_again(self._write, origin, was)
        return undone, last

    def _undo_pages(self, changes: Mapping[str, Any]) -> Undone:
        later = laters(self._db, Subject.PAGE, changes, self._import_id)
        undone = {origin: undo_page(self._write, origin, was) for origin, was in changes.items() if origin not in later}
        kept = [(name, why) for name, why in undone.values() if name] + [(f"page {origin}", _LATER) for origin in later]
        done = [origin for origin, (_, why) in undone.items() if why != EDITED]
        self._forget(Subject.PAGE, done)
        return Undone(pages=len(done), kept=tuple(kept))

    def addresses(self, after: str) -> tuple[Undone, str | None]:
        changes, last = self._changes(ADDRESS, after)
        undone = {named: undo_address(self._write, named, was, self._import_id) for named, was in changes.items()}
        self._forget(ADDRESS, [named for named, (_, name) in undone.items() if not name])
        kept = tuple((name, EDITED) for _, name in undone.values() if name)
        return Undone(addresses=sum(is_other for is_other, _ in undone.values()), kept=kept), last

    def front(self, after: str) -> tuple[Undone, str | None]:
        """Before sections go, which would leave it as another."""
        taken_back, kept, last = self._unless_later(FRONT, after, undo_front)
        return Undone(front=taken_back, kept=kept), last

    def bans(self, after: str) -> tuple[Undone, str | None]:
        lifted, kept, last = self._unless_later(BAN, after, undo_ban)
        return Undone(bans=lifted, kept=kept), last

    def _unless_later(
        self, subject: str, after: str, take_back: Callable[[Write, str, Mapping[str, Any]], tuple[bool, str]]
    ) -> tuple[int, tuple[tuple[str, str], ...], str | None]:
        """Take back what no later import brought as well: how much it was, what stays and why, and the place."""
        changes, last = self._changes(subject, after)
        done, kept, stays = 0, [], set()
        for named, was in changes.items():
            if not is_left_to_a_later_one(self._write, subject, named, was, self._import_id):
                is_other, name = take_back(self._write, named, was)
                done += is_other
                if name:
                    kept.append((name, EDITED))
                    stays.add(named)
        self._forget(subject, [named for named in changes if named not in stays])
        return done, tuple(kept), last

    def authors(self, after: str) -> tuple[Undone, str | None]:
        """Of an import of an earlier release."""
        return self._names(AUTHOR, f"{NameOf.AUTHOR} ", after)

    def names(self, after: str) -> tuple[Undone, str | None]:
        return self._names(NAME, "", after)

    def _names(self, subject: str, of: str, after: str) -> tuple[Undone, str | None]:
        """Names that followed their source are what they were, unless they were changed since."""
        changes, last = self._changes(subject, after)
        kept = []
        for named, was in changes.items():
            what, field, key = f"{of}{named}".split(" ", 2)
            stands = standing_name(self._db, name := NameOf(f"{what} {field}"), key)
            if stands == was["now"]:
                put_name(self._write, name, key, was["before"])
            elif stands is not None:
                kept.append((f"{what} {key}", EDITED))
        self._forget(subject, [*changes])
        return Undone(kept=tuple(kept)), last

    def memory(self, _after: str) -> tuple[Undone, str | None]:
        forget_import(self._db, self._import_id)
        return Undone(), None

    def _changes(self, subject: str, after: str) -> tuple[dict[str, Any], str | None]:
        rows = self._db.execute(
            """
            SELECT subject_id, before FROM import_changes WHERE import_id = ? AND subject = ? AND subject_id > ?
            ORDER BY import_id, subject, subject_id LIMIT ?
            """,
            (self._import_id, subject, after, _AT_ONCE),
        ).fetchall()
        return {id_: from_json(before) for id_, before in rows}, rows[-1][0] if len(rows) == _AT_ONCE else None

    def _later(self, subject: Subject, ids: Sequence[int]) -> frozenset[int]:
        """Those that a later import changed."""
        return frozenset(map(int, laters(self._db, subject, map(str, ids), self._import_id)))

    def _entries(self, ids: Sequence[int]) -> dict[int, list[_Entry]]:
        rows = self._db.execute(
            f"""
            SELECT guid, source_id, article_id, said, kept, added_by FROM imported_entries
            WHERE {self._db.among("imported_entries.article_id")}
            """,
            (self._db.array(ids),),
        )
        found: dict[int, list[_Entry]] = {}
        for row in rows.fetchall():
            found.setdefault(row[2], []).append(_Entry(*row))
        return found

    def _articles(self, ids: Sequence[int]) -> dict[int, tuple[tuple[Any, ...], Article]]:
        """Those that can be read, with their rows."""
        test, parameters = one_of(self._db, "articles.id", ids)
        rows = self._db.execute(f"SELECT {ARTICLE} FROM articles WHERE {test}", parameters).fetchall()
        articles = {article.id: article for article in to_articles(self._db, rows)}
        return {row[0]: (row, articles[row[0]]) for row in sorted(rows, key=lambda row: row[0]) if row[0] in articles}

    def _without_lost_sections(self, article: Article) -> tuple[Article, list[str]]:
        """What an article was, without the sections that went since: with an earlier import that was taken back, or by hand."""
        self._write.known.ask([article])
        there = tuple(path for path in article.sections if path in self._write.known.sections)
        return replace(article, sections=there), [path for path in article.sections if path not in there]

    def _put(self, before: Article, wanted: Article) -> Article:
        after = prepare(self._write, before, wanted)
        return put(self._write, before, after)

    def _put_back(self, entry: _Entry, was: dict[str, Any], kept: str) -> None:
        if was["said"] is None:
            self._gone_entries.append((entry.guid, entry.source_id))
        else:
            self._entry_rows.append((was["said"], kept, entry.added_by, entry.guid, entry.source_id))

    def _rows_of_comments(self, ids: Sequence[int]) -> dict[int, _CommentRow]:
        rows = self._db.execute(
            f"SELECT comment_id, kept, added_by FROM imported_comments WHERE {self._db.among('comment_id')}",
            (self._db.array(ids),),
        )
        return {id_: _CommentRow(kept, added_by) for id_, kept, added_by in rows.fetchall()}

    def _comments(self, ids: Sequence[int]) -> list[Comment]:
        rows = self._db.execute(
            f"SELECT {COMMENT} FROM comments WHERE {self._db.among('id')}", (self._db.array(ids),)
        ).fetchall()
        return [comment for comment in to_comments(self._db, sorted(rows)) if not comment.erased]

    def _named(self, comment: Comment) -> str:
        return f"comment {comment.id} by {comment.author_name or 'somebody'}"

    def _turn(self, turns: Sequence[tuple[Comment, Comment]]) -> None:
        if turns:
            articles = load_articles(self._db, (comment.article_id for comment, _ in turns))
            turns = [turn for turn in turns if turn[0].article_id in articles]
            put_comments(self._write, articles, turns, self._list_after)
            note_decisions(self._write, [turn for turn in turns if turn[0].status is not turn[1].status], BY)

    def _forget(self, subject: str, ids: Sequence[str]) -> None:
        """What is taken back is not looked at again; what stayed is, such as after a later import is taken back, too."""
        self._db.executemany(
            "DELETE FROM import_changes WHERE subject = ? AND subject_id = ? AND import_id = ?",
            [(subject, id_, self._import_id) for id_ in ids],
        )


def laters(db: Connection, subject: Subject, ids: Iterable[str], import_id: int) -> frozenset[str]:
    """Those that an import after this one changed."""
    rows = db.execute(
        f"SELECT subject_id FROM import_changes WHERE subject = ? AND {db.among('subject_id')} AND import_id > ?",
        (subject, db.array(ids), import_id),
    )
    return frozenset(id_ for (id_,) in rows.fetchall())


def _with_columns(db: Connection, row: tuple[Any, ...], columns: dict[str, Any]) -> Article:
    values = [columns.get(name, value) for name, value in zip(ARTICLE_COLUMNS, row, strict=True)]
    [article] = to_articles(db, [tuple(values)])
    return article
