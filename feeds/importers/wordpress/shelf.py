"""What was fetched of a site, in a file of its own: what is kept in it need not be asked for again after an end that came early.

It holds what editors alone may see, drafts and readers' addresses: nobody but its owner may read it.
"""

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from feeds.importers.file import ImportRefused
from feeds.importers.wordpress.values import Thing, number, text

_TABLES = """
CREATE TABLE IF NOT EXISTS fact (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS place (name TEXT PRIMARY KEY, last INTEGER NOT NULL, rows INTEGER NOT NULL, done INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS thing (
  kind TEXT NOT NULL, id INTEGER NOT NULL, parent INTEGER NOT NULL, status TEXT NOT NULL, body TEXT NOT NULL,
  reading INTEGER NOT NULL, gone INTEGER NOT NULL DEFAULT 0, changed INTEGER NOT NULL DEFAULT 1, PRIMARY KEY (kind, id)
);
CREATE INDEX IF NOT EXISTS of_parent ON thing (kind, parent);
CREATE INDEX IF NOT EXISTS changed ON thing (kind, id) WHERE changed;
CREATE TABLE IF NOT EXISTS upload (path TEXT PRIMARY KEY, url TEXT NOT NULL, missing INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS size (path TEXT PRIMARY KEY, said INTEGER NOT NULL, fetched INTEGER NOT NULL);
"""
_PARENTS = {"comments": "post", "media": "post"}
"""What a thing hangs on, by kinds."""


class Place(NamedTuple):
    """How far the reading of a kind is."""

    last: int = 0
    """The largest id that is here."""
    rows: int = 0
    """So many rows of the list are behind it."""
    done: bool = False


class Shelf:
    """Of one site. Things are JSON as the API gave it, by kind and id."""

    def __init__(self, path: Path) -> None:
        """Raises ImportRefused if another import has it open, or it is none."""
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        self._database = sqlite3.connect(path, isolation_level=None, timeout=0)
        try:
            # Held until it is closed: two imports at once would take each other's places.
            self._database.execute("PRAGMA locking_mode = EXCLUSIVE")
            self._database.execute("PRAGMA journal_mode = WAL")
            self._database.execute("PRAGMA synchronous = NORMAL")
            self._database.execute("BEGIN EXCLUSIVE")
            self._database.execute("COMMIT")
            self._database.executescript(_TABLES)
        except sqlite3.OperationalError:
            self._database.close()
            raise ImportRefused(f"another import of this site is running ({path})") from None
        except sqlite3.DatabaseError:
            self._database.close()
            raise ImportRefused(f"{path} is damaged: remove it, and all is fetched anew") from None

    def close(self) -> None:
        self._database.close()

    @contextmanager
    def _at_once(self) -> Iterator[None]:
        self._database.execute("BEGIN")
        try:
            yield
        except BaseException:
            self._database.execute("ROLLBACK")
            raise
        self._database.execute("COMMIT")

    # Facts of the site and of the reading.

    def fact(self, name: str) -> str:
        row = self._database.execute("SELECT value FROM fact WHERE name = ?", (name,)).fetchone()
        return row[0] if row else ""

    def note(self, name: str, value: str) -> None:
        self._database.execute("INSERT OR REPLACE INTO fact VALUES (?, ?)", (name, value))

    @property
    def reading(self) -> int:
        """Which reading of the whole site this is, from 1."""
        return int(self.fact("reading") or 0)

    def begin(self, as_whom: str, facts: Mapping[str, str]) -> bool:
        """Begin a reading of the whole site, of which there are these facts; False where one is gone on with, which ended early,
        for the same `as_whom`, with the facts that it began with.
        """
        is_another = self.fact("whom") != as_whom
        if not is_another and self.fact("complete") == "no":
            return False
        # All at once: whatever ends it, a reading that is begun has its facts.
        with self._at_once():
            if is_another:
                # What one may see another may not: nothing that was seen so far says anything.
                for table in ("fact", "place", "thing", "upload", "size"):
                    self._database.execute(f"DELETE FROM {table}")
            self._database.execute("DELETE FROM place")
            self._database.execute("UPDATE upload SET missing = 0")
            begun = {"reading": str(self.reading + 1), "complete": "no", "whom": as_whom}
            for name, value in {**facts, **begun}.items():
                self.note(name, value)
        return True

    # Things.

    def place(self, name: str) -> Place:
        row = self._database.execute("SELECT last, rows, done FROM place WHERE name = ?", (name,)).fetchone()
        return Place(row[0], row[1], bool(row[2])) if row else Place()

    def keep(self, kind: str, things: Sequence[Thing], of: str = "", place: Place | None = None) -> int:
        """Keep what a page has, and how far the reading `of` a list is with it; return how many are new or changed."""
        before = self._database.total_changes
        with self._at_once():
            for thing in things:
                if one := number(thing, "id"):
                    self._keep(kind, one, thing)
            changed = self._database.total_changes - before
            newest = max((text(thing, "modified_gmt") for thing in things), default="")
            if newest > self.fact(f"newest {kind}"):
                self.note(f"newest {kind}", newest)
            self._database.execute(
                "UPDATE thing SET reading = ? WHERE kind = ? AND id IN (SELECT value FROM json_each(?))",
                (self.reading, kind, json.dumps([number(thing, "id") for thing in things])),
            )
            if place is not None:
                self._database.execute("INSERT OR REPLACE INTO place VALUES (?, ?, ?, ?)", (of, *place))
        return changed

    def _keep(self, kind: str, one: int, thing: Thing) -> None:
        body = json.dumps({key: value for key, value in thing.items() if key != "_links"}, sort_keys=True)
        parent, status = number(thing, _PARENTS.get(kind, "parent")), str(thing.get("status", ""))
        self._database.execute(
            "INSERT INTO thing (kind, id, parent, status, body, reading) VALUES (?, ?, ?, ?, ?, 0) "
            "ON CONFLICT (kind, id) DO UPDATE SET parent = excluded.parent, status = excluded.status, body = excluded.body, "
            "gone = 0, changed = 1 WHERE body <> excluded.body OR gone",
            (kind, one, parent, status, body),
        )

    def all(self, kind: str) -> Iterator[Thing]:
        """By id, those that are gone with the status 'trash'."""
        return self._things("kind = ? ORDER BY id", kind)

    def all_changed(self, kind: str) -> Iterator[Thing]:
        """Those that are to be imported, by id."""
        return self._things("kind = ? AND changed ORDER BY id", kind)

    def mentioning(self, kind: str, words: str) -> list[int]:
        rows = self._database.execute("SELECT id FROM thing WHERE kind = ? AND instr(body, ?)", (kind, words))
        return [one for (one,) in rows]

    def having(self, kind: str, key: str, one: int) -> list[int]:
        """Those with an id under a key, be it one of several."""
        rows = self._database.execute(
            "SELECT id FROM thing WHERE kind = ? AND EXISTS (SELECT 1 FROM json_each(body, ?) WHERE value = ?)",
            (kind, f'$."{key}"', one),
        )
        return [other for (other,) in rows]

    def get(self, kind: str, one: int) -> Thing | None:
        return next(self._things("kind = ? AND id = ?", kind, one), None)

    def of_parent(self, kind: str, parent: int) -> Iterator[Thing]:
        """By id."""
        return self._things("kind = ? AND parent = ? ORDER BY id", kind, parent)

    def _things(self, where: str, *values: str | int) -> Iterator[Thing]:
        for body, gone in self._database.execute(f"SELECT body, gone FROM thing WHERE {where}", values):
            thing = json.loads(body)
            yield {**thing, "status": "trash"} if gone else thing

    def kinds(self, prefix: str) -> list[str]:
        rows = self._database.execute("SELECT DISTINCT kind FROM thing WHERE kind >= ? ORDER BY kind", (prefix,))
        return [kind for (kind,) in rows if kind.startswith(prefix)]

    def first(self, kind: str) -> int:
        """The smallest id; 0 where there is none."""
        [(one,)] = self._database.execute("SELECT min(id) FROM thing WHERE kind = ?", (kind,)).fetchall()
        return one or 0

    def ids(self, kind: str, status: str | None = None) -> set[int]:
        """Of those that are there still, or of these the ones with a status."""
        wanted = "" if status is None else "AND status = ?"
        values = (kind,) if status is None else (kind, status)
        rows = self._database.execute(f"SELECT id FROM thing WHERE kind = ? AND NOT gone {wanted}", values)
        return {one for (one,) in rows}

    def states(self, kind: str) -> dict[int, str]:
        """The statuses of those that are there still, by id."""
        return dict(self._database.execute("SELECT id, status FROM thing WHERE kind = ? AND NOT gone", (kind,)))

    def unread(self, kind: str) -> list[int]:
        """Those that earlier readings found and this one did not."""
        rows = self._database.execute(
            "SELECT id FROM thing WHERE kind = ? AND NOT gone AND reading < ? ORDER BY id", (kind, self.reading)
        )
        return [one for (one,) in rows]

    def lose(self, kind: str, ids: Iterable[int]) -> None:
        """They are gone there."""
        given = [(kind, one) for one in ids]
        with self._at_once():
            self._database.executemany("UPDATE thing SET gone = 1, changed = 1 WHERE kind = ? AND id = ?", given)

    # What is to be imported.

    def changed(self, kind: str) -> list[int]:
        rows = self._database.execute("SELECT id FROM thing WHERE kind = ? AND changed ORDER BY id", (kind,))
        return [one for (one,) in rows]

    def changed_parents(self, kind: str) -> set[int]:
        """What those hang on that changed."""
        rows = self._database.execute("SELECT DISTINCT parent FROM thing WHERE kind = ? AND changed", (kind,))
        return {one for (one,) in rows}

    def imported(self) -> None:
        """All that is here is in the newsroom now."""
        self._database.execute("UPDATE thing SET changed = 0 WHERE changed")

    # Uploads.

    def want(self, uploads: Iterable[tuple[str, str]]) -> None:
        """`uploads`: paths below the uploads folder, decoded, and where each is."""
        with self._at_once():
            self._database.executemany("INSERT OR IGNORE INTO upload (path, url) VALUES (?, ?)", uploads)

    def wanted(self) -> list[tuple[str, str]]:
        """As they were wanted, but for those that this reading found to be missing."""
        return self._database.execute("SELECT path, url FROM upload WHERE NOT missing ORDER BY path").fetchall()

    def say_sizes(self, sizes: Iterable[tuple[str, int]]) -> None:
        """`sizes`: paths of files and how many bytes each has there by now."""
        with self._at_once():
            self._database.executemany(
                "INSERT INTO size VALUES (?, ?, 0) ON CONFLICT (path) DO UPDATE SET said = excluded.said", sizes
            )

    def replaced(self) -> set[str]:
        """Paths of files that were fetched when they had another size."""
        return {path for (path,) in self._database.execute("SELECT path FROM size WHERE fetched AND said <> fetched")}

    def note_fetched(self, path: str) -> None:
        self._database.execute("UPDATE size SET fetched = said WHERE path = ?", (path,))

    def miss(self, path: str) -> None:
        self._database.execute("UPDATE upload SET missing = 1 WHERE path = ?", (path,))
