"""What an import made and changed, so that it can be taken back."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from storage.imports import UNITS, kept_of
from storage.model import Article, Comment, ImportRun, Page, Subject
from storage.sql.engine import Connection
from storage.sql.import_receipts import forget_receipts
from storage.sql.mixin import Write
from storage.sql.rows import KEPT_COLUMNS, from_article, from_json, to_json, to_us

KEPT_AS_IT_WAS = frozenset(name for names in UNITS for name in names) - {"updated_at"}
"""Columns of an article that go back to what they were: not the date of the edit, which readers were told."""


ADDRESS = "address"
"""What is noted of an address that leads here from elsewhere, of one of two kinds: an alias by its path, a former site by its
address. Nobody else is told of it: it is the subject of no Change of its own.
"""
ALIAS, SITE = "alias", "site"
AUTHOR = "author"
"""What earlier releases noted of an author's name that was completed."""
NAME = "name"
"""What is noted of a name that followed its source, by what it is of and its key: 'tag name nato'."""
FRONT = "front"
"""What is noted of the navigation, and of what is pinned, by the table's name."""
BAN = "ban"
"""What is noted of a ban, by its id: in what is noted of an import no reader's email stands."""


class Origin(NamedTuple):
    """What was known of where an article came from, before an import changed it."""

    guid: str
    source_id: int
    said: str | None
    """None = this source had never spoken of it."""
    kept: str
    added_by: int

    @property
    def written(self) -> dict[str, Any]:
        return {"guid": self.guid, "source": self.source_id, "said": self.said, "kept": self.kept}


class ChangeLog:
    """What a batch of an import does; written at the end, at once."""

    def __init__(self, write: Write, run: ImportRun | None) -> None:
        self._write, self._run = write, run
        self._asked = write.db.execute("SELECT id FROM imports WHERE run = ?", (run.key,)) if run else None
        self._id = 0
        self._rows: dict[tuple[str, str], dict[str, Any]] = {}

    @property
    def theirs(self) -> bool:
        return self._run is not None and self._run.theirs

    @property
    def import_id(self) -> int:
        """Its number, given when it first changes something; 0 of what nobody is to take back."""
        if self._asked is not None and self._run is not None:
            row = self._asked.fetchone()
            self._asked = None
            self._id = row[0] if row else _begin(self._write, self._run)
        return self._id

    def note_section(self, path: str) -> None:
        self._note(Subject.SECTION, path, {})

    def note_article(self, before: Article, after: Article, origin: Origin) -> None:
        if origin.added_by and origin.added_by == self.import_id:
            return
        fields = _changed(before, after)
        self._note(Subject.ARTICLE, str(before.id), {"fields": fields, **origin.written})

    def note_own(self, before: Article | None, after: Article) -> None:
        """An article of this newsroom's own, which an export of it brought or changed: no source says what was kept of it."""
        fields = None if before is None else _changed(before, after)
        was = {"fields": fields, "guid": "", "source": 0, "said": None, "kept": "", "now": kept_of(after)}
        self._note(Subject.ARTICLE, str(after.id), was)

    def note_page(self, origin: str, before: Page | None) -> None:
        """`origin`: what the page is known by at its source."""
        fields = None if before is None else {name: getattr(before, name) for name in PAGE_FIELDS}
        self._note(Subject.PAGE, origin, {"fields": fields})

    def note_freed(self, origin: str, paths: list[str], article_id: int = 0) -> None:
        """Of a page of this origin, which was noted before: what led to it, and leads to an article by now; with an id, what led to
        that article, and leads to the page.
        """
        if (noted := self._rows.get((Subject.PAGE, origin))) is not None:
            noted |= {"paths": paths, "article": article_id}

    def note_let_go(self, origin: str, path: str) -> None:
        """Of a page of this origin, which was noted before: what led to it, and is another page's by now."""
        if (noted := self._rows.get((Subject.PAGE, origin))) is not None:
            noted["let_go"] = [*noted.get("let_go", ()), path]

    def note_comment(self, before: Comment, said: str, kept: str) -> None:
        fields = {name: getattr(before, name) for name in COMMENT_FIELDS} | {"created_at": to_us(before.created_at)}
        self._note(Subject.COMMENT, str(before.id), {"fields": fields, "said": said, "kept": kept})

    def note_name(self, named: str, before: str, now: str) -> None:
        """What something was called, and is called now."""
        self._note(NAME, named, {"before": before, "now": now})

    def note_address(self, kind: str, name: str, before: object, now: object, *, site: str = "") -> None:
        """What was kept under a name, None if nothing was, and what is now: also of what another import brought before, unless this
        one changes nothing at all. It stays as long as one of them does. `site`: the former one that an alias is of.
        """
        if before != now or self._has_begun():
            of = {"site": site} if site else {}
            self._note(ADDRESS, f"{kind} {name}", {"before": before, "now": now, **of})

    def note_ban(self, id_: int, before: object, now: object) -> None:
        """As `note_address`, of a ban."""
        if before != now or self._has_begun():
            self._note(BAN, str(id_), {"before": before, "now": now})

    def note_front(self, table: str, before: object, now: object) -> None:
        """As `note_address`, of what stands in an order."""
        if before != now or self._has_begun():
            self._note(FRONT, table, {"before": before, "now": now})

    def _has_begun(self) -> bool:
        if self._asked is not None and (row := self._asked.fetchone()):
            self._asked, self._id = None, row[0]
        return bool(self._id)

    def _note(self, subject: str, subject_id: str, before: dict[str, Any]) -> None:
        """Of what is changed twice, all that any of it changed; as it was at first."""
        if self.import_id:
            first = self._rows.setdefault((subject, subject_id), before)
            if first.get("fields") is not None and first is not before:
                first["fields"] = before["fields"] | first["fields"]
            if "now" in first:
                first["now"] = before["now"]

    def finish(self) -> None:
        self._add_let_go()
        self._write.db.executemany(
            """
            INSERT INTO import_changes (subject, subject_id, import_id, before) VALUES (?, ?, ?, ?)
            ON CONFLICT (subject, subject_id, import_id) DO NOTHING
            """,
            [(*key, self._id, to_json(before)) for key, before in self._rows.items()],
        )

    def _add_let_go(self) -> None:
        """To what an earlier batch of the import noted of a page."""
        for (subject, subject_id), said in self._rows.items():
            if "let_go" not in said:
                continue
            key = (subject, subject_id, self._id)
            named = "subject = ? AND subject_id = ? AND import_id = ?"
            row = self._write.db.execute(f"SELECT before FROM import_changes WHERE {named}", key).fetchone()
            if row is not None:
                noted = from_json(row[0])
                noted["let_go"] = [*noted.get("let_go", ()), *said["let_go"]]
                self._write.db.execute(f"UPDATE import_changes SET before = ? WHERE {named}", (to_json(noted), *key))


PAGE_FIELDS = ("path", "title", "status", "body_html")
COMMENT_FIELDS = ("status", "author_name", "author_email", "author_url", "body_html", "parent_id")
"""What is noted of a comment beside its date."""


def last_noted(db: Connection, kind: str, names: Sequence[str]) -> dict[str, dict[str, Any]]:
    """What was noted of the addresses of a kind by the last import that noted any of each."""
    rows = db.execute(
        f"SELECT subject_id, before FROM import_changes WHERE subject = ? AND {db.among('subject_id')} ORDER BY import_id",
        (ADDRESS, db.array([f"{kind} {name}" for name in names])),
    )
    return {name.partition(" ")[2]: from_json(noted) for name, noted in rows.fetchall()}


def _changed(before: Article, after: Article) -> dict[str, Any]:
    """The columns that are others now, as they were."""
    was = dict(zip(KEPT_COLUMNS, from_article(before), strict=True))
    now = dict(zip(KEPT_COLUMNS, from_article(after), strict=True))
    return {name: was[name] for name in sorted(KEPT_AS_IT_WAS) if was[name] != now[name]}


def _begin(write: Write, run: ImportRun) -> int:
    [(id_,)] = write.db.execute(
        "INSERT INTO imports (run, at, kind, name, counts) VALUES (?, ?, ?, ?, '{}') RETURNING id",
        (run.key, to_us(write.now), run.kind, run.name),
    ).fetchall()
    return int(id_)


def end_import(write: Write, run: ImportRun, counts: Mapping[str, int]) -> int:
    """Note what an import's summary counts; its number, or 0 if it changed nothing."""
    rows = write.db.execute(
        "UPDATE imports SET counts = ? WHERE run = ? RETURNING id", (to_json(dict(counts)), run.key)
    ).fetchall()
    return int(rows[0][0]) if rows else 0


def forget_comments(db: Connection, ids: list[int]) -> None:
    """Let go of what comments said before they were forgotten."""
    db.execute(
        f"DELETE FROM import_changes WHERE subject = ? AND {db.among('subject_id')}",
        (Subject.COMMENT, db.array([str(id_) for id_ in ids])),
    ).close()
    db.execute(
        f"UPDATE imported_comments SET said = '', kept = '' WHERE {db.among('comment_id')}", (db.array(ids),)
    ).close()
    rows = db.execute(f"SELECT article_id FROM comments WHERE {db.among('comments.id')}", (db.array(ids),))
    forget_receipts(db, {article_id for (article_id,) in rows.fetchall()})
