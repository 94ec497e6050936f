"""The comments of a batch of records: new ones, and those that their source decided otherwise, edited or has no more."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from storage.imports import (
    GONE_AT_SOURCE,
    answers_another,
    comment_guid,
    kept_of_comment,
    made_guid,
    merge_comment,
    said_of_comment,
)
from storage.model import Article, ArticleRecord, Comment, CommentStatus
from storage.sql.comment_rows import COMMENT, to_comments
from storage.sql.comment_writes import Turn, put_comments
from storage.sql.decisions import note_decisions
from storage.sql.engine import Connection, Cursor
from storage.sql.ids import FreeIds
from storage.sql.import_changes import ChangeLog
from storage.sql.lineages import parents_first
from storage.sql.mixin import Write

BY = "import"
"""Who decided, of a comment whose status follows its source."""


@dataclass(slots=True)
class Row:
    """A comment that is known, and what its source said of it, if one did."""

    id: int
    article_id: int
    parent_id: int | None = None
    """What it answers, as it is to stand."""
    source_id: int = 0
    said: str = ""
    kept: str = ""
    added_by: int = 0
    is_new: bool = False
    """Whether it is kept by this batch."""

    @property
    def was_undone(self) -> bool:
        """Whether the import that added it was taken back."""
        return not self.said and bool(self.kept)


_Spoken = tuple[Row, Comment | None, str]
"""A comment that is known, as a record has it, and the digests of what it says of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a record's comments are to go."""

    record: ArticleRecord
    article_id: int
    article_guid: str
    source_id: int
    """0 = what the record holds is this newsroom's own, as a copy of it has it."""

    answered: Mapping[int, str]
    """What the source calls the record's comments, by their ids there, if one of them answers another."""

    def said(self, comment: Comment) -> str:
        answered = self.answered.get(comment.parent_id or 0, "")
        return said_of_comment(comment, self.record.said_in_comments.get(comment.guid), answered)


@dataclass(slots=True)
class Followed:
    """What becomes of a record's comments."""

    new: list[Comment] = field(default_factory=list)
    """Under ids of this store: to be kept with their article."""
    added: int = 0
    changed: int = 0
    trashed: int = 0
    conflicts: list[str] = field(default_factory=list)
    is_settled: bool = True
    """Whether all that the record says of them is noted: it would change nothing another time."""


class Threads:
    """All that has to be known is asked for at once; what changes is written at the end, at once."""

    def __init__(self, write: Write, log: ChangeLog, comments: Sequence[tuple[str, int]], whole: Iterable[int]) -> None:
        """`comments`: their guids here, with their ids in their records. `whole`: the articles of which all are to be known."""
        db = write.db
        self._write, self._log = write, log
        self._ids = FreeIds(db, "comments", [id_ for _, id_ in comments])
        self._asked = [_ask(db, "comments.guid", [guid for guid, _ in comments])] if comments else []
        if articles := sorted(set(whole)):
            self._asked.append(_ask(db, "comments.article_id", articles))
        self._rows: dict[str, Row] = {}
        self._by_article: dict[int, list[Row]] = {}
        self._present: dict[int, Comment] = {}
        """Comments as they are to stand, by id."""
        self._turns: dict[int, tuple[Comment, Comment]] = {}
        self._noted: dict[int, Row] = {}
        self._spoken: dict[int, list[_Spoken]] = {}
        """What records say of comments that were here before, by the records' identities."""

    def read(self) -> None:
        """Wait for what was asked for."""
        for rows in self._asked:
            for guid, id_, article_id, parent_id in rows.fetchall():
                if guid not in self._rows:
                    self._know(guid, Row(id_, article_id, parent_id))
        by_id = {row.id: row for row in self._rows.values()}
        if by_id:
            db = self._write.db
            said = db.execute(
                f"""
                SELECT comment_id, source_id, said, kept, added_by FROM imported_comments WHERE {db.among("comment_id")}
                """,
                (db.array(sorted(by_id)),),
            )
            for id_, *known in said.fetchall():
                row = by_id[id_]
                row.source_id, row.said, row.kept, row.added_by = known

    def load(self, places: Iterable[Place]) -> None:
        """Load the comments that are about to follow their source."""
        ids = {row.id for place in places for row, _, said in self._spoken_in(place) if said != row.said}
        if ids := ids - self._present.keys():
            db = self._write.db
            rows = db.execute(f"SELECT {COMMENT} FROM comments WHERE {db.among('id')}", (db.array(sorted(ids)),))
            self._present.update((comment.id, comment) for comment in to_comments(db, rows.fetchall()))

    def follow(self, place: Place) -> Followed:
        """Take what the record says of its comments."""
        followed = Followed()
        spoken = self._spoken_in(place) if place.source_id else []
        new, ids = self._know_new(place)
        parents = self._parents(place, new, ids, spoken)
        for row, wanted, said in spoken:
            if said != row.said and row.id in self._present:
                theirs = replace(wanted, parent_id=parents.get(row.id, row.parent_id)) if wanted else self._gone(row)
                self._merge(place, row, theirs, said, followed)
            followed.is_settled &= said == row.said
        followed.new = [
            replace(new[id_][1], id=id_, guid=new[id_][0], article_id=place.article_id, parent_id=parent)
            for id_, parent in parents.items()
            if id_ in new
        ]
        followed.added += len(followed.new)
        return followed

    def finish(self, articles: Mapping[int, Article]) -> None:
        """Write what follows its source, on articles as they stand by now."""
        turns = [turn for turn in self._turns.values() if turn[0].article_id in articles]
        if turns:
            # Those that go come last: what is newest in a list is to be asked for anew after one has left it.
            turns.sort(key=lambda turn: turn[1].status is not CommentStatus.APPROVED)
            wanted: list[Turn] = [(before, replace(after, version=before.version + 1)) for before, after in turns]
            put_comments(self._write, articles, wanted, timedelta())
            note_decisions(self._write, [turn for turn in turns if turn[0].status is not turn[1].status], BY)
        put_rows(self._write.db, self._noted.values())

    @property
    def told_anew(self) -> set[int]:
        """The articles of comments that were here before, of which sources say something else now."""
        return {row.article_id for row in self._noted.values() if not row.is_new}

    def row_of(self, guid: str) -> Row | None:
        return self._rows.get(guid)

    def note(self, row: Row, source_id: int, said: str, kept: str, added_by: int) -> None:
        """Keep what a source says of a comment."""
        row.source_id, row.said, row.kept, row.added_by = source_id, said, kept, added_by
        self._noted[row.id] = row

    def _know(self, guid: str, row: Row) -> None:
        self._rows[guid] = row
        self._by_article.setdefault(row.article_id, []).append(row)

    def _guid(self, place: Place, comment: Comment) -> str:
        """What the comment is called here: as the source has it, but where its article, or another one's comment, is called so."""
        guid = comment_guid(comment.guid, place.record.article.guid, place.article_guid)
        row = self._rows.get(guid)
        return (
            made_guid(place.article_guid, guid)
            if place.source_id and row and row.article_id != place.article_id
            else guid
        )

    def _spoken_in(self, place: Place) -> list[_Spoken]:
        key = id(place.record)
        if key not in self._spoken:
            self._spoken[key] = list(self._spoken_of(place))
        return self._spoken[key]

    def _spoken_of(self, place: Place) -> Iterator[_Spoken]:
        """The comments that are known, as the record has them and what it says of each; None of one that is gone at the source."""
        named: set[int] = set()
        for comment in place.record.comments:
            row = self._rows.get(self._guid(place, comment))
            if row is not None and row.article_id == place.article_id:
                named.add(row.id)
                yield row, comment, place.said(comment)
        if place.record.all_comments:
            for row in self._by_article.get(place.article_id, ()):
                if row.source_id == place.source_id and row.id not in named and row.said:
                    yield row, None, GONE_AT_SOURCE + row.said[len(GONE_AT_SOURCE) :]

    def _gone(self, row: Row) -> Comment:
        return replace(self._present[row.id], status=CommentStatus.TRASH)

    def _merge(self, place: Place, row: Row, wanted: Comment, said: str, followed: Followed) -> None:
        ours = self._present[row.id]
        # Of an earlier release's nothing is noted: what nobody has touched since is as its source had it.
        kept = row.kept or (kept_of_comment(ours) if ours.version == 1 else "")
        merged = merge_comment(ours, wanted, said, row.said, kept, theirs=self._log.theirs)
        if merged.has_conflict:
            followed.conflicts.append(f"comment by {ours.author_name or 'somebody'}")
        if merged.comment != ours:
            before, _ = self._turns.get(ours.id, (ours, ours))
            self._turns[ours.id] = (before, merged.comment)
            if not row.was_undone:
                self._log.note_comment(ours, row.said, row.kept)
            self._present[ours.id] = merged.comment
            row.parent_id = merged.comment.parent_id
            followed.added += row.was_undone
            followed.changed += not row.was_undone
            followed.trashed += merged.comment.status is CommentStatus.TRASH is not ours.status
        if (merged.said, merged.kept) != (row.said, row.kept):
            self.note(
                row, place.source_id, merged.said, merged.kept, self._log.import_id if row.was_undone else row.added_by
            )

    def _know_new(self, place: Place) -> tuple[dict[int, tuple[str, Comment]], dict[int, int]]:
        """The record's comments that are not kept yet, with their guids, by their ids here; and of all of them those ids by the
        ids in the record.
        """
        ids: dict[int, int] = {}
        new: dict[int, tuple[str, Comment]] = {}
        for comment in place.record.comments:
            guid = self._guid(place, comment)
            row = self._rows.get(guid)
            if row is None:
                row = Row(self._ids.take(comment.id), place.article_id, is_new=True)
                self._know(guid, row)
                new[row.id] = (guid, comment)
                if place.source_id:
                    self.note(row, place.source_id, place.said(comment), kept_of_comment(comment), self._log.import_id)
            if row.article_id == place.article_id and comment.id:
                ids[comment.id] = row.id
        return new, ids

    def _parents(
        self, place: Place, new: Mapping[int, tuple[str, Comment]], ids: Mapping[int, int], spoken: Iterable[_Spoken]
    ) -> dict[int, int | None]:
        """What the article's comments are to answer, by their ids here, each after that which it answers."""
        wanted = {id_: comment for id_, (_, comment) in new.items()}
        wanted |= {
            row.id: comment
            for row, comment, said in spoken
            if comment is not None and answers_another(said, row.said) and not self._present[row.id].erased
        }
        if not wanted:
            return {}
        rows = self._by_article.get(place.article_id, ())
        parents = {row.id: row.parent_id for row in rows}
        parents |= {id_: ids.get(comment.parent_id) if comment.parent_id else None for id_, comment in wanted.items()}
        ordered = parents_first(parents, wanted)
        for row in rows:
            if row.id in new:
                row.parent_id = ordered[row.id]
        return ordered


def put_rows(db: Connection, rows: Iterable[Row]) -> None:
    db.executemany(
        """
        INSERT INTO imported_comments (comment_id, source_id, said, kept, added_by) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (comment_id) DO UPDATE
        SET source_id = excluded.source_id, said = excluded.said, kept = excluded.kept, added_by = excluded.added_by
        """,
        [(row.id, row.source_id, row.said, row.kept, row.added_by) for row in rows],
    )


def _ask(db: Connection, column: str, values: Iterable[int] | Iterable[str]) -> Cursor:
    return db.execute(
        f"SELECT comments.guid, comments.id, comments.article_id, comments.parent_id FROM comments WHERE {db.among(column)}",
        (db.array(values),),
    )
