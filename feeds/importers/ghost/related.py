"""What posts of a Ghost export refer to, on disk: an export has it before or after them, and may have more than fits in memory."""

import json
import sqlite3
from collections.abc import Iterator

from feeds.importers.ghost.rows import Row, id_of, text_of

NAMED = {"posts_tags": "tag_id", "posts_authors": "author_id"}
"""Tables that say which tags and authors a post has, and where."""
THINGS = {"tags", "users", "posts_meta"}


class Related:
    """Tables in a nameless temporary file, which SQLite deletes."""

    def __init__(self) -> None:
        self.site = ""
        """What the site is known by, whatever its address; '' where the export does not say."""
        self.is_private = False
        """Whether all of the site was behind a password."""
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.execute("PRAGMA synchronous = OFF")
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute("CREATE TABLE thing (kind, id, row, PRIMARY KEY (kind, id)) WITHOUT ROWID")
        self._database.execute("CREATE TABLE named (kind, post, place, thing)")

    def add(self, table: str, row: Row) -> None:
        if table in NAMED:
            place = row.get("sort_order")
            named = (table, id_of(row, "post_id"), place if isinstance(place, int) else 0, id_of(row, NAMED[table]))
            self._database.execute("INSERT INTO named VALUES (?, ?, ?, ?)", named)
        elif table in THINGS:
            key = id_of(row, "post_id" if table == "posts_meta" else "id")
            self._database.execute("INSERT OR REPLACE INTO thing VALUES (?, ?, ?)", (table, key, json.dumps(row)))
        elif table == "settings" and text_of(row, "key") in ("site_uuid", "db_hash", "dbHash"):
            self.site = text_of(row, "value") or self.site
        elif table == "settings" and text_of(row, "key") == "is_private":
            self.is_private = str(row.get("value")).lower() == "true"

    def index(self) -> None:
        """Call it when all is added."""
        self._database.execute("CREATE INDEX of_post ON named (kind, post, place)")

    def all(self, table: str) -> Iterator[Row]:
        """All of a table's, by id."""
        for (row,) in self._database.execute("SELECT row FROM thing WHERE kind = ? ORDER BY id", (table,)):
            yield json.loads(row)

    def tags(self, post: str) -> Iterator[Row]:
        """In the order in which the post has them."""
        return self._things("posts_tags", "tags", post)

    def authors(self, post: str) -> Iterator[Row]:
        return self._things("posts_authors", "users", post)

    def user(self, user_id: str) -> Row:
        return self._thing("users", user_id)

    def meta(self, post: str) -> Row:
        return self._thing("posts_meta", post)

    def _things(self, kind: str, table: str, post: str) -> Iterator[Row]:
        rows = self._database.execute(
            """
            SELECT row FROM named JOIN thing ON thing.kind = ? AND thing.id = named.thing
            WHERE named.kind = ? AND named.post = ? ORDER BY named.place, named.rowid
            """,
            (table, kind, post),
        )
        return (json.loads(row) for (row,) in rows.fetchall())

    def _thing(self, table: str, key: str) -> Row:
        row = self._database.execute("SELECT row FROM thing WHERE kind = ? AND id = ?", (table, key)).fetchone()
        found: Row = json.loads(row[0]) if row else {}
        return found

    def close(self) -> None:
        self._database.close()
