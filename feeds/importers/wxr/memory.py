"""What earlier imports of a site knew, and what this one leaves: exports come in parts, and not all with one command.

Of each thing that articles refer to, what is used of it is remembered as it stood in the file; of an article that lacks something
its words are, without its comments, until a file brings what it lacks. Both are on disk while an import runs: there may be many.
"""

import json
import zlib
from base64 import b85decode, b85encode
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from feeds.importers.base import Remember
from feeds.importers.on_disk import on_disk
from feeds.importers.trace import Note, Receipt, Trace, digest_of
from feeds.importers.values import number
from feeds.importers.wxr.members import is_for_members
from feeds.importers.wxr.slim import name_of, slim
from feeds.importers.wxr.values import is_protected
from feeds.importers.wxr.xmltree import Node
from storage.model import ImportSource

MOST = 128 * 1024 * 1024
"""Characters that are remembered of a site, at most."""
_PACKED = "~"
_PACKED_FROM = 400
"""Characters from which on words are compressed."""
_HIDDEN = "hidden"
_SHOWN_BY_OTHERS = {"attachment": "attachment", "wp_block": "block"}
"""Types of items that articles show, and as what they are remembered: what is hidden by now is forgotten."""


class Waiting(NamedTuple):
    """An article that lacks something: as an earlier import read it."""

    item: Node
    receipt: Receipt
    """What decided what was made of it beside the item."""


class Memory:
    """Of one site, in one import. Close it."""

    def __init__(self, post_meta: frozenset[str]) -> None:
        """`post_meta`: the custom fields of articles that are read."""
        self._post_meta = post_meta
        self.is_full = False
        self._size = 0
        self._exported_at = ""
        self._database = on_disk()
        for table in ("before", "now"):
            self._database.execute(f"CREATE TABLE {table} (name TEXT PRIMARY KEY, said TEXT NOT NULL) WITHOUT ROWID")
        self._database.execute(
            "CREATE TABLE present (name TEXT PRIMARY KEY, age TEXT, copies INTEGER, chosen INTEGER, met INTEGER) WITHOUT ROWID"
        )
        self._database.execute(
            "CREATE TABLE owned (name TEXT PRIMARY KEY, id INTEGER, is_shared INTEGER) WITHOUT ROWID"
        )

    def begin_part(self, exported_at: str) -> None:
        """`exported_at`: when the part was made, as text that sorts so; '' where nobody knows."""
        self._exported_at = exported_at

    def note(self, node: Node) -> None:
        """Learn what a file says of something, or that it has an article."""
        if not (name := name_of(node)):
            return
        kind = name.partition(" ")[0]
        if kind == "post":
            is_hidden = node.get("wp:status").strip() != "publish" or is_protected(node)
            is_for_few = is_hidden or is_for_members(node)
            self._note_copy(name, f"{node.get('wp:post_modified_gmt').strip()} {self._exported_at} {is_for_few:d}")
            if (shown := _SHOWN_BY_OTHERS.get(node.get("wp:post_type").strip())) is not None:
                self._say(f"{shown} {number(node.get('wp:post_id'))}", "")
            if post_id := number(node.get("wp:post_id")):
                self._say(f"{_HIDDEN} {post_id}", "1" if is_hidden else "")
                self._note_owner(node.get("guid").strip(), post_id)
            return
        is_first = kind == "category" and not node.get("wp:category_parent").strip()
        self._say(name, _written(slim(node, kind).said()), only_if_new=is_first)

    def _note_copy(self, name: str, age: str) -> None:
        """Of what several files have the newest copy counts, whatever their order: the one that was edited last, else the one
        that was exported last, with the replies until then; of some as new one that is not public.
        """
        self._database.execute(
            """
            INSERT INTO present VALUES (?, ?, 1, 1, 0) ON CONFLICT (name) DO UPDATE
            SET copies = copies + 1, chosen = CASE WHEN excluded.age > age THEN copies + 1 ELSE chosen END,
                age = max(age, excluded.age)
            """,
            (name, age),
        )

    def _note_owner(self, guid: str, post_id: int) -> None:
        self._database.execute(
            """
            INSERT INTO owned VALUES (?, ?, 0) ON CONFLICT (name) DO UPDATE SET is_shared = 1
            WHERE id <> excluded.id AND is_shared = 0
            """,
            (_name_of_guid(guid), post_id),
        )

    def is_anothers(self, guid: str, post_id: int) -> bool:
        """Whether several posts have a guid, and it is another one's: the first's that an earlier import had, else that these files
        have. It stays that one's, be it in the files or not.
        """
        name = _name_of_guid(guid)
        if before := self._before(name):
            return number(before) != post_id
        row = self._database.execute("SELECT id FROM owned WHERE name = ? AND is_shared", (name,)).fetchone()
        return row is not None and row[0] != post_id

    def is_chosen(self, item: Node) -> bool:
        """Whether an article or page is the copy that counts. To be asked once of each, in the order in which they were noted."""
        [(is_chosen,)] = self._database.execute(
            "UPDATE present SET met = met + 1 WHERE name = ? RETURNING met = chosen", (name_of(item),)
        )
        return bool(is_chosen)

    def _say(self, name: str, said: str, *, only_if_new: bool = False) -> None:
        """Of one name the last counts; of a category that two parts list, the one that says where it stands."""
        how = "IGNORE" if only_if_new else "REPLACE"
        self._database.execute(f"INSERT OR {how} INTO now VALUES (?, ?)", (name, said))

    def take(self, rows: Iterable[tuple[str, str]]) -> None:
        """Learn what is remembered."""
        for name, said in rows:
            self._database.execute("INSERT OR REPLACE INTO before VALUES (?, ?)", (name, said))
            self._size += len(name) + len(said)

    def things(self) -> Iterator[Node]:
        """What no file of this import speaks of, as it stood in an earlier one."""
        rows = self._database.execute(
            """
            SELECT name, said FROM before
            WHERE name NOT LIKE 'post %' AND name NOT LIKE 'guid %' AND name NOT IN (SELECT name FROM now)
            """
        )
        for name, said in rows:
            kind, _, which = name.partition(" ")
            yield _hidden(which) if kind == _HIDDEN else _node(json.loads(read_words(said)))

    def others(self) -> Iterator[Node]:
        """Users, guests and categories of which a file of this import says something else, as they stood in an earlier one."""
        rows = self._database.execute(
            """
            SELECT before.said FROM before JOIN now ON now.name = before.name
            WHERE (before.name LIKE 'author %' OR before.name LIKE 'guest %' OR before.name LIKE 'category %')
                AND now.said <> before.said
            """
        )
        for (said,) in rows:
            yield _node(json.loads(read_words(said)))

    def new(self, source: ImportSource) -> Iterator[Remember]:
        """What the files say that is not remembered so."""
        rows = self._database.execute(
            """
            SELECT now.name, now.said, coalesce(before.said, '') FROM now LEFT JOIN before ON before.name = now.name
            WHERE now.said <> coalesce(before.said, '')
            """
        )
        for name, said, before in rows:
            if thing := self._remembered(source, name, said, before):
                yield thing
        shared = self._database.execute(
            "SELECT name, id FROM owned WHERE is_shared AND name NOT IN (SELECT name FROM before)"
        )
        for name, post_id in shared:
            if thing := self._remembered(source, name, str(post_id), ""):
                yield thing

    def waiting(self) -> Iterator[Waiting]:
        """Articles of earlier imports that lack something, and are in no file of this one."""
        # What is read and said meanwhile changes nothing of the tables.
        rows = self._database.execute(
            "SELECT said FROM before WHERE name LIKE 'post %' AND name NOT IN (SELECT name FROM present)"
        )
        for (said,) in rows:
            digest, asked, item = json.loads(read_words(said))
            yield Waiting(_node(item), Receipt(digest, asked, (), ()))

    def forget(self, source: ImportSource, item: Node) -> Iterator[Remember]:
        """Let go of an article that is none any more; what others refer to stays."""
        name = name_of(item)
        if name.startswith("post ") and self._before(name):
            yield Remember(source=source, name=name, said="")

    def of(self, source: ImportSource, item: Node, digest: str, asked: Sequence[Note] | None) -> Iterator[Remember]:
        """What is to be remembered of an article that was read; `asked`: what was asked for it, None if it lacks nothing."""
        name = name_of(item)
        before = self._before(name)
        said = "" if asked is None else _written([digest, asked, slim(item, "post", self._post_meta).said()])
        if said != before and (thing := self._remembered(source, name, said, before)):
            yield thing

    def _before(self, name: str) -> str:
        row = self._database.execute("SELECT said FROM before WHERE name = ?", (name,)).fetchone()
        return row[0] if row else ""

    def _remembered(self, source: ImportSource, name: str, said: str, before: str) -> Remember | None:
        size = self._size + len(name) + len(said) - len(before)
        if said and size > MOST:
            self.is_full = True
            return None
        self._size = size
        return Remember(source=source, name=name, said=said)

    def close(self) -> None:
        self._database.close()


def _name_of_guid(guid: str) -> str:
    return f"guid {digest_of(guid)}"


def lacking(trace: Trace) -> Sequence[Note] | None:
    """What was asked for the article that was read last, if other files may answer otherwise; None if not."""
    asked = trace.asked
    may_change = any(
        name in ("attachments of", "public") or (name in ("attachment", "block") and answer is None)
        for name, _, answer in asked
    )
    return asked if may_change else None


def _written(said: Any) -> str:
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    if len(text) < _PACKED_FROM:
        return text
    return _PACKED + b85encode(zlib.compress(text.encode(errors="surrogatepass"))).decode()


def read_words(said: str) -> str:
    """What is remembered, as JSON."""
    if not said.startswith(_PACKED):
        return said
    return zlib.decompress(b85decode(said.removeprefix(_PACKED))).decode(errors="surrogatepass")


def _node(said: Sequence[Any]) -> Node:
    name, attributes, text, fields, children = said
    node = Node(name, attributes)
    node.text, node.fields, node.children = text, fields, [_node(child) for child in children]
    node.size = len(text) + sum(map(len, fields.values())) + sum(child.size for child in node.children)
    return node


def _hidden(post_id: str) -> Node:
    node = Node("item", {})
    node.fields = {"wp:post_type": "hidden", "wp:post_id": post_id, "wp:status": "private"}
    return node
